//! Freezing, thawing and trimming of filesystems.

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 13] = [
    Call {
        name: "domfsfreeze",
        virsh: &["domfsfreeze"],
        sends: &[FREEZE],
        says: Says::Text("Froze 2 filesystem(s)"),
        then: Some((WRITERS, Says::Text("data waits\nmore waits"))),
        ..Call::NEW
    },
    Call {
        name: "domfsfreeze of the frozen",
        virsh: &["domfsfreeze"],
        sends: &[FREEZE],
        says: Says::Error("Command guest-fsfreeze-freeze has been disabled: "),
        ..Call::NEW
    },
    Call {
        name: "domfsinfo while frozen",
        virsh: &["domfsinfo"],
        sends: &[r#"{"execute": "guest-get-fsinfo"}"#],
        says: Says::Error("Command guest-get-fsinfo has been disabled: "),
        ..Call::NEW
    },
    Call {
        name: "guest-fsfreeze-status while frozen",
        virsh: &["qemu-agent-command", "--cmd", STATUS],
        sends: &[STATUS],
        says: Says::Json(r#"{"return": "frozen"}"#),
        ..Call::NEW
    },
    Call {
        name: "guest-ping while frozen",
        virsh: &["qemu-agent-command", "--cmd", r#"{"execute": "guest-ping"}"#],
        sends: &[r#"{"execute": "guest-ping"}"#],
        says: Says::Json(r#"{"return": {}}"#),
        ..Call::NEW
    },
    Call {
        name: "domfsthaw",
        virsh: &["domfsthaw"],
        sends: &[THAW],
        says: Says::Text("Thawed 2 filesystem(s)"),
        then: Some((WRITTEN, Says::Text("data written\nmore written"))),
        ..Call::NEW
    },
    Call {
        name: "domfsthaw of the thawed",
        virsh: &["domfsthaw"],
        sends: &[THAW],
        says: Says::Text("Thawed 0 filesystem(s)"),
        ..Call::NEW
    },
    Call {
        name: "domfsfreeze of one and of none",
        virsh: &["domfsfreeze", "--mountpoint", "/srv/more", "--mountpoint", "/nowhere"],
        sends: &[concat!(
            r#"{"execute": "guest-fsfreeze-freeze-list", "#,
            r#""arguments": {"mountpoints": ["/srv/more", "/nowhere"]}}"#
        )],
        says: Says::Text("Froze 1 filesystem(s)"),
        then: Some((WRITERS, Says::Text("data written\nmore waits"))),
        ..Call::NEW
    },
    Call {
        name: "domfsthaw of one",
        virsh: &["domfsthaw"],
        sends: &[THAW],
        says: Says::Text("Thawed 1 filesystem(s)"),
        then: Some((WRITTEN, Says::Text("data written\nmore written"))),
        ..Call::NEW
    },
    Call {
        name: "domfsfreeze of none",
        virsh: &["domfsfreeze", "--mountpoint", "/nowhere"],
        sends: &["guest-fsfreeze-freeze-list"],
        says: Says::Text("Froze 0 filesystem(s)"),
        ..Call::NEW
    },
    Call {
        name: "guest-fsfreeze-status after freezing none",
        virsh: &["qemu-agent-command", "--cmd", STATUS],
        sends: &[STATUS],
        says: Says::Json(r#"{"return": "thawed"}"#),
        ..Call::NEW
    },
    Call {
        name: "domfstrim",
        before: GARBAGE,
        virsh: &["domfstrim"],
        sends: &[r#"{"execute": "guest-fstrim", "arguments": {"minimum": 0}}"#],
        frees: Some("data"),
        ..Call::NEW
    },
    Call {
        name: "domfstrim of large extents",
        virsh: &["domfstrim", "--minimum", "65536"],
        sends: &[r#"{"execute": "guest-fstrim", "arguments": {"minimum": 65536}}"#],
        ..Call::NEW
    },
];

const FREEZE: &str = r#"{"execute": "guest-fsfreeze-freeze"}"#;
const THAW: &str = r#"{"execute": "guest-fsfreeze-thaw"}"#;
const STATUS: &str = r#"{"execute": "guest-fsfreeze-status"}"#;

/// Writes to each filesystem from the background, because that waits on a frozen one:
/// for more than three seconds, where a write takes a thousandth of one.
const WRITERS: &str = "
for name in data more; do
    rm -f /run/$name.written
    (echo > /srv/$name/probe; echo > /run/$name.written) &
done
tries=0
until [ -e /run/data.written -a -e /run/more.written ] || [ $tries = 60 ]; do
    usleep 50000
    tries=$((tries + 1))
done
for name in data more; do
    [ -e /run/$name.written ] && echo $name written || echo $name waits
done";

/// What became of them.
const WRITTEN: &str = "
for name in data more; do
    tries=0
    until [ -e /run/$name.written ] || [ $tries = 200 ]; do usleep 50000; tries=$((tries + 1)); done
    [ -e /run/$name.written ] && echo $name written || echo $name waits
done";

/// Blocks on the disk that belong to no file any more.
const GARBAGE: &str = "
dd if=/dev/zero bs=1M count=16 2>/dev/null | tr '\\0' x > /srv/data/garbage
sync
rm /srv/data/garbage
sync";
