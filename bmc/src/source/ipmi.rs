//! What the BMC itself says: Get LAN Configuration Parameters (IPMI 2.0, section 23.2),
//! through the kernel's device (Documentation/driver-api/ipmi.rst).

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::path::Path;

use super::{Candidate, Look, Values, is_live};
use crate::network::Network;
use crate::sys::ipmi::Device;

/// The first device that ipmi_devintf makes.
pub(crate) const PATH: &str = "/dev/ipmi0";

/// The numbers that a channel for LAN can have (table 6-1).
const CHANNELS: RangeInclusive<u8> = 1..=11;

// Parameters of table 23-4.
const ADDRESS: u8 = 3;
const ADDRESS_SOURCE: u8 = 4;
const MAC: u8 = 5;
const MASK: u8 = 6;
const GATEWAY: u8 = 12;

/// The LAN of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lan {
    /// The channel.
    pub channel: u8,
    /// 0.0.0.0 where it has none yet.
    pub address: Ipv4Addr,
    /// How it came to it.
    pub assigned: Option<&'static str>,
    /// Its hardware address.
    pub mac: Option<[u8; 6]>,
    /// Its mask.
    pub mask: Option<Ipv4Addr>,
    /// Its gateway.
    pub gateway: Option<Ipv4Addr>,
}

/// An answer without the parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoParameter {
    /// There is no LAN there: the command (C1h) or the channel (CBh, CCh) does not exist.
    NoLan,
    /// Another completion code (table 5-2).
    Code(u8),
    /// Fewer bytes than the parameter has.
    Short,
}

pub(crate) fn look(root: &Path, network: Option<Network>) -> Look {
    if !is_live(root) {
        return Look::nothing("a captured tree has no BMC that could be asked");
    }
    let mut device = match Device::open(Path::new(PATH)) {
        Ok(device) => device,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Look::nothing(format!(
                "there is no {PATH}: no BMC, or the modules ipmi_si and ipmi_devintf are not loaded"
            ));
        }
        Err(error) => return Look::nothing(format!("{PATH}: {error}")),
    };
    match lans(|request| device.get_lan(request)) {
        Err(error) => Look::nothing(format!("{PATH}: {error}")),
        Ok((lans, told)) => of(&lans, told, network),
    }
}

