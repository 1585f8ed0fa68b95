//! Whether a named bit is there, as answers show it.

use introspect::cpuid::{Feature, Presence, Vendor};
use serde::Serialize;

use crate::output::Tone;

/// The state of a named bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// The bit is set.
    Present,
    /// The bit is clear.
    Absent,
    /// The source does not tell.
    Unknown,
    /// The bit is defined by a vendor that did not make this CPU.
    OtherVendor,
}

impl State {
    /// The state of a feature on a vendor's CPU that has, or has not, the bit set.
    pub(super) fn of(feature: &Feature, presence: Presence, vendor: Vendor) -> Self {
        if feature.applies_to(vendor) { presence.into() } else { Self::OtherVendor }
    }

    /// The word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Unknown => "unknown",
            Self::OtherVendor => "n/a",
        }
    }

    /// Its colour.
    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::Present => Tone::Good,
            Self::Absent => Tone::Bad,
            Self::Unknown => Tone::Warn,
            Self::OtherVendor => Tone::Dim,
        }
    }
}

impl From<Presence> for State {
    fn from(presence: Presence) -> Self {
        match presence {
            Presence::Present => Self::Present,
            Presence::Absent => Self::Absent,
            Presence::Unknown => Self::Unknown,
        }
    }
}
