//! Where a seek starts: QEMU's alternate of a number and a name.

use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Error;

/// Where a seek starts, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Whence {
    /// A number, of which [`Whence::seek`] knows three.
    Value(i64),
    /// A name. Since QEMU 2.6.
    Name(Seek),
}

/// Where a seek starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seek {
    /// The start of the file: also 0.
    Set,
    /// The current position: also 1.
    Cur,
    /// The end of the file: also 2.
    End,
}

const NAMES: &[&str] = &["set", "cur", "end"];

impl Whence {
    /// What is meant. The numbers are QEMU's own, whatever those of the guest are.
    ///
    /// # Errors
    /// The number stands for nothing; QEMU's text.
    pub fn seek(self) -> Result<Seek, Error> {
        match self {
            Self::Name(seek) => Ok(seek),
            Self::Value(0) => Ok(Seek::Set),
            Self::Value(1) => Ok(Seek::Cur),
            Self::Value(2) => Ok(Seek::End),
            Self::Value(code) => Err(Error::generic(format!("invalid whence code {code}"))),
        }
    }
}

impl<'de> Deserialize<'de> for Whence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WhenceVisitor)
    }
}

struct WhenceVisitor;

impl Visitor<'_> for WhenceVisitor {
    type Value = Whence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestFileWhence")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Whence, E> {
        Ok(Whence::Value(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Whence, E> {
        let number = i64::try_from(value);
        number
            .map(Whence::Value)
            .map_err(|_| E::invalid_type(Unexpected::Unsigned(value), &"integer"))
    }

    // To QEMU any number chooses the integer of the two, and then is a bad one.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Whence, E> {
        Err(E::invalid_type(Unexpected::Float(value), &"integer"))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Whence, E> {
        match name {
            "set" => Ok(Whence::Name(Seek::Set)),
            "cur" => Ok(Whence::Name(Seek::Cur)),
            "end" => Ok(Whence::Name(Seek::End)),
            _ => Err(E::unknown_variant(name, NAMES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::wire;
    use super::*;

    fn error(json: &str) -> String {
        serde_json::from_str::<Whence>(json).unwrap_err().to_string()
    }

    #[test]
    fn numbers_and_names() {
        for (number, name, seek) in
            [("0", "\"set\"", Seek::Set), ("1", "\"cur\"", Seek::Cur), ("2", "\"end\"", Seek::End)]
        {
            let value: Whence = serde_json::from_str(number).unwrap();
            assert_eq!(value.seek().unwrap(), seek);
            assert_eq!(serde_json::to_string(&value).unwrap(), number);
            wire(name, &Whence::Name(seek));
            assert_eq!(Whence::Name(seek).seek().unwrap(), seek);
        }
    }

    #[test]
    fn a_number_that_stands_for_nothing() {
        for code in [7, -1, i64::MAX, i64::MIN] {
            let value: Whence = serde_json::from_str(&code.to_string()).unwrap();
            let text = format!("invalid whence code {code}");
            assert_eq!(value.seek().unwrap_err(), Error::generic(text));
        }
    }

    #[test]
    fn another_name() {
        assert!(error("\"zzz\"").starts_with("unknown variant `zzz`, expected one of `set`"));
        assert!(error("\"SET\"").starts_with("unknown variant"));
    }

    #[test]
    fn another_type() {
        for json in ["true", "null", "{}", "[]", "[0]"] {
            let error = error(json);
            assert!(error.contains(", expected GuestFileWhence"), "{json}: {error}");
        }
        for json in ["1.5", "1.0", "9223372036854775808", "1e300"] {
            let error = error(json);
            assert!(error.contains(", expected integer"), "{json}: {error}");
        }
    }
}
