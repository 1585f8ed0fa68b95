//! Mounted filesystems.

use std::io;

use protocol::qga::filesystem::Filesystem;
use serde::Serialize;

use super::bytes;
use crate::output::{Answer, Table, Text};

/// The reply of `guest-get-fsinfo`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Filesystems(pub(super) Vec<Filesystem>);

impl Answer for Filesystems {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new(["mounted on", "type", "used", "size", "device", "disks"]);
        for filesystem in &self.0 {
            let size =
                |bytes_or_none: Option<u64>| bytes_or_none.map_or_else(|| "-".to_owned(), bytes);
            let disks: Vec<&str> =
                filesystem.disk.iter().filter_map(|disk| disk.dev.as_deref()).collect();
            table.row([
                filesystem.mountpoint.as_str().into(),
                filesystem.r#type.as_str().into(),
                size(filesystem.used_bytes).into(),
                size(filesystem.total_bytes).into(),
                filesystem.name.as_str().into(),
                disks.join(" ").into(),
            ]);
        }
        text.table(&table)
    }
}
