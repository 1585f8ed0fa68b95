//! What the firmware says: the Redfish host interface (SMBIOS type 42, DSP0134 and DSP0270)
//! and the IPMI device (type 38). Every length in there is a stranger's.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use super::{Candidate, Look, Values, read, unread};
use crate::network::Network;

/// All tables, one behind the other (Documentation/ABI/testing/sysfs-firmware-dmi-tables).
pub(crate) const PATH: &str = "/sys/firmware/dmi/tables/DMI";
/// Real ones have a few kilobytes.
const MOST: u64 = 1 << 20;

const HOST_INTERFACE: u8 = 42;
const IPMI_DEVICE: u8 = 38;
const END: u8 = 127;

/// The interface type of a network (DSP0134, table 155).
const NETWORK: u8 = 0x40;
/// The protocol type of Redfish over IP (DSP0270, section 11).
const REDFISH: u8 = 0x04;

/// The address family of DSP0270: 1 is IPv4, 2 is IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ip {
    /// IPv4.
    V4(Ipv4Addr),
    /// IPv6.
    V6(Ipv6Addr),
}

/// A Redfish service that the machine can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redfish {
    /// The device that leads to it: usb, pci, or a number.
    pub device: String,
    /// Where it is.
    pub service: Option<Ip>,
    /// The mask of its network.
    pub mask: Option<Ip>,
    /// Its port.
    pub port: u16,
    /// How the address is found: static, dhcp, ...
    pub assigned: Option<&'static str>,
    /// Its name, fit for a terminal.
    pub hostname: Option<String>,
}

/// What the tables say about a BMC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Firmware {
    /// Its Redfish services.
    pub services: Vec<Redfish>,
    /// Its local interfaces, as text: `KCS, IPMI 2.0, I/O 0xca2`.
    pub interfaces: Vec<String>,
}

pub(crate) fn look(root: &Path, network: Option<Network>) -> Look {
    match read(root, PATH, MOST) {
        Ok(table) => of(&parse(&table), network),
        Err(error) => unread(PATH, &error),
    }
}

fn of(firmware: &Firmware, network: Option<Network>) -> Look {
    let services = firmware.services.iter().map(|service| {
        let values = Values {
            address: service.service.map(Ip::text),
            netmask: service.mask.map(Ip::text),
            assigned: service.assigned,
            url: service.url(),
            hostname: service.hostname.clone(),
            interface: Some(format!("Redfish over {}", service.device)),
            ..Values::default()
        };
        Candidate::judge(values, network)
    });
    let interfaces = firmware.interfaces.iter().map(|interface| {
        let values = Values { interface: Some(interface.clone()), ..Values::default() };
        let refused = Some("there is a BMC, and the firmware does not tell its address".to_owned());
        Candidate { values, usable: None, refused }
    });
    let candidates: Vec<Candidate> = services.chain(interfaces).collect();
    let why = candidates.is_empty().then(|| "the firmware tells of no BMC".to_owned());
    Look { candidates, why }
}

impl Ip {
    fn text(self) -> String {
        match self {
            Self::V4(address) => address.to_string(),
            Self::V6(address) => address.to_string(),
        }
    }

    /// The address in 16 bytes, of which IPv4 has the first four. An address that is not
    /// set is all zeros.
    fn read(format: u8, bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 16] = *bytes.first_chunk()?;
        match format {
            _ if bytes == [0; 16] => None,
            1 => bytes.first_chunk().map(|first: &[u8; 4]| Self::V4(Ipv4Addr::from(*first))),
            2 => Some(Self::V6(Ipv6Addr::from(bytes))),
            _ => None,
        }
    }
}

impl Redfish {
    /// Where its service begins (DSP0266).
    fn url(&self) -> Option<String> {
        let host = match (self.service, &self.hostname) {
            (Some(Ip::V4(address)), _) => address.to_string(),
            (Some(Ip::V6(address)), _) => format!("[{address}]"),
            (None, Some(name)) => name.clone(),
            (None, None) => return None,
        };
        let port = match self.port {
            0 | 443 => String::new(),
            port => format!(":{port}"),
        };
        Some(format!("https://{host}{port}/redfish/v1/"))
    }
}

/// Reads all structures up to the first that is broken.
pub fn parse(table: &[u8]) -> Firmware {
    let mut firmware = Firmware::default();
    let mut rest = table;
    while let Some((structure, next)) = structure(rest) {
        match structure.first() {
            Some(&HOST_INTERFACE) => firmware.services.extend(host_interface(structure)),
            Some(&IPMI_DEVICE) => firmware.interfaces.extend(ipmi_device(structure)),
            Some(&END) => break,
            _ => {}
        }
        rest = next;
    }
    firmware
}

