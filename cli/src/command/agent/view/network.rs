//! Interfaces and routes.

use std::io;

use protocol::qga::network::{NetworkInterface, NetworkRoute};
use serde::Serialize;

use super::{bytes, or_dash};
use crate::output::{Answer, Table, Text};

/// The reply of `guest-network-get-interfaces`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Interfaces(pub(super) Vec<NetworkInterface>);

impl Answer for Interfaces {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new([
            "interface",
            "hardware address",
            "received",
            "sent",
            "errors",
            "addresses",
        ]);
        for interface in &self.0 {
            let traffic = interface.statistics.as_ref();
            let number = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
            let addresses: Vec<String> = interface
                .ip_addresses
                .iter()
                .flatten()
                .map(|address| format!("{}/{}", address.ip_address, address.prefix))
                .collect();
            table.row([
                interface.name.as_str().into(),
                or_dash(interface.hardware_address.as_deref()).into(),
                number(traffic.map(|traffic| bytes(traffic.rx_bytes))).into(),
                number(traffic.map(|traffic| bytes(traffic.tx_bytes))).into(),
                number(
                    traffic
                        .map(|traffic| traffic.rx_errs.saturating_add(traffic.tx_errs).to_string()),
                )
                .into(),
                addresses.join(" ").into(),
            ]);
        }
        text.table(&table)
    }
}

/// The reply of `guest-network-get-route`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Routes(pub(super) Vec<NetworkRoute>);

impl Answer for Routes {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new(["destination", "mask", "gateway", "interface", "metric"]);
        for route in &self.0 {
            let mask = route
                .mask
                .clone()
                .or_else(|| route.desprefixlen.as_ref().map(|length| format!("/{length}")));
            table.row([
                route.destination.as_str().into(),
                or_dash(mask.as_deref()).into(),
                or_dash(route.gateway.as_deref().or(route.nexthop.as_deref())).into(),
                route.iface.as_str().into(),
                route.metric.to_string().into(),
            ]);
        }
        text.table(&table)
    }
}
