//! A time as a configuration file has it.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// More than anything of guestd lasts: ten years.
const LONGEST: u64 = 10 * 365 * 86_400;

/// A time in seconds, whole or not; 0 means without a limit where that is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(
    /// The same time.
    pub Duration,
);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        const EXPECTED: &str = "a number of seconds, 0 to ten years";
        impl Visitor<'_> for Number {
            type Value = Seconds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Seconds, E> {
                let seconds = u64::try_from(number).ok().filter(|&seconds| seconds <= LONGEST);
                let seconds = seconds.map(Duration::from_secs).map(Seconds);
                seconds.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &EXPECTED))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Seconds, E> {
                let time = Duration::try_from_secs_f64(number).ok();
                let time = time.filter(|time| *time <= Duration::from_secs(LONGEST));
                let wrong = || E::invalid_value(Unexpected::Float(number), &EXPECTED);
                time.map(Seconds).ok_or_else(wrong)
            }
        }
        deserializer.deserialize_any(Number)
    }
}
