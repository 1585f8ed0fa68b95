//! A guest under libvirt.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::agent::{Agent, PORT, START, STOP};
use super::furniture::{PREPARE, furnish};
use super::host::Libvirt;
use super::virsh::Virsh;
use super::{sent, xml};
use crate::record;
use crate::vm::{self, Output, Session};

/// From the start of the agent to its first answer, on a busy machine.
const AGENT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one answer may take, in seconds; a hung agent fails a call, not the test.
const ANSWER_TIMEOUT: &str = "30";

/// A domain to be.
#[derive(Debug)]
pub struct Builder<'a> {
    host: &'a Libvirt,
    agent: Agent,
    name: String,
    guest: vm::Builder,
    scripts: Scripts,
}

/// What is run in the guest.
#[derive(Debug, Clone, Copy)]
struct Scripts {
    /// At each boot, before the agent.
    prepare: &'static str,
    /// To start the agent.
    start: &'static str,
}

impl<'a> Builder<'a> {
    pub(super) fn new(host: &'a Libvirt, agent: &Agent, number: u32) -> Result<Self> {
        let guest = furnish(agent)?;
        let scripts = Scripts { prepare: PREPARE, start: START };
        Ok(Self { host, agent: agent.clone(), name: format!("guest{number}"), guest, scripts })
    }

    pub(super) fn given(
        host: &'a Libvirt,
        guest: vm::Builder,
        prepare: &'static str,
        number: u32,
    ) -> Self {
        let scripts = Scripts { prepare, start: ":" };
        let guest = guest.port(PORT);
        Self { host, agent: Agent::Given, name: format!("guest{number}"), guest, scripts }
    }

    /// Changes the guest that will boot. Its CPU is always `max`, and arguments
    /// for QEMU are not taken over.
    pub fn guest(mut self, change: impl FnOnce(vm::Builder) -> vm::Builder) -> Self {
        self.guest = change(self.guest);
        self
    }

    /// Boots it and waits until libvirt has an answer from the agent.
    ///
    /// # Errors
    /// libvirt or the guest fails, or the agent does not answer; the console's last lines
    /// are part of the message.
    pub fn boot(self) -> Result<Domain<'a>> {
        let Self { host, agent, name, mut guest, scripts } = self;
        let end = Instant::now() + guest.boot_timeout;
        let dir = host.subdirectory(&name)?;
        guest.take_images(&dir)?;
        let (guest, mut image) = guest.write(&dir)?;
        // The user that QEMU runs as may not be let into the source tree.
        let kernel = dir.join("kernel");
        fs::copy(&image.kernel, &kernel)?;
        image.kernel = kernel;
        let description = dir.join("domain.xml");
        fs::write(&description, xml::domain(&name, &guest, &image, &dir))?;
        host.hand_over(&dir)?;

        let virsh = host.virsh();
        virsh.run(["define", &description.to_string_lossy()])?.success()?;
        virsh.run(["start", &name])?.success().with_context(|| host.log())?;
        let session = image.connected(|| Ok(()), end)?;
        let mut domain =
            Domain { host, virsh, agent, name, dir, session, scripts, read: Cell::new(0) };
        domain.prepare()?;
        record::note("booted", &format!("libvirt, {}", domain.agent.name()));
        Ok(domain)
    }
}

/// A booted domain whose agent answers. It is destroyed when dropped.
#[derive(Debug)]
pub struct Domain<'a> {
    host: &'a Libvirt,
    virsh: Virsh,
    agent: Agent,
    name: String,
    dir: PathBuf,
    session: Session,
    scripts: Scripts,
    /// How much of libvirtd's log has been looked at.
    read: Cell<usize>,
}

