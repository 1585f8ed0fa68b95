//! `guest-get-vcpus`, `guest-set-vcpus`, `guest-get-cpustats` and `guest-get-load`.

use serde::{Deserialize, Serialize};

/// A virtual CPU: an entry of the result of `guest-get-vcpus` and of
/// [`SetVcpusArguments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogicalProcessor {
    /// N of `/sys/devices/system/cpu/cpuN`.
    pub logical_id: i64,
    /// Whether it is, or is to be, in use.
    pub online: bool,
    /// Whether the kernel may take it out of use. Means nothing in an argument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_offline: Option<bool>,
}

/// Arguments of `guest-set-vcpus`. The result is a number: of leading entries that were
/// carried out, which is less than their number if a later one failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetVcpusArguments {
    /// What to change, in this order.
    pub vcpus: Vec<LogicalProcessor>,
}

/// An entry of the result of `guest-get-cpustats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CpuStats {
    /// Of a Linux guest; the schema has no other.
    Linux(LinuxCpuStats),
}

/// What a CPU spent its time on since boot, in milliseconds (kernel
/// `Documentation/filesystems/proc.rst`, /proc/stat). Old kernels have less of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LinuxCpuStats {
    /// N of the line `cpuN`.
    pub cpu: i64,
    /// Programs of normal priority, guests of this machine among them.
    pub user: u64,
    /// Programs of low priority.
    pub nice: u64,
    /// The kernel.
    pub system: u64,
    /// Nothing.
    pub idle: u64,
    /// Nothing, with a disk request under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iowait: Option<u64>,
    /// Interrupts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irq: Option<u64>,
    /// Softirqs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub softirq: Option<u64>,
    /// Waiting for the hypervisor to run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal: Option<u64>,
    /// Guests of this machine, of normal priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<u64>,
    /// Guests of this machine, of low priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guestnice: Option<u64>,
}

/// Result of `guest-get-load`: how many tasks ran, wanted to run or waited for a disk,
/// on average of the last minutes (proc(5), /proc/loadavg). Not divided by CPUs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LoadAverage {
    /// Of one minute.
    pub load1m: f64,
    /// Of five minutes.
    pub load5m: f64,
    /// Of fifteen minutes.
    pub load15m: f64,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    fn processor(logical_id: i64, online: bool, can_offline: Option<bool>) -> LogicalProcessor {
        LogicalProcessor { logical_id, online, can_offline }
    }

    #[test]
    fn vcpus() {
        wire(
            r#"[{"online": false, "can-offline": true, "logical-id": 1},
                {"online": true, "can-offline": false, "logical-id": 0}]"#,
            &vec![processor(1, false, Some(true)), processor(0, true, Some(false))],
        );
    }

    #[test]
    fn set_vcpus() {
        wire(
            r#"{"vcpus": [{"logical-id": 1, "online": false},
                {"logical-id": 1, "online": true, "can-offline": true}]}"#,
            &SetVcpusArguments {
                vcpus: vec![processor(1, false, None), processor(1, true, Some(true))],
            },
        );
        // As in QEMU, which calls it `vcpus[0].online`.
        let error = serde_json::from_str::<SetVcpusArguments>(r#"{"vcpus": [{"logical-id": 0}]}"#);
        assert!(error.unwrap_err().to_string().starts_with("missing field `online`"));
    }

    #[test]
    fn stats() {
        wire(
            r#"[{"cpu": 1, "guestnice": 0, "idle": 2740, "steal": 0, "iowait": 40,
                "system": 1210, "guest": 0, "nice": 0, "irq": 0, "type": "linux",
                "user": 280, "softirq": 20}]"#,
            &vec![CpuStats::Linux(LinuxCpuStats {
                cpu: 1,
                user: 280,
                nice: 0,
                system: 1210,
                idle: 2740,
                iowait: Some(40),
                irq: Some(0),
                softirq: Some(20),
                steal: Some(0),
                guest: Some(0),
                guestnice: Some(0),
            })],
        );
    }

    /// Not captured: it takes Linux 2.4.
    #[test]
    fn stats_of_an_old_kernel() {
        wire(
            r#"{"type": "linux", "cpu": 0, "user": 1, "nice": 2, "system": 3, "idle": 4}"#,
            &CpuStats::Linux(LinuxCpuStats {
                user: 1,
                nice: 2,
                system: 3,
                idle: 4,
                ..LinuxCpuStats::default()
            }),
        );
    }

    #[test]
    fn load() {
        wire(
            r#"{"load15m": 0.00537109375, "load5m": 0.0166015625, "load1m": 0.080078125}"#,
            &LoadAverage {
                load1m: 0.080_078_125,
                load5m: 0.016_601_562_5,
                load15m: 0.005_371_093_75,
            },
        );
    }

    /// Not captured: another writer may leave out the fraction.
    #[test]
    fn no_load() {
        let json = r#"{"load15m": 0, "load5m": 0, "load1m": 1}"#;
        let load: LoadAverage = serde_json::from_str(json).unwrap();
        assert_eq!(load, LoadAverage { load1m: 1.0, load5m: 0.0, load15m: 0.0 });
    }
}
