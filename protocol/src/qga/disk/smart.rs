//! The health of a disk.

use serde::{Deserialize, Serialize};

/// What a disk says of its health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum DiskSmart {
    /// Of an NVMe disk; the schema has no other.
    Nvme(NvmeSmart),
}

/// The SMART / Health Information log page (NVM Express Base Specification, log page
/// 02h). Its 128-bit counters are split: `lo` has the lower 64 bits, `hi` the upper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NvmeSmart {
    /// Bits, each a warning: 0 little spare left, 1 temperature, 2 unreliable, 3 read
    /// only, 4 backup power of the memory, 5 persistent memory.
    pub critical_warning: i64,
    /// Kelvin.
    pub temperature: i64,
    /// Percent of the spare blocks that are left.
    pub available_spare: i64,
    /// Percent below which bit 0 of the warnings is set.
    pub available_spare_threshold: i64,
    /// Percent of its expected life that is over; may pass 100, ends at 255.
    pub percentage_used: i64,
    /// Data read by the host, in units of 1000 blocks of 512 bytes: lower half.
    pub data_units_read_lo: u64,
    /// Upper half.
    pub data_units_read_hi: u64,
    /// Data written by the host, in units of 1000 blocks of 512 bytes: lower half.
    pub data_units_written_lo: u64,
    /// Upper half.
    pub data_units_written_hi: u64,
    /// Read commands done: lower half.
    pub host_read_commands_lo: u64,
    /// Upper half.
    pub host_read_commands_hi: u64,
    /// Write commands done: lower half.
    pub host_write_commands_lo: u64,
    /// Upper half.
    pub host_write_commands_hi: u64,
    /// Minutes with commands under way: lower half.
    pub controller_busy_time_lo: u64,
    /// Upper half.
    pub controller_busy_time_hi: u64,
    /// How often it was switched on: lower half.
    pub power_cycles_lo: u64,
    /// Upper half.
    pub power_cycles_hi: u64,
    /// Hours switched on: lower half.
    pub power_on_hours_lo: u64,
    /// Upper half.
    pub power_on_hours_hi: u64,
    /// How often it was switched off without notice: lower half.
    pub unsafe_shutdowns_lo: u64,
    /// Upper half.
    pub unsafe_shutdowns_hi: u64,
    /// Errors in the data that it could not correct: lower half.
    pub media_errors_lo: u64,
    /// Upper half.
    pub media_errors_hi: u64,
    /// Entries of its error log over its life: lower half.
    pub number_of_error_log_entries_lo: u64,
    /// Upper half.
    pub number_of_error_log_entries_hi: u64,
}

#[cfg(test)]
mod tests {
    use super::super::super::check::wire;
    use super::*;

    #[test]
    fn captured() {
        wire(
            r#"{"available-spare": 0, "host-write-commands-hi": 0, "temperature": 323,
                "power-on-hours-lo": 0, "host-read-commands-hi": 0,
                "host-read-commands-lo": 61, "number-of-error-log-entries-hi": 0,
                "unsafe-shutdowns-hi": 0, "unsafe-shutdowns-lo": 0,
                "host-write-commands-lo": 6, "available-spare-threshold": 0,
                "power-on-hours-hi": 0, "controller-busy-time-hi": 0,
                "controller-busy-time-lo": 0, "data-units-read-hi": 0,
                "data-units-read-lo": 1, "power-cycles-hi": 0, "power-cycles-lo": 0,
                "media-errors-hi": 0, "media-errors-lo": 0, "data-units-written-hi": 0,
                "data-units-written-lo": 1, "type": "nvme", "critical-warning": 0,
                "percentage-used": 0, "number-of-error-log-entries-lo": 0}"#,
            &DiskSmart::Nvme(NvmeSmart {
                temperature: 323,
                data_units_read_lo: 1,
                data_units_written_lo: 1,
                host_read_commands_lo: 61,
                host_write_commands_lo: 6,
                ..NvmeSmart::default()
            }),
        );
    }
}
