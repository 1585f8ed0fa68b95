//! Many filesystems, one after the other.

use std::path::PathBuf;

use nix::errno::Errno;
use protocol::Error;

use crate::system::reason;

/// A filesystem that may be frozen, open.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held<F> {
    pub(super) point: PathBuf,
    pub(super) file: F,
}

/// A freeze that went wrong halfway.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Halfway<F> {
    /// What is frozen by then.
    pub(super) frozen: Vec<Held<F>>,
    pub(super) error: Error,
}

/// Freezes one after the other; gives those that are frozen by that. One that cannot be
/// frozen at all, or that somebody else has frozen, is left out.
///
/// # Errors
/// The first other error.
pub(super) fn freeze<F>(
    all: Vec<Held<F>>,
    freeze: impl Fn(&F) -> Result<(), Errno>,
) -> Result<Vec<Held<F>>, Halfway<F>> {
    let mut frozen = Vec::with_capacity(all.len());
    for one in all {
        match freeze(&one.file) {
            Ok(()) => frozen.push(one),
            Err(Errno::EOPNOTSUPP | Errno::EBUSY) => {}
            Err(errno) => return Err(Halfway { error: failed("freeze", &one, errno), frozen }),
        }
    }
    Ok(frozen)
}

/// Thaws, the one frozen last first: the number that were frozen, and what went wrong.
pub(super) fn thaw<F>(
    all: Vec<Held<F>>,
    thaw: impl Fn(&F) -> Result<(), Errno>,
) -> (usize, Vec<Error>) {
    let (mut count, mut errors) = (0, Vec::new());
    for one in all.into_iter().rev() {
        let mut thawed = false;
        // Somebody else may have frozen it too. The bound is one of form: no kernel counts
        // that far.
        for _ in 0..1000 {
            match thaw(&one.file) {
                Ok(()) => thawed = true,
                Err(Errno::EINTR) => {}
                // Not frozen (any more), or nothing that can be.
                Err(Errno::EINVAL | Errno::EOPNOTSUPP | Errno::ENOTTY) => break,
                Err(errno) => {
                    errors.push(failed("thaw", &one, errno));
                    break;
                }
            }
        }
        count += usize::from(thawed);
    }
    (count, errors)
}

fn failed<F>(what: &str, one: &Held<F>, errno: Errno) -> Error {
    let why = reason(&errno.into());
    Error::generic(format!("failed to {what} {}: {why}", one.point.display()))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use super::*;

    /// A kernel whose filesystems are names, with how often each is frozen.
    #[derive(Default)]
    struct Kernel {
        frozen: RefCell<HashMap<&'static str, u32>>,
        log: RefCell<Vec<String>>,
    }

    impl Kernel {
        fn freeze(&self, name: &&'static str) -> Result<(), Errno> {
            match *name {
                "proc" => return Err(Errno::EOPNOTSUPP),
                "busy" => return Err(Errno::EBUSY),
                "broken" => return Err(Errno::EIO),
                _ => {}
            }
            self.log.borrow_mut().push(format!("+{name}"));
            *self.frozen.borrow_mut().entry(name).or_default() += 1;
            Ok(())
        }

        fn thaw(&self, name: &&'static str) -> Result<(), Errno> {
            if *name == "stuck" {
                return Err(Errno::EIO);
            }
            let mut frozen = self.frozen.borrow_mut();
            let count = frozen.get_mut(name).filter(|count| **count > 0).ok_or(Errno::EINVAL)?;
            *count -= 1;
            self.log.borrow_mut().push(format!("-{name}"));
            Ok(())
        }
    }

    fn held(names: &[&'static str]) -> Vec<Held<&'static str>> {
        names.iter().map(|name| Held { point: format!("/{name}").into(), file: *name }).collect()
    }

    #[test]
    fn thaw_goes_the_way_of_freeze_backwards() {
        let kernel = Kernel::default();
        let frozen = freeze(held(&["a", "proc", "b", "busy"]), |name| kernel.freeze(name)).unwrap();
        assert_eq!(frozen, held(&["a", "b"]));
        assert_eq!(thaw(frozen, |name| kernel.thaw(name)), (2, Vec::new()));
        assert_eq!(*kernel.log.borrow(), ["+a", "+b", "-b", "-a"]);
    }

    #[test]
    fn the_first_error_ends_a_freeze_and_tells_what_is_frozen() {
        let kernel = Kernel::default();
        let Halfway { frozen, error } =
            freeze(held(&["a", "b", "broken", "c"]), |name| kernel.freeze(name)).unwrap_err();
        assert_eq!(frozen, held(&["a", "b"]));
        assert_eq!(error.to_string(), "failed to freeze /broken: Input/output error");
    }

    #[test]
    fn a_thaw_goes_on_after_errors_and_counts_what_was_frozen() {
        let kernel = Kernel::default();
        kernel.freeze(&"twice").unwrap();
        let all = held(&["twice", "stuck", "not", "once"]);
        freeze(held(&["twice", "once"]), |name| kernel.freeze(name)).unwrap();
        let (count, errors) = thaw(all, |name| kernel.thaw(name));
        assert_eq!(count, 2);
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, ["failed to thaw /stuck: Input/output error"]);
        assert!(kernel.frozen.borrow().values().all(|&count| count == 0));
    }

    #[test]
    fn a_kernel_that_always_thaws_comes_to_an_end() {
        assert_eq!(thaw(held(&["a"]), |_| Ok(())), (1, Vec::new()));
    }
}
