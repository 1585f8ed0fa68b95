//! The rule of a zone in the form of the variable `TZ` (POSIX, Base Definitions 8.3; with
//! the hours that RFC 9636 section 3.3.1 adds).

use super::Local;
use crate::system::civil::{date, days, is_leap, month_length};

const DAY: i64 = 24 * 3600;

/// Standard time, and perhaps daylight saving time for a part of each year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    standard: Local,
    saving: Option<Saving>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Saving {
    local: Local,
    start: Change,
    end: Change,
}

/// When a change is, each year.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    day: Day,
    /// Seconds of local time after the start of the day.
    time: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Day {
    /// `Jn`: from 1; 29 February is never counted.
    Julian(u16),
    /// `n`: from 0; 29 February is counted where it is.
    Ordinal(u16),
    /// `Mm.w.d`: a day of the week (0 is Sunday) in a week from 1 to 5, the last.
    Weekday { month: u8, week: u8, weekday: u8 },
}

impl Rule {
    /// Reads a rule; `None` for what is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = Text(text);
        let name = rest.name()?;
        let standard = Local { name, offset: -rest.time(24)? };
        if rest.0.is_empty() {
            return Some(Self { standard, saving: None });
        }
        let name = rest.name()?;
        let offset = match rest.0.bytes().next() {
            None | Some(b',') => standard.offset + 3600,
            Some(_) => -rest.time(24)?,
        };
        // POSIX leaves the dates open where they are not given; the C library takes those
        // of the United States.
        let dates = if rest.0.is_empty() { ",M3.2.0,M11.1.0" } else { rest.0 };
        let mut rest = Text(dates);
        let saving =
            Saving { local: Local { name, offset }, start: rest.change()?, end: rest.change()? };
        rest.0.is_empty().then_some(Self { standard, saving: Some(saving) })
    }

    /// What counts at an instant, in seconds since 1970.
    pub(super) fn at(&self, instant: i64) -> Local {
        let Some(saving) = &self.saving else { return self.standard.clone() };
        let local = instant.saturating_add(i64::from(self.standard.offset));
        let (year, _, _) = date(local.div_euclid(DAY));
        let start = saving.start.in_year(year) - i64::from(self.standard.offset);
        let end = saving.end.in_year(year) - i64::from(saving.local.offset);
        let saves = if start < end {
            (start..end).contains(&instant)
        } else {
            !(end..start).contains(&instant)
        };
        if saves { saving.local.clone() } else { self.standard.clone() }
    }
}

impl Change {
    /// Seconds from 1970 to the change in a year, on the clock of that place.
    fn in_year(&self, year: i64) -> i64 {
        let first = days(year, 1, 1);
        let day = match self.day {
            Day::Julian(day) => {
                let skipped = i64::from(is_leap(year) && day > 59);
                first + i64::from(day) - 1 + skipped
            }
            Day::Ordinal(day) => first + i64::from(day),
            Day::Weekday { month, week, weekday } => {
                let first = days(year, month, 1);
                // 1970-01-01 was a Thursday.
                let ahead = (i64::from(weekday) - (first + 4)).rem_euclid(7);
                let day = ahead + 7 * (i64::from(week) - 1);
                let last = i64::from(month_length(year, month)) - 1;
                first + if day > last { day - 7 } else { day }
            }
        };
        day * DAY + i64::from(self.time)
    }
}

