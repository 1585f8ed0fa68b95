//! The private libvirtd.

use std::cell::Cell;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::agent::Agent;
use super::domain::Builder;
use super::virsh::Virsh;
use crate::{packages, vm};

const KEEPER: &str = include_str!("keeper.sh");

/// The user and group that root becomes, because a libvirtd of root is the machine's: it
/// keeps its state in /var and /run. By Debian's base-passwd, nobody and nogroup.
const NOBODY: u32 = 65_534;

/// libvirtd takes connections after a tenth of a second on an idle machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Logs what goes to agents, for [`super::Domain::sent`], and else warnings and errors.
const LIBVIRTD_CONF: &str = r#"log_outputs = "1:stderr"
log_filters = "1:qemu.qemu_agent"
"#;

/// QEMU writes its own files; no virtlogd is started.
const QEMU_CONF: &str = "stdio_handler = \"file\"\n";

/// A running libvirtd with a directory of its own. It ends with its guests when dropped,
/// and when the process that started it does.
#[derive(Debug)]
pub struct Libvirt {
    keeper: Child,
    dir: TempDir,
    domains: Cell<u32>,
}

impl Libvirt {
    /// Starts it and waits until it takes connections.
    ///
    /// # Errors
    /// It does not run; its own messages are part of the error.
    pub fn start() -> Result<Self> {
        // Short, and not below target: a socket's path may have 107 bytes only, and
        // those of libvirt are long.
        let dir = tempfile::Builder::new().prefix("lv.").tempdir()?;
        furnish(dir.path())?;
        let log = File::create(dir.path().join("libvirtd.out"))?;
        // A session of its own: a test runner that kills a test's process group must not
        // hit the keeper, which has to end what else is there.
        let keeper = Command::new("setsid")
            .args(["sh", "-c", KEEPER, "keeper.sh"])
            .arg(dir.path())
            .args(unprivileged()?)
            .arg(packages::find("libvirtd").context("no libvirtd")?)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C")
            .env("HOME", dir.path())
            .envs(PLACES.map(|(name, place)| (name, dir.path().join(place))))
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .current_dir("/")
            .spawn()
            .context("cannot start setsid")?;
        let mut host = Self { keeper, dir, domains: Cell::new(0) };
        host.wait_for_socket().with_context(|| host.log())?;
        Ok(host)
    }

    /// A guest to be, with an agent in it.
    ///
    /// # Errors
    /// What belongs into the guest is not on this machine and cannot be fetched.
    pub fn domain(&self, agent: &Agent) -> Result<Builder<'_>> {
        let number = self.domains.get() + 1;
        self.domains.set(number);
        Builder::new(self, agent, number)
    }

    /// A guest that is given whole. `prepare` is run in it at each boot, and has to start an
    /// agent on the port that libvirt looks for.
    ///
    /// # Errors
    /// An image that one of its disks lies over cannot be copied to where QEMU may read it.
    pub fn given(&self, guest: vm::Builder, prepare: &'static str) -> Result<Builder<'_>> {
        let number = self.domains.get() + 1;
        self.domains.set(number);
        Ok(Builder::given(self, guest, prepare, number))
    }

    pub(super) fn virsh(&self) -> Virsh {
        Virsh { socket: self.socket() }
    }

    /// A new directory for a guest's files.
    pub(super) fn subdirectory(&self, name: &str) -> Result<PathBuf> {
        let dir = self.dir.path().join(name);
        fs::create_dir(&dir)?;
        Ok(dir)
    }

    /// Gives all files of a directory to the user that libvirtd and QEMU run as.
    pub(super) fn hand_over(&self, dir: &Path) -> Result<()> {
        hand_over(dir)
    }

    /// The process ID of a running guest, as libvirt notes it.
    pub(super) fn qemu(&self, domain: &str) -> Result<u32> {
        let file = self.dir.path().join(format!("run/libvirt/qemu/run/{domain}.pid"));
        let text = fs::read_to_string(&file).with_context(|| format!("{domain} does not run"))?;
        text.trim().parse().with_context(|| format!("no process ID in {}", file.display()))
    }

    /// Where all its files are.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What libvirtd has logged so far.
    pub(super) fn log(&self) -> String {
        let bytes = fs::read(self.dir.path().join("libvirtd.out")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("run/libvirt/libvirt-sock")
    }

    fn wait_for_socket(&mut self) -> Result<()> {
        let end = Instant::now() + START_TIMEOUT;
        while UnixStream::connect(self.socket()).is_err() {
            if let Some(status) = self.keeper.try_wait()? {
                bail!("libvirtd ended at once ({status})");
            }
            ensure!(Instant::now() < end, "libvirtd takes no connections");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Libvirt {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The directories of a session, as the XDG base directory specification names them.
const PLACES: [(&str, &str); 4] = [
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_DATA_HOME", "data"),
];

fn furnish(dir: &Path) -> Result<()> {
    for (_, place) in PLACES {
        fs::create_dir(dir.join(place))?;
    }
    let config = dir.join("config/libvirt");
    fs::create_dir(&config)?;
    fs::write(config.join("libvirtd.conf"), LIBVIRTD_CONF)?;
    fs::write(config.join("qemu.conf"), QEMU_CONF)?;
    hand_over(dir)
}

fn hand_over(path: &Path) -> Result<()> {
    if !is_root()? {
        return Ok(());
    }
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            hand_over(&entry?.path())?;
        }
    }
    chown(path, Some(NOBODY), Some(NOBODY))
        .with_context(|| format!("cannot give {} to nobody", path.display()))
}

/// What makes a command run as nobody where we are root.
fn unprivileged() -> Result<Vec<String>> {
    if !is_root()? {
        return Ok(Vec::new());
    }
    let id = NOBODY.to_string();
    Ok(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"].map(str::to_owned).into())
}

/// Whether we are root: a process belongs to its effective user, proc(5).
fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("no /proc")?.uid() == 0)
}
