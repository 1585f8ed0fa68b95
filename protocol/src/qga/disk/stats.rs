//! What a disk has moved.

use serde::{Deserialize, Serialize};

/// An entry of the result of `guest-get-diskstats`: a line of /proc/diskstats, also of
/// loop and RAM disks that were never used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DiskStatsInfo {
    /// The kernel's name of the device, without `/dev/`.
    pub name: String,
    /// The major device number.
    pub major: u64,
    /// The minor device number.
    pub minor: u64,
    /// The counters.
    pub stats: DiskStats,
}

/// Counters of a disk since it appeared (kernel `Documentation/admin-guide/iostats.rst`).
/// A sector is 512 bytes, a tick a millisecond. Old kernels have less of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DiskStats {
    /// Sectors read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_sectors: Option<u64>,
    /// Reads done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_ios: Option<u64>,
    /// Reads that were joined with their neighbours first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_merges: Option<u64>,
    /// Sectors written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_sectors: Option<u64>,
    /// Writes done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_ios: Option<u64>,
    /// Writes that were joined with their neighbours first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_merges: Option<u64>,
    /// Sectors discarded. Since Linux 4.18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discard_sectors: Option<u64>,
    /// Discards done. Since Linux 4.18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discard_ios: Option<u64>,
    /// Discards that were joined with their neighbours first. Since Linux 4.18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discard_merges: Option<u64>,
    /// Flushes done. Since Linux 5.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flush_ios: Option<u64>,
    /// Ticks that reads took, summed over all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_ticks: Option<u64>,
    /// Ticks that writes took, summed over all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_ticks: Option<u64>,
    /// Ticks that discards took, summed over all. Since Linux 4.18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discard_ticks: Option<u64>,
    /// Ticks that flushes took, summed over all. Since Linux 5.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flush_ticks: Option<u64>,
    /// Requests under way now: the only one that also falls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ios_pgr: Option<u64>,
    /// Ticks with any request under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_ticks: Option<u64>,
    /// Ticks times the requests under way in each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_ticks: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::super::super::check::wire;
    use super::*;

    #[test]
    fn captured() {
        wire(
            r#"[{"name": "nvme0n1", "stats": {"discard-sectors": 40962, "write-ios": 19,
                "discard-ios": 2, "discard-ticks": 0, "weight-ticks": 29, "read-ios": 60,
                "flush-ios": 5, "write-sectors": 5136, "write-merges": 45,
                "write-ticks": 11, "ios-pgr": 0, "read-sectors": 450, "read-merges": 0,
                "total-ticks": 12, "discard-merges": 0, "flush-ticks": 3,
                "read-ticks": 13}, "minor": 0, "major": 259}]"#,
            &vec![DiskStatsInfo {
                name: "nvme0n1".to_owned(),
                major: 259,
                minor: 0,
                stats: DiskStats {
                    read_sectors: Some(450),
                    read_ios: Some(60),
                    read_merges: Some(0),
                    write_sectors: Some(5136),
                    write_ios: Some(19),
                    write_merges: Some(45),
                    discard_sectors: Some(40_962),
                    discard_ios: Some(2),
                    discard_merges: Some(0),
                    flush_ios: Some(5),
                    read_ticks: Some(13),
                    write_ticks: Some(11),
                    discard_ticks: Some(0),
                    flush_ticks: Some(3),
                    ios_pgr: Some(0),
                    total_ticks: Some(12),
                    weight_ticks: Some(29),
                },
            }],
        );
    }

    /// Not captured: all counters are optional.
    #[test]
    fn nothing_known() {
        wire("{}", &DiskStats::default());
    }
}
