//! Where guestd answers otherwise on purpose, and why.

use super::pair::Version;

/// A difference that was chosen. That guestd stays silent on a host's 0xFF, where qemu-ga
/// sends an error line, is in [`super::pair`]: it holds for every stream with that byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deviation {
    /// What follows 0xFF is read at once.
    ResetIsComplete,
    /// A message past a limit is dropped up to the end of its line.
    LimitDropsTheMessage,
    /// A number that is too large for a float comes back as null.
    FiniteNumbers,
    /// Bytes that are no text are shown as Rust shows them.
    ReplacementCharacters,
    /// A command or argument of a release after 7.2.
    Since(Version),
}

impl Deviation {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ResetIsComplete => {
                "0xFF means a fresh start; qemu-ga goes on to skip up to the next bracket or line"
            }
            Self::LimitDropsTheMessage => {
                "qemu-ga reads the rest of it as messages of their own, and may even run one"
            }
            Self::FiniteNumbers => "qemu-ga writes 'inf', which is no JSON",
            Self::ReplacementCharacters => {
                "one U+FFFD for each byte of an impossible sequence, not one for the whole"
            }
            Self::Since(_) => "guestd does as the newest QEMU does",
        }
    }

    /// False where this release of QEMU does as guestd does, so that both ways are right.
    pub(super) fn is_expected_of(self, version: Version) -> bool {
        match self {
            Self::Since(since) => version < since,
            _ => true,
        }
    }
}

/// How lines of older releases end, and how guestd ends them, as the newest does.
const ENDS: &[(Version, &str, &str)] = &[
    (
        (8, 0),
        "Invalid parameter type for 'capture-output', expected: boolean",
        "Invalid parameter type for 'capture-output', expected: GuestExecCaptureOutput",
    ),
    ((9, 1), " has been disabled", " has been disabled: the command is not allowed"),
];

/// A line of qemu-ga in the words of the newest release.
pub(super) fn modern(line: &str, version: Version) -> String {
    let newer = |(since, old, new): &(Version, &str, &str)| {
        let start = line.strip_suffix(old)?;
        (version < *since).then(|| format!("{start}{new}"))
    };
    ENDS.iter().find_map(newer).unwrap_or_else(|| line.to_owned())
}
