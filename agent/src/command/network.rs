//! Interfaces and routes.

use protocol::Error;
use protocol::qga::network::{NetworkInterface, NetworkRoute};

use super::{Command, inline};
use crate::agent::Agent;
use crate::policy::Group;
use crate::system::network;

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-network-get-interfaces", Group::Info, |call| call.plain(interfaces)),
    inline("guest-network-get-route", Group::Info, |call| call.plain(routes)),
];

fn interfaces(agent: &Agent) -> Result<Vec<NetworkInterface>, Error> {
    let counters = agent.root().text("/proc/net/dev").unwrap_or_default();
    network::interfaces(&counters)
        .map_err(|error| Error::generic(format!("failed to list the network interfaces: {error}")))
}

/// A kernel without IPv6, or without IPv4, has no file for its routes.
fn routes(agent: &Agent) -> Result<Vec<NetworkRoute>, Error> {
    let root = agent.root();
    let mut routes = network::routes_4(&root.text("/proc/net/route").unwrap_or_default());
    routes.extend(network::routes_6(&root.text("/proc/net/ipv6_route").unwrap_or_default()));
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Guest;

    #[test]
    fn without_ipv6_the_other_routes_are_told() {
        let guest = Guest::new();
        assert_eq!(guest.ask("guest-network-get-route", &json!({})), json!({"return": []}));
        let line = "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
        guest.file("proc/net/route", format!("Iface\tDestination\n{line}"));
        let reply = guest.ask("guest-network-get-route", &json!({}));
        assert_eq!(reply["return"][0]["gateway"], "192.168.0.1");
        assert_eq!(reply["return"].as_array().unwrap().len(), 1);
    }
}
