//! Our hooks, run by the agents of others through the shims that `guestctl hooks install`
//! writes: Debian's own qemu-ga, and a stand-in for open-vm-tools (see vmtools.sh).

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_guest;
use support::vm::{Builder, Guest};

use super::host::Host;
use super::{PORT, agent, watch};

/// Notes what it is told, by argument and by environment.
const NOTE: &str = "#!/bin/sh
echo \"note $*\" >>/run/noted
[ \"$1\" != freeze ] || env >/run/environment
";

/// Holds until it is told, and notes the word; or that its input has ended.
const SESSION: &str = "#!/bin/sh
echo $$ >/run/session
echo ready
if read -r word; then echo \"session $word\" >>/run/noted; else echo 'session end' >>/run/noted; fi
";

/// Fails, or takes too long, where a file says so.
const FICKLE: &str = "#!/bin/sh
[ \"$1\" = freeze ] || { echo \"fickle $1\" >>/run/noted; exit 0; }
[ ! -e /run/slow ] || exec sleep 1000
[ ! -e /run/bad ] || { echo no space; exit 7; }
";

/// A hook of somebody else beside the shim of open-vm-tools.
const OTHER: &str = "#!/bin/sh
echo \"${0##*/} $1\" >>/run/noted
[ \"$1\" != freeze ] || [ ! -e /run/${0##*/}-bad ]
";

const CONFIGURATION: &str = "[quiesce.hook.90-fickle]\ntimeout = 2\n";

/// What the hooks note of a freeze and of the thaw after it.
const WHOLE: [&str; 4] = ["note freeze", "fickle thaw", "session thaw", "note thaw"];
/// The same of a freeze that came to nothing, whatever the reason.
const NOTHING: [&str; 4] =
    ["note freeze", "fickle freeze-failed", "session end", "note freeze-failed"];

fn boot() -> Result<Guest> {
    let builder = Guest::builder()?.cpus(2).memory(512).port(PORT).ext4("data", 64 << 20);
    let builder = watch::install(builder.program("qemu-ga")?).guestctl()?;
    let put = |builder: Builder, path: &str, text: &str| builder.file(path, 0o755, text);
    let builder = put(builder, "/etc/guestd/hooks.d/10-note", NOTE);
    let builder = put(builder, "/etc/guestd/hooks.d/20-hold.session", SESSION);
    let builder = put(builder, "/etc/guestd/hooks.d/90-fickle", FICKLE);
    let builder = put(builder, "/etc/vmware-tools/backupScripts.d/10-other", OTHER);
    let builder = put(builder, "/etc/vmware-tools/backupScripts.d/90-other", OTHER);
    let builder = put(builder, "/usr/bin/vmtools", include_str!("vmtools.sh"));
    let mut guest = builder.file("/etc/guestd/guestd.toml", 0o600, CONFIGURATION).boot()?;
    guest.shell("mkdir /data && mount -t ext4 /dev/vda /data")?.success()?;
    Ok(guest)
}

/// What was noted since the last time.
fn noted(guest: &mut Guest) -> Result<Vec<String>> {
    Ok(guest.shell("cat /run/noted 2>/dev/null; rm -f /run/noted")?.lines())
}

/// That the session of this moment lives, or that it does not.
fn session_lives(guest: &mut Guest) -> Result<bool> {
    Ok(guest.shell("kill -0 $(cat /run/session)")?.code == 0)
}

#[test]
fn other_agents_run_our_hooks_through_their_shims() -> Result<()> {
    need_guest!("qemu-ga", "mke2fs");
    let mut guest = boot()?;
    qemu_ga(&mut guest)?;
    open_vm_tools(&mut guest)
}

fn qemu_ga(guest: &mut Guest) -> Result<()> {
    guest.run(["guestctl", "hooks", "install", "--for", "qemu-ga"])?.success()?;
    agent::start(guest, "qemu-ga -t /run -f /run/qemu-ga.pid -F/etc/guestd/qemu-ga-hook")?;
    let mut host = Host::connect(guest)?;
    host.meet()?;

    ensure!(host.freeze()? == 1);
    ensure!(watch::frozen(guest, &["/data"])? == ["/data"]);
    ensure!(noted(guest)? == WHOLE[..1]);
    ensure!(session_lives(guest)?, "the session has ended before the thaw");
    let environment = guest.run(["cat", "/run/environment"])?.lines();
    for line in ["GUESTD_CHANNEL=guestctl", "GUESTD_DEADLINE=300", "GUESTD_MOUNTS=", "HOME=/root"] {
        ensure!(environment.iter().any(|one| one == line), "{line}: {environment:?}");
    }
    ensure!(host.thaw()? == 1);
    ensure!(noted(guest)? == WHOLE[1..]);
    ensure!(!session_lives(guest)?, "the session lives on");

    // Nothing is frozen where a hook fails, or takes longer than guestd.toml allows.
    for accident in ["/run/bad", "/run/slow"] {
        guest.run(["touch", accident])?.success()?;
        let error = host.refused("guest-fsfreeze-freeze", &json!({}))?;
        ensure!(error.contains("hook"), "{error}");
        ensure!(host.status()? == "thawed");
        watch::none_frozen(guest, &["/data"])?;
        let said = noted(guest)?;
        ensure!(said == NOTHING, "{accident}: {said:?}");
        ensure!(!session_lives(guest)?, "the session lives on");
        guest.run(["rm", accident])?.success()?;
    }

    // A lock that is lost while frozen: the thaw hears of it, and all is thawed.
    ensure!(host.freeze()? == 1);
    guest.shell("kill -9 $(cat /run/session)")?.success()?;
    let thawed = host.result("guest-fsfreeze-thaw", &json!({}))?;
    ensure!(thawed.is_err(), "the thaw succeeds: {thawed:?}");
    watch::none_frozen(guest, &["/data"])?;
    ensure!(noted(guest)? == ["note freeze", "fickle thaw", "note thaw"]);
    Ok(())
}

fn open_vm_tools(guest: &mut Guest) -> Result<()> {
    guest.run(["guestctl", "hooks", "install", "--for", "open-vm-tools"])?.success()?;

    guest.run(["vmtools", "freeze"])?.success()?;
    ensure!(session_lives(guest)?, "the session has ended before the thaw");
    ensure!(noted(guest)? == ["10-other freeze", "note freeze", "90-other freeze"]);
    guest.run(["vmtools", "thaw"])?.success()?;
    let said = noted(guest)?;
    ensure!(said[0] == "90-other thaw" && said[1..4] == WHOLE[1..], "{said:?}");
    ensure!(said[4..] == ["10-other thaw"] && !session_lives(guest)?, "{said:?}");

    // One of ours fails: those after it are not run, those before are told.
    guest.run(["touch", "/run/bad"])?.success()?;
    ensure!(guest.run(["vmtools", "freeze"])?.code == 1);
    let said = noted(guest)?;
    ensure!(said[0] == "10-other freeze" && said[1..5] == NOTHING, "{said:?}");
    ensure!(said[5..] == ["10-other freezeFail"], "{said:?}");
    guest.run(["rm", "/run/bad"])?.success()?;

    // One that comes later fails: ours hear its `freezeFail` as `freeze-failed`.
    guest.run(["touch", "/run/90-other-bad"])?.success()?;
    ensure!(guest.run(["vmtools", "freeze"])?.code == 1);
    let said = noted(guest)?;
    ensure!(said[..3] == ["10-other freeze", "note freeze", "90-other freeze"], "{said:?}");
    ensure!(said[3..6] == NOTHING[1..] && said[6..] == ["10-other freezeFail"], "{said:?}");
    ensure!(!session_lives(guest)?, "the session lives on");
    Ok(())
}
