//! A running small guest.

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::channel;
use super::image::Image;
use super::session::{Command, Session};
use super::{Builder, Output, Qmp};
use crate::record;

/// A booted guest. It is killed when dropped, and when the thread that booted it ends;
/// a test that panics gets its console.
#[derive(Debug)]
pub struct Guest {
    qemu: Child,
    session: Session,
    dir: TempDir,
}

impl Guest {
    /// A guest to describe and then [`Builder::boot`].
    ///
    /// # Errors
    /// busybox cannot be fetched.
    pub fn builder() -> Result<Builder> {
        Builder::new()
    }

    pub(super) fn start(builder: Builder) -> Result<Self> {
        // Not below target: the path of a Unix socket may have 107 bytes only.
        let dir = tempfile::Builder::new().prefix("small-guest.").tempdir()?;
        let (builder, image) = builder.write(dir.path())?;
        let end = Instant::now() + builder.boot_timeout;

        // setpriv becomes QEMU, which the kernel then ends with the thread that started
        // it, even when a test is killed and drops nothing.
        let mut qemu = process::Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "qemu-system-x86_64"])
            .args(arguments(&builder, &image, dir.path()))
            .stdin(Stdio::null())
            .stdout(File::create(dir.path().join("qemu.out"))?)
            .stderr(File::create(&image.console.qemu)?)
            .spawn()
            .context("cannot start qemu-system-x86_64")?;
        match image.connected(|| running(&mut qemu), end) {
            Ok(session) => {
                record::note("booted", &builder.cpu);
                Ok(Self { qemu, session, dir })
            }
            Err(error) => {
                end_child(&mut qemu);
                Err(error)
            }
        }
    }

    /// Runs a program with its arguments, given as they are.
    ///
    /// # Errors
    /// The guest does not answer in time or has ended. A program that fails is an
    /// [`Output`], not an error.
    pub fn run<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Result<Output> {
        self.session.run(words)
    }

    /// Runs a script of the shell, which may have many lines and leave programs
    /// running behind it.
    ///
    /// # Errors
    /// As [`Guest::run`].
    pub fn shell(&mut self, script: &str) -> Result<Output> {
        self.session.shell(script)
    }

    /// A program to run with an input or a time of its own.
    pub fn command<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Command<'_> {
        self.session.command(words)
    }

    /// The host's side of a port or serial line that [`Builder::port`] or
    /// [`Builder::serial`] added.
    ///
    /// # Errors
    /// There is no such port, or it is in use: a port has one client at a time.
    pub fn port(&self, name: &str) -> Result<UnixStream> {
        let path = self.port_path(name);
        UnixStream::connect(&path).with_context(|| format!("cannot connect to {}", path.display()))
    }

    /// The socket of that port, for a program that connects by itself.
    pub fn port_path(&self, name: &str) -> PathBuf {
        port_path(self.dir.path(), name)
    }

    /// QEMU's monitor.
    ///
    /// # Errors
    /// It does not answer, or somebody else is connected to it.
    pub fn qmp(&self) -> Result<Qmp> {
        Qmp::connect(&self.dir.path().join("qmp"))
    }

    /// Waits until a full guest that reboots takes commands again.
    ///
    /// # Errors
    /// It does not in time; the console's last lines are part of the message.
    pub fn rebooted(&mut self, within: Duration) -> Result<()> {
        self.session.again(Instant::now() + within)
    }

    /// The file of a disk on this machine.
    pub fn disk_path(&self, serial: &str) -> PathBuf {
        self.dir.path().join(format!("{serial}.disk"))
    }

    /// All that the guest printed on its console.
    pub fn console(&self) -> String {
        self.session.console().text()
    }

    /// Asks the guest to power off and waits until QEMU has ended.
    ///
    /// # Errors
    /// It is still there when the time is over, or ended badly.
    pub fn power_off(mut self, within: Duration) -> Result<()> {
        let end = Instant::now() + within;
        // In the background, so that there is an answer to wait for.
        self.shell("(sleep 0.1; poweroff -f) >/dev/null 2>&1 &")?;
        loop {
            if let Some(status) = self.qemu.try_wait()? {
                ensure!(
                    status.success(),
                    "QEMU ended with {status}\n{}",
                    self.session.console().tail()
                );
                return Ok(());
            }
            ensure!(
                Instant::now() < end,
                "no power-off in time\n{}",
                self.session.console().tail()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.session.console().tail());
        }
        end_child(&mut self.qemu);
    }
}

fn arguments(builder: &Builder, image: &Image, dir: &Path) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["-nodefaults", "-no-user-config", "-display", "none", "-accel", "tcg"]
            .map(str::to_owned)
            .into();
    if !builder.full {
        arguments.push("-no-reboot".to_owned());
    }
    let mut option = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    option("-machine", builder.machine.clone());
    option("-cpu", builder.cpu.clone());
    option("-smp", builder.cpus.to_string());
    option("-m", format!("{}M", builder.memory));
    option("-kernel", image.kernel.display().to_string());
    option("-initrd", image.initramfs.display().to_string());
    // panic=-1 with -no-reboot: a kernel that panics ends QEMU at once.
    // A full guest may reboot, and one that panics stops.
    let panic = if builder.full { 0 } else { -1 };
    option("-append", format!("console=ttyS0 panic={panic} quiet"));
    option("-serial", format!("file:{}", image.console.serial.display()));

    option("-qmp", format!("unix:{},server=on,wait=off", dir.join("qmp").display()));

    option("-device", "virtio-serial-pci,id=ports".to_owned());
    option("-chardev", format!("socket,id=commands,path={}", image.commands.display()));
    option("-device", format!("virtserialport,chardev=commands,name={}", channel::PORT));
    for name in &builder.ports {
        let id = port_id(name);
        let path = port_path(dir, name).display().to_string();
        option("-chardev", format!("socket,id={id},server=on,wait=off,path={path}"));
        option("-device", format!("virtserialport,id={id},chardev={id},name={name}"));
    }
    for name in &builder.serials {
        let id = port_id(name);
        let path = port_path(dir, name).display().to_string();
        option("-chardev", format!("socket,id={id},server=on,wait=off,path={path}"));
        option("-serial", format!("chardev:{id}"));
    }
    for disk in &builder.disks {
        arguments.extend(disk.arguments(dir));
    }
    arguments.extend(builder.arguments.iter().cloned());
    arguments
}

/// Of the port and of its chardev.
pub(super) fn port_id(name: &str) -> String {
    format!("port-{name}")
}

fn port_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("port.{name}"))
}

/// An error once QEMU has ended.
fn running(qemu: &mut Child) -> Result<()> {
    match qemu.try_wait()? {
        Some(status) => bail!("QEMU ended before it connected: {status}"),
        None => Ok(()),
    }
}

/// Ends our own QEMU and nothing else. It may have ended already, which is as good.
fn end_child(qemu: &mut Child) {
    let _ = qemu.kill();
    let _ = qemu.wait();
}
