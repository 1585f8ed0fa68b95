//! How a file is opened: the modes of fopen(3) that QEMU's agent knows.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;

use nix::fcntl::OFlag;

/// The options for a mode, or `None` where it is unknown. Exactly these strings are known
/// there: no `e` or `x`, and nothing else before or after.
pub(super) fn options(mode: &str) -> Option<OpenOptions> {
    let mut options = OpenOptions::new();
    match mode {
        "r" | "rb" => options.read(true),
        "r+" | "rb+" | "r+b" => options.read(true).write(true),
        "w" | "wb" => options.write(true).create(true).truncate(true),
        "w+" | "wb+" | "w+b" => options.read(true).write(true).create(true).truncate(true),
        "a" | "ab" => options.append(true).create(true),
        "a+" | "ab+" | "a+b" => options.read(true).append(true).create(true),
        _ => return None,
    };
    // A FIFO or device without another end must not keep us waiting, and a terminal must
    // not become ours.
    options.custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits());
    Some(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Observed on qemu-ga 7.2.22.
    #[test]
    fn only_what_qemu_knows() {
        for mode in ["r", "w", "a"] {
            for with in ["", "b", "+", "b+", "+b"] {
                assert!(options(&format!("{mode}{with}")).is_some(), "{mode}{with}");
            }
        }
        for mode in ["", "R", "b", "+r", "rw", "re", "rbe", "wx", "rm", "r++", "rbb", "rb+ "] {
            assert!(options(mode).is_none(), "{mode:?}");
        }
    }
}
