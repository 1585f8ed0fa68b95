//! What the agent and its guard tell each other: packets of one size, written without
//! allocating, over a socket that keeps their bounds (`SOCK_SEQPACKET`).

/// Bytes of one packet.
pub(super) const SIZE: usize = 32;

/// Descriptors in one packet; the kernel takes 253 (`SCM_MAX_FD`).
pub(super) const DESCRIPTORS: usize = 128;

/// Filesystems that one run can hold.
pub(crate) const MOST: usize = 4096;

/// From the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The first packet.
    Start {
        /// Filesystems whose descriptors follow.
        count: u32,
        /// Milliseconds from the order to freeze on, after which the guard thaws; 0 is never.
        deadline_ms: u64,
        /// Milliseconds that the kernel may take for one filesystem.
        freeze_timeout_ms: u64,
    },
    /// Freeze, in the order in which the descriptors came; side by side those that may.
    Freeze,
    /// Thaw and end.
    Thaw,
}

/// What a filesystem's failure means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rule {
    /// Somebody else may have frozen it.
    pub(crate) accept_frozen: bool,
    /// It may stay unfrozen, whatever the reason.
    pub(crate) best_effort: bool,
}

/// Why the guard thawed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The agent said so.
    Told,
    /// A filesystem could not be frozen.
    Failed,
    /// The deadline passed.
    Deadline,
    /// The guard was told to end (SIGTERM).
    Signal,
}

/// From the guard. Times are nanoseconds of `CLOCK_MONOTONIC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// All descriptors are here, and nothing of the guard can be paged out.
    Ready,
    /// The freeze of one filesystem is about to begin.
    Begins { index: u32 },
    /// The freeze of one filesystem has returned.
    Froze { index: u32, errno: i32, start: u64, end: u64 },
    /// The freeze of one filesystem has not returned in time.
    Stuck { index: u32 },
    /// All are frozen, or may stay as they are.
    AllFrozen,
    /// From here on the guard thaws.
    Thawing(Why),
    /// One filesystem that was frozen has been thawed.
    Thawed { index: u32, errno: i32, start: u64, end: u64 },
    /// Nothing is frozen, but for what is stuck and will be thawed as soon as that ends.
    AllThawed,
}

impl Order {
    pub(super) fn encode(self) -> [u8; SIZE] {
        match self {
            Self::Start { count, deadline_ms, freeze_timeout_ms } => {
                pack(1, count, 0, deadline_ms, freeze_timeout_ms)
            }
            Self::Freeze => pack(2, 0, 0, 0, 0),
            Self::Thaw => pack(3, 0, 0, 0, 0),
        }
    }

    pub(super) fn decode(packet: &[u8]) -> Option<Self> {
        let (kind, count, _, deadline_ms, freeze_timeout_ms) = unpack(packet)?;
        match kind {
            1 => Some(Self::Start { count, deadline_ms, freeze_timeout_ms }),
            2 => Some(Self::Freeze),
            3 => Some(Self::Thaw),
            _ => None,
        }
    }
}

impl Rule {
    /// The byte that goes with a descriptor: the rule, and whether its filesystem is frozen
    /// after all before it rather than beside them.
    pub(super) fn encode(self, waits: bool) -> u8 {
        u8::from(self.accept_frozen) | u8::from(self.best_effort) << 1 | u8::from(waits) << 2
    }

    pub(super) fn decode(byte: u8) -> (Self, bool) {
        let rule = Self { accept_frozen: byte & 1 != 0, best_effort: byte & 2 != 0 };
        (rule, byte & 4 != 0)
    }
}

impl Why {
    const ALL: [Self; 4] = [Self::Told, Self::Failed, Self::Deadline, Self::Signal];

    fn number(self) -> u32 {
        match self {
            Self::Told => 0,
            Self::Failed => 1,
            Self::Deadline => 2,
            Self::Signal => 3,
        }
    }
}

impl News {
    pub(super) fn encode(self) -> [u8; SIZE] {
        match self {
            Self::Ready => pack(1, 0, 0, 0, 0),
            Self::Froze { index, errno, start, end } => pack(2, index, errno, start, end),
            Self::Stuck { index } => pack(3, index, 0, 0, 0),
            Self::AllFrozen => pack(4, 0, 0, 0, 0),
            Self::Thawing(why) => pack(5, why.number(), 0, 0, 0),
            Self::Thawed { index, errno, start, end } => pack(6, index, errno, start, end),
            Self::AllThawed => pack(7, 0, 0, 0, 0),
            Self::Begins { index } => pack(8, index, 0, 0, 0),
        }
    }

    pub(super) fn decode(packet: &[u8]) -> Option<Self> {
        let (kind, index, errno, start, end) = unpack(packet)?;
        match kind {
            1 => Some(Self::Ready),
            2 => Some(Self::Froze { index, errno, start, end }),
            3 => Some(Self::Stuck { index }),
            4 => Some(Self::AllFrozen),
            5 => Why::ALL.into_iter().find(|why| why.number() == index).map(Self::Thawing),
            6 => Some(Self::Thawed { index, errno, start, end }),
            7 => Some(Self::AllThawed),
            8 => Some(Self::Begins { index }),
            _ => None,
        }
    }
}

fn pack(kind: u32, index: u32, errno: i32, start: u64, end: u64) -> [u8; SIZE] {
    let mut packet = [0; SIZE];
    packet[..4].copy_from_slice(&kind.to_ne_bytes());
    packet[4..8].copy_from_slice(&index.to_ne_bytes());
    packet[8..12].copy_from_slice(&errno.to_ne_bytes());
    packet[16..24].copy_from_slice(&start.to_ne_bytes());
    packet[24..].copy_from_slice(&end.to_ne_bytes());
    packet
}

fn unpack(packet: &[u8]) -> Option<(u32, u32, i32, u64, u64)> {
    let packet: &[u8; SIZE] = packet.try_into().ok()?;
    let word = |at: usize| [packet[at], packet[at + 1], packet[at + 2], packet[at + 3]];
    let long = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&packet[at..at + 8]);
        u64::from_ne_bytes(bytes)
    };
    Some((
        u32::from_ne_bytes(word(0)),
        u32::from_ne_bytes(word(4)),
        i32::from_ne_bytes(word(8)),
        long(16),
        long(24),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_arrives() {
        for order in [
            Order::Start { count: 7, deadline_ms: u64::MAX, freeze_timeout_ms: 1 },
            Order::Freeze,
            Order::Thaw,
        ] {
            assert_eq!(Order::decode(&order.encode()), Some(order));
        }
        let (index, errno, start, end) = (u32::MAX, -5, 1, u64::MAX);
        let why = Why::ALL.map(News::Thawing);
        for news in [
            News::Ready,
            News::Begins { index },
            News::Froze { index, errno, start, end },
            News::Stuck { index },
            News::AllFrozen,
            News::Thawed { index, errno, start, end },
            News::AllThawed,
        ]
        .into_iter()
        .chain(why)
        {
            assert_eq!(News::decode(&news.encode()), Some(news));
        }
        for bits in 0..8 {
            let (rule, waits) = Rule::decode(bits);
            assert_eq!(rule.encode(waits), bits);
        }
    }

    #[test]
    fn what_is_no_packet_is_nothing() {
        assert_eq!(News::decode(&[]), None);
        assert_eq!(News::decode(&[1; SIZE - 1]), None);
        assert_eq!(News::decode(&[0xFF; SIZE]), None);
        assert_eq!(Order::decode(&[0; SIZE]), None);
        assert_eq!(News::decode(&pack(5, 99, 0, 0, 0)), None);
    }
}
