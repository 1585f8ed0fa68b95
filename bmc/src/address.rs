//! Which addresses may be announced.
//!
//! Placemat (cybozu-go/placemat v2.4.11, `v2/pkg/vm/bmc.go`) listens on whatever the first
//! line says, and goes on after each error: an empty line makes it listen on every interface
//! of the host, a name is looked up, and an address outside its BMC network ends the whole
//! program. So what is written is judged here, by what the address is and not by what the
//! host would do with it.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::network::Network;

/// An IPv4 address that may be announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Ipv4Addr);

/// Why an address may not be announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing.
    Empty,
    /// A space, a tab or the end of a line, wherever it stands.
    Space,
    /// Bytes that no address has.
    Unprintable,
    /// An IPv6 address.
    Ipv6,
    /// With the length of a prefix.
    Cidr,
    /// A number that some read as octal.
    LeadingZero,
    /// Digits and dots that are no address.
    Malformed,
    /// A name, or anything else.
    NoAddress,
    /// 0.0.0.0: the host would listen on every interface.
    Unspecified,
    /// 0.0.0.0/8 (RFC 791, "this network").
    ThisNetwork,
    /// 127.0.0.0/8: every machine's own.
    Loopback,
    /// 169.254.0.0/16 (RFC 3927): good on one link only.
    LinkLocal,
    /// 224.0.0.0/4.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// 240.0.0.0/4 (RFC 1112, section 4).
    Reserved,
    /// Not in the network that it has to be in.
    Outside(Network),
    /// The first or the last address of its network, which no machine has.
    Edge(Network),
}

impl Address {
    /// Judges an address.
    ///
    /// # Errors
    /// It may not be announced.
    pub fn of(address: Ipv4Addr) -> Result<Self, Refused> {
        match address.octets() {
            [0, 0, 0, 0] => Err(Refused::Unspecified),
            [0, ..] => Err(Refused::ThisNetwork),
            [127, ..] => Err(Refused::Loopback),
            [169, 254, ..] => Err(Refused::LinkLocal),
            [224..=239, ..] => Err(Refused::Multicast),
            [255, 255, 255, 255] => Err(Refused::Broadcast),
            [240..=255, ..] => Err(Refused::Reserved),
            _ => Ok(Self(address)),
        }
    }

    /// Judges an address, and that it can be a machine's in this network.
    ///
    /// # Errors
    /// It may not be announced.
    pub fn within(self, network: Option<Network>) -> Result<Self, Refused> {
        match network {
            Some(network) if !network.contains(self.0) => Err(Refused::Outside(network)),
            Some(network) if network.is_edge(self.0) => Err(Refused::Edge(network)),
            _ => Ok(self),
        }
    }

    /// The address itself.
    pub const fn ip(self) -> Ipv4Addr {
        self.0
    }

    /// What is written to the port, in one piece: nothing before it, one line.
    pub fn line(self) -> String {
        format!("{}\n", self.0)
    }
}

impl FromStr for Address {
    type Err = Refused;

    /// Takes four decimal numbers with dots between them and nothing else.
    fn from_str(text: &str) -> Result<Self, Refused> {
        if text.is_empty() {
            return Err(Refused::Empty);
        }
        if text.contains(char::is_whitespace) {
            return Err(Refused::Space);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refused::Unprintable);
        }
        if let Ok(address) = text.parse() {
            return Self::of(address);
        }
        Err(what_it_is(text))
    }
}

