//! What a small guest is made of, before it boots.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::disk::Disk;
use super::guest::Guest;
use super::initramfs::Tree;
use super::kernel::Kernel;
use super::{channel, modules, programs};
use crate::bin;

/// Fifty times what a boot takes on an idle machine.
const BOOT_TIMEOUT: Duration = Duration::from_secs(120);

/// A guest to be: one virtual CPU of type `max`, 256 MiB, busybox and nothing else.
#[derive(Debug)]
pub struct Builder {
    pub(super) cpu: String,
    pub(super) cpus: u32,
    pub(super) memory: u32,
    pub(super) machine: String,
    pub(super) arguments: Vec<String>,
    pub(super) ports: Vec<String>,
    pub(super) serials: Vec<String>,
    pub(super) disks: Vec<Disk>,
    pub(super) boot_timeout: Duration,
    modules: Vec<String>,
    tree: Tree,
}

impl Builder {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            cpu: "max".to_owned(),
            cpus: 1,
            memory: 256,
            machine: "pc".to_owned(),
            arguments: Vec::new(),
            ports: Vec::new(),
            serials: Vec::new(),
            disks: Vec::new(),
            boot_timeout: BOOT_TIMEOUT,
            modules: vec!["virtio_pci".to_owned(), "virtio_console".to_owned()],
            tree: Tree::base()?,
        })
    }

    /// The CPU as for `-cpu`: a model and its properties.
    pub fn cpu(mut self, cpu: &str) -> Self {
        cpu.clone_into(&mut self.cpu);
        self
    }

    /// The number of virtual CPUs.
    pub fn cpus(mut self, cpus: u32) -> Self {
        self.cpus = cpus;
        self
    }

    /// Memory in MiB.
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.memory = mebibytes;
        self
    }

    /// The machine as for `-machine`.
    pub fn machine(mut self, machine: &str) -> Self {
        machine.clone_into(&mut self.machine);
        self
    }

    /// One table of DMI strings as for `-smbios`.
    pub fn smbios(self, table: &str) -> Self {
        self.arguments(["-smbios", table])
    }

    /// More arguments for QEMU.
    pub fn arguments<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// A virtio-serial port: /dev/virtio-ports/NAME in the guest, [`Guest::port`] here.
    pub fn port(mut self, name: &str) -> Self {
        self.ports.push(name.to_owned());
        self
    }

    /// A serial line, after the console's: /dev/ttyS1 and on in the guest, in the order
    /// they are added, and [`Guest::port`] here.
    pub fn serial(mut self, name: &str) -> Self {
        self.serials.push(name.to_owned());
        self
    }

    /// An empty disk: /dev/vda and on in the guest, in the order they are added.
    pub fn disk(mut self, serial: &str, bytes: u64) -> Self {
        self.disks.push(Disk { serial: serial.to_owned(), bytes });
        self.module("virtio_blk")
    }

    /// A kernel module, loaded at boot with all it depends on.
    pub fn module(mut self, name: &str) -> Self {
        self.modules.push(name.to_owned());
        self
    }

    /// A file at an absolute path in the guest.
    pub fn file(mut self, path: &str, mode: u32, bytes: impl Into<Vec<u8>>) -> Self {
        self.tree.file(path, mode, bytes.into());
        self
    }

    /// A program of this machine by name or absolute path, with its libraries.
    ///
    /// # Errors
    /// It is not installed, or cannot be read.
    pub fn program(mut self, program: &str) -> Result<Self> {
        programs::add(&mut self.tree, program)?;
        Ok(self)
    }

    /// A static program of any place on this machine, as /usr/bin/NAME in the guest.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn binary(mut self, name: &str, file: &Path) -> Result<Self> {
        self.tree.copy(&format!("/usr/bin/{name}"), file)?;
        Ok(self)
    }

    /// The guestctl under test.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn guestctl(self) -> Result<Self> {
        let file = bin::guestctl()?;
        self.binary("guestctl", &file)
    }

    /// systemd-detect-virt and virt-what, which guestctl must agree with.
    ///
    /// # Errors
    /// One of them is not installed.
    pub fn peers(mut self) -> Result<Self> {
        programs::add_peers(&mut self.tree)?;
        Ok(self)
    }

    /// How long the guest may take until it takes commands.
    pub fn boot_timeout(mut self, timeout: Duration) -> Self {
        self.boot_timeout = timeout;
        self
    }

    /// Boots the guest and waits until it takes commands.
    ///
    /// # Errors
    /// The kernel cannot be fetched, QEMU does not run, or the guest is not ready in
    /// time; the console's last lines are part of the message.
    pub fn boot(mut self) -> Result<Guest> {
        let kernel = Kernel::obtain()?;
        self.tree.modules(modules::resolve(&kernel.modules, &self.modules)?);
        let own = [channel::PORT.to_owned()];
        let ports: String = own.iter().chain(&self.ports).map(|port| format!("{port}\n")).collect();
        self.tree.file("/etc/small-guest/ports", 0o644, ports.into_bytes());
        Guest::start(&self, &kernel, &self.tree)
    }
}
