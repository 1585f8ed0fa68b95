//! The hardware clock's own calls (rtc(4)).

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use nix::libc::c_int;

/// `struct rtc_time` of linux/rtc.h: the clock's fields, in whatever zone it runs.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) second: c_int,
    pub(crate) minute: c_int,
    pub(crate) hour: c_int,
    /// From 1.
    pub(crate) day: c_int,
    /// From 0.
    pub(crate) month: c_int,
    /// Since 1900.
    pub(crate) year: c_int,
    /// The kernel does not look at this and the rest.
    pub(crate) unused: [c_int; 3],
}

mod call {
    // Numbers of linux/rtc.h.
    nix::ioctl_read!(read, b'p', 0x09, super::Fields);
    nix::ioctl_write_ptr!(set, b'p', 0x0a, super::Fields);
}

/// What the clock says.
pub(crate) fn read(clock: &File) -> io::Result<Fields> {
    let mut fields = Fields::default();
    // SAFETY: the descriptor is open, and the kernel writes one `struct rtc_time`, which
    // `Fields` has the layout of.
    unsafe { call::read(clock.as_raw_fd(), &raw mut fields) }?;
    Ok(fields)
}

/// Sets the clock, which was opened for reading or writing.
pub(crate) fn set(clock: &File, fields: &Fields) -> io::Result<()> {
    // SAFETY: the descriptor is open, and the kernel reads one `struct rtc_time`, which
    // `Fields` has the layout of.
    unsafe { call::set(clock.as_raw_fd(), fields) }?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_gets_its_own_layout() {
        assert_eq!(size_of::<Fields>(), 9 * size_of::<c_int>());
        // No clock, but a descriptor all the same.
        let null = File::open("/dev/null").unwrap();
        assert_eq!(read(&null).unwrap_err().raw_os_error(), Some(nix::libc::ENOTTY));
        let refused = set(&null, &Fields::default()).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(nix::libc::ENOTTY));
    }
}
