//! redis: what was acknowledged before the hook ends is in the files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use support::need;
use support::server::{Server, copy, directory, run};

use super::{alone, hook};

const PASSWORD: &str = "not on a command line";

fn start(dir: &Path, options: &[&str]) -> Result<Server> {
    fs::create_dir_all(dir)?;
    let socket = dir.join("socket");
    let mut program = Command::new("redis-server");
    program.args(["--port", "0", "--dir"]).arg(dir).arg("--unixsocket").arg(&socket);
    program.args(options);
    Server::start(&program, || Ok(client(dir).arg("ping").output()?.stdout == b"PONG\n"))
}

fn client(dir: &Path) -> Command {
    let mut client = Command::new("redis-cli");
    client.env("REDISCLI_AUTH", PASSWORD).arg("-s").arg(dir.join("socket"));
    client
}

/// Writes many keys, runs the hook, copies the files as a snapshot would at that moment, and
/// counts the keys of a server on the copy.
fn survives(options: &[&str]) -> Result<()> {
    let dir = directory()?;
    let (data, snapshot) = (dir.path().join("data"), dir.path().join("copy"));
    let server = start(&data, options)?;
    let socket = data.join("socket");
    let settings = format!("socket='{}'\npassword='{PASSWORD}'\n", socket.display());
    fs::write(dir.path().join("redis"), settings)?;
    run(client(&data).args(["eval", "for i=1,5000 do redis.call('set', i, i) end", "0"]))?;

    run(hook("redis", dir.path()).arg("freeze"))?;
    copy(&data, &snapshot)?;
    run(hook("redis", dir.path()).arg("thaw"))?;
    drop(server);
    let _server = start(&snapshot, options)?;
    ensure!(run(client(&snapshot).arg("dbsize"))? == "5000");
    Ok(())
}

#[test]
fn redis_has_all_keys_in_its_dump() -> Result<()> {
    need!("redis-server", "redis-cli", "setpriv");
    survives(&["--requirepass", PASSWORD, "--save", "3600 1000000"])
}

#[test]
fn redis_has_all_keys_in_its_append_only_file() -> Result<()> {
    need!("redis-server", "redis-cli", "setpriv");
    survives(&["--requirepass", PASSWORD, "--save", "", "--appendonly", "yes"])
}

#[test]
fn redis_that_does_not_answer_ends_the_hook() -> Result<()> {
    need!("redis-server", "redis-cli", "pgrep", "unshare", "setpriv");
    let dir = directory()?;
    let data = dir.path().join("data");
    let server = start(&data, &["--save", "3600 1000000", "--requirepass", PASSWORD])?;
    let settings = |password: &str, socket: &str| {
        let socket = data.join(socket);
        let text = format!("limit=2\npassword='{password}'\nsocket='{}'\n", socket.display());
        fs::write(dir.path().join("redis"), text)
    };
    let fails = |text: &str| -> Result<()> {
        let output = hook("redis", dir.path()).arg("freeze").output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(!output.status.success() && errors.contains(text), "{}: {errors}", output.status);
        Ok(())
    };
    settings("wrong", "socket")?;
    fails("WRONGPASS")?;
    settings(PASSWORD, "nonexistent")?;
    fails("name its socket")?;
    run(alone("redis", dir.path()).arg("freeze"))?;

    settings(PASSWORD, "socket")?;
    server.signal("STOP")?;
    let begin = Instant::now();
    fails("does not answer within 2 s")?;
    ensure!(begin.elapsed() < Duration::from_secs(22), "{:?}", begin.elapsed());
    Ok(())
}
