//! Interfaces and routes.

use protocol::Error;
use protocol::qga::network::{NetworkInterface, NetworkRoute};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::network::{interface, route, statistics};
use crate::policy::Group;

pub(super) const COMMANDS: &[Command] = &[
    // The kernel may hold the lock of its network configuration for long.
    Command {
        runs: Runs::Thread,
        ..inline("guest-network-get-interfaces", Group::Info, |call| call.plain(interfaces))
    },
    Command {
        runs: Runs::Thread,
        ..inline("guest-network-get-route", Group::Info, |call| call.plain(routes))
    },
];

fn interfaces(agent: &Agent) -> Result<Vec<NetworkInterface>, Error> {
    interface::list(&statistics::read(&agent.root()))
}

fn routes(agent: &Agent) -> Result<Vec<NetworkRoute>, Error> {
    route::list(&agent.root()).map_err(|error| Error::generic(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Guest;

    #[test]
    fn an_interface_without_an_address_has_statistics_too() {
        let guest = Guest::new();
        guest.file("proc/net/dev", "lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n");
        let interfaces = guest.returns("guest-network-get-interfaces");
        let lo = interfaces.as_array().unwrap().iter().find(|one| one["name"] == "lo").unwrap();
        assert_eq!(
            lo["statistics"],
            json!({"rx-bytes": 1, "rx-packets": 2, "rx-errs": 3, "rx-dropped": 4,
                   "tx-bytes": 5, "tx-packets": 6, "tx-errs": 7, "tx-dropped": 8})
        );
    }

    #[test]
    fn routes_and_what_is_wrong_with_them_come_out() {
        let guest = Guest::new();
        assert_eq!(guest.returns("guest-network-get-route"), json!([]));
        guest.file("proc/net/route", "heading\nx\n");
        assert_eq!(
            guest.refuses("guest-network-get-route", &json!({})),
            "line 2 of /proc/net/route is no route"
        );
    }
}