/// The formatted part of the first structure, and what comes behind its strings, which two
/// zeros end (DSP0134, section 6.1.3).
fn structure(table: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(*table.get(1)?);
    if length < 4 {
        return None;
    }
    let (formatted, strings) = table.split_at_checked(length)?;
    let end = strings.windows(2).position(|pair| pair == [0, 0]).map_or(strings.len(), |at| at + 2);
    Some((formatted, strings.get(end..).unwrap_or_default()))
}

/// Type 42: interface type, length and data of the interface, number of protocols, and of
/// each its type, length and data.
fn host_interface(structure: &[u8]) -> Vec<Redfish> {
    let mut services = Vec::new();
    let Some([kind, length, rest @ ..]) = structure.get(4..) else { return services };
    let Some((data, rest)) = rest.split_at_checked(usize::from(*length)) else { return services };
    let (NETWORK, Some((&count, mut rest))) = (*kind, rest.split_first()) else { return services };
    for _ in 0..count {
        let [protocol, length, records @ ..] = rest else { break };
        let Some((record, next)) = records.split_at_checked(usize::from(*length)) else { break };
        if *protocol == REDFISH {
            services.extend(redfish(data, record));
        }
        rest = next;
    }
    services
}

/// Redfish over IP: UUID (16), host address: assignment, format, address (16), mask (16);
/// service: discovery, format, address (16), mask (16), port, VLAN (4), length of the name,
/// name.
fn redfish(interface: &[u8], record: &[u8]) -> Option<Redfish> {
    let discovery = *record.get(50)?;
    let format = *record.get(51)?;
    let port = u16::from_le_bytes(*record.get(84..)?.first_chunk()?);
    let length = record.get(90).copied().unwrap_or(0);
    // A name that is longer than what is left of the record is none.
    let name = record.get(91..).and_then(|rest| rest.get(..usize::from(length)));
    Some(Redfish {
        device: match interface.first() {
            Some(2 | 4) => "usb".to_owned(),
            Some(3 | 5) => "pci".to_owned(),
            Some(other) => format!("device type {other:#04x}"),
            None => "an unnamed device".to_owned(),
        },
        service: Ip::read(format, record.get(52..)?),
        mask: Ip::read(format, record.get(68..)?),
        port,
        assigned: match discovery {
            1 => Some("static"),
            2 => Some("dhcp"),
            3 => Some("autoconf"),
            4 => Some("host"),
            _ => None,
        },
        hostname: name.and_then(hostname),
    })
}

/// A name as DNS has it; anything else is not shown as one.
fn hostname(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end_matches('\0');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!text.is_empty() && text.bytes().all(plain)).then(|| text.to_owned())
}

