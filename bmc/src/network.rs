//! A network of IPv4 addresses, in CIDR notation (RFC 4632).

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: Ipv4Addr,
    bits: u32,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadNetwork;

impl Network {
    /// The network of an address and a mask; `None` where the mask has a hole.
    pub fn of_mask(address: Ipv4Addr, mask: Ipv4Addr) -> Option<Self> {
        let bits = u32::from(mask).leading_ones();
        (self::mask(bits) == u32::from(mask)).then(|| Self::of(address, bits))
    }

    fn of(address: Ipv4Addr, bits: u32) -> Self {
        Self { first: Ipv4Addr::from(u32::from(address) & mask(bits)), bits }
    }

    /// True if the address lies in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.bits) == u32::from(self.first)
    }

    /// True for the addresses of the network itself and of its broadcast. A network of one
    /// or two addresses has neither (RFC 3021).
    pub(crate) fn is_edge(self, address: Ipv4Addr) -> bool {
        let last = u32::from(self.first) | !mask(self.bits);
        self.bits < 31 && (address == self.first || u32::from(address) == last)
    }
}

fn mask(bits: u32) -> u32 {
    u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0)
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, bits) = text.split_once('/').ok_or(BadNetwork)?;
        let plain = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = bits.parse().ok().filter(|bits| plain && *bits <= 32).ok_or(BadNetwork)?;
        Ok(Self::of(address.parse().map_err(|_| BadNetwork)?, bits))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|wrong: BadNetwork| de::Error::custom(wrong))
    }
}

impl fmt::Display for BadNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is no IPv4 network: that is an address and the bits of its prefix, such as 10.72.16.0/20")
    }
}

impl std::error::Error for BadNetwork {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_knows_its_addresses() {
        // As Placemat's bridge says it: an address of the network, not its first.
        let network: Network = "10.72.16.1/20".parse().unwrap();
        assert_eq!(network.to_string(), "10.72.16.0/20");
        assert!(network.contains(Ipv4Addr::new(10, 72, 31, 255)));
        assert!(!network.contains(Ipv4Addr::new(10, 72, 32, 0)));
        let every: Network = "1.2.3.4/0".parse().unwrap();
        assert!(every.contains(Ipv4Addr::BROADCAST) && every.contains(Ipv4Addr::UNSPECIFIED));
        let one: Network = "10.0.0.1/32".parse().unwrap();
        assert!(one.contains(Ipv4Addr::new(10, 0, 0, 1)) && !one.is_edge(one.first));
        assert!(!one.contains(Ipv4Addr::new(10, 0, 0, 2)));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "x/8", "::/0"]
        {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }

    #[test]
    fn a_mask_has_no_holes() {
        let of = |mask| Network::of_mask(Ipv4Addr::new(10, 72, 17, 4), mask);
        assert_eq!(of(Ipv4Addr::new(255, 255, 240, 0)).unwrap().to_string(), "10.72.16.0/20");
        assert_eq!(of(Ipv4Addr::BROADCAST).unwrap().to_string(), "10.72.17.4/32");
        assert_eq!(of(Ipv4Addr::UNSPECIFIED).unwrap().to_string(), "0.0.0.0/0");
        assert_eq!(of(Ipv4Addr::new(255, 0, 255, 0)), None);
    }
}
