//! Which time zone local time is in, read afresh for each question: a change of
//! /etc/localtime counts at once.

mod posix;
mod tzif;

use introspect::Root;
use protocol::qga::time::Timezone;

use posix::Rule;
use tzif::Zone;

/// Offset of local time and its name at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Local {
    /// Seconds ahead of UTC.
    offset: i32,
    /// Such as `CEST`.
    name: String,
}

/// The largest file of the tz database has less than 4 KiB.
const FILE_BYTES: u64 = 256 << 10;

/// The zone at an instant, in seconds since 1970. `variable` is the value of `TZ`
/// (tzset(3)): a file of the tz database, or a rule of POSIX. Without it /etc/localtime
/// counts. What cannot be read is UTC, as for the C library.
pub(crate) fn at(root: &Root, variable: Option<&str>, instant: i64) -> Timezone {
    let local = match variable {
        None => file(root, "/etc/localtime", instant),
        Some(value) => {
            let value = value.strip_prefix(':').unwrap_or(value);
            if value.starts_with('/') {
                file(root, value, instant)
            } else if value.is_empty() {
                None
            } else {
                file(root, &format!("/usr/share/zoneinfo/{value}"), instant)
                    .or_else(|| Rule::parse(value).map(|rule| rule.at(instant)))
            }
        }
    };
    let local = local.unwrap_or_else(|| Local { offset: 0, name: "UTC".to_owned() });
    Timezone { zone: Some(local.name), offset: i64::from(local.offset) }
}

fn file(root: &Root, path: &str, instant: i64) -> Option<Local> {
    let bytes = root.head(path, FILE_BYTES).ok()?;
    Zone::parse(&bytes)?.at(instant)
}