/// Names what was given in the place of an address.
fn what_it_is(text: &str) -> Refused {
    if text.contains('/') {
        return Refused::Cidr;
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let bare = bare.split_once('%').map_or(bare, |(address, _zone)| address);
    if bare.parse::<Ipv6Addr>().is_ok() {
        return Refused::Ipv6;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Refused::NoAddress;
    }
    let zero = |part: &str| part.len() > 1 && part.starts_with('0');
    if text.split('.').any(zero) { Refused::LeadingZero } else { Refused::Malformed }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Empty => "is empty",
            Self::Space => "has white space in it: give the address alone",
            Self::Unprintable => "has characters in it that no address has",
            Self::Ipv6 => "is IPv6, and the host takes IPv4 only",
            Self::Cidr => "has the length of a prefix: give the address without it",
            Self::LeadingZero => "has a number that begins with 0, which some read as octal",
            Self::Malformed => "is no IPv4 address: that is four numbers up to 255",
            Self::NoAddress => "is no IPv4 address, and names are not looked up",
            Self::Unspecified => "is no address: the host would listen on every interface",
            Self::ThisNetwork => "is in 0.0.0.0/8, which no machine has",
            Self::Loopback => "is a loopback address, the host's own",
            Self::LinkLocal => "is link-local, which nobody else can reach",
            Self::Multicast => "is a multicast address",
            Self::Broadcast => "is the broadcast address",
            Self::Reserved => "is in 240.0.0.0/4, which is reserved",
            Self::Outside(network) => return write!(f, "is outside the network {network}"),
            Self::Edge(network) => {
                return write!(f, "is the first or last of the network {network}, not a machine's");
            }
        };
        f.write_str(what)
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> Refused {
        text.parse::<Address>().unwrap_err()
    }

    #[test]
    fn an_address_is_written_as_one_line() {
        for text in ["10.72.17.4", "172.16.1.2", "192.168.0.1", "1.1.1.1", "223.255.255.254"] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.line(), format!("{text}\n"));
        }
    }

    #[test]
    fn what_would_make_a_host_listen_elsewhere_is_refused_by_its_name() {
        for (text, reason) in [
            ("", Refused::Empty),
            ("\n", Refused::Space),
            (" 10.0.0.1", Refused::Space),
            ("10.0.0.1\n", Refused::Space),
            ("10.0.0.1\r\n", Refused::Space),
            ("10.0.0.1 10.0.0.2", Refused::Space),
            ("10.0.0.1\u{a0}", Refused::Space),
            ("10.0.0.1\0", Refused::Unprintable),
            ("１0.0.0.1", Refused::Unprintable),
            ("::1", Refused::Ipv6),
            ("[::1]", Refused::Ipv6),
            ("fe80::1%eth0", Refused::Ipv6),
            ("::ffff:10.0.0.1", Refused::Ipv6),
            ("10.0.0.1/24", Refused::Cidr),
            ("fd00::1/64", Refused::Cidr),
            ("10.0.0.01", Refused::LeadingZero),
            ("010.0.0.1", Refused::LeadingZero),
            ("10.0.0", Refused::Malformed),
            ("10.0.0.1.", Refused::Malformed),
            ("10.0.0.256", Refused::Malformed),
            ("167772161", Refused::Malformed),
            ("localhost", Refused::NoAddress),
            ("0x0a.0.0.1", Refused::NoAddress),
            ("10.0.0.1:623", Refused::NoAddress),
            ("hello", Refused::NoAddress),
            ("0.0.0.0", Refused::Unspecified),
            ("0.1.2.3", Refused::ThisNetwork),
            ("127.0.0.2", Refused::Loopback),
            ("169.254.0.17", Refused::LinkLocal),
            ("224.0.0.1", Refused::Multicast),
            ("239.255.255.255", Refused::Multicast),
            ("240.0.0.1", Refused::Reserved),
            ("255.255.255.255", Refused::Broadcast),
        ] {
            assert_eq!(refused(text), reason, "{text:?}");
        }
    }

    #[test]
    fn an_address_has_to_be_one_of_its_network() {
        let network: Network = "10.72.16.0/20".parse().unwrap();
        let judge = |text: &str| text.parse::<Address>().unwrap().within(Some(network));
        assert_eq!(judge("10.72.17.4").unwrap().to_string(), "10.72.17.4");
        assert_eq!(judge("10.72.32.1"), Err(Refused::Outside(network)));
        assert_eq!(judge("10.72.16.0"), Err(Refused::Edge(network)));
        assert_eq!(judge("10.72.31.255"), Err(Refused::Edge(network)));
        assert_eq!(
            judge("10.72.32.1").unwrap_err().to_string(),
            "is outside the network 10.72.16.0/20"
        );
    }

    proptest! {
        #[test]
        fn nothing_but_an_address_of_a_machine_gets_through(text in "\\PC{0,20}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert_eq!(address.to_string(), text);
            }
        }

        #[test]
        fn every_judgement_is_the_same_from_text(octets in any::<[u8; 4]>()) {
            let address = Ipv4Addr::from(octets);
            prop_assert_eq!(address.to_string().parse::<Address>(), Address::of(address));
        }
    }
}
