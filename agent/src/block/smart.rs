//! The health of an NVMe disk: log page SMART / Health Information (NVM Express Base
//! Specification, log page 02h).

use std::fs::File;
use std::path::Path;

use protocol::qga::disk::{DiskSmart, NvmeSmart};

use crate::sys::nvme;

/// What the disk says; `None` where it does not.
pub(crate) fn read(node: &Path) -> Option<DiskSmart> {
    let disk = File::open(node).ok()?;
    nvme::health(&disk).ok().map(|page| DiskSmart::Nvme(decode(&page)))
}

fn decode(page: &[u8; nvme::PAGE]) -> NvmeSmart {
    let lo = |at: usize| number(&page[at..at + 8]);
    let hi = |at: usize| number(&page[at + 8..at + 16]);
    NvmeSmart {
        critical_warning: page[0].into(),
        temperature: u16::from_le_bytes([page[1], page[2]]).into(),
        available_spare: page[3].into(),
        available_spare_threshold: page[4].into(),
        percentage_used: page[5].into(),
        data_units_read_lo: lo(32),
        data_units_read_hi: hi(32),
        data_units_written_lo: lo(48),
        data_units_written_hi: hi(48),
        host_read_commands_lo: lo(64),
        host_read_commands_hi: hi(64),
        host_write_commands_lo: lo(80),
        host_write_commands_hi: hi(80),
        controller_busy_time_lo: lo(96),
        controller_busy_time_hi: hi(96),
        power_cycles_lo: lo(112),
        power_cycles_hi: hi(112),
        power_on_hours_lo: lo(128),
        power_on_hours_hi: hi(128),
        unsafe_shutdowns_lo: lo(144),
        unsafe_shutdowns_hi: hi(144),
        media_errors_lo: lo(160),
        media_errors_hi: hi(160),
        number_of_error_log_entries_lo: lo(176),
        number_of_error_log_entries_hi: hi(176),
    }
}

/// A number with its lowest byte first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each byte tells where it lies, as no real disk's would.
    #[test]
    fn every_number_comes_from_its_place() {
        let mut page = [0; nvme::PAGE];
        for (byte, at) in page.iter_mut().zip(0_u8..=u8::MAX) {
            *byte = at;
        }
        let smart = serde_json::to_value(decode(&page)).unwrap();
        let small = [
            ("critical-warning", 0_u64),
            ("temperature", 0x0201),
            ("available-spare", 3),
            ("available-spare-threshold", 4),
            ("percentage-used", 5),
        ];
        let counters = [
            "data-units-read",
            "data-units-written",
            "host-read-commands",
            "host-write-commands",
            "controller-busy-time",
            "power-cycles",
            "power-on-hours",
            "unsafe-shutdowns",
            "media-errors",
            "number-of-error-log-entries",
        ];
        for (name, value) in small {
            assert_eq!(smart[name], value, "{name}");
        }
        for (index, name) in (0_u64..).zip(counters) {
            let first = 32 + 16 * index;
            let number = |from: u64| (from..from + 8).rev().fold(0, |sum, byte| sum << 8 | byte);
            assert_eq!(smart[format!("{name}-lo")], number(first), "{name}");
            assert_eq!(smart[format!("{name}-hi")], number(first + 8), "{name}");
        }
        assert_eq!(smart.as_object().unwrap().len(), small.len() + 2 * counters.len());
    }

    #[test]
    fn what_is_no_disk_says_nothing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(read(file.path()), None);
        assert_eq!(read(Path::new("/dev/null/none")), None);
    }
}