/// Type 38 (DSP0134, section 7.39): interface, version in BCD, and the base address, whose
/// lowest bit is set for I/O.
fn ipmi_device(structure: &[u8]) -> Option<String> {
    let kind = *structure.get(4)?;
    let mut text = match kind {
        1 => "KCS".to_owned(),
        2 => "SMIC".to_owned(),
        3 => "BT".to_owned(),
        4 => "SSIF".to_owned(),
        other => format!("interface type {other}"),
    };
    if let Some(version) = structure.get(5) {
        let _ = write!(text, ", IPMI {}.{}", version >> 4, version & 0x0F);
    }
    let base =
        structure.get(8..).and_then(<[u8]>::first_chunk).map(|base| u64::from_le_bytes(*base));
    match base {
        // An SSIF has an address on its bus there.
        Some(base) if kind != 4 && base & 1 == 1 => {
            let _ = write!(text, ", I/O {:#x}", base & !1);
        }
        Some(base) if kind != 4 => {
            let _ = write!(text, ", memory {base:#x}");
        }
        _ => {}
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A Redfish record whose service has this address.
    fn record(format: u8, address: &[u8], name: &[u8]) -> Vec<u8> {
        let mut record = vec![0; 91];
        record[50] = 1;
        record[51] = format;
        record[52..52 + address.len()].copy_from_slice(address);
        record[68..72].copy_from_slice(&[255, 255, 240, 0]);
        record[84..86].copy_from_slice(&443_u16.to_le_bytes());
        record[90] = u8::try_from(name.len()).unwrap();
        record.extend(name);
        record
    }

    fn type42(record: &[u8]) -> Vec<u8> {
        let mut structure = vec![HOST_INTERFACE, 0, 0x2A, 0, NETWORK, 2, 2, 0, 1, REDFISH];
        structure.push(u8::try_from(record.len()).unwrap());
        structure.extend(record);
        structure[1] = u8::try_from(structure.len()).unwrap();
        structure.extend([0, 0]);
        structure
    }

    fn table() -> Vec<u8> {
        let mut table = vec![1, 6, 1, 0, 1, 2];
        table.extend(b"Vendor\0Product\0\0");
        // QEMU's for an ISA KCS.
        table.extend([
            IPMI_DEVICE,
            18,
            0,
            0x26,
            1,
            0x20,
            0x20,
            0xFF,
            0xA3,
            0x0C,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ]);
        table.extend(type42(&record(1, &[10, 72, 17, 4], b"bmc.example")));
        table.extend([END, 4, 0xFF, 0xFE, 0, 0]);
        table
    }

    #[test]
    fn both_kinds_of_table_are_read() {
        let firmware = parse(&table());
        assert_eq!(firmware.interfaces, ["KCS, IPMI 2.0, I/O 0xca2"]);
        let look = of(&firmware, None);
        let [service, device] = look.candidates.as_slice() else { panic!("{look:?}") };
        assert_eq!(service.usable.unwrap().to_string(), "10.72.17.4");
        assert_eq!(service.values.url.as_deref(), Some("https://10.72.17.4/redfish/v1/"));
        assert_eq!(service.values.netmask.as_deref(), Some("255.255.240.0"));
        assert_eq!(service.values.hostname.as_deref(), Some("bmc.example"));
        assert_eq!(service.values.interface.as_deref(), Some("Redfish over usb"));
        assert!(device.usable.is_none());
    }

    #[test]
    fn a_service_without_ipv4_is_shown_and_not_announced() {
        let mut v6 = [0; 16];
        v6[..2].copy_from_slice(&[0xFD, 0]);
        v6[15] = 1;
        let look = of(&parse(&type42(&record(2, &v6, b""))), None);
        assert_eq!(look.candidates[0].values.url.as_deref(), Some("https://[fd00::1]/redfish/v1/"));
        assert!(look.candidates[0].refused.as_ref().unwrap().contains("IPv6"));
        let look = of(&parse(&type42(&record(1, &[169, 254, 1, 1], b""))), None);
        assert!(look.candidates[0].refused.as_ref().unwrap().contains("link-local"));
        let look = of(&parse(&type42(&record(1, &[], b"bmc"))), None);
        assert_eq!(look.candidates[0].values.url.as_deref(), Some("https://bmc/redfish/v1/"));
        assert!(look.candidates[0].usable.is_none());
    }

    #[test]
    fn lengths_that_lie_are_not_followed() {
        let whole = type42(&record(1, &[10, 72, 17, 4], b"bmc"));
        // A name longer than its record.
        let mut long = whole.clone();
        long[11 + 90] = 255;
        assert_eq!(parse(&long).services[0].hostname, None);
        // A record longer than its structure, an interface longer than its structure.
        for at in [5, 10] {
            let mut long = whole.clone();
            long[at] = 255;
            assert!(parse(&long).services.is_empty(), "{at}");
        }
        // More protocols than there are.
        let mut many = whole.clone();
        many[8] = 255;
        assert_eq!(parse(&many).services.len(), 1);
        // A structure longer than the table, or shorter than its own head.
        for length in [0, 3, 255] {
            let mut wrong = whole.clone();
            wrong[1] = length;
            assert!(parse(&wrong).services.is_empty(), "{length}");
        }
        // A name that would steer a terminal.
        let nasty = type42(&record(1, &[10, 72, 17, 4], b"\x1b[31m"));
        assert_eq!(parse(&nasty).services[0].hostname, None);
        // Cut anywhere.
        let table = table();
        for end in 0..table.len() {
            let _ = of(&parse(&table[..end]), None);
        }
    }

    proptest! {
        #[test]
        fn no_table_is_read_beyond_its_end(table in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = of(&parse(&table), None);
        }

        #[test]
        fn nor_one_with_a_byte_changed(at in 0_usize..150, byte: u8) {
            let mut table = table();
            if let Some(place) = table.get_mut(at) {
                *place = byte;
            }
            let _ = of(&parse(&table), None);
        }
    }
}
