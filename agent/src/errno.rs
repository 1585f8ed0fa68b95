//! Errors of the kernel as hosts read them.

use std::io;

use nix::errno::Errno;

/// The words of strerror(3) for an error, without the number that Rust adds. They are
/// those of glibc, which hosts know from QEMU's agent, whatever we are linked with.
pub(crate) fn text(error: &io::Error) -> String {
    let number = error.raw_os_error();
    if let Some(words) = number.map(Errno::from_raw).and_then(of_glibc) {
        return words.to_owned();
    }
    let text = error.to_string();
    let short = number.and_then(|number| text.strip_suffix(&format!(" (os error {number})")));
    short.map(str::to_owned).unwrap_or(text)
}

/// Where musl has other words.
fn of_glibc(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::ECHILD => "No child processes",
        Errno::EBUSY => "Device or resource busy",
        Errno::EDQUOT => "Disk quota exceeded",
        Errno::EIO => "Input/output error",
        Errno::ELOOP => "Too many levels of symbolic links",
        Errno::EMFILE => "Too many open files",
        Errno::ENAMETOOLONG => "File name too long",
        Errno::ENOMEM => "Cannot allocate memory",
        Errno::ENOTTY => "Inappropriate ioctl for device",
        Errno::EOPNOTSUPP => "Operation not supported",
        Errno::EOVERFLOW => "Value too large for defined data type",
        Errno::ESPIPE => "Illegal seek",
        Errno::EUCLEAN => "Structure needs cleaning",
        Errno::EXDEV => "Invalid cross-device link",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_left_out() {
        assert_eq!(text(&io::Error::from_raw_os_error(2)), "No such file or directory");
        assert_eq!(text(&io::Error::from_raw_os_error(36)), "File name too long");
        assert_eq!(text(&io::Error::other("odd (os error 2)")), "odd (os error 2)");
    }

    /// On a system with glibc the table has to say what that says itself.
    #[test]
    #[cfg(target_env = "gnu")]
    fn the_table_is_that_of_glibc() {
        for number in 1..133 {
            if let Some(words) = of_glibc(Errno::from_raw(number)) {
                let own = io::Error::from_raw_os_error(number).to_string();
                assert_eq!(own, format!("{words} (os error {number})"));
            }
        }
    }
}
