//! Colour: what a piece of text means, and whether the terminal shall see it.

use std::ffi::OsString;

use anstyle::{AnsiColor, Style};

use crate::args::ColorChoice;

/// What a piece of text means; text and HTML each have their colours for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// A heading or the point of a line.
    Strong,
    /// Of less weight: units, places, what is absent.
    Dim,
    /// There, added, yes.
    Good,
    /// Missing, removed, no.
    Bad,
    /// Look twice: unknown, partial, volatile.
    Warn,
}

impl Tone {
    /// The tone's class in our HTML.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "strong",
            Self::Dim => "dim",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Warn => AnsiColor::Yellow.on_default(),
        }
    }
}

/// The colours in use: all or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Palette {
    /// ANSI escape sequences.
    Colour,
    /// Not one escape.
    Mono,
}

impl Palette {
    /// The option decides; `auto` asks no-color.org's NO_COLOR first, then CLICOLOR_FORCE
    /// and CLICOLOR (bixense.com/clicolors), then the terminal.
    pub(crate) fn choose(
        choice: ColorChoice,
        terminal: bool,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let said = |name| env(name).filter(|value| !value.is_empty());
        let colour = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if said("NO_COLOR").is_some() => false,
            ColorChoice::Auto if said("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            ColorChoice::Auto => {
                terminal
                    && said("CLICOLOR").is_none_or(|value| value != "0")
                    && said("TERM").is_none_or(|value| value != "dumb")
            }
        };
        if colour { Self::Colour } else { Self::Mono }
    }

    /// The text between the tone's escapes.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if self == Self::Mono || tone == Tone::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = tone.style();
        format!("{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(terminal: bool, env: &[(&str, &str)]) -> Palette {
        Palette::choose(ColorChoice::Auto, terminal, |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn auto_is_colour_on_a_terminal_only() {
        assert_eq!(auto(true, &[]), Palette::Colour);
        assert_eq!(auto(false, &[]), Palette::Mono);
    }

    #[test]
    fn the_environment_is_heard() {
        assert_eq!(auto(true, &[("NO_COLOR", "1")]), Palette::Mono);
        assert_eq!(auto(true, &[("NO_COLOR", "")]), Palette::Colour, "empty is not set");
        assert_eq!(auto(true, &[("CLICOLOR", "0")]), Palette::Mono);
        assert_eq!(auto(true, &[("TERM", "dumb")]), Palette::Mono);
        assert_eq!(auto(false, &[("CLICOLOR_FORCE", "1")]), Palette::Colour);
        assert_eq!(auto(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), Palette::Mono);
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        let env = |_: &str| Some(OsString::from("1"));
        assert_eq!(Palette::choose(ColorChoice::Always, false, env), Palette::Colour);
        assert_eq!(Palette::choose(ColorChoice::Never, true, |_| None), Palette::Mono);
    }

    #[test]
    fn mono_has_no_escape() {
        assert_eq!(Palette::Mono.paint(Tone::Bad, "x"), "x");
        assert_eq!(Palette::Colour.paint(Tone::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
