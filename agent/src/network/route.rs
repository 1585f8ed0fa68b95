//! Routing tables: /proc/net/route and /proc/net/ipv6_route (kernel `fib_route_seq_show`
//! in `net/ipv4/fib_trie.c` and `rt6_info_route` in `net/ipv6/ip6_fib.c`).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::num::ParseIntError;

use introspect::Root;
use protocol::qga::network::NetworkRoute;

use crate::system::reason;

/// A table that is there and cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RouteError {
    /// It cannot be read.
    #[error("failed to read {path}: {}", reason(source))]
    Read {
        /// The table.
        path: &'static str,
        /// What the kernel says.
        source: io::Error,
    },
    /// It is not of the form that the kernel gives it.
    #[error("line {line} of {path} is no route")]
    Line {
        /// The table.
        path: &'static str,
        /// Which line.
        line: usize,
    },
}

/// One of the two tables.
struct Table {
    path: &'static str,
    /// Lines before the first route.
    heading: usize,
    route: fn(&[&str]) -> Option<NetworkRoute>,
}

const TABLES: [Table; 2] = [
    Table { path: "/proc/net/route", heading: 1, route: v4 },
    Table { path: "/proc/net/ipv6_route", heading: 0, route: v6 },
];

/// All routes, those of IPv4 first. A table that is not there, as without IPv6, has none.
///
/// # Errors
/// A table cannot be read.
pub(crate) fn list(root: &Root) -> Result<Vec<NetworkRoute>, RouteError> {
    let mut routes = Vec::new();
    for table in TABLES {
        match root.read(table.path) {
            Ok(text) => table.parse(&String::from_utf8_lossy(&text), &mut routes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(RouteError::Read { path: table.path, source }),
        }
    }
    Ok(routes)
}

impl Table {
    fn parse(&self, text: &str, routes: &mut Vec<NetworkRoute>) -> Result<(), RouteError> {
        for (index, line) in text.lines().enumerate().skip(self.heading) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let route = (self.route)(&words);
            let route = route.ok_or(RouteError::Line { path: self.path, line: index + 1 })?;
            routes.push(route);
        }
        Ok(())
    }
}

/// `Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT`
fn v4(words: &[&str]) -> Option<NetworkRoute> {
    let &[iface, destination, gateway, flags, refcnt, uses, metric, mask, mtu, window, irtt] =
        words
    else {
        return None;
    };
    let number = |word: &str| word.parse::<i64>().ok();
    // The kernel prints the address, which lies in memory as on the wire, as one number.
    let address =
        |word| Some(Ipv4Addr::from(u32::from_str_radix(word, 16).ok()?.to_ne_bytes()).to_string());
    Some(NetworkRoute {
        iface: iface.to_owned(),
        destination: address(destination)?,
        gateway: Some(address(gateway)?),
        flags: Some(hexadecimal(flags).ok()?.into()),
        refcnt: Some(number(refcnt)?),
        r#use: Some(number(uses)?),
        metric: number(metric)?,
        mask: Some(address(mask)?),
        mtu: Some(number(mtu)?),
        window: Some(number(window)?),
        irtt: Some(number(irtt)?),
        version: 4,
        ..NetworkRoute::default()
    })
}

/// `destination prefix source prefix next-hop metric references use flags interface`, all
/// but the last in hexadecimal. The numbers have 32 bits without a sign; QEMU's agent
/// gives the flags of local routes 32 more, and -1 for the largest metric.
fn v6(words: &[&str]) -> Option<NetworkRoute> {
    let &[destination, bits, source, source_bits, hop, metric, refcnt, uses, flags, iface] = words
    else {
        return None;
    };
    let number = |word| hexadecimal(word).ok().map(i64::from);
    let address = |word: &str| {
        let address = (word.len() == 32).then(|| u128::from_str_radix(word, 16).ok())??;
        Some(Ipv6Addr::from_bits(address).to_string())
    };
    Some(NetworkRoute {
        iface: iface.to_owned(),
        destination: address(destination)?,
        desprefixlen: Some(hexadecimal(bits).ok()?.to_string()),
        source: Some(address(source)?),
        srcprefixlen: Some(hexadecimal(source_bits).ok()?.to_string()),
        nexthop: Some(address(hop)?),
        metric: number(metric)?,
        refcnt: Some(number(refcnt)?),
        r#use: Some(number(uses)?),
        flags: Some(hexadecimal(flags).ok()?.into()),
        version: 6,
        ..NetworkRoute::default()
    })
}

fn hexadecimal(word: &str) -> Result<u32, ParseIntError> {
    u32::from_str_radix(word, 16)
}

#[cfg(test)]
mod tests;
