//! /proc/net/route and /proc/net/ipv6_route: the main routing tables (kernel
//! `net/ipv4/fib_trie.c`, `fib_route_seq_show`; `net/ipv6/route.c`, `rt6_info_route`).

use std::net::{Ipv4Addr, Ipv6Addr};

use protocol::qga::network::NetworkRoute;

/// The IPv4 routes. A line that is not of the expected form is left out.
pub(crate) fn routes_4(text: &str) -> Vec<NetworkRoute> {
    text.lines().skip(1).filter_map(route_4).collect()
}

/// The IPv6 routes, which have no heading.
pub(crate) fn routes_6(text: &str) -> Vec<NetworkRoute> {
    text.lines().filter_map(route_6).collect()
}

fn route_4(line: &str) -> Option<NetworkRoute> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [iface, destination, gateway, flags, refcnt, uses, metric, mask, mtu, window, irtt] =
        words[..]
    else {
        return None;
    };
    // Printed as a number of this machine, but kept in the order of the network.
    let address = |word: &str| {
        let number = u32::from_str_radix(word, 16).ok()?;
        Some(Ipv4Addr::from(number.to_ne_bytes()).to_string())
    };
    Some(NetworkRoute {
        iface: iface.to_owned(),
        destination: address(destination)?,
        metric: metric.parse().ok()?,
        gateway: Some(address(gateway)?),
        mask: Some(address(mask)?),
        irtt: irtt.parse().ok(),
        flags: u64::from_str_radix(flags, 16).ok(),
        refcnt: refcnt.parse().ok(),
        r#use: uses.parse().ok(),
        window: window.parse().ok(),
        mtu: mtu.parse().ok(),
        version: 4,
        ..NetworkRoute::default()
    })
}

fn route_6(line: &str) -> Option<NetworkRoute> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [destination, length, source, source_length, next, metric, refcnt, uses, flags, iface] =
        words[..]
    else {
        return None;
    };
    let address = |word: &str| {
        let number = u128::from_str_radix(word, 16).ok().filter(|_| word.len() == 32)?;
        Some(Ipv6Addr::from_bits(number).to_string())
    };
    let hex = |word: &str| u32::from_str_radix(word, 16).ok();
    Some(NetworkRoute {
        iface: iface.to_owned(),
        destination: address(destination)?,
        // As qemu-ga has them: the largest metric is -1, and the highest flag fills the
        // upper half.
        metric: hex(metric)?.cast_signed().into(),
        flags: Some(i64::from(hex(flags)?.cast_signed()).cast_unsigned()),
        refcnt: Some(hex(refcnt)?.into()),
        r#use: Some(hex(uses)?.into()),
        desprefixlen: Some(hex(length)?.to_string()),
        source: Some(address(source)?),
        srcprefixlen: Some(hex(source_length)?.to_string()),
        nexthop: Some(address(next)?),
        version: 6,
        ..NetworkRoute::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captured in a small guest, Linux 6.1.
    const FOUR: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
";
    const SIX: &str = "\
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
";

    #[test]
    fn ipv4_addresses_are_in_the_order_of_the_network() {
        let routes = routes_4(FOUR);
        assert_eq!(routes.len(), 2);
        assert_eq!(routes[0].gateway.as_deref(), Some("10.0.2.2"));
        assert_eq!((routes[0].destination.as_str(), routes[0].flags), ("0.0.0.0", Some(3)));
        assert_eq!(
            (routes[1].destination.as_str(), routes[1].mask.as_deref()),
            ("10.0.2.0", Some("255.255.255.0"))
        );
        assert_eq!((routes[1].metric, routes[1].version), (100, 4));
    }

    #[test]
    fn ipv6_numbers_are_extended_as_qemu_extends_them() {
        let routes = routes_6(SIX);
        assert_eq!(routes.len(), 3);
        assert_eq!(
            (routes[0].destination.as_str(), routes[0].desprefixlen.as_deref()),
            ("fe80::", Some("64"))
        );
        assert_eq!(routes[0].metric, 256);
        assert_eq!(routes[1].metric, -1);
        assert_eq!(routes[2].flags, Some(0xFFFF_FFFF_8020_0001));
        assert_eq!(routes[2].mask, None);
    }

    #[test]
    fn damaged_lines_are_left_out() {
        assert!(routes_4("heading\neth0\tzz\n\n").is_empty());
        assert!(routes_6("fe80 40 0 0 0 0 0 0 0 eth0\nx").is_empty());
    }
}
