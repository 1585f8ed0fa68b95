//! What the guest says about itself.

use anyhow::{Result, ensure};

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 11] = [
    Call {
        name: "domfsinfo",
        virsh: &["domfsinfo"],
        sends: &[FSINFO],
        says: Says::Text(
            "Mountpoint Name Type Target\n\
             ------------------------------------\n\
             /srv/data vda ext4 vda\n\
             /srv/more vdb ext4 vdb",
        ),
        ..Call::NEW
    },
    Call {
        name: "guestinfo user",
        virsh: &["guestinfo", "--user"],
        sends: &[r#"{"execute": "guest-get-users"}"#],
        says: Says::Text("user.count : 1\nuser.0.name : alice\nuser.0.login-time : 1767323045000"),
        ..Call::NEW
    },
    Call {
        name: "guestinfo os",
        virsh: &["guestinfo", "--os"],
        sends: &[r#"{"execute": "guest-get-osinfo"}"#],
        says: Says::Checked(os),
        ..Call::NEW
    },
    Call {
        name: "guestinfo timezone",
        virsh: &["guestinfo", "--timezone"],
        sends: &[r#"{"execute": "guest-get-timezone"}"#],
        says: Says::Text("timezone.name : JST\ntimezone.offset : 32400"),
        ..Call::NEW
    },
    Call {
        name: "guestinfo hostname",
        virsh: &["guestinfo", "--hostname"],
        sends: &[HOST_NAME],
        says: Says::Text("hostname : small-guest.example"),
        ..Call::NEW
    },
    Call {
        name: "guestinfo filesystem",
        virsh: &["guestinfo", "--filesystem"],
        sends: &[FSINFO],
        says: Says::Checked(filesystems),
        ..Call::NEW
    },
    Call {
        name: "guestinfo disk",
        virsh: &["guestinfo", "--disk"],
        sends: &[r#"{"execute": "guest-get-disks"}"#],
        says: Says::Text(
            "disk.count : 2\n\
             disk.0.name : /dev/vda\n\
             disk.0.partition : no\n\
             disk.0.serial : data\n\
             disk.0.alias : vda\n\
             disk.1.name : /dev/vdb\n\
             disk.1.partition : no\n\
             disk.1.serial : more\n\
             disk.1.alias : vdb",
        ),
        ..Call::NEW
    },
    Call {
        name: "guestinfo interface",
        virsh: &["guestinfo", "--interface"],
        sends: &[INTERFACES],
        says: Says::Text(
            "if.count : 2\n\
             if.0.name : lo\n\
             if.0.hwaddr : 00:00:00:00:00:00\n\
             if.0.addr.count : 2\n\
             if.0.addr.0.type : ipv4\n\
             if.0.addr.0.addr : 127.0.0.1\n\
             if.0.addr.0.prefix : 8\n\
             if.0.addr.1.type : ipv6\n\
             if.0.addr.1.addr : ::1\n\
             if.0.addr.1.prefix : 128\n\
             if.1.name : eth0\n\
             if.1.hwaddr : 52:54:00:12:34:56\n\
             if.1.addr.count : 2\n\
             if.1.addr.0.type : ipv4\n\
             if.1.addr.0.addr : 10.0.2.15\n\
             if.1.addr.0.prefix : 24\n\
             if.1.addr.1.type : ipv6\n\
             if.1.addr.1.addr : fe80::5054:ff:fe12:3456\n\
             if.1.addr.1.prefix : 64",
        ),
        ..Call::NEW
    },
    Call {
        name: "guestinfo of several groups",
        virsh: &["guestinfo", "--hostname", "--timezone", "--user"],
        sends: &["guest-get-users", "guest-get-timezone", "guest-get-host-name"],
        says: Says::Checked(several),
        ..Call::NEW
    },
    Call {
        name: "domhostname",
        virsh: &["domhostname", "--source", "agent"],
        sends: &[HOST_NAME],
        says: Says::Text("small-guest.example"),
        ..Call::NEW
    },
    Call {
        name: "domifaddr",
        virsh: &["domifaddr", "--source", "agent"],
        sends: &[INTERFACES],
        says: Says::Text(
            "Name MAC address Protocol Address\n\
             -------------------------------------------------------------------------------\n\
             lo 00:00:00:00:00:00 ipv4 127.0.0.1/8\n\
             - - ipv6 ::1/128\n\
             eth0 52:54:00:12:34:56 ipv4 10.0.2.15/24\n\
             - - ipv6 fe80::5054:ff:fe12:3456/64",
        ),
        ..Call::NEW
    },
];

const FSINFO: &str = r#"{"execute": "guest-get-fsinfo"}"#;
const HOST_NAME: &str = r#"{"execute": "guest-get-host-name"}"#;
const INTERFACES: &str = r#"{"execute": "guest-network-get-interfaces"}"#;

/// The value of a line `key : value`.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim())
    })
}

fn expect(text: &str, values: &[(&str, &str)]) -> Result<()> {
    for (key, expected) in values {
        let got = value(text, key);
        ensure!(got == Some(expected), "{key} should be {expected}, not {got:?}");
    }
    Ok(())
}

fn os(text: &str) -> Result<()> {
    expect(
        text,
        &[
            ("os.id", "small"),
            ("os.name", "Small Guest"),
            ("os.pretty-name", "Small Guest 1.2 (tiny)"),
            ("os.version", "1.2 (tiny)"),
            ("os.version-id", "1.2"),
            ("os.variant", "Test Edition"),
            ("os.variant-id", "test"),
            ("os.machine", "x86_64"),
        ],
    )?;
    // Those of the kernel that Debian has today.
    let release = value(text, "os.kernel-release").unwrap_or_default();
    ensure!(release.ends_with("-cloud-amd64"), "kernel-release is {release}");
    let version = value(text, "os.kernel-version").unwrap_or_default();
    ensure!(version.contains("Debian"), "kernel-version is {version}");
    Ok(())
}

fn filesystems(text: &str) -> Result<()> {
    for (number, name, disk) in [(0, "data", "vda"), (1, "more", "vdb")] {
        let key = |rest: &str| format!("fs.{number}.{rest}");
        expect(
            text,
            &[
                (&key("name"), disk),
                (&key("mountpoint"), &format!("/srv/{name}")),
                (&key("fstype"), "ext4"),
                (&key("disk.count"), "1"),
                (&key("disk.0.alias"), disk),
                (&key("disk.0.serial"), name),
                (&key("disk.0.device"), &format!("/dev/{disk}")),
            ],
        )?;
        let bytes = |rest: &str| value(text, &key(rest)).and_then(|v| v.parse::<u64>().ok());
        let (used, total) = (bytes("used-bytes"), bytes("total-bytes"));
        ensure!(used.is_some() && used < total, "{used:?} of {total:?} bytes used");
    }
    expect(text, &[("fs.count", "2")])
}

fn several(text: &str) -> Result<()> {
    let values =
        [("hostname", "small-guest.example"), ("timezone.name", "JST"), ("user.count", "1")];
    expect(text, &values)?;
    ensure!(!text.contains("os."), "what was not asked for");
    Ok(())
}
