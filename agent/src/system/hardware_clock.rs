//! The hardware clock, which keeps time while the guest is off.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use introspect::Root;
use nix::errno::Errno;
use nix::unistd::{AccessFlags, access};

use super::civil::{date, days};
use super::timezone;
use crate::sys::rtc::{self, Fields};

/// Where the clock is; the first one that there is counts, as for hwclock(8).
const DEVICES: [&str; 3] = ["/dev/rtc0", "/dev/rtc", "/dev/misc/rtc"];

/// The clock's device; `None` for a guest without one.
pub(crate) fn device(root: &Root) -> Option<PathBuf> {
    DEVICES.into_iter().find(|path| root.exists(path)).map(|path| root.join(path))
}

/// False where /etc/adjtime lies on what is mounted read-only, for this process at least:
/// hwclock(8) would set the clock and fail all the same.
pub(crate) fn may_adjust(root: &Root) -> bool {
    let paths = ["/etc/adjtime", "/etc"].map(|path| root.join(path));
    let there = paths.iter().find(|path| path.exists());
    there.is_none_or(|path| access(path, AccessFlags::W_OK) != Err(Errno::EROFS))
}

/// Sets the clock to an instant, in seconds since 1970.
///
/// # Errors
/// The kernel's.
pub(crate) fn write(root: &Root, device: &PathBuf, instant: i64) -> io::Result<()> {
    let fields = fields(instant + offset(root, instant)).ok_or(io::ErrorKind::InvalidInput)?;
    rtc::set(&File::open(device)?, &fields)
}

/// What the clock says, in seconds since 1970.
///
/// # Errors
/// The kernel's.
pub(crate) fn read(root: &Root, device: &PathBuf) -> io::Result<i64> {
    let local = instant(&rtc::read(&File::open(device)?)?).ok_or(io::ErrorKind::InvalidData)?;
    Ok(local - offset(root, local))
}

/// How far the clock is ahead of UTC: not at all, unless /etc/adjtime says that it shows
/// local time, as some other systems want it.
fn offset(root: &Root, instant: i64) -> i64 {
    let adjtime = root.head("/etc/adjtime", 4096).unwrap_or_default();
    if !shows_local_time(&adjtime) {
        return 0;
    }
    timezone::at(root, None, instant).offset
}

/// The third line of /etc/adjtime (adjtime_config(5)).
fn shows_local_time(adjtime: &[u8]) -> bool {
    adjtime.split(|byte| *byte == b'\n').nth(2).is_some_and(|line| line.trim_ascii() == b"LOCAL")
}

fn fields(instant: i64) -> Option<Fields> {
    let (year, month, day) = date(instant.div_euclid(86_400));
    let rest = i32::try_from(instant.rem_euclid(86_400)).ok()?;
    Some(Fields {
        second: rest % 60,
        minute: rest / 60 % 60,
        hour: rest / 3600,
        day: i32::from(day),
        month: i32::from(month) - 1,
        year: i32::try_from(year - 1900).ok()?,
        unused: [0; 3],
    })
}

fn instant(fields: &Fields) -> Option<i64> {
    let month = u8::try_from(fields.month + 1).ok().filter(|month| (1..=12).contains(month))?;
    let day = u8::try_from(fields.day).ok().filter(|day| (1..=31).contains(day))?;
    let rest = [(fields.hour, 23, 3600), (fields.minute, 59, 60), (fields.second, 60, 1)];
    let mut instant = days(i64::from(fields.year) + 1900, month, day) * 86_400;
    for (value, most, unit) in rest {
        instant += (0..=most).contains(&value).then_some(i64::from(value) * unit)?;
    }
    Some(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_date() {
        let expected = Fields {
            second: 46,
            minute: 25,
            hour: 12,
            day: 24,
            month: 10,
            year: 126,
            unused: [0; 3],
        };
        assert_eq!(fields(1_795_523_146), Some(expected));
        for instant in [0, -1, 951_782_400, 1_795_523_146, 3_155_759_999] {
            assert_eq!(fields(instant).and_then(|fields| super::instant(&fields)), Some(instant));
        }
        assert_eq!(fields(i64::MAX), None);
    }

    #[test]
    fn a_clock_without_battery_may_say_anything() {
        let good = fields(0).unwrap();
        for bad in [
            Fields { month: 12, ..good },
            Fields { month: -1, ..good },
            Fields { day: 0, ..good },
            Fields { day: i32::MAX, ..good },
            Fields { hour: 24, ..good },
            Fields { minute: -1, ..good },
            Fields { second: 61, ..good },
        ] {
            assert_eq!(instant(&bad), None, "{bad:?}");
        }
        assert!(instant(&Fields { year: i32::MIN, ..good }).is_some());
    }

    #[test]
    fn adjtime_tells_whose_time_the_clock_shows() {
        assert!(shows_local_time(b"0.0 0 0.0\n0\nLOCAL\n"));
        for text in [&b"0.0 0 0.0\n0\nUTC\n"[..], b"", b"LOCAL", b"\xff\n\nLOCALE"] {
            assert!(!shows_local_time(text));
        }
        let dir = tempfile::tempdir().unwrap();
        let root = Root::at(dir.path());
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        let berlin = include_bytes!("../../tests/fixtures/zoneinfo/Berlin");
        std::fs::write(dir.path().join("etc/localtime"), berlin).unwrap();
        assert_eq!(offset(&root, 1_782_000_000), 0);
        std::fs::write(dir.path().join("etc/adjtime"), "0.0 0 0.0\n0\nLOCAL\n").unwrap();
        assert_eq!(offset(&root, 1_782_000_000), 7200);
    }

    #[test]
    fn the_first_device_counts() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::at(dir.path());
        assert_eq!(device(&root), None);
        std::fs::create_dir(dir.path().join("dev")).unwrap();
        std::fs::write(dir.path().join("dev/rtc"), "").unwrap();
        assert_eq!(device(&root), Some(dir.path().join("dev/rtc")));
        let refused = write(&root, &dir.path().join("dev/rtc"), 0).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(nix::libc::ENOTTY));
    }
}
