//! A record as one line of text.

use std::fmt::{self, Write};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// Bytes of a line at most. Longer ones are cut and end in `...`.
pub(super) const MOST: usize = 4096;

/// Fields that are for the journal alone: the message says the same.
const SILENT: [&str; 2] = ["command", "message_id"];

/// What a line begins with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Head {
    /// The priority in angle brackets, as of `sd-daemon(3)`; the journal adds the time.
    Priority,
    /// Nothing: what the journal takes as a message.
    Nothing,
    /// The time since 1970, shown as a date in UTC, and the level.
    Time(Duration),
}

/// The record as a line. What came from outside cannot begin a new one or move a
/// terminal's cursor: control characters are written as escapes.
pub(super) fn line(event: &Event<'_>, head: &Head) -> Vec<u8> {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let (priority, name) = level(*event.metadata().level());
    let head = match head {
        Head::Priority => format!("<{priority}>"),
        Head::Nothing => String::new(),
        Head::Time(time) => format!("{} {name}: ", date(*time)),
    };
    let mut text = head;
    for character in fields.message.chars().chain(fields.others.chars()) {
        if text.len() > MOST {
            text.push_str("...");
            break;
        }
        if character.is_control() {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text.push('\n');
    text.into_bytes()
}

/// The syslog priority of a level.
pub(super) fn priority(of: Level) -> u8 {
    level(of).0
}

/// The syslog priority and the name of a level (syslog(3)).
fn level(level: Level) -> (u8, &'static str) {
    match level {
        Level::ERROR => (3, "error"),
        Level::WARN => (4, "warn"),
        Level::INFO => (6, "info"),
        Level::DEBUG => (7, "debug"),
        Level::TRACE => (7, "trace"),
    }
}

/// The message, and the other fields as ` name=value`.
#[derive(Default)]
struct Fields {
    message: String,
    others: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name if SILENT.contains(&name) => Ok(()),
            name => write!(self.others, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let plain = |character: char| character.is_alphanumeric() || "-_./:@+".contains(character);
        if SILENT.contains(&field.name()) {
            return;
        }
        if field.name() != "message" && !value.is_empty() && value.chars().all(plain) {
            let _ = write!(self.others, " {}={value}", field.name());
        } else if field.name() == "message" {
            self.message.push_str(value);
        } else {
            self.record_debug(field, &value);
        }
    }
}

/// RFC 3339 in UTC with milliseconds.
pub(super) fn date(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil(seconds / 86400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millis = since_epoch.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day of a day since 1970. Counted in years that begin in March, so that
/// the day that comes and goes is the last one of a year; 400 years are 146097 days.
fn civil(days: u64) -> (u64, u64, u64) {
    // Days from 0000-03-01 to 1970-01-01.
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March have 153 days in each run of five.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let date = |seconds| date(Duration::from_secs(seconds));
        assert_eq!(date(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(date(951_782_399), "2000-02-28T23:59:59.000Z");
        assert_eq!(date(951_782_400), "2000-02-29T00:00:00.000Z");
        assert_eq!(date(951_868_800), "2000-03-01T00:00:00.000Z");
        assert_eq!(date(1_735_689_599), "2024-12-31T23:59:59.000Z");
        assert_eq!(date(4_107_542_400), "2100-03-01T00:00:00.000Z");
    }
}
