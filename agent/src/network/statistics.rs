//! Counters of all interfaces: /proc/net/dev (kernel `net/core/net-procfs.c`).

use std::collections::HashMap;

use introspect::Root;
use protocol::qga::network::NetworkInterfaceStatistics as Statistics;

/// The counters by interface; empty where the kernel has none. One read for all of them:
/// the kernel makes the whole file for each.
pub(crate) fn read(root: &Root) -> HashMap<String, Statistics> {
    parse(&root.text("/proc/net/dev").unwrap_or_default())
}

/// The counters of a file. A line that is none, such as the two of the heading, is passed
/// over.
fn parse(text: &str) -> HashMap<String, Statistics> {
    text.lines().filter_map(line).collect()
}

/// `  eth0: 110 1 0 0 0 0 0 0 516 6 0 0 0 0 0 0`
fn line(line: &str) -> Option<(String, Statistics)> {
    // No name of an interface has a colon (kernel `dev_valid_name`).
    let (name, counters) = line.split_once(':')?;
    let counters: Vec<u64> =
        counters.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    // Of each direction: bytes, packets, errors, dropped, and four we do not tell.
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
    ] = counters[..]
    else {
        return None;
    };
    let statistics = Statistics {
        rx_bytes,
        rx_packets,
        rx_errs,
        rx_dropped,
        tx_bytes,
        tx_packets,
        tx_errs,
        tx_dropped,
    };
    Some((name.trim_start().to_owned(), statistics))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a virtual machine of Firecracker, Linux 6.18.
    const DEV: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
  eth0: 342715326   12023    1    2    3     4          5         6   583539    7374    7    8    9    10      11         12
";

    #[test]
    fn each_interface_has_its_counters() {
        let all = parse(DEV);
        assert_eq!(all.len(), 3);
        assert_eq!(all["ifb0"], Statistics::default());
        assert_eq!(
            all["eth0"],
            Statistics {
                rx_bytes: 342_715_326,
                rx_packets: 12_023,
                rx_errs: 1,
                rx_dropped: 2,
                tx_bytes: 583_539,
                tx_packets: 7374,
                tx_errs: 7,
                tx_dropped: 8,
            }
        );
    }

    #[test]
    fn a_line_that_has_no_counters_is_none() {
        for bad in [
            "",
            "eth0",
            "eth0:",
            "eth0: 1 2 3 4 5 6 7 8 9 10 11",
            "eth0: 1 2 3 4 5 6 7 8 9 10 11 -12",
            "eth0: 1 2 3 4 5 6 7 8 9 10 11 99999999999999999999",
        ] {
            assert_eq!(line(bad), None, "{bad}");
        }
        // Without a space before a long number, as old kernels print it.
        let (name, statistics) = line("eth0:1 2 3 4 5 6 7 8 9 10 11 12").unwrap();
        assert_eq!((name.as_str(), statistics.rx_bytes), ("eth0", 1));
    }
}
