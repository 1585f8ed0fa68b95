//! A running small guest.

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use super::channel::{self, Channel};
use super::console::Console;
use super::initramfs::Tree;
use super::kernel::Kernel;
use super::{Builder, Output, Qmp};
use crate::record;

/// Far more than any one command takes under emulation.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// A booted guest. It is killed when dropped, and when the thread that booted it ends;
/// a test that panics gets its console.
#[derive(Debug)]
pub struct Guest {
    qemu: Child,
    channel: Channel,
    console: Console,
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

    pub(super) fn start(builder: &Builder, kernel: &Kernel, tree: &Tree) -> Result<Self> {
        // Not below target: the path of a Unix socket may have 107 bytes only.
        let dir = tempfile::Builder::new().prefix("small-guest.").tempdir()?;
        let console = Console::below(dir.path());
        tree.write(&dir.path().join("initramfs"))?;
        let listener = channel::listen(&dir.path().join("commands"))?;
        let end = Instant::now() + builder.boot_timeout;

        // setpriv becomes QEMU, which the kernel then ends with the thread that started
        // it, even when a test is killed and drops nothing.
        let mut qemu = process::Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "qemu-system-x86_64"])
            .args(arguments(builder, kernel, dir.path())?)
            .stdin(Stdio::null())
            .stdout(File::create(dir.path().join("qemu.out"))?)
            .stderr(File::create(&console.qemu)?)
            .spawn()
            .context("cannot start qemu-system-x86_64")?;
        match Channel::accept(&listener, &mut qemu, end) {
            Ok(channel) => {
                record::note("booted", &builder.cpu);
                Ok(Self { qemu, channel, console, dir })
            }
            Err(error) => {
                end_child(&mut qemu);
                Err(error.context(console.tail()))
            }
        }
    }

    /// Runs a program with its arguments, given as they are.
    ///
    /// # Errors
    /// The guest does not answer in time or has ended. A program that fails is an
    /// [`Output`], not an error.
    pub fn run<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Result<Output> {
        self.command(words).run()
    }

    /// Runs a script of the shell, which may have many lines and leave programs
    /// running behind it.
    ///
    /// # Errors
    /// As [`Guest::run`].
    pub fn shell(&mut self, script: &str) -> Result<Output> {
        Command::new(self, script.to_owned()).run()
    }

    /// A program to run with an input or a time of its own.
    pub fn command<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Command<'_> {
        let script = words.into_iter().map(quoted).collect::<Vec<_>>().join(" ");
        Command::new(self, script)
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

    /// Plugs one more port into the running guest.
    ///
    /// # Errors
    /// QEMU refuses, for example because there is such a port.
    pub fn plug_port(&self, name: &str) -> Result<()> {
        let id = port_id(name);
        let mut qmp = self.qmp()?;
        qmp.execute(
            "chardev-add",
            json!({"id": id, "backend": {"type": "socket", "data": {
                "addr": {"type": "unix", "data": {"path": self.port_path(name)}},
                "server": true, "wait": false,
            }}}),
        )?;
        qmp.execute(
            "device_add",
            json!({"driver": "virtserialport", "bus": "ports.0", "id": id, "chardev": id, "name": name}),
        )?;
        Ok(())
    }

    /// Unplugs a port, whether it was there at boot or came later.
    ///
    /// # Errors
    /// There is no such port.
    pub fn unplug_port(&self, name: &str) -> Result<()> {
        let id = json!({"id": port_id(name)});
        let mut qmp = self.qmp()?;
        qmp.execute("device_del", id.clone())?;
        // The device lets go of its chardev some time after it has gone.
        let end = Instant::now() + COMMAND_TIMEOUT;
        while let Err(error) = qmp.execute("chardev-remove", id.clone()) {
            ensure!(Instant::now() < end, "{error}");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// QEMU's monitor.
    ///
    /// # Errors
    /// It does not answer, or somebody else is connected to it.
    pub fn qmp(&self) -> Result<Qmp> {
        Qmp::connect(&self.dir.path().join("qmp"))
    }

    /// All that the guest printed on its console.
    pub fn console(&self) -> String {
        self.console.text()
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
                ensure!(status.success(), "QEMU ended with {status}\n{}", self.console.tail());
                return Ok(());
            }
            ensure!(Instant::now() < end, "no power-off in time\n{}", self.console.tail());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.console.tail());
        }
        end_child(&mut self.qemu);
    }
}

/// A command about to run in a guest.
#[derive(Debug)]
pub struct Command<'a> {
    guest: &'a mut Guest,
    script: String,
    input: Vec<u8>,
    timeout: Duration,
}

impl<'a> Command<'a> {
    fn new(guest: &'a mut Guest, script: String) -> Self {
        Self { guest, script, input: Vec::new(), timeout: COMMAND_TIMEOUT }
    }

    /// What it reads from standard input.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// How long it may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// As [`Guest::run`].
    pub fn run(self) -> Result<Output> {
        let Self { guest, script, input, timeout } = self;
        let output = guest.channel.run(&script, &input, Instant::now() + timeout);
        output.with_context(|| format!("in the guest: {script}\n{}", guest.console.tail()))
    }
}

fn arguments(builder: &Builder, kernel: &Kernel, dir: &Path) -> Result<Vec<String>> {
    let mut arguments: Vec<String> =
        ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-accel", "tcg"]
            .map(str::to_owned)
            .into();
    let mut option = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    option("-machine", builder.machine.clone());
    option("-cpu", builder.cpu.clone());
    option("-smp", builder.cpus.to_string());
    option("-m", format!("{}M", builder.memory));
    option("-kernel", kernel.image.display().to_string());
    option("-initrd", dir.join("initramfs").display().to_string());
    // panic=-1 with -no-reboot: a kernel that panics ends QEMU at once.
    option("-append", "console=ttyS0 panic=-1 quiet".to_owned());
    option("-serial", format!("file:{}", dir.join("console").display()));

    option("-qmp", format!("unix:{},server=on,wait=off", dir.join("qmp").display()));

    option("-device", "virtio-serial-pci,id=ports".to_owned());
    let commands = dir.join("commands").display().to_string();
    option("-chardev", format!("socket,id=commands,path={commands}"));
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
        arguments.extend(disk.create(dir)?);
    }
    arguments.extend(builder.arguments.iter().cloned());
    Ok(arguments)
}

/// Of the port and of its chardev.
fn port_id(name: &str) -> String {
    format!("port-{name}")
}

fn port_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("port.{name}"))
}

/// A word as the shell takes it literally.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Ends our own QEMU and nothing else. It may have ended already, which is as good.
fn end_child(qemu: &mut Child) {
    let _ = qemu.kill();
    let _ = qemu.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_stays_one_word() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