/// What the channels come to.
fn of(lans: &[Lan], told: Option<u8>, network: Option<Network>) -> Look {
    let mut look = Look::default();
    for lan in lans {
        let ip = |address: Ipv4Addr| address.to_string();
        let mac = |mac: [u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
        let values = Values {
            address: Some(ip(lan.address)),
            netmask: lan.mask.map(ip),
            gateway: lan.gateway.map(ip),
            mac: lan.mac.map(mac),
            channel: Some(lan.channel),
            assigned: lan.assigned,
            ..Values::default()
        };
        let mut candidate = Candidate::judge(values, network);
        if lan.address.is_unspecified() {
            candidate.refused = Some("0.0.0.0: the channel has no address yet".to_owned());
        }
        look.candidates.push(candidate);
    }
    if look.candidates.is_empty() {
        look.why = Some(match told {
            None => "a BMC without LAN".to_owned(),
            Some(code) => format!("the BMC tells of no LAN (completion code {code:02X}h)"),
        });
    }
    look
}

/// Asks every channel. `ask` gets the data of the request and returns the answer, its
/// completion code first. Beside the LANs comes the last code that is no plain "there is
/// none". One that stops answering keeps what it has told.
///
/// # Errors
/// The BMC has not answered at all, or with no LAN before it stopped.
pub fn lans(
    mut ask: impl FnMut([u8; 4]) -> io::Result<Vec<u8>>,
) -> io::Result<(Vec<Lan>, Option<u8>)> {
    let mut lans = Vec::new();
    let mut told = None;
    for channel in CHANNELS {
        let mut get = |parameter| ask([channel, parameter, 0, 0]);
        let answer = match get(ADDRESS) {
            Ok(answer) => answer,
            Err(_) if !lans.is_empty() => break,
            Err(error) => return Err(error),
        };
        let address = match parameter::<4>(&answer) {
            Ok(address) => Ipv4Addr::from(address),
            Err(NoParameter::NoLan | NoParameter::Short) => continue,
            Err(NoParameter::Code(code)) => {
                told = Some(code);
                continue;
            }
        };
        // An address without the rest is worth as much.
        let mut rest = |parameter| get(parameter).unwrap_or_default();
        lans.push(Lan {
            channel,
            address,
            assigned: parameter::<1>(&rest(ADDRESS_SOURCE)).ok().and_then(assigned),
            mac: parameter(&rest(MAC)).ok(),
            mask: parameter::<4>(&rest(MASK)).ok().map(Ipv4Addr::from),
            gateway: parameter::<4>(&rest(GATEWAY)).ok().map(Ipv4Addr::from),
        });
    }
    Ok((lans, told))
}

/// The parameter in an answer: completion code, revision of the parameter, data.
///
/// # Errors
/// The answer has none.
pub fn parameter<const N: usize>(answer: &[u8]) -> Result<[u8; N], NoParameter> {
    match answer {
        [0, _revision, data @ ..] => data.first_chunk().copied().ok_or(NoParameter::Short),
        // QEMU's own BMC knows no LAN at all and says C1h; OpenIPMI's says CBh of a channel
        // that it has not got (both measured), and CCh is "invalid data field".
        [0xC1 | 0xCB | 0xCC, ..] => Err(NoParameter::NoLan),
        [0] | [] => Err(NoParameter::Short),
        [code, ..] => Err(NoParameter::Code(*code)),
    }
}

/// The name of an address source: the lower four bits.
fn assigned([byte]: [u8; 1]) -> Option<&'static str> {
    match byte & 0x0F {
        1 => Some("static"),
        2 => Some("dhcp"),
        3 => Some("bios"),
        4 => Some("other"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// OpenIPMI's simulator with one LAN on channel 1.
    fn simulator([channel, parameter, _, _]: [u8; 4]) -> Vec<u8> {
        match (channel, parameter) {
            (1, ADDRESS) => vec![0, 0x11, 0x0a, 0x48, 0x11, 0x04],
            (1, ADDRESS_SOURCE) => vec![0, 0x11, 0x01],
            (1, MAC) => vec![0, 0x11, 0x02, 0, 0, 0, 0, 0x17],
            (1, MASK) => vec![0, 0x11, 255, 255, 240, 0],
            (1, GATEWAY) => vec![0, 0x11, 0x0a, 0x48, 0x10, 0x01],
            _ => vec![0xCB],
        }
    }

    #[test]
    fn a_lan_is_read_with_all_it_has() {
        let (lans, told) = lans(|request| Ok(simulator(request))).unwrap();
        assert_eq!(told, None);
        let look = of(&lans, told, None);
        let [candidate] = look.candidates.as_slice() else { panic!("{look:?}") };
        assert_eq!(candidate.usable.unwrap().to_string(), "10.72.17.4");
        let values = &candidate.values;
        assert_eq!(values.mac.as_deref(), Some("02:00:00:00:00:17"));
        assert_eq!(values.netmask.as_deref(), Some("255.255.240.0"));
        assert_eq!(values.gateway.as_deref(), Some("10.72.16.1"));
        assert_eq!((values.channel, values.assigned), (Some(1), Some("static")));
    }

    #[test]
    fn a_bmc_without_lan_is_no_error() {
        let mut asked = 0;
        let (lans, told) = lans(|_| {
            asked += 1;
            Ok(vec![0xC1])
        })
        .unwrap();
        assert_eq!(asked, 11);
        assert_eq!(of(&lans, told, None).why.unwrap(), "a BMC without LAN");
        let (lans, told) = super::lans(|_| Ok(vec![0xC3])).unwrap();
        assert!(of(&lans, told, None).why.unwrap().contains("C3h"));
    }

    #[test]
    fn a_channel_without_an_address_is_passed_over() {
        let (lans, told) = lans(|[channel, parameter, ..]| {
            Ok(match (channel, parameter) {
                (1, ADDRESS) => vec![0, 0x11, 0, 0, 0, 0],
                (8, ADDRESS) => vec![0, 0x11, 10, 0, 0, 8],
                (1 | 8, _) => vec![0x80],
                _ => vec![0xCC],
            })
        })
        .unwrap();
        let look = of(&lans, told, None);
        assert!(look.candidates[0].refused.as_ref().unwrap().contains("no address yet"));
        assert_eq!(look.candidates[1].usable.unwrap().to_string(), "10.0.0.8");
    }

    #[test]
    fn a_bmc_that_cannot_be_asked_is_an_error() {
        assert!(lans(|_| Err(io::Error::from(io::ErrorKind::TimedOut))).is_err());
    }

    proptest! {
        #[test]
        fn no_answer_is_read_beyond_its_end(answer in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parameter::<4>(&answer);
            let _ = parameter::<6>(&answer);
            let (lans, told) = lans(|_| Ok(answer.clone())).unwrap();
            let _ = of(&lans, told, None);
        }
    }

    #[test]
    fn a_bmc_that_stops_answering_keeps_what_it_has_told() {
        let late = || io::Error::from(io::ErrorKind::TimedOut);
        assert!(lans(|_| Err(late())).is_err());
        for told in [(1, ADDRESS), (1, MASK), (1, GATEWAY)] {
            let (found, _) = lans(|[channel, parameter, ..]| match (channel, parameter) {
                (channel, ADDRESS) if channel <= told.0 => Ok(vec![0, 0x11, 10, 0, 0, channel]),
                (channel, parameter) if (channel, parameter) <= told => Ok(vec![0, 0x11, 1]),
                _ => Err(late()),
            })
            .unwrap();
            let [lan] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!(lan.address, Ipv4Addr::new(10, 0, 0, 1));
        }
    }
}
