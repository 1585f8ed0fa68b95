//! What a guest needs inside so that an agent has something to tell and to change: users,
//! filesystems, an address, a time zone, a way to end.

use anyhow::Result;

use super::agent::Agent;
use crate::vm;

/// Run in the guest at each boot, before the agent.
pub(super) const PREPARE: &str = include_str!("prepare.sh");

/// The user in the guest whose password and keys are set.
pub const USER: &str = "alice";

/// What chpasswd loads when it changes a password; Debian's path on x86-64.
const PAM_MODULE: &str = "/lib/x86_64-linux-gnu/security/pam_unix.so";

/// The guest's time zone: no summer time since 1951.
const ZONE: &str = "/usr/share/zoneinfo/Asia/Tokyo";

const MIB: u64 = 1 << 20;

const FILES: [(&str, u32, &str); 9] = [
    (
        "/etc/passwd",
        0o644,
        "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n",
    ),
    ("/etc/group", 0o644, "root:x:0:\ntty:x:5:\nalice:x:1000:\n"),
    ("/etc/shadow", 0o640, "root:*:20000:0:99999:7:::\nalice:!:20000:0:99999:7:::\n"),
    ("/etc/nsswitch.conf", 0o644, "passwd: files\ngroup: files\nshadow: files\n"),
    ("/etc/pam.d/chpasswd", 0o644, "password required pam_unix.so yescrypt\n"),
    // hwclock: the hardware clock keeps UTC.
    ("/etc/adjtime", 0o644, "0.0 0 0.0\n0\nUTC\n"),
    ("/etc/os-release", 0o644, OS_RELEASE),
    // Those of busybox ask an init for it, and ours is a shell.
    ("/usr/sbin/poweroff", 0o755, "#!/bin/sh\nexec busybox poweroff -f\n"),
    ("/usr/sbin/reboot", 0o755, "#!/bin/sh\nexec busybox reboot -f\n"),
];

const OS_RELEASE: &str = r#"PRETTY_NAME="Small Guest 1.2 (tiny)"
NAME="Small Guest"
VERSION_ID="1.2"
VERSION="1.2 (tiny)"
ID=small
VARIANT="Test Edition"
VARIANT_ID=test
"#;

/// As sysvinit's and systemd's: what qemu-ga before 10 runs, `shutdown -h -P +0`.
const SHUTDOWN: &str = r#"#!/bin/sh
case " $* " in
*" -r "*) exec /usr/sbin/reboot ;;
*" -P "*) exec /usr/sbin/poweroff ;;
*) exec busybox halt -f ;;
esac
"#;

/// A guest with all of it, and this agent.
pub(super) fn furnish(agent: &Agent) -> Result<vm::Builder> {
    let mut guest = vm::Guest::builder()?.cpus(2).module("virtio_net");
    for (path, mode, text) in FILES {
        guest = guest.file(path, mode, text);
    }
    let guest = guest
        .file("/usr/sbin/shutdown", 0o755, SHUTDOWN)
        .file("/etc/small-guest/utmp", 0o644, login(USER, "tty1"))
        .file("/home/alice/.profile", 0o644, "")
        .link("/sbin/hwclock", "/bin/busybox")
        .link("/var/run", "/run")
        .ext4("data", 64 * MIB)
        .ext4("more", 32 * MIB)
        .program("chpasswd")?
        .program(PAM_MODULE)?
        .packaged_file("tzdata", ZONE)?
        .link("/etc/localtime", ZONE);
    agent.install(guest)
}

/// One record of a logged-in user, as utmp(5) lays it out for x86-64: 384 bytes.
fn login(user: &str, line: &str) -> Vec<u8> {
    const USER_PROCESS: u8 = 7;
    // 2026-01-02 03:04:05 UTC.
    const SINCE: u32 = 1_767_323_045;
    let mut record = vec![0; 384];
    let mut put = |offset: usize, bytes: &[u8]| {
        record[offset..offset + bytes.len()].copy_from_slice(bytes);
    };
    put(0, &[USER_PROCESS]);
    put(4, &1_u32.to_le_bytes());
    put(8, line.as_bytes());
    put(40, b"1");
    put(44, user.as_bytes());
    put(340, &SINCE.to_le_bytes());
    record
}
