//! `guestctl config`: the configuration of guestd, as `guestd check` judges it.

use std::io;

use serde::Serialize;

use super::guestd;
use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone, printable};

/// The configuration of this machine's guestd: is it well, what is in force, and from where
///
/// With --root that of a system mounted elsewhere, such as an image. The program guestd of this
/// machine reads it.
#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    verb: Verb,
}

/// What to tell.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
enum Verb {
    /// Is it well, and which files count; exit code 1 where it is not
    Check,
    /// What is in force, as a file that would say the same
    Show,
    /// Which line of which file each key in force is from, or that it is the default
    Where,
}

impl Config {
    /// Has guestd look.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_dump("config reads the files of a machine")?;
        let more: &[&str] = match self.verb {
            Verb::Check => &[],
            Verb::Show => &["--show"],
            Verb::Where => &["--where"],
        };
        let said = guestd::check(more, options.root.as_deref())?;
        match (self.verb, said) {
            (_, Err(wrong)) => {
                screen.show(&Verdict { well: false, said: wrong })?;
                Ok(ExitCode::No)
            }
            (Verb::Where, Ok(text)) => {
                screen.show(&Places { keys: text.lines().filter_map(Place::parse).collect() })?;
                Ok(ExitCode::Ok)
            }
            (_, Ok(text)) => {
                screen.show(&Verdict { well: true, said: text })?;
                Ok(ExitCode::Ok)
            }
        }
    }
}

/// What guestd says of all together.
#[derive(Debug, Serialize)]
struct Verdict {
    /// It can be used.
    well: bool,
    /// In guestd's words.
    said: String,
}

impl Answer for Verdict {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let tone = if self.well { Tone::Plain } else { Tone::Bad };
        self.said.lines().try_for_each(|line| text.line(tone, &printable(line)))
    }
}

/// Every key that is in force.
#[derive(Debug, Serialize)]
struct Places {
    keys: Vec<Place>,
}

/// A key, and where it is from.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Place {
    /// As `quiesce.deadline`.
    key: String,
    /// As TOML has it.
    value: String,
    /// `FILE:LINE`; none for a default.
    origin: Option<String>,
}

impl Place {
    /// A line of `guestd check --where`.
    fn parse(line: &str) -> Option<Self> {
        let (said, origin) = line.rsplit_once("  # ")?;
        let (key, value) = said.split_once(" = ")?;
        let origin = (origin != "default").then(|| origin.to_owned());
        Some(Self { key: key.to_owned(), value: value.to_owned(), origin })
    }
}

impl Answer for Places {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        for Place { key, value, origin } in &self.keys {
            let (tone, origin) = match origin {
                Some(origin) => (Tone::Plain, origin.as_str()),
                None => (Tone::Dim, "default"),
            };
            text.line(tone, &printable(&format!("{key} = {value}  # {origin}")))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_key_a_value_and_a_place() {
        let place = Place::parse("log.file = \"a  # b = c\"  # /etc/x.toml:3").unwrap();
        let wanted = ("log.file", "\"a  # b = c\"", Some("/etc/x.toml:3"));
        assert_eq!((place.key.as_str(), place.value.as_str(), place.origin.as_deref()), wanted);
        assert_eq!(Place::parse("watchdog = true  # default").unwrap().origin, None);
        assert_eq!(Place::parse("watchdog"), None);
    }
}
