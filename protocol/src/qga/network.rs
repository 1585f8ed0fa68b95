//! `guest-network-get-interfaces` and `guest-network-get-route`.

use serde::{Deserialize, Serialize};

/// An entry of the result of `guest-network-get-interfaces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NetworkInterface {
    /// The name, such as `eth0`.
    pub name: String,
    /// The MAC address: two hexadecimal digits in lower case for each byte, with colons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware_address: Option<String>,
    /// Left out if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_addresses: Option<Vec<IpAddress>>,
    /// QEMU's agent leaves it out with the addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics: Option<NetworkInterfaceStatistics>,
}

/// An address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IpAddress {
    /// In its usual form, without prefix and zone.
    pub ip_address: String,
    /// Which of the two forms.
    pub ip_address_type: IpAddressType,
    /// Bits of the network, 0 to 32 or 128.
    pub prefix: i64,
}

/// The version of the Internet Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IpAddressType {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// What an interface has moved since it came up (kernel
/// `Documentation/networking/statistics.rst`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NetworkInterfaceStatistics {
    /// Bytes received.
    pub rx_bytes: u64,
    /// Packets received.
    pub rx_packets: u64,
    /// Packets that came in bad.
    pub rx_errs: u64,
    /// Packets that came in and found no room.
    pub rx_dropped: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Packets that could not be sent.
    pub tx_errs: u64,
    /// Packets dropped on the way out.
    pub tx_dropped: u64,
}

/// An entry of the result of `guest-network-get-route`: a line of /proc/net/route or of
/// /proc/net/ipv6_route. Each has members that the other has not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NetworkRoute {
    /// The interface.
    pub iface: String,
    /// The network; `0.0.0.0` or `::` in the default route.
    pub destination: String,
    /// Of two routes the one with less is taken. QEMU's agent shows the kernel's
    /// largest metric, of unreachable routes, as -1.
    pub metric: i64,
    /// IPv4: the router, `0.0.0.0` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// IPv4: the mask of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// IPv4: first round-trip time to assume, in milliseconds; 0 is unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irtt: Option<i64>,
    /// Bits `RTF_*` of the kernel's `route.h` and `ipv6_route.h`. QEMU's agent extends
    /// the highest of the 32 (`RTF_LOCAL`) into the upper half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<u64>,
    /// References to the route. Linux does not keep it for IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refcnt: Option<i64>,
    /// How often it was looked up. Linux does not keep it for IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#use: Option<i64>,
    /// IPv4: the TCP window in bytes; 0 is unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<i64>,
    /// IPv4: what the kernel prints as the MTU, in bytes; 0 is unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<i64>,
    /// IPv6: bits of the destination, in decimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desprefixlen: Option<String>,
    /// IPv6: the network that packets have to come from, `::` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// IPv6: bits of the source, in decimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srcprefixlen: Option<String>,
    /// IPv6: the router, `::` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nexthop: Option<String>,
    /// Of the Internet Protocol: 4 or 6.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    #[test]
    fn interface() {
        let address = |ip_address: &str, ip_address_type, prefix| IpAddress {
            ip_address: ip_address.to_owned(),
            ip_address_type,
            prefix,
        };
        wire(
            r#"{"name": "eth0", "ip-addresses": [
                {"ip-address-type": "ipv4", "ip-address": "10.0.2.15", "prefix": 24},
                {"ip-address-type": "ipv6", "ip-address": "fe80::5054:ff:fe12:3456",
                 "prefix": 64}],
                "statistics": {"tx-packets": 6, "tx-errs": 0, "rx-bytes": 110,
                "rx-dropped": 0, "rx-packets": 1, "rx-errs": 0, "tx-bytes": 516,
                "tx-dropped": 0}, "hardware-address": "52:54:00:12:34:56"}"#,
            &NetworkInterface {
                name: "eth0".to_owned(),
                hardware_address: Some("52:54:00:12:34:56".to_owned()),
                ip_addresses: Some(vec![
                    address("10.0.2.15", IpAddressType::Ipv4, 24),
                    address("fe80::5054:ff:fe12:3456", IpAddressType::Ipv6, 64),
                ]),
                statistics: Some(NetworkInterfaceStatistics {
                    rx_bytes: 110,
                    rx_packets: 1,
                    tx_bytes: 516,
                    tx_packets: 6,
                    ..NetworkInterfaceStatistics::default()
                }),
            },
        );
    }

    #[test]
    fn interface_without_addresses() {
        wire(
            r#"{"name": "ifb0", "hardware-address": "26:ec:3d:3f:ff:eb"}"#,
            &NetworkInterface {
                name: "ifb0".to_owned(),
                hardware_address: Some("26:ec:3d:3f:ff:eb".to_owned()),
                ip_addresses: None,
                statistics: None,
            },
        );
    }

    #[test]
    fn ipv4_route() {
        wire(
            r#"{"flags": 3, "metric": 0, "refcnt": 0, "window": 0, "version": 4,
                "iface": "eth0", "destination": "0.0.0.0", "irtt": 0, "gateway": "10.0.2.2",
                "use": 0, "mtu": 0, "mask": "0.0.0.0"}"#,
            &NetworkRoute {
                iface: "eth0".to_owned(),
                destination: "0.0.0.0".to_owned(),
                gateway: Some("10.0.2.2".to_owned()),
                mask: Some("0.0.0.0".to_owned()),
                irtt: Some(0),
                flags: Some(3),
                refcnt: Some(0),
                r#use: Some(0),
                window: Some(0),
                mtu: Some(0),
                version: 4,
                ..NetworkRoute::default()
            },
        );
    }

    #[test]
    fn ipv6_routes() {
        let route = NetworkRoute {
            iface: "lo".to_owned(),
            destination: "::1".to_owned(),
            flags: Some(0xffff_ffff_8020_0001),
            refcnt: Some(2),
            r#use: Some(0),
            desprefixlen: Some("128".to_owned()),
            source: Some("::".to_owned()),
            srcprefixlen: Some("0".to_owned()),
            nexthop: Some("::".to_owned()),
            version: 6,
            ..NetworkRoute::default()
        };
        wire(
            r#"{"flags": 18446744071564165121, "source": "::", "metric": 0, "refcnt": 2,
                "version": 6, "nexthop": "::", "iface": "lo", "destination": "::1",
                "desprefixlen": "128", "srcprefixlen": "0", "use": 0}"#,
            &route,
        );
        wire(
            r#"{"flags": 2097664, "source": "::", "metric": -1, "refcnt": 1, "version": 6,
                "nexthop": "::", "iface": "lo", "destination": "::", "desprefixlen": "0",
                "srcprefixlen": "0", "use": 0}"#,
            &NetworkRoute {
                destination: "::".to_owned(),
                metric: -1,
                flags: Some(2_097_664),
                refcnt: Some(1),
                desprefixlen: Some("0".to_owned()),
                ..route
            },
        );
    }
}
