//! Where guestd answers otherwise on purpose, and why.

use super::pair::Version;

/// A difference that was chosen. That guestd stays silent on a host's 0xFF, where qemu-ga
/// sends an error line, is in [`super::pair`]: it holds for every stream with that byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deviation {
    /// What follows 0xFF is read at once.
    ResetIsComplete,
}

impl Deviation {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ResetIsComplete => {
                "0xFF means a fresh start; qemu-ga goes on to skip up to the next bracket or line"
            }
        }
    }

    /// False where this release of QEMU does as guestd does, so that both ways are right.
    pub(super) fn is_expected_of(self, _version: Version) -> bool {
        match self {
            Self::ResetIsComplete => true,
        }
    }
}
