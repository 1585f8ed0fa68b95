//! The servers of this machine, started on a copy of their data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};
use support::server::{Server, run};

use super::acknowledged::Counts;

/// PostgreSQL does not run as root. Where we are not root, it is us.
const OWNER: &str = "postgres";

/// What each of them tells, started on the data below `tree`; why one does not start.
#[derive(Debug)]
pub(super) struct Rows([Result<u64>; 3]);

impl Rows {
    /// Starts all of them.
    pub(super) fn of(tree: &Path) -> Self {
        let servers = [postgresql, mariadb, redis];
        Self(thread::scope(|scope| {
            servers.map(|server| scope.spawn(move || server(tree))).map(|task| {
                task.join().unwrap_or_else(|_| Err(anyhow::anyhow!("looking at it panicked")))
            })
        }))
    }

    /// The rows of all of them, each without a gap.
    pub(super) fn all(self) -> Result<Counts> {
        let Self([postgresql, mariadb, redis]) = self;
        Ok(Counts([
            postgresql.context("PostgreSQL")?,
            mariadb.context("MariaDB")?,
            redis.context("Redis")?,
        ]))
    }

    /// The same, with -1 for one that does not start or has a gap.
    pub(super) fn each(&self) -> [i64; 3] {
        let Self(rows) = self;
        [0, 1, 2].map(|index| match rows.get(index) {
            Some(Ok(rows)) => i64::try_from(*rows).unwrap_or(i64::MAX),
            _ => -1,
        })
    }
}

/// The rows are those from 1 on, without a gap: how many.
fn without_gap(count_and_last: &str) -> Result<u64> {
    let mut numbers = count_and_last.split_whitespace().map(str::parse::<u64>);
    let (count, last) = (numbers.next().context("no count")??, numbers.next().context("no last")??);
    ensure!(count == last, "{count} rows, but the last is {last}");
    Ok(count)
}

fn is_root() -> Result<bool> {
    Ok(run(Command::new("id").arg("-u"))? == "0")
}

fn postgresql(tree: &Path) -> Result<u64> {
    let clusters = fs::read_dir(tree.join("postgresql"))?.collect::<std::io::Result<Vec<_>>>()?;
    let cluster = clusters.iter().map(|entry| entry.path()).find(|path| path.join("main").is_dir());
    let cluster = cluster.context("no cluster")?;
    let version = cluster.file_name().context("no version")?.to_owned();
    let data = cluster.join("main");
    // Debian keeps them in /etc.
    fs::write(data.join("postgresql.conf"), "")?;
    fs::write(data.join("pg_hba.conf"), "local all all trust\n")?;
    run(Command::new("chmod").arg("0700").arg(&data))?;
    let mut prefix = Vec::new();
    if is_root()? {
        run(Command::new("chown").args(["-R", OWNER]).arg(tree.join("postgresql")))?;
        prefix = vec!["setpriv", "--reuid", OWNER, "--regid", OWNER, "--init-groups", "--"];
    }
    let program = Path::new("/usr/lib/postgresql").join(version).join("bin/postgres");
    let mut command =
        Command::new(prefix.first().map_or(program.as_os_str(), |word| word.as_ref()));
    if let Some((_, rest)) = prefix.split_first() {
        command.args(rest).arg(&program);
    }
    let sockets = tree.join("postgresql");
    command.args(["-p", "5434", "-c", "listen_addresses=", "-c"]);
    command.arg(format!("unix_socket_directories={}", sockets.display())).arg("-D").arg(&data);
    let ask = |statement: &str| -> Command {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-A", "-t", "-F", " ", "-w", "-U", OWNER, "-p", "5434", "-h"]);
        psql.arg(&sockets).args(["-c", statement]);
        psql
    };
    let _server = Server::start(&command, || Ok(ask("SELECT 1").output()?.status.success()))?;
    without_gap(&run(&mut ask("SELECT count(*), max(n) FROM t"))?)
}

fn mariadb(tree: &Path) -> Result<u64> {
    let data = tree.join("mysql");
    let user = run(Command::new("id").arg("-un"))?;
    run(Command::new("chown").args(["-R", &user]).arg(&data))?;
    let socket = tree.join("m");
    let mut command = Command::new("mariadbd");
    command.args(["--no-defaults", "--skip-networking", "--skip-grant-tables"]);
    command.args(["--innodb-buffer-pool-size=16M", &format!("--user={user}")]);
    command.arg(format!("--datadir={}", data.display()));
    command.arg(format!("--tmpdir={}", tree.display()));
    command.arg(format!("--socket={}", socket.display()));
    let ask = |statement: &str| -> Command {
        let mut client = Command::new("mariadb");
        client.args(["--no-defaults", "--batch", "--skip-column-names"]);
        client.arg(format!("--socket={}", socket.display())).args(["-e", statement]);
        client
    };
    let _server = Server::start(&command, || Ok(ask("DO 0").output()?.status.success()))?;
    without_gap(&run(&mut ask("SELECT COUNT(*), MAX(n) FROM d.t"))?)
}

fn redis(tree: &Path) -> Result<u64> {
    let data = tree.join("redis");
    let socket: PathBuf = tree.join("r");
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--appendonly", "yes", "--dir"]).arg(&data);
    command.arg("--unixsocket").arg(&socket);
    let ask = |words: &[&str]| -> Command {
        let mut client = Command::new("redis-cli");
        client.arg("-s").arg(&socket).args(words);
        client
    };
    let _server = Server::start(&command, || Ok(ask(&["ping"]).output()?.stdout == b"PONG\n"))?;
    let count = run(&mut ask(&["llen", "t"]))?;
    let last = run(&mut ask(&["lindex", "t", "-1"]))?;
    without_gap(&format!("{count} {last}"))
}
