//! What is installed, and what the readers of packages say of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use support::{need, packaged};

/// Some program of this machine, in the place of ours.
const ANY: &str = "/bin/true";

fn packaging(path: &str) -> PathBuf {
    support::root().join("packaging").join(path)
}

/// Lays an installation out below a directory.
fn install(to: &Path, prefix: &str) -> Result<()> {
    let script = packaging("install.sh");
    let mut command = Command::new(&script);
    command.args([ANY, ANY]).env("DESTDIR", to).env("PREFIX", prefix).env_remove("QEMU_GA");
    ensure!(command.status()?.success(), "{} failed", script.display());
    Ok(())
}

/// A command that has to end well; what it said on stdout.
fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}{errors}");
    Ok(said)
}

#[test]
fn every_file_has_its_place_and_the_prefix_moves_programs_and_pages() -> Result<()> {
    need!("install", "strip");
    let dir = tempfile::tempdir()?;
    let [usr, local] = ["usr", "local"].map(|name| dir.path().join(name));
    install(&usr, "/usr")?;
    for file in [
        "etc/guestd/guestd.toml",
        "usr/bin/guestctl",
        "usr/lib/guestd/hooks-available/20-etcd",
        "usr/lib/guestd/hooks-available/20-mariadb.session",
        "usr/lib/guestd/hooks-available/20-mongodb.session",
        "usr/lib/guestd/hooks-available/20-postgresql",
        "usr/lib/guestd/hooks-available/20-systemd-unit.session",
        "usr/lib/systemd/system/guestd.service",
        "usr/lib/sysusers.d/guestd.conf",
        "usr/lib/tmpfiles.d/guestd.conf",
        "usr/lib/udev/rules.d/60-guestd.rules",
        "usr/sbin/guestd",
        "usr/share/bash-completion/completions/guestctl",
        "usr/share/doc/guestd/docs/security.md",
        "usr/share/guestd/drop-ins/accounts.conf",
        "usr/share/man/man1/guestctl.1",
        "usr/share/man/man8/guestd.8",
    ] {
        ensure!(usr.join(file).is_file(), "{file} is missing");
    }
    ensure!(usr.join("etc/guestd/conf.d").is_dir(), "nowhere to put what is configured");
    ensure!(fs::read_link(usr.join("usr/sbin/qemu-ga"))? == Path::new("guestd"));
    install(&local, "/usr/local")?;
    let unit = fs::read_to_string(local.join("usr/lib/systemd/system/guestd.service"))?;
    ensure!(unit.contains("ExecStart=/usr/local/sbin/guestd run"), "{unit}");
    ensure!(local.join("usr/local/share/man/man8/guestd.8").is_file());
    ensure!(!unit.contains("/usr/sbin/") && !local.join("usr/sbin").exists());
    Ok(())
}

#[test]
fn every_group_that_the_service_is_not_made_for_has_its_drop_in() -> Result<()> {
    for group in ["files", "exec", "accounts", "tuning"] {
        let path = packaging(&format!("usr/share/guestd/drop-ins/{group}.conf"));
        ensure!(fs::read_to_string(&path)?.contains("[Service]"), "{}", path.display());
    }
    let readme = fs::read_to_string(packaging("usr/share/guestd/drop-ins/README"))?;
    for entry in fs::read_dir(packaging("usr/share/guestd/drop-ins"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        ensure!(name == "README" || readme.contains(&name), "README does not tell of {name}");
    }
    Ok(())
}

#[test]
fn systemd_understands_the_unit() -> Result<()> {
    need!("systemd-analyze", "install", "strip");
    let dir = tempfile::tempdir()?;
    install(dir.path(), "/usr")?;
    // The program has to be there, so the unit is made to name one that is.
    let unit = fs::read_to_string(packaging("usr/lib/systemd/system/guestd.service"))?;
    let file = dir.path().join("guestd.service");
    fs::write(&file, unit.replace("/usr/sbin/guestd", ANY))?;
    let output = Command::new("systemd-analyze").arg("verify").arg(&file).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    // Of other units of this machine, whatever they are.
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("guestd")).collect();
    ensure!(ours.is_empty(), "{ours:?}");
    Ok(())
}

#[test]
fn scripts_are_plain_shell_that_shellcheck_accepts() -> Result<()> {
    need!("shellcheck");
    let scripts =
        ["install.sh", "deb/build.sh", "deb/postinst", "deb/prerm", "deb/postrm", "rpm/build.sh"];
    let scripts = scripts.map(packaging);
    // Two of them go on from packaging/common.sh.
    let mut check = Command::new("shellcheck");
    check.args(["--shell", "sh", "--external-sources"]).args(scripts);
    run(check.current_dir(support::root())).map(drop)
}

#[test]
fn lintian_has_no_complaint_and_two_builds_are_the_same_bytes() -> Result<()> {
    need!("dpkg-deb", "lintian", "strip");
    let dir = tempfile::tempdir()?;
    let [first, second] = ["first", "second"].map(|name| dir.path().join(name));
    let (first, second) = (packaged::deb(&first)?, packaged::deb(&second)?);
    ensure!(fs::read(&first)? == fs::read(&second)?, "two builds differ");
    // As root lintian complains of that, on stderr.
    let said = run(Command::new("lintian").arg(&first))?;
    ensure!(said.is_empty(), "{said}");
    Ok(())
}

#[test]
fn rpmlint_has_no_complaint_and_rpm_installs_verifies_and_erases() -> Result<()> {
    need!("rpmbuild", "rpm", "rpmlint", "strip");
    let dir = tempfile::tempdir()?;
    let package = packaged::rpm(dir.path(), 1)?;
    let filter = packaging("rpm/rpmlintrc");
    let said = run(Command::new("rpmlint").arg("-r").arg(filter).arg(&package))?;
    let complaints: Vec<&str> =
        said.lines().filter(|line| line.contains(": E: ") || line.contains(": W: ")).collect();
    ensure!(complaints.is_empty(), "{complaints:#?}");

    // In a root of its own, without the scripts: those run in tests/vm/package/rpm.rs.
    let root = dir.path().join("root");
    let rpm = |words: &[&str]| run(Command::new("rpm").arg("--root").arg(&root).args(words));
    fs::create_dir(&root)?;
    rpm(&["--initdb"])?;
    rpm(&["--install", "--nodeps", "--noscripts", &package.to_string_lossy()])?;
    let guestd = root.join("usr/sbin/guestd");
    run(Command::new(&guestd).arg("--version"))?;
    rpm(&["--verify", "--nodeps", "guestd"])?;
    rpm(&["--erase", "--noscripts", "guestd"])?;
    ensure!(!guestd.exists() && !root.join("etc/guestd").exists(), "left behind");
    Ok(())
}
