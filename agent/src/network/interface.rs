//! Interfaces and their addresses: getifaddrs(3), which asks the kernel over rtnetlink.

use std::collections::HashMap;
use std::net::IpAddr;

use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use nix::sys::socket::SockaddrStorage;
use protocol::Error;
use protocol::qga::network::{
    IpAddress, IpAddressType, NetworkInterface, NetworkInterfaceStatistics as Statistics,
};

/// What the kernel says of an interface at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fact {
    /// It is there, with these first bytes of its hardware address.
    Link([u8; 6]),
    /// It has an address.
    Address(IpAddr, u32),
}

/// All interfaces in the order of the kernel's index, with or without addresses. An IPv4
/// address with a label of its own, such as `eth0:1`, is an interface after all others.
///
/// # Errors
/// The kernel does not say.
pub(crate) fn list(
    statistics: &HashMap<String, Statistics>,
) -> Result<Vec<NetworkInterface>, Error> {
    let entries = getifaddrs()
        .map_err(|error| Error::generic(format!("getifaddrs failed: {}", error.desc())))?;
    let facts = entries.filter_map(|entry| Some((fact(&entry)?, entry.interface_name)));
    Ok(gather(facts, statistics))
}

fn fact(entry: &InterfaceAddress) -> Option<Fact> {
    let Some(address) = &entry.address else {
        // A tunnel without a hardware address; QEMU's agent shows zeroes.
        return Some(Fact::Link([0; 6]));
    };
    if let Some(link) = address.as_link_addr() {
        return Some(Fact::Link(link.addr().unwrap_or_default()));
    }
    let mask = entry.netmask.as_ref().and_then(ip);
    let prefix = match mask? {
        IpAddr::V4(mask) => mask.to_bits().count_ones(),
        IpAddr::V6(mask) => mask.to_bits().count_ones(),
    };
    Some(Fact::Address(ip(address)?, prefix))
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}

fn gather(
    facts: impl IntoIterator<Item = (Fact, String)>,
    statistics: &HashMap<String, Statistics>,
) -> Vec<NetworkInterface> {
    let mut interfaces: Vec<NetworkInterface> = Vec::new();
    let mut places = HashMap::new();
    for (fact, name) in facts {
        let place = *places.entry(name).or_insert_with_key(|name| {
            let hardware_address = interfaces.iter().find(|known| is_label(name, &known.name));
            interfaces.push(NetworkInterface {
                hardware_address: hardware_address
                    .and_then(|interface| interface.hardware_address.clone()),
                name: name.clone(),
                ip_addresses: None,
                statistics: statistics.get(name).copied(),
            });
            interfaces.len() - 1
        });
        let interface = &mut interfaces[place];
        match fact {
            Fact::Link(address) => {
                let bytes = address.map(|byte| format!("{byte:02x}"));
                interface.hardware_address = Some(bytes.join(":"));
            }
            Fact::Address(address, prefix) => {
                interface.ip_addresses.get_or_insert_default().push(IpAddress {
                    ip_address: address.to_string(),
                    ip_address_type: match address {
                        IpAddr::V4(_) => IpAddressType::Ipv4,
                        IpAddr::V6(_) => IpAddressType::Ipv6,
                    },
                    prefix: prefix.into(),
                });
            }
        }
    }
    interfaces
}

/// True where `name` is a label for addresses of the interface, as `eth0:1` is of `eth0`.
fn is_label(name: &str, interface: &str) -> bool {
    name.strip_prefix(interface).is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(name: &str) -> HashMap<String, Statistics> {
        HashMap::from([(name.to_owned(), Statistics { rx_bytes: 7, ..Statistics::default() })])
    }

    #[test]
    fn facts_come_together_by_interface_in_the_order_of_the_kernel() {
        let mac = [2, 0, 0, 0, 0, 1];
        let facts = [
            (Fact::Link([0; 6]), "lo"),
            (Fact::Link([0xAA; 6]), "br0"),
            (Fact::Link(mac), "va"),
            (Fact::Address("127.0.0.1".parse().unwrap(), 8), "lo"),
            (Fact::Address("10.1.0.1".parse().unwrap(), 24), "va"),
            (Fact::Address("10.1.0.5".parse().unwrap(), 32), "va:1"),
            (Fact::Address("fd01::1".parse().unwrap(), 64), "va"),
        ]
        .map(|(fact, name)| (fact, name.to_owned()));
        let interfaces = gather(facts, &counters("br0"));
        let address = |text: &str, ip_address_type, prefix| IpAddress {
            ip_address: text.to_owned(),
            ip_address_type,
            prefix,
        };
        let interface = |name: &str, hardware: &str, ip_addresses| NetworkInterface {
            name: name.to_owned(),
            hardware_address: Some(hardware.to_owned()),
            ip_addresses,
            statistics: None,
        };
        let v4 = IpAddressType::Ipv4;
        assert_eq!(
            interfaces,
            [
                interface("lo", "00:00:00:00:00:00", Some(vec![address("127.0.0.1", v4, 8)])),
                NetworkInterface {
                    statistics: counters("br0").remove("br0"),
                    ..interface("br0", "aa:aa:aa:aa:aa:aa", None)
                },
                interface(
                    "va",
                    "02:00:00:00:00:01",
                    Some(vec![
                        address("10.1.0.1", v4, 24),
                        address("fd01::1", IpAddressType::Ipv6, 64)
                    ])
                ),
                interface("va:1", "02:00:00:00:00:01", Some(vec![address("10.1.0.5", v4, 32)])),
            ]
        );
    }

    #[test]
    fn a_label_is_of_the_interface_before_its_colon() {
        assert!(is_label("eth0:1", "eth0"));
        assert!(!is_label("eth0", "eth0") && !is_label("eth01", "eth0"));
    }

    #[test]
    fn this_machine_has_a_loopback() {
        let interfaces = list(&counters("lo")).unwrap();
        let loopback = interfaces.iter().find(|interface| interface.name == "lo").unwrap();
        assert_eq!(loopback.hardware_address.as_deref(), Some("00:00:00:00:00:00"));
        assert_eq!(loopback.statistics.unwrap().rx_bytes, 7);
    }
}
