//! Where guestd answers otherwise on purpose, and why.

use super::pair::Version;

/// A difference that was chosen. That guestd stays silent on a host's 0xFF, where qemu-ga
/// sends an error line, is in [`super::pair`]: it holds for every stream with that byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deviation {
    /// What follows 0xFF is read at once.
    ResetIsComplete,
    /// A client begins with an empty stream.
    NewClientNewStream,
    /// A message past a limit is dropped up to its end, or the end of its line.
    LimitDropsTheMessage,
    /// A message may have 16 MiB and 256 Ki tokens, not 64 MiB and 2 Mi.
    SmallerLimits,
    /// A number that is too large for a float comes back as null.
    FiniteNumbers,
    /// Bytes that are no text are shown as Rust shows them.
    ReplacementCharacters,
    /// Of what was not understood, an error shows 256 bytes.
    LongTextsAreCut,
    /// A command or argument of a release after 7.2.
    Since(Version),
}

impl Deviation {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ResetIsComplete => {
                "0xFF means a fresh start; qemu-ga goes on to skip up to the next bracket or line"
            }
            Self::NewClientNewStream => {
                "qemu-ga puts what the client before left behind in front of it"
            }
            Self::LimitDropsTheMessage => {
                "qemu-ga reads the rest of it as messages of their own, and may even run one"
            }
            Self::SmallerLimits => "qemu-ga takes 200 MB of memory up to its limits",
            Self::FiniteNumbers => "qemu-ga writes 'inf', which is no JSON",
            Self::ReplacementCharacters => {
                "one U+FFFD for each byte of an impossible sequence, not one for the whole"
            }
            Self::LongTextsAreCut => "an error says what was wrong and need not send it all back",
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

/// Lines of older releases by their start and end, and what guestd puts in their place, as
/// the newest does.
const TEXTS: &[(Version, [&str; 2], [&str; 2])] = &[
    (
        (8, 0),
        ["", "Invalid parameter type for 'capture-output', expected: boolean"],
        ["", "Invalid parameter type for 'capture-output', expected: GuestExecCaptureOutput"],
    ),
    ((9, 1), ["", " has been disabled"], ["", " has been disabled: the command is not allowed"]),
    (
        (9, 2),
        ["GenericError: Guest agent command failed, error was '", "'"],
        ["GenericError: ", ""],
    ),
];

/// A line of qemu-ga in the words of the newest release.
pub(super) fn modern(line: &str, version: Version) -> String {
    let newer = |(since, old, new): &(Version, [&str; 2], [&str; 2])| {
        let middle = line.strip_prefix(old[0])?.strip_suffix(old[1])?;
        (version < *since).then(|| format!("{}{middle}{}", new[0], new[1]))
    };
    TEXTS.iter().find_map(newer).unwrap_or_else(|| line.to_owned())
}

/// Members of results that came with a release; left out of guestd's answer beside an
/// older one.
const MEMBERS: &[(Version, &str)] = &[((9, 1), r#","total-bytes-privileged":"<number>""#)];

/// A line of guestd without the members that this release does not have.
pub(super) fn without_newer(line: &str, version: Version) -> String {
    let newer = MEMBERS.iter().filter(|(since, _)| version < *since);
    newer.fold(line.to_owned(), |line, (_, member)| line.replace(member, ""))
}

/// A line of guestd without serial numbers, if qemu-ga's has none: it knows them from udev
/// alone, guestd also from the kernel.
pub(super) fn without_serials(line: &str, theirs: &[String]) -> String {
    const START: &str = r#","serial":""#;
    let mut line = line.to_owned();
    if theirs.iter().any(|line| line.contains(START)) {
        return line;
    }
    while let Some(at) = line.find(START) {
        let Some(end) = line[at + START.len()..].find('"') else { break };
        line.replace_range(at..at + START.len() + end + 1, "");
    }
    line
}
