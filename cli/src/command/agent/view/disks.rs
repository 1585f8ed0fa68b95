//! Disks and partitions.

use std::io;

use protocol::qga::disk::{Disk, DiskAddress};
use serde::Serialize;

use super::or_dash;
use crate::output::{Answer, Table, Text};

/// The reply of `guest-get-disks`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Disks(pub(super) Vec<Disk>);

impl Answer for Disks {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new(["disk", "kind", "PCI address", "serial", "on"]);
        for disk in &self.0 {
            let address = disk.address.as_ref();
            table.row([
                disk.name.as_str().into(),
                if disk.partition { "partition" } else { "disk" }.into(),
                address.and_then(pci).unwrap_or_else(|| "-".to_owned()).into(),
                or_dash(address.and_then(|address| address.serial.as_deref())).into(),
                disk.dependencies.as_deref().unwrap_or_default().join(" ").into(),
            ]);
        }
        text.table(&table)
    }
}

/// `dddd:bb:ss.f`, as lspci writes it; -1 in the reply means that there is none.
fn pci(address: &DiskAddress) -> Option<String> {
    let pci = &address.pci_controller;
    (pci.domain >= 0)
        .then(|| format!("{:04x}:{:02x}:{:02x}.{:x}", pci.domain, pci.bus, pci.slot, pci.function))
}
