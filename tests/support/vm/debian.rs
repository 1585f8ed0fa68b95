//! Debian packages, unpacked into a directory of our own without installing anything.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The unpacked files of a package, fetched once and kept in `target/small-guest`:
/// delete that directory to get a newer version.
///
/// A package without files of its own that only depends on the current version of
/// another, such as `linux-image-cloud-amd64`, stands for that other package.
pub(super) fn unpacked(package: &str) -> Result<PathBuf> {
    let cache = crate::target().join("small-guest");
    let place = cache.join(package);
    fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    // Tests run in several processes; the first one fetches.
    let lock = File::create(cache.join("lock"))?;
    lock.lock().context("cannot lock target/small-guest")?;
    if !place.is_dir() {
        let work = tempfile::tempdir_in(&cache)?;
        let files = fetch(package, work.path())
            .with_context(|| format!("cannot fetch the Debian package {package}"))?;
        fs::rename(files, &place)?;
    }
    Ok(place)
}

/// Downloads and unpacks below `work`. The machine's own package lists may be absent
/// or old, so a failure is tried once more with fresh lists, which go below `work`:
/// this needs no privileges and changes nothing.
fn fetch(package: &str, work: &Path) -> Result<PathBuf> {
    let mut apt = Apt { work, options: Vec::new() };
    let archive = match apt.download(package) {
        Ok(archive) => archive,
        Err(_) => {
            apt.use_own_lists()?;
            apt.download(package)?
        }
    };
    let files = work.join("files");
    let mut unpack = Command::new("dpkg-deb");
    run(unpack.arg("-x").arg(&archive).arg(&files))?;
    Ok(files)
}

struct Apt<'a> {
    work: &'a Path,
    options: Vec<String>,
}

impl Apt<'_> {
    fn download(&self, package: &str) -> Result<PathBuf> {
        let package = self.stands_for(package)?;
        let mut download = self.command("apt-get");
        run(download.args(["download", &package]).current_dir(self.work))?;
        let entries = fs::read_dir(self.work)?.collect::<Result<Vec<_>, _>>()?;
        let archive = entries.iter().map(fs::DirEntry::path);
        archive
            .into_iter()
            .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .with_context(|| format!("apt-get downloaded no {package}"))
    }

    /// The one package that a meta package of kernels depends on, else the package itself.
    fn stands_for(&self, package: &str) -> Result<String> {
        if !package.starts_with("linux-image-") {
            return Ok(package.to_owned());
        }
        let depends = run(self.command("apt-cache").args(["depends", package]))?;
        let real = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
        real.map(str::to_owned).with_context(|| format!("{package} is unknown to apt-cache"))
    }

    fn use_own_lists(&mut self) -> Result<()> {
        let lists = self.work.join("lists");
        let cache = self.work.join("cache");
        fs::create_dir_all(lists.join("partial"))?;
        fs::create_dir_all(cache.join("archives/partial"))?;
        self.options = vec![
            format!("Dir::State::Lists={}", lists.display()),
            format!("Dir::Cache={}", cache.display()),
            // The user _apt, whom root's apt-get would download as, may not write here.
            "APT::Sandbox::User=root".to_owned(),
        ];
        run(self.command("apt-get").args(["-q", "update"])).map(drop)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }
}

/// Runs a command to its end and returns its output; a failure tells what it said.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            bail!("cannot run {shown}: {error}; small guests are built from Debian's packages")
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{shown} failed: {}", said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
