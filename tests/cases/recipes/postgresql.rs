//! postgresql: a checkpoint in the clusters of the right owner, and nothing that can stop a
//! snapshot.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::need;
use support::server::{Server, directory, run};

use super::{alone, hook};

/// The user of Debian's package; PostgreSQL does not run as root.
const OWNER: &str = "postgres";

/// A program of the server, as its owner.
fn owned(program: impl AsRef<std::ffi::OsStr>) -> Result<Command> {
    if run(Command::new("id").arg("-u"))? != "0" {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", OWNER, "--regid", OWNER, "--init-groups", "--"]).arg(program);
    Ok(command)
}

/// Where Debian keeps initdb and postgres: below the version.
fn programs() -> Result<PathBuf> {
    let mut versions =
        fs::read_dir("/usr/lib/postgresql")?.filter_map(|entry| Some(entry.ok()?.path()));
    versions
        .find_map(|dir| Some(dir.join("bin")).filter(|bin| bin.join("initdb").is_file()))
        .context("no initdb below /usr/lib/postgresql")
}

fn psql(dir: &Path, statement: &str) -> Result<Command> {
    let mut psql = owned("psql")?;
    psql.args(["-X", "-A", "-t", "-w", "-d", "postgres", "-p", "5433", "-h"]).arg(dir);
    psql.args(["-c", statement]);
    Ok(psql)
}

#[test]
fn postgresql_makes_a_checkpoint_and_only_warns_without() -> Result<()> {
    need!("pg_lsclusters", "psql", "pgrep", "unshare", "setpriv");
    let dir = directory()?;
    let owner = if run(Command::new("id").arg("-u"))? == "0" {
        run(Command::new("chown").arg(OWNER).arg(dir.path()))?;
        OWNER.to_owned()
    } else {
        run(Command::new("id").arg("-un"))?
    };
    let data = dir.path().join("data");
    let programs = programs()?;
    let mut init = owned(programs.join("initdb"))?;
    run(init.args(["--no-sync", "--auth=peer", "--username"]).arg(OWNER).arg("-D").arg(&data))?;
    if owner != OWNER {
        let ident = format!("map {owner} {OWNER}\n");
        fs::write(data.join("pg_ident.conf"), ident)?;
        fs::write(data.join("pg_hba.conf"), "local all all peer map=map\n")?;
    }
    let mut program = owned(programs.join("postgres"))?;
    program.args(["-p", "5433", "-c", "listen_addresses=", "-c"]);
    program.arg(format!("unix_socket_directories={}", dir.path().display()));
    program.arg("-D").arg(&data);
    let server =
        Server::start(&program, || Ok(psql(dir.path(), "SELECT 1")?.output()?.status.success()))?;

    // A socket in the same directory whose owner is somebody else, who would like to be asked.
    let foreign = owner == OWNER;
    let stranger = UnixListener::bind(dir.path().join(".s.PGSQL.5999"))?;
    stranger.set_nonblocking(true)?;
    let settings = format!("sockets='{}'\nuser={owner}\nlimit=3\n", dir.path().display());
    fs::write(dir.path().join("postgresql"), settings)?;

    let query = "SELECT pg_current_wal_insert_lsn()";
    run(&mut psql(dir.path(), "CREATE TABLE t AS SELECT generate_series(1, 1000) n")?)?;
    let before = run(&mut psql(dir.path(), query)?)?;
    let output = hook("postgresql", dir.path()).arg("freeze").output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {errors}", output.status);
    let covered = format!("SELECT redo_lsn >= '{before}' FROM pg_control_checkpoint()");
    ensure!(run(&mut psql(dir.path(), &covered)?)? == "t", "no checkpoint: {errors}");
    if foreign {
        ensure!(errors.is_empty(), "{errors}");
        ensure!(stranger.accept().is_err(), "the hook talked to a stranger");
    }

    server.signal("STOP")?;
    let begin = Instant::now();
    let output = hook("postgresql", dir.path()).arg("freeze").output()?;
    let took = begin.elapsed();
    server.signal("CONT")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && errors.contains("warning: no checkpoint"), "{errors}");
    ensure!(took < Duration::from_secs(23), "{took:?}");

    drop(server);
    fs::write(dir.path().join("postgresql"), "sockets=/nonexistent\n")?;
    let output = alone("postgresql", dir.path()).arg("freeze").output()?;
    ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    Ok(())
}
