//! Dates of the Gregorian calendar, extended to all years, as numbers of days.

/// Days from 1970-01-01 to a date. Months are 1 to 12; a day beyond the month's end runs
/// over into the next one.
pub(crate) fn days(year: i64, month: u8, day: u8) -> i64 {
    // Leap years before the given one, from year 1 on.
    let leaps = |year: i64| {
        let last = year - 1;
        last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
    };
    let months = (1..month).map(|month| i64::from(month_length(year, month))).sum::<i64>();
    (year - 1970) * 365 + leaps(year) - leaps(1970) + months + i64::from(day) - 1
}

/// The year, month and day a number of days after 1970-01-01.
pub(crate) fn date(days_since_1970: i64) -> (i64, u8, u8) {
    // The calendar repeats after 400 years.
    const CYCLE: i64 = 146_097;
    let cycle = days_since_1970.div_euclid(CYCLE);
    let mut rest = days_since_1970.rem_euclid(CYCLE);
    // A little too early, as no year is longer.
    let mut year = 1970 + rest / 366;
    while days(year + 1, 1, 1) <= rest {
        year += 1;
    }
    rest -= days(year, 1, 1);
    let mut month = 1;
    while rest >= i64::from(month_length(year, month)) {
        rest -= i64::from(month_length(year, month));
        month += 1;
    }
    (year + 400 * cycle, month, u8::try_from(rest).unwrap_or_default() + 1)
}

/// Whether February has 29 days.
pub(crate) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days of a month; 31 for what is none.
pub(crate) fn month_length(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As GNU date tells them.
    #[test]
    fn known_days() {
        for (date, expected) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 24), 20_781),
            ((2069, 12, 31), 36_524),
            ((2100, 3, 1), 47_541),
            ((1900, 3, 1), -25_508),
        ] {
            let (year, month, day) = date;
            assert_eq!(days(year, month, day), expected, "{date:?}");
            assert_eq!(super::date(expected), date);
        }
    }

    #[test]
    fn every_day_of_a_cycle_reads_back_and_follows_the_one_before() {
        let mut last = (0, 0, 0);
        for number in days(1969, 1, 1)..days(2371, 1, 1) {
            let next = date(number);
            assert!(next > last && next.2 <= month_length(next.0, next.1), "{next:?}");
            assert_eq!(days(next.0, next.1, next.2), number);
            last = next;
        }
        assert_eq!(last, (2370, 12, 31));
    }
}
