//! The root disk of a full guest: Debian with systemd and the servers that hooks are for.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::debian;
use crate::packages;

/// What is installed. The kernel and its modules are those of small guests.
const PACKAGES: &str = "systemd,systemd-sysv,udev,dbus,kmod,util-linux,e2fsprogs,procps,iproute2,\
     postgresql,mariadb-server,redis-server,qemu-guest-agent,login,passwd,rpm";

/// Nothing starts that a test has not asked for, and nothing in the background at random.
const CUSTOMIZE: &str = r#"set -e
systemd-machine-id-setup --root="$1" > /dev/null 2>&1 || chroot "$1" systemd-machine-id-setup
chroot "$1" systemctl --quiet disable postgresql mariadb redis-server
chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-timesyncd.service \
    qemu-guest-agent.service
chroot "$1" passwd --quiet --delete root
echo full-guest > "$1/etc/hostname"
rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/var/cache/apt/archives/*.deb
# Without what mmdebstrap has mounted below it, such as /proc.
mkdir "$1.alone"
mount --bind "$1" "$1.alone"
mke2fs -q -F -t ext4 -L root -d "$1.alone" "$IMAGE" 2G || status=$?
umount "$1.alone"
rmdir "$1.alone"
[ -z "${status:-}" ] || exit "$status"
# mmdebstrap's own, by which nothing is started or stopped while packages are installed.
debugfs -w -R "rm /usr/sbin/policy-rc.d" "$IMAGE" 2> /dev/null
"#;

/// The image, built once for each list of packages and kept in `target/small-guest`: delete it to
/// get newer packages. It is sparse, about 700 MiB, and takes one to two minutes.
pub(super) fn image() -> Result<PathBuf> {
    let cache = crate::target().join("small-guest");
    fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let release = release()?;
    let place = cache.join(format!("full-{release}.img"));
    let made_of = cache.join(format!("full-{release}.packages"));
    let recipe = format!("{PACKAGES}\n{CUSTOMIZE}");
    let lock = File::create(cache.join("full.lock"))?;
    lock.lock().context("cannot lock target/small-guest")?;
    if !place.is_file() || fs::read_to_string(&made_of).ok().as_deref() != Some(&recipe) {
        eprintln!("building {}, once, about two minutes", place.display());
        let work = tempfile::tempdir_in(&cache)?;
        let image = work.path().join("image");
        build(&release, &image).context(
            "cannot build the full guest's image: mmdebstrap needs a Debian mirror, and root or \
             the package uidmap",
        )?;
        fs::rename(image, &place)?;
        fs::write(&made_of, recipe)?;
    }
    Ok(place)
}

fn build(release: &str, image: &Path) -> Result<()> {
    // As an ordinary user mmdebstrap works in a user namespace, whose root is somebody else.
    File::create(image)?.set_permissions(fs::Permissions::from_mode(0o666))?;
    let mut command = Command::new("mmdebstrap");
    command.args(["--quiet", "--variant=minbase", "--format=null"]);
    command.arg(format!("--include={PACKAGES}"));
    command.arg(format!("--customize-hook={CUSTOMIZE}"));
    command.args([release, "/dev/null"]).env("IMAGE", image).env("LC_ALL", "C");
    debian::run(&mut command).map(drop)
}

/// The release of `GUESTD_TEST_RELEASE`, by name, such as `trixie`; without that this machine's,
/// or Debian's stable one where it is no Debian. The kernel is this machine's all the same.
fn release() -> Result<String> {
    if let Ok(name) = std::env::var("GUESTD_TEST_RELEASE") {
        return Ok(name);
    }
    let text = fs::read_to_string("/etc/os-release").context("cannot read /etc/os-release")?;
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_matches('"').to_owned())
    };
    let name = value("VERSION_CODENAME=").filter(|_| value("ID=").as_deref() == Some("debian"));
    Ok(name.unwrap_or_else(|| "stable".to_owned()))
}

/// A disk of the guest's own over an image that stays as it is.
pub(super) fn overlay(image: &Path, file: &Path) -> Result<()> {
    let program = "qemu-img";
    let program = packages::find(program)
        .with_context(|| packages::missing(&[program]).unwrap_or_default())?;
    let mut command = Command::new(program);
    command.args(["create", "-q", "-f", "qcow2", "-F", "raw", "-b"]).arg(image).arg(file);
    debian::run(&mut command).map(drop)
}
