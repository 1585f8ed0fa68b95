//! Small guests: QEMU without KVM, Debian's cloud kernel and an initramfs of busybox
//! and the programs under test. One boots in a few seconds and needs no privileges.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! # use support::vm::Guest;
//! let builder = Guest::builder()?.cpu("Haswell,model=63,stepping=0,level=13");
//! let mut guest = builder.guestctl()?.boot()?;
//! let output = guest.run(["guestctl", "evc", "-o", "json"])?.success()?;
//! println!("{}", output.json()?["verdict"]);
//! # Ok(())
//! # }
//! ```

mod builder;
mod channel;
mod console;
mod cpio;
mod debian;
mod disk;
mod full;
mod guest;
mod image;
mod initramfs;
mod kernel;
mod modules;
mod output;
mod plug;
mod programs;
mod qmp;
mod session;

pub use builder::Builder;
pub(crate) use channel::PORT as COMMANDS_PORT;
pub use guest::Guest;
pub(crate) use image::Image;
pub use output::Output;
pub use qmp::Qmp;
pub use session::{Command, Session};

/// The programs of the host that every small guest needs; see [`crate::need_guest`].
pub const NEEDS: [&str; 5] = ["qemu-system-x86_64", "setpriv", "apt-get", "dpkg-deb", "ldd"];

/// The programs of the host that a full guest needs besides; see [`crate::need_full_guest`].
pub const FULL_NEEDS: [&str; 3] = ["mmdebstrap", "mke2fs", "qemu-img"];
