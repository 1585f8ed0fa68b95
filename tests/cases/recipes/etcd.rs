//! etcd: what it acknowledged before the hook is in a copy of its files, and one that is not
//! well ends the hook.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use support::need;
use support::server::{Server, copy, directory, run};

use super::{alone, hook};

/// A member alone, on ports that were free a moment ago.
fn start(dir: &Path) -> Result<(Server, String)> {
    let free = || Ok::<_, std::io::Error>(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
    let [clients, peers] = [free()?, free()?].map(|port| format!("http://127.0.0.1:{port}"));
    let mut program = Command::new("etcd");
    program.arg("--data-dir").arg(dir).args(["--log-level", "error", "--force-new-cluster"]);
    program.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
    program.args(["--listen-peer-urls", &peers]);
    let server = Server::start(&program, || {
        Ok(client(&clients).args(["endpoint", "health"]).output()?.status.success())
    })?;
    Ok((server, clients))
}

fn client(endpoint: &str) -> Command {
    let mut client = Command::new("etcdctl");
    client.env("ETCDCTL_API", "3").arg(format!("--endpoints={endpoint}"));
    client
}

#[test]
fn etcd_that_is_well_is_whole_in_a_copy_and_one_that_is_not_ends_the_hook() -> Result<()> {
    need!("etcd", "etcdctl", "pgrep", "unshare", "setpriv");
    let dir = directory()?;
    let (data, snapshot) = (dir.path().join("data"), dir.path().join("copy"));
    let (server, endpoint) = start(&data)?;
    let settings = |endpoint: &str| {
        fs::write(dir.path().join("etcd"), format!("limit=2\nendpoint={endpoint}\n"))
    };
    let fails = |text: &str| -> Result<()> {
        let output = hook("etcd", dir.path()).arg("freeze").output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(!output.status.success() && errors.contains(text), "{}: {errors}", output.status);
        Ok(())
    };
    settings(&endpoint)?;
    for key in 0..20 {
        run(client(&endpoint).args(["put", &format!("key{key}"), "value"]))?;
    }
    // As a snapshot would: nothing is written while it is taken.
    run(hook("etcd", dir.path()).arg("freeze"))?;
    server.signal("STOP")?;
    copy(&data, &snapshot)?;
    fails("is not well")?;
    server.signal("CONT")?;
    run(hook("etcd", dir.path()).arg("thaw"))?;
    let (_copied, other) = start(&snapshot)?;
    let keys = run(client(&other).args(["get", "--prefix", "key", "--keys-only"]))?;
    ensure!(keys.split_whitespace().count() == 20, "{keys}");

    // A server that runs elsewhere than the hook looks is told, and none is no failure.
    settings("http://127.0.0.1:1")?;
    fails("name another in")?;
    run(alone("etcd", dir.path()).arg("freeze"))?;
    Ok(())
}
