//! What a host or a hook may do besides, each with its drop-in for the sandbox and no other.

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_full_guest;
use support::vm::Guest;

use super::super::quiesce::PORT;
use super::super::quiesce::host::Host;
use super::{install, nothing_left, run, until};

#[test]
fn each_drop_in_widens_the_sandbox_by_what_it_says() -> Result<()> {
    need_full_guest!("dpkg-deb");
    // Two CPUs, one of which can be taken away.
    let builder = super::guest()?.cpus(2).module("vsock_loopback");
    let mut guest = builder.port(PORT).boot()?;
    install(&mut guest)?;
    let mut host = Host::connect(&guest)?;
    host.meet()?;
    run(&mut guest, "useradd -m member")?;
    accounts(&mut guest, &mut host)?;
    files(&mut guest, &mut host)?;
    tuning(&mut guest, &mut host)?;
    exec(&mut guest, &mut host)?;
    vsock(&mut guest, &mut host)?;
    hooks(&mut guest, &mut host)?;
    nothing_left(&mut guest)
}

/// Allows one more group to the host, with its drop-in, as the README of these says.
fn allow(guest: &mut Guest, host: &mut Host, group: &str) -> Result<()> {
    let script = format!(
        "mkdir -p /etc/guestd/conf.d /etc/systemd/system/guestd.service.d
         cat > /etc/guestd/conf.d/60-test.toml <<'END'
[channel.virtio-serial]
groups = [\"info\", \"quiesce\", \"power\", \"{group}\"]
END
         rm -f /etc/systemd/system/guestd.service.d/*
         ln -s /usr/share/guestd/drop-ins/{group}.conf /etc/systemd/system/guestd.service.d/
         systemctl daemon-reload
         systemctl reset-failed guestd
         systemctl restart guestd"
    );
    run(guest, &script)?;
    host.meet()
}

/// Passwords and keys.
fn accounts(guest: &mut Guest, host: &mut Host) -> Result<()> {
    allow(guest, host, "accounts")?;
    // "secret", in the form that the protocol wants.
    let password = json!({"username": "member", "password": "c2VjcmV0", "crypted": false});
    host.call("guest-set-user-password", &password)?;
    let hash = run(guest, "getent shadow member | cut -d: -f2")?;
    ensure!(hash.starts_with("$y$"), "{hash}");
    let keys = json!({"username": "member", "keys": ["ssh-ed25519 AAAA test"]});
    host.call("guest-ssh-add-authorized-keys", &keys)?;
    let owner = run(guest, "stat -c '%U %a' /home/member/.ssh/authorized_keys")?;
    ensure!(owner == "member 600", "{owner}");
    Ok(())
}

/// Any file.
fn files(guest: &mut Guest, host: &mut Host) -> Result<()> {
    allow(guest, host, "files")?;
    let handle = host.call("guest-file-open", &json!({"path": "/etc/by-host", "mode": "w"}))?;
    host.call("guest-file-write", &json!({"handle": handle, "buf-b64": "eA=="}))?;
    host.call("guest-file-close", &json!({"handle": handle}))?;
    ensure!(run(guest, "cat /etc/by-host")? == "x");
    Ok(())
}

/// CPUs; trim and the clock need no drop-in.
fn tuning(guest: &mut Guest, host: &mut Host) -> Result<()> {
    allow(guest, host, "tuning")?;
    let cpu = |online| json!({"vcpus": [{"logical-id": 1, "online": online}]});
    ensure!(host.call("guest-set-vcpus", &cpu(false))? == 1);
    ensure!(run(guest, "cat /sys/devices/system/cpu/cpu1/online")? == "0");
    ensure!(host.call("guest-set-vcpus", &cpu(true))? == 1);
    host.call("guest-fstrim", &json!({}))?;
    host.call("guest-set-time", &json!({}))?;
    Ok(())
}

/// A program that may do what root may.
fn exec(guest: &mut Guest, host: &mut Host) -> Result<()> {
    allow(guest, host, "exec")?;
    run(guest, "touch /usr/local/by-host")?;
    let program = json!({"path": "/bin/sh", "arg": ["-c", "chown member /usr/local/by-host"]});
    host.call("guest-exec", &program)?;
    until(guest, "test $(stat -c %U /usr/local/by-host) = member")?;
    Ok(())
}

/// A channel of vsock, which the sandbox has no sockets for by itself.
fn vsock(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        "cat > /etc/guestd/conf.d/60-test.toml <<'END'
[channel.vsock]
type = \"vsock\"
port = 1024
allowed-cids = [1]
END
         rm -f /etc/systemd/system/guestd.service.d/*
         ln -s /usr/share/guestd/drop-ins/vsock.conf /etc/systemd/system/guestd.service.d/
         systemctl daemon-reload
         systemctl reset-failed guestd
         systemctl restart guestd",
    )?;
    host.meet()?;
    // Over the loopback of the guest, where QEMU's own device needs a module of the host.
    run(guest, "guestctl agent ping --vsock 1:1024").map(drop)
}

/// A hook that mounts fails the freeze, but not with the drop-in for such hooks; that widens
/// nothing of the agent's.
fn hooks(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        "rm -f /etc/guestd/conf.d/60-test.toml /etc/systemd/system/guestd.service.d/*
         mkdir -p /etc/guestd/hooks.d /etc/systemd/system/guestd-hooks@.service.d
         printf '#!/bin/sh\\n[ $1 != freeze ] || mount -t tmpfs by-hook /mnt\\n' > /etc/guestd/hooks.d/50-mount
         chmod 755 /etc/guestd/hooks.d/50-mount
         systemctl daemon-reload
         systemctl reset-failed guestd
         systemctl restart guestd",
    )?;
    host.meet()?;
    let refused = host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(refused.contains("50-mount") && refused.contains("permission denied"), "{refused}");
    run(
        guest,
        "ln -s /usr/share/guestd/drop-ins/hooks.conf '/etc/systemd/system/guestd-hooks@.service.d/'
         systemctl daemon-reload",
    )?;
    // The same agent.
    ensure!(host.freeze()? == 1 && host.thaw()? == 1);
    ensure!(run(guest, "findmnt -no SOURCE /mnt && umount /mnt")? == "by-hook");
    Ok(())
}
