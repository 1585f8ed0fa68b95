//! Virtual CPUs taken offline and online inside the guest.

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 7] = [
    Call {
        name: "guestvcpus",
        virsh: &["guestvcpus"],
        sends: &[VCPUS],
        says: Says::Text("vcpus : 0-1\nonline : 0-1\nofflinable : 1"),
        ..Call::NEW
    },
    Call {
        name: "guestvcpus disable",
        virsh: &["guestvcpus", "--disable", "--cpulist", "1"],
        sends: &[
            VCPUS,
            concat!(
                r#"{"execute": "guest-set-vcpus", "#,
                r#""arguments": {"vcpus": [{"logical-id": 1, "online": false}]}}"#
            ),
        ],
        then: Some((ONLINE, Says::Text("0"))),
        ..Call::NEW
    },
    Call {
        name: "guestvcpus with one offline",
        virsh: &["guestvcpus"],
        sends: &[VCPUS],
        says: Says::Text("vcpus : 0-1\nonline : 0\nofflinable : 1"),
        ..Call::NEW
    },
    Call {
        name: "vcpucount",
        virsh: &["vcpucount", "--guest"],
        sends: &[VCPUS],
        says: Says::Text("1"),
        ..Call::NEW
    },
    Call {
        name: "setvcpus",
        virsh: &["setvcpus", "--guest", "--count", "2"],
        sends: &[
            VCPUS,
            concat!(
                r#"{"execute": "guest-set-vcpus", "#,
                r#""arguments": {"vcpus": [{"logical-id": 1, "online": true}]}}"#
            ),
        ],
        then: Some((ONLINE, Says::Text("0-1"))),
        ..Call::NEW
    },
    // libvirt believes what guest-get-vcpus says of the first CPU.
    Call {
        name: "guestvcpus disable the first",
        virsh: &["guestvcpus", "--disable", "--cpulist", "0"],
        sends: &[VCPUS],
        says: Says::Error("vCPU '0' is not offlinable"),
        then: Some((ONLINE, Says::Text("0-1"))),
        ..Call::NEW
    },
    Call {
        name: "guest-set-vcpus of none",
        virsh: &["qemu-agent-command", "--cmd", NONE],
        sends: &[NONE],
        says: Says::Json(r#"{"return": 0}"#),
        ..Call::NEW
    },
];

const VCPUS: &str = r#"{"execute": "guest-get-vcpus"}"#;
const NONE: &str = r#"{"execute": "guest-set-vcpus", "arguments": {"vcpus": []}}"#;
const ONLINE: &str = "cat /sys/devices/system/cpu/online";
