//! What a small guest is made of, before it boots.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::disk::{Content, Disk};
use super::guest::Guest;
use super::image::Image;
use super::initramfs::Tree;
use super::kernel::{self, Kernel};
use super::{channel, debian, full, modules, programs};
use crate::bin;

/// Fifty times what a boot takes on an idle machine.
const BOOT_TIMEOUT: Duration = Duration::from_secs(120);
/// Ten times what systemd takes under emulation.
const FULL_BOOT_TIMEOUT: Duration = Duration::from_secs(300);

/// A guest to be: one virtual CPU of type `max`, 256 MiB, busybox and nothing else.
#[derive(Debug)]
pub struct Builder {
    pub(crate) cpu: String,
    pub(crate) cpus: u32,
    pub(crate) memory: u32,
    pub(crate) machine: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) ports: Vec<String>,
    pub(crate) serials: Vec<String>,
    pub(crate) disks: Vec<Disk>,
    pub(crate) boot_timeout: Duration,
    /// Debian with systemd, see [`Builder::full`].
    pub(crate) full: bool,
    kernel: &'static str,
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
            full: false,
            kernel: kernel::CLOUD,
            modules: vec!["virtio_pci".to_owned(), "virtio_console".to_owned()],
            tree: Tree::base()?,
        })
    }

    /// The CPU as for `-cpu`: a model and its properties.
    pub fn cpu(mut self, cpu: &str) -> Self {
        cpu.clone_into(&mut self.cpu);
        self
    }

    /// Debian's kernel for every machine, which has drivers that the one for clouds has not,
    /// such as those for a BMC. Takes longer to fetch and to boot.
    pub fn every_driver(mut self) -> Self {
        self.kernel = "linux-image-amd64";
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
    pub fn disk(self, serial: &str, bytes: u64) -> Self {
        self.disk_with(serial, bytes, Content::Zeros)
    }

    /// A disk as [`Builder::disk`] with an empty ext4 filesystem, labelled as the disk.
    /// Needs mke2fs.
    pub fn ext4(self, serial: &str, bytes: u64) -> Self {
        self.disk_with(serial, bytes, Content::Ext4).module("ext4")
    }

    fn disk_with(mut self, serial: &str, bytes: u64, content: Content) -> Self {
        self.disks.push(Disk { serial: serial.to_owned(), bytes, content });
        self.module("virtio_blk")
    }

    /// A full guest instead of a small one: Debian of this machine's release with systemd,
    /// PostgreSQL, MariaDB and Redis, none of which runs before a test starts it. Two CPUs, 1 GiB;
    /// its root is an overlay that goes with the guest. To be called before files and disks are
    /// added: files are then put onto that root, and the first disk is /dev/vdb. Needs
    /// [`super::FULL_NEEDS`].
    ///
    /// # Errors
    /// The image cannot be built.
    pub fn full(mut self) -> Result<Self> {
        let content = Content::Overlay(full::image()?);
        self.full = true;
        self.tree.full();
        self.boot_timeout = FULL_BOOT_TIMEOUT;
        let guest = self.cpus(2).memory(1024).module("ext4").module("virtio_net");
        Ok(guest.disk_with("root", 0, content))
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

    /// A symbolic link at an absolute path in the guest.
    pub fn link(mut self, path: &str, target: &str) -> Self {
        self.tree.link(path, target);
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

    /// A program out of a Debian package that need not be installed, at the path it has
    /// there. The libraries it loads are those of this machine.
    ///
    /// # Errors
    /// The package cannot be fetched, has no such file, or a library is missing.
    pub fn packaged(mut self, package: &str, path: &str) -> Result<Self> {
        let file = debian::unpacked(package)?.join(path.trim_start_matches('/'));
        programs::add_at(&mut self.tree, path, &file)?;
        Ok(self)
    }

    /// A file out of a Debian package that need not be installed, at the path it has there.
    ///
    /// # Errors
    /// The package cannot be fetched or has no such file.
    pub fn packaged_file(mut self, package: &str, path: &str) -> Result<Self> {
        let file = debian::unpacked(package)?.join(path.trim_start_matches('/'));
        self.tree.copy(path, &file)?;
        Ok(self)
    }

    /// A static program of any place on this machine, as /usr/bin/NAME in the guest.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn binary(self, name: &str, file: &Path) -> Result<Self> {
        self.binary_at(&format!("/usr/bin/{name}"), file)
    }

    /// A static program of any place on this machine, at an absolute path in the guest.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn binary_at(mut self, path: &str, file: &Path) -> Result<Self> {
        self.tree.copy(path, file)?;
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
    pub fn boot(self) -> Result<Guest> {
        Guest::start(self)
    }

    /// Copies the images that disks lie over to a directory, for a QEMU that may read
    /// nothing else.
    pub(crate) fn take_images(&mut self, dir: &Path) -> Result<()> {
        for disk in &mut self.disks {
            if let Content::Overlay(image) = &mut disk.content {
                let copy = dir.join(format!("{}.image", disk.serial));
                let mut command = std::process::Command::new("cp");
                debian::run(command.arg("--sparse=always").arg(&*image).arg(&copy))?;
                *image = copy;
            }
        }
        Ok(())
    }

    /// Writes all that the guest boots from to a directory. What is left describes the
    /// machine.
    pub(crate) fn write(mut self, dir: &Path) -> Result<(Self, Image)> {
        let kernel = Kernel::obtain(self.kernel)?;
        self.tree.first();
        self.tree.modules(modules::resolve(&kernel.modules, &self.modules)?);
        let own = [channel::PORT.to_owned()];
        let ports: String = own.iter().chain(&self.ports).map(|port| format!("{port}\n")).collect();
        self.tree.file("/etc/small-guest/ports", 0o644, ports.into_bytes());
        let image = Image::write(&kernel, &std::mem::take(&mut self.tree), dir)?;
        for disk in &self.disks {
            disk.create(dir)?;
        }
        Ok((self, image))
    }
}