impl Domain<'_> {
    /// Runs a command of virsh on this domain, the command's name being the first word.
    ///
    /// # Errors
    /// virsh does not come to an end. A command that fails is an [`Output`].
    pub fn virsh<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<Output> {
        let mut words = words.into_iter();
        let mut all = vec![words.next().context("no command for virsh")?];
        all.extend(["--domain", &self.name]);
        for word in words {
            all.push(word);
        }
        self.virsh.run(all)
    }

    /// Passes a request to the agent through libvirt and returns its whole reply. An
    /// error of the agent is an error of virsh.
    ///
    /// # Errors
    /// As [`Domain::virsh`].
    pub fn agent_command(&self, request: &str) -> Result<Output> {
        self.virsh(["qemu-agent-command", "--cmd", request])
    }

    /// What libvirt has sent to agents since this was last asked, in its order.
    ///
    /// # Errors
    /// libvirtd's log is shorter than it was.
    pub fn sent(&self) -> Result<Vec<Value>> {
        let log = self.host.log();
        let new = log.get(self.read.get()..).context("libvirtd's log has shrunk")?;
        self.read.set(log.len());
        Ok(sent::commands(new))
    }

    /// Commands in the guest that do not go through libvirt.
    pub fn guest(&mut self) -> &mut Session {
        &mut self.session
    }

    /// How many bytes of a disk are stored here: what was never written, and what the
    /// guest has discarded since, takes no space.
    ///
    /// # Errors
    /// There is no such disk.
    pub fn stored(&self, disk: &str) -> Result<u64> {
        let file = self.dir.join(format!("{disk}.disk"));
        let meta = file.metadata().with_context(|| format!("no {}", file.display()))?;
        // Always units of 512, stat(2).
        Ok(meta.blocks() * 512)
    }

    /// Where the files of its disks are, NAME.disk at first, which QEMU may write to.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Connects to the host's end of a virtio-serial port other than the agent's.
    ///
    /// # Errors
    /// There is no such port, or QEMU has ended.
    pub fn port(&self, name: &str) -> Result<UnixStream> {
        UnixStream::connect(self.dir.join(format!("port.{name}")))
            .with_context(|| format!("cannot connect to port {name}"))
    }

    /// The process ID of its QEMU.
    ///
    /// # Errors
    /// It does not run.
    pub fn qemu(&self) -> Result<u32> {
        self.host.qemu(&self.name)
    }

    /// What the agent itself has printed.
    ///
    /// # Errors
    /// The guest takes no commands.
    pub fn agent_log(&mut self) -> Result<String> {
        Ok(self.session.run(["cat", "/run/agent.log"])?.text())
    }

    /// Waits until the guest has ended and returns why, as `virsh domstate --reason`
    /// puts it, such as `shut off (shutdown)`.
    ///
    /// # Errors
    /// It has not ended in time.
    pub fn ended(&self, within: Duration) -> Result<String> {
        let end = Instant::now() + within;
        loop {
            let state = self.virsh(["domstate", "--reason"])?.success()?.text();
            if state.starts_with("shut off") {
                return Ok(state);
            }
            ensure!(
                Instant::now() < end,
                "not ended but {state}: {}",
                self.session.console().tail()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the guest has booted again and its agent answers.
    ///
    /// # Errors
    /// It has not booted in time, or the agent does not answer.
    pub fn rebooted(&mut self, within: Duration) -> Result<()> {
        self.session.again(Instant::now() + within)?;
        self.prepare()
    }

    /// Asks the agent to end, as a service manager does, and waits until it has.
    ///
    /// # Errors
    /// It has not ended after ten seconds.
    pub fn stop_agent(&mut self) -> Result<()> {
        self.session.shell(STOP)?.success().context("the agent does not end").map(drop)
    }

    /// Starts the agent and waits until libvirt has an answer from it.
    ///
    /// # Errors
    /// It does not answer in time.
    pub fn start_agent(&mut self) -> Result<()> {
        self.session.shell(self.scripts.start)?.success()?;
        self.answered()
    }

    /// Waits until libvirt has an answer from an agent that somebody has started.
    ///
    /// # Errors
    /// It does not answer in time.
    pub fn answered(&mut self) -> Result<()> {
        self.virsh(["guest-agent-timeout", "--timeout", ANSWER_TIMEOUT])?.success()?;
        let end = Instant::now() + AGENT_TIMEOUT;
        loop {
            let answer = self.agent_command(r#"{"execute":"guest-ping"}"#)?;
            if answer.code == 0 {
                break;
            }
            if Instant::now() > end {
                let log = self.agent_log()?;
                bail!("{} does not answer: {}\n{log}", self.agent.name(), answer.errors());
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.sent().map(drop)
    }

    fn prepare(&mut self) -> Result<()> {
        self.session.shell(self.scripts.prepare)?.success().context("preparing the guest")?;
        self.start_agent()
    }
}

impl Drop for Domain<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.session.console().tail());
        }
        // It may have ended already. What virsh cannot end goes with the host.
        let _ = self.virsh(["destroy"]);
    }
}