/// What is left to read.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// `CET`, or `<-03>` in angle brackets.
    fn name(&mut self) -> Option<String> {
        let (name, rest) = match self.0.strip_prefix('<') {
            Some(quoted) => quoted.split_once('>')?,
            None => self.split(|c| c.is_ascii_alphabetic()),
        };
        self.0 = rest;
        let fits = (3..=32).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_graphic());
        fits.then(|| name.to_owned())
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self, hours: i32) -> Option<i32> {
        let sign = if self.skip('-') { -1 } else { 1 };
        if sign == 1 {
            self.skip('+');
        }
        let mut seconds = self.number(hours)? * 3600;
        for unit in [60, 1] {
            if self.skip(':') {
                seconds += self.number(59)? * unit;
            }
        }
        Some(sign * seconds)
    }

    /// `,date[/time]`.
    fn change(&mut self) -> Option<Change> {
        if !self.skip(',') {
            return None;
        }
        let day = if self.skip('M') {
            let month = self.part(1..=12)?;
            let week = self.skip('.').then(|| self.part(1..=5))??;
            let weekday = self.skip('.').then(|| self.part(0..=6))??;
            Day::Weekday { month, week, weekday }
        } else if self.skip('J') {
            let day = u16::try_from(self.number(365)?).ok()?;
            Day::Julian(Some(day).filter(|day| *day > 0)?)
        } else {
            Day::Ordinal(u16::try_from(self.number(365)?).ok()?)
        };
        let time = if self.skip('/') { self.time(167)? } else { 2 * 3600 };
        Some(Change { day, time })
    }

    fn part(&mut self, range: std::ops::RangeInclusive<u8>) -> Option<u8> {
        let number = u8::try_from(self.number(i32::from(*range.end()))?).ok()?;
        range.contains(&number).then_some(number)
    }

    fn number(&mut self, most: i32) -> Option<i32> {
        let (digits, rest) = self.split(|c| c.is_ascii_digit());
        self.0 = rest;
        digits.parse().ok().filter(|number| *number <= most)
    }

    fn skip(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn split(&self, belongs: impl Fn(char) -> bool) -> (&'a str, &'a str) {
        self.0.split_at(self.0.find(|c| !belongs(c)).unwrap_or(self.0.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rule: &str, instant: i64) -> (String, i32) {
        let local = Rule::parse(rule).unwrap().at(instant);
        (local.name, local.offset)
    }

    /// Instants as GNU date tells them with the same `TZ`.
    #[test]
    fn rules_are_followed_to_the_second() {
        for (rule, instant, name, offset) in [
            ("UTC0", 0, "UTC", 0),
            ("<-03>3", 1_700_000_000, "-03", -10_800),
            ("IST-5:30", 0, "IST", 19_800),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_745_999, "CET", 3600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_746_000, "CEST", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_889_999, "CEST", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_890_000, "CET", 3600),
            // South of the equator a year begins in summer.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, "AEDT", 39_600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_782_000_000, "AEST", 36_000),
            // Greenland: changes on the day before.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_774_745_999, "-02", -7200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_774_746_000, "-01", -3600),
            // Ireland's winter time is the one with a negative saving.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_767_225_600, "GMT", 0),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_782_000_000, "IST", 3600),
            // Always saving (RFC 9636 section 3.3.1).
            ("XXX3EDT4,0/0,J365/23", 1_767_225_600, "EDT", -14_400),
            ("XXX3EDT4,0/0,J365/23", 1_782_000_000, "EDT", -14_400),
            ("EST5EDT", 1_782_000_000, "EDT", -14_400),
            ("EST5EDT4,J60/0,J300/0", 1_709_269_199, "EST", -18_000),
            ("EST5EDT4,J60/0,J300/0", 1_709_269_200, "EDT", -14_400),
            ("EST5EDT4,59/0,299/0", 1_709_182_799, "EST", -18_000),
            ("EST5EDT4,59/0,299/0", 1_709_182_800, "EDT", -14_400),
        ] {
            assert_eq!(at(rule, instant), (name.to_owned(), offset), "{rule} {instant}");
        }
    }

    #[test]
    fn what_is_no_rule_is_none() {
        for text in [
            "",
            "UTC",
            "UT0",
            "UTC0x",
            "CET-25",
            "CET-1CEST,",
            "CET-1CEST,M3.5.0",
            "<-03",
            "<>3",
            "CET-1CEST,M13.1.0,M1.1.0",
            "CET-1CEST,M3.6.0,M1.1.0",
            "CET-1CEST,M3.1.7,M1.1.0",
            "CET-1CEST,J0,J1",
            "CET-1CEST,366,1",
            "CET-1CEST,M3.5.0/168,M1.1.0",
            "A B0",
            "CET-1:60",
            "CET99999999999999999999",
            "CET-1CEST,M3.5.0,M10.5.0/3,M1.1.0",
            "Europe/Berlin",
            "é3",
        ] {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        for instant in [i64::MIN, i64::MAX] {
            assert!([3600, 7200].contains(&at("CET-1CEST,M3.5.0,M10.5.0/3", instant).1));
        }
    }
}
