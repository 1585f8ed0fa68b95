//! What a guest boots from, written to a directory: for QEMU, whoever starts it.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::channel;
use super::console::Console;
use super::initramfs::Tree;
use super::kernel::Kernel;
use super::session::Session;

/// The files of a guest, and the socket over which it will take commands.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) kernel: PathBuf,
    pub(crate) initramfs: PathBuf,
    pub(crate) console: Console,
    /// The socket that QEMU has to connect the port [`channel::PORT`] to.
    pub(crate) commands: PathBuf,
    listener: UnixListener,
}

impl Image {
    pub(super) fn write(kernel: &Kernel, tree: &Tree, dir: &Path) -> Result<Self> {
        let initramfs = dir.join("initramfs");
        tree.write(&initramfs)?;
        let commands = dir.join("commands");
        let listener = channel::listen(&commands)?;
        let kernel = kernel.image.clone();
        Ok(Self { kernel, initramfs, console: Console::below(dir), commands, listener })
    }

    /// The guest's session once it has booted; `alive` fails when it never will.
    ///
    /// # Errors
    /// The guest is not ready in time; the console's last lines are part of the message.
    pub(crate) fn connected(
        self,
        alive: impl FnMut() -> Result<()>,
        end: Instant,
    ) -> Result<Session> {
        Session::accept(&self.listener, self.console, alive, end).context("no guest")
    }
}
