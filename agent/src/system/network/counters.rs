//! /proc/net/dev: what each interface has moved (proc(5); the columns are those of the
//! kernel's `net/core/net-procfs.c`).

use protocol::qga::network::NetworkInterfaceStatistics;

/// The counters of one interface.
pub(super) fn of(text: &str, name: &str) -> Option<NetworkInterfaceStatistics> {
    // A name may hold a colon, as old aliases do, but no blank.
    let line =
        text.lines().find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(':'))?;
    let numbers: Vec<u64> =
        line.split_ascii_whitespace().map_while(|word| word.parse().ok()).take(16).collect();
    // Received: bytes packets errs drop fifo frame compressed multicast; sent: the same
    // first four.
    let [
        rx_bytes,
        rx_packets,
        rx_errs,
        rx_dropped,
        _,
        _,
        _,
        _,
        tx_bytes,
        tx_packets,
        tx_errs,
        tx_dropped,
        ..,
    ] = numbers[..]
    else {
        return None;
    };
    Some(NetworkInterfaceStatistics {
        rx_bytes,
        rx_packets,
        rx_errs,
        rx_dropped,
        tx_bytes,
        tx_packets,
        tx_errs,
        tx_dropped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captured in a guest of Firecracker, Linux 6.18.
    const CAPTURED: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3228      38    0    0    0     0          0         0     3228      38    0    0    0     0       0          0
  eth0:523619521   41521    1    2    0     0          0         0   955291   13570    3    4    0     0       0          0
";

    #[test]
    fn the_columns_are_told_apart() {
        let eth0 = of(CAPTURED, "eth0").unwrap();
        assert_eq!(
            [eth0.rx_bytes, eth0.rx_packets, eth0.rx_errs, eth0.rx_dropped],
            [523_619_521, 41_521, 1, 2]
        );
        assert_eq!(
            [eth0.tx_bytes, eth0.tx_packets, eth0.tx_errs, eth0.tx_dropped],
            [955_291, 13_570, 3, 4]
        );
        assert_eq!(of(CAPTURED, "eth"), None);
        assert_eq!(of("eth0: 1 2 3", "eth0"), None);
        assert_eq!(of("eth0: 1 2 3 4 5 6 7 8 9 10 11 x", "eth0"), None);
    }
}
