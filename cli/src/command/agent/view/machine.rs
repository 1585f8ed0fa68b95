//! The operating system, who is logged in, the CPUs.

use std::io;

use protocol::client::Empty;
use protocol::qga::account::User;
use protocol::qga::cpu::{LoadAverage, LogicalProcessor};
use protocol::qga::info::{HostName, OsInfo};
use protocol::qga::time::Timezone;
use serde::Serialize;

use super::super::connect::Agent;
use super::or_dash;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Table, Text, Tone};

/// Five replies on one screen.
#[derive(Debug, Serialize)]
pub(super) struct Os {
    #[serde(flatten)]
    os: OsInfo,
    #[serde(flatten)]
    host: HostName,
    timezone: Timezone,
    /// Nanoseconds since 1970.
    time: i64,
    /// `None` where the agent is too old to tell.
    load: Option<LoadAverage>,
}

impl Os {
    pub(super) fn ask(agent: &mut Agent) -> Result<Self, Failure> {
        Ok(Self {
            os: agent.call("guest-get-osinfo", Empty {})?,
            host: agent.call("guest-get-host-name", Empty {})?,
            timezone: agent.call("guest-get-timezone", Empty {})?,
            time: agent.call("guest-get-time", Empty {})?,
            load: agent.try_call("guest-get-load", Empty {})?,
        })
    }
}

impl Answer for Os {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::headless();
        let mut row =
            |name: &str, value: &str| table.row([Cell::new(Tone::Dim, name), value.into()]);
        let system = self.os.pretty_name.as_deref().or(self.os.name.as_deref());
        row("system", or_dash(system));
        let kernel =
            [&self.os.kernel_release, &self.os.machine].map(|part| or_dash(part.as_deref()));
        row("kernel", &kernel.join(" "));
        row("host name", &self.host.host_name);
        row("time", &utc(self.time.div_euclid(1_000_000_000)));
        let Timezone { zone, offset } = &self.timezone;
        let sign = if *offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        row(
            "time zone",
            &format!(
                "{} (UTC{sign}{:02}:{:02})",
                or_dash(zone.as_deref()),
                minutes / 60,
                minutes % 60
            ),
        );
        if let Some(LoadAverage { load1m, load5m, load15m }) = self.load {
            row("load", &format!("{load1m:.2} {load5m:.2} {load15m:.2} (1, 5, 15 minutes)"));
        }
        text.table(&table)
    }
}

/// The reply of `guest-get-users`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Users(pub(super) Vec<User>);

impl Answer for Users {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        if self.0.is_empty() {
            return text.line(Tone::Plain, "nobody is logged in");
        }
        let mut table = Table::new(["user", "since"]);
        for user in &self.0 {
            table.row([user.user.as_str().into(), utc(whole(user.login_time)).into()]);
        }
        text.table(&table)
    }
}

/// The reply of `guest-get-vcpus`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Cpus(pub(super) Vec<LogicalProcessor>);

impl Answer for Cpus {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new(["CPU", "online", "can be taken offline"]);
        for cpu in &self.0 {
            let word = |yes: Option<bool>| match yes {
                Some(true) => "yes",
                Some(false) => "no",
                None => "-",
            };
            table.row([
                cpu.logical_id.to_string().into(),
                word(Some(cpu.online)).into(),
                word(cpu.can_offline).into(),
            ]);
        }
        text.table(&table)
    }
}

/// A time in seconds without its fraction.
#[expect(clippy::cast_possible_truncation, reason = "saturates, and years are cut off elsewhere")]
fn whole(seconds: f64) -> i64 {
    seconds.floor() as i64
}

/// Seconds since 1970 as a date and time of UTC.
fn utc(seconds: i64) -> String {
    date_and_time(seconds, ' ', " UTC")
}

/// The same as RFC 3339 has it.
pub(in crate::command) fn rfc3339(seconds: i64) -> String {
    date_and_time(seconds, 'T', "Z")
}

/// In the calendar that holds since 1582.
fn date_and_time(seconds: i64, between: char, zone: &str) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years begin in March here, so that a leap day is the last of its year; 400 of them
    // have 146,097 days, and 0000-03-01 is 719,468 days before 1970.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    format!(
        "{year:04}-{month:02}-{date:02}{between}{:02}:{:02}:{:02}{zone}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `date -u -d @N` has them.
    #[test]
    fn times_are_told_in_utc() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_795_524_353, "2026-11-24 12:45:53 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(utc(seconds), expected);
        }
        // Whatever an agent sends.
        assert!(!utc(i64::MAX / 2).is_empty() && !utc(whole(f64::NAN)).is_empty());
    }
}
