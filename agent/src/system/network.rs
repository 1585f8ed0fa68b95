//! The network as rtnetlink(7) and procfs show it.

mod counters;
mod route;

use std::io;

use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use nix::sys::socket::{AddressFamily, SockaddrLike, SockaddrStorage};
use protocol::qga::network::{IpAddress, IpAddressType, NetworkInterface};

pub(crate) use route::{routes_4, routes_6};

/// Every interface in the kernel's order, with all of its addresses. `counters` is the text
/// of /proc/net/dev: read once, and used for interfaces without an address too.
///
/// # Errors
/// The kernel does not tell (getifaddrs(3)).
pub(crate) fn interfaces(counters: &str) -> io::Result<Vec<NetworkInterface>> {
    let mut interfaces: Vec<NetworkInterface> = Vec::new();
    for entry in getifaddrs().map_err(io::Error::from)? {
        let name = &entry.interface_name;
        let known = interfaces.iter().position(|interface| interface.name == *name);
        let index = known.unwrap_or_else(|| {
            interfaces.push(NetworkInterface {
                name: name.clone(),
                hardware_address: None,
                ip_addresses: None,
                statistics: counters::of(counters, name),
            });
            interfaces.len() - 1
        });
        let interface = &mut interfaces[index];
        if let Some(address) = address(&entry) {
            interface.ip_addresses.get_or_insert_default().push(address);
        } else if interface.hardware_address.is_none() {
            interface.hardware_address = hardware(&entry);
        }
    }
    Ok(interfaces)
}

fn address(entry: &InterfaceAddress) -> Option<IpAddress> {
    let address = entry.address.as_ref()?;
    let (ip_address, ip_address_type) = if let Some(address) = address.as_sockaddr_in() {
        (address.ip().to_string(), IpAddressType::Ipv4)
    } else {
        (address.as_sockaddr_in6()?.ip().to_string(), IpAddressType::Ipv6)
    };
    Some(IpAddress {
        ip_address,
        ip_address_type,
        prefix: entry.netmask.as_ref().map_or(0, prefix),
    })
}

fn prefix(mask: &SockaddrStorage) -> i64 {
    let bits = if let Some(mask) = mask.as_sockaddr_in() {
        mask.ip().to_bits().leading_ones()
    } else {
        mask.as_sockaddr_in6().map_or(0, |mask| mask.ip().to_bits().leading_ones())
    };
    bits.into()
}

/// A MAC address. Tunnels have none, or one of another length, which hosts would not know
/// what to do with.
fn hardware(entry: &InterfaceAddress) -> Option<String> {
    let address = entry.address.as_ref()?;
    if address.family() != Some(AddressFamily::Packet) {
        return None;
    }
    let address = address.as_link_addr().filter(|link| link.halen() == 6)?.addr()?;
    let digits: Vec<String> = address.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(digits.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_has_its_addresses_and_counters() {
        let counters = "    lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n";
        let interfaces = interfaces(counters).unwrap();
        let lo = interfaces.iter().find(|interface| interface.name == "lo").unwrap();
        assert_eq!(lo.hardware_address.as_deref(), Some("00:00:00:00:00:00"));
        assert_eq!(lo.statistics.unwrap().tx_bytes, 5);
        let has = |address: &str, prefix| {
            let mut addresses = lo.ip_addresses.iter().flatten();
            addresses.any(|known| known.ip_address == address && known.prefix == prefix)
        };
        assert!(has("127.0.0.1", 8), "{lo:?}");
        assert_eq!(interfaces.iter().filter(|interface| interface.name == "lo").count(), 1);
    }
}
