//! The file in which cybozu-go/neco leaves the address, and from which cybozu-go/setup-hw
//! (`config/config.go`) sends it today. sabakan, which makes it, adds the bits of the mask.

use std::net::Ipv4Addr;
use std::path::Path;

use serde::Deserialize;

use super::{Candidate, Look, Values, read, unread};
use crate::network::Network;

/// The file.
pub const PATH: &str = "/etc/neco/bmc-address.json";
/// Its real size is below 200 bytes.
const MOST: u64 = 64 << 10;

#[derive(Debug, Deserialize)]
struct File {
    ipv4: Ipv4,
}

#[derive(Debug, Deserialize)]
struct Ipv4 {
    address: String,
    netmask: Option<String>,
    gateway: Option<String>,
    maskbits: Option<u32>,
}

pub(crate) fn look(root: &Path, network: Option<Network>) -> Look {
    match read(root, PATH, MOST) {
        Ok(bytes) => parse(&bytes, network),
        Err(error) => unread(PATH, &error),
    }
}

/// Judges what the file says. The host is told the address alone, so the gateway is only
/// shown; a mask tells that an address is none of a machine.
fn parse(bytes: &[u8], network: Option<Network>) -> Look {
    let ipv4 = match serde_json::from_slice::<File>(bytes) {
        Ok(file) => file.ipv4,
        Err(error) => return Look::nothing(format!("{PATH}: {error}")),
    };
    let own = own_network(&ipv4);
    let netmask = ipv4.netmask.or_else(|| Some(format!("/{}", ipv4.maskbits?)));
    let values =
        Values { address: Some(ipv4.address), netmask, gateway: ipv4.gateway, ..Values::default() };
    let mut candidate = Candidate::judge(values, network);
    if let Some(Err(refused)) = candidate.usable.map(|address| address.within(own)) {
        candidate.usable = None;
        candidate.refused = Some(refused.to_string());
    }
    Look::one(candidate)
}

/// The network that the file says the address is in, where it makes sense.
fn own_network(ipv4: &Ipv4) -> Option<Network> {
    let address: Ipv4Addr = ipv4.address.parse().ok()?;
    match (&ipv4.netmask, ipv4.maskbits) {
        (Some(mask), _) => Network::of_mask(address, mask.parse().ok()?),
        (None, Some(bits)) => format!("{address}/{bits}").parse().ok(),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Candidate {
        parse(text.as_bytes(), None).candidates.remove(0)
    }

    #[test]
    fn the_file_of_setup_hw_and_that_of_sabakan_are_read() {
        let plain = one(
            r#"{"ipv4": {"address": "10.72.17.4", "netmask": "255.255.240.0", "gateway": "10.72.16.1"}}"#,
        );
        assert_eq!(plain.usable.unwrap().to_string(), "10.72.17.4");
        assert_eq!(plain.values.netmask.as_deref(), Some("255.255.240.0"));
        assert_eq!(plain.values.gateway.as_deref(), Some("10.72.16.1"));
        let bits = one(
            r#"{"type": "IPMI-2.0", "ipv4": {"address": "10.72.17.4", "netmask": "255.255.240.0", "maskbits": 20, "gateway": "10.72.16.1"}}"#,
        );
        assert_eq!(bits.usable, plain.usable);
        assert_eq!(one(r#"{"ipv4": {"address": "10.0.0.1"}}"#).values.netmask, None);
    }

    #[test]
    fn an_address_that_is_none_of_its_own_network_is_refused() {
        let first = one(r#"{"ipv4": {"address": "10.72.16.0", "netmask": "255.255.240.0"}}"#);
        assert!(first.refused.unwrap().contains("first or last of the network 10.72.16.0/20"));
        let last = one(r#"{"ipv4": {"address": "10.72.17.255", "maskbits": 24}}"#);
        assert!(last.usable.is_none());
        assert_eq!(last.values.netmask.as_deref(), Some("/24"));
        // A mask that is none says nothing about the address.
        for mask in ["255.0.255.0", "nonsense", ""] {
            let text = format!(r#"{{"ipv4": {{"address": "10.0.0.1", "netmask": "{mask}"}}}}"#);
            assert!(one(&text).usable.is_some(), "{mask}");
        }
        assert!(
            one(r#"{"ipv4": {"address": "10.0.0.1", "maskbits": 4294967295}}"#).usable.is_some()
        );
    }

    #[test]
    fn what_is_no_such_file_tells_nothing_and_why() {
        for text in ["", "{", "[]", "{}", r#"{"ipv4": {}}"#, r#"{"ipv4": {"address": 5}}"#, "\0"] {
            let look = parse(text.as_bytes(), None);
            assert!(look.candidates.is_empty(), "{text}");
            assert!(look.why.unwrap().starts_with(PATH), "{text}");
        }
        let deep = "[".repeat(60_000);
        assert!(parse(deep.as_bytes(), None).candidates.is_empty());
    }
}
