//! /proc/diskstats: what each disk has moved (kernel
//! `Documentation/admin-guide/iostats.rst`).

use protocol::qga::disk::{DiskStats, DiskStatsInfo};

/// Every disk in the order of the kernel, loop and RAM disks among them.
pub(crate) fn parse(text: &str) -> Vec<DiskStatsInfo> {
    text.lines().filter_map(disk).collect()
}

fn disk(line: &str) -> Option<DiskStatsInfo> {
    let mut words = line.split_ascii_whitespace();
    let major = words.next()?.parse().ok()?;
    let minor = words.next()?.parse().ok()?;
    let name = words.next()?.to_owned();
    let counters: Vec<u64> = words.map_while(|word| word.parse().ok()).take(17).collect();
    Some(DiskStatsInfo { name, major, minor, stats: stats(&counters)? })
}

/// 11 columns at first, 15 since Linux 4.18, 17 since Linux 5.5; only 4 for partitions
/// before Linux 2.6.25.
fn stats(counters: &[u64]) -> Option<DiskStats> {
    if counters.len() < 4 {
        return None;
    }
    if counters.len() < 11 {
        return Some(DiskStats {
            read_ios: Some(counters[0]),
            read_sectors: Some(counters[1]),
            write_ios: Some(counters[2]),
            write_sectors: Some(counters[3]),
            ..DiskStats::default()
        });
    }
    let at = |column: usize| counters.get(column).copied();
    Some(DiskStats {
        read_ios: at(0),
        read_merges: at(1),
        read_sectors: at(2),
        read_ticks: at(3),
        write_ios: at(4),
        write_merges: at(5),
        write_sectors: at(6),
        write_ticks: at(7),
        ios_pgr: at(8),
        total_ticks: at(9),
        weight_ticks: at(10),
        discard_ios: at(11),
        discard_merges: at(12),
        discard_sectors: at(13),
        discard_ticks: at(14),
        flush_ios: at(15),
        flush_ticks: at(16),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: u64) -> String {
        (1..=count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
    }

    /// Captured in a guest of Firecracker, Linux 6.18.
    #[test]
    fn every_column_has_its_place() {
        let text = "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 209547 \
                    35956 12012482 175955 25026 167262 13394688 51969 0 20900 229219 10501 47 \
                    851624 1228 1825 67\n";
        let disks = parse(text);
        assert_eq!((disks.len(), disks[0].name.as_str(), disks[0].major), (2, "loop0", 7));
        let expected = DiskStats {
            read_ios: Some(209_547),
            read_merges: Some(35_956),
            read_sectors: Some(12_012_482),
            read_ticks: Some(175_955),
            write_ios: Some(25_026),
            write_merges: Some(167_262),
            write_sectors: Some(13_394_688),
            write_ticks: Some(51_969),
            ios_pgr: Some(0),
            total_ticks: Some(20_900),
            weight_ticks: Some(229_219),
            discard_ios: Some(10_501),
            discard_merges: Some(47),
            discard_sectors: Some(851_624),
            discard_ticks: Some(1228),
            flush_ios: Some(1825),
            flush_ticks: Some(67),
        };
        assert_eq!(disks[1].stats, expected);
    }

    #[test]
    fn kernels_have_different_numbers_of_columns() {
        let count = |columns| {
            let disks = parse(&format!("8 0 sda {}", numbers(columns)));
            let value = serde_json::to_value(disks.first()?.stats).unwrap();
            value.as_object().map(serde_json::Map::len)
        };
        let known = [0, 3, 4, 10, 11, 14, 15, 17, 19].map(count);
        let expected =
            [None, None, Some(4), Some(4), Some(11), Some(14), Some(15), Some(17), Some(17)];
        assert_eq!(known, expected);
    }

    #[test]
    fn what_is_no_disk_is_passed_over() {
        let columns = numbers(17);
        let text = format!("\ngarbage\n-1 0 a {columns}\n8 x b {columns}\n8 0\n8 0 c -1 2 3 4\n");
        assert_eq!(parse(&text), []);
    }
}
