//! Ports that come and go while a guest runs.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::guest::{Guest, port_id};

/// Far more than QEMU takes for anything here.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Guest {
    /// Plugs one more port into the running guest.
    ///
    /// # Errors
    /// QEMU refuses, for example because there is such a port.
    pub fn plug_port(&self, name: &str) -> Result<()> {
        let id = port_id(name);
        let mut qmp = self.qmp()?;
        qmp.execute(
            "chardev-add",
            json!({"id": id, "backend": {"type": "socket", "data": {
                "addr": {"type": "unix", "data": {"path": self.port_path(name)}},
                "server": true, "wait": false,
            }}}),
        )?;
        qmp.execute(
            "device_add",
            json!({"driver": "virtserialport", "bus": "ports.0", "id": id, "chardev": id, "name": name}),
        )?;
        Ok(())
    }

    /// Unplugs a port, whether it was there at boot or came later.
    ///
    /// # Errors
    /// There is no such port.
    pub fn unplug_port(&self, name: &str) -> Result<()> {
        let id = json!({"id": port_id(name)});
        let mut qmp = self.qmp()?;
        qmp.execute("device_del", id.clone())?;
        // The device lets go of its chardev some time after it has gone.
        let end = Instant::now() + TIMEOUT;
        while let Err(error) = qmp.execute("chardev-remove", id.clone()) {
            ensure!(Instant::now() < end, "{error}");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}
