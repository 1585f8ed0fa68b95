//! mariadb.session and mysql.session: the lock is really held, and for no longer than the hook.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use support::need;
use support::server::{Server, directory, run, signal};
use tempfile::TempDir;

use super::{Session, alone, ended, hook};

/// How long the hook may wait for its lock here, in seconds.
const LIMIT: u64 = 2;

/// A server with one table, and the settings with which a hook finds it.
struct Database {
    server: Server,
    dir: TempDir,
}

impl Database {
    fn start(hook: &str) -> Result<Self> {
        let dir = directory()?;
        let data = dir.path().join("data");
        let user = run(Command::new("id").arg("-un"))?;
        let datadir = format!("--datadir={}", data.display());
        // Servers that share one take each other's temporary tables away.
        let temporary = format!("--tmpdir={}", dir.path().display());
        run(Command::new("mariadb-install-db")
            .args([
                "--no-defaults",
                &datadir,
                &temporary,
                &format!("--user={user}"),
                "--skip-test-db",
            ])
            .arg("--auth-root-authentication-method=normal"))?;
        let socket = dir.path().join("socket");
        let mut program = Command::new("mariadbd");
        program.args(["--no-defaults", "--skip-networking", "--innodb-buffer-pool-size=16M"]);
        program.args([&datadir, &temporary, &format!("--user={user}")]);
        program.arg(format!("--socket={}", socket.display()));
        let server = Server::start(&program, || {
            Ok(client(dir.path()).args(["-e", "DO 0"]).output()?.status.success())
        })?;
        settings(dir.path(), hook, &socket)?;
        let database = Self { server, dir };
        database.sql("CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY) ENGINE=InnoDB")?;
        Ok(database)
    }

    fn sql(&self, statements: &str) -> Result<String> {
        run(client(self.dir.path()).args(["-e", statements]))
    }

    fn spawn(&self, statements: &str) -> Result<Child> {
        let mut client = client(self.dir.path());
        Ok(client.args(["-e", statements]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    fn rows(&self) -> Result<String> {
        self.sql("SELECT COUNT(*) FROM d.t")
    }

    fn session(&self, name: &str) -> Result<Session> {
        Session::start(hook(name, self.dir.path()))
    }

    /// A session that has its lock, and a writer that waits for its end.
    fn held(&self, name: &str, number: u32) -> Result<(Session, Child)> {
        let mut session = self.session(name)?;
        let line = session.line()?;
        if line != "ready" {
            let (status, errors) = session.ended()?;
            anyhow::bail!("'{line}' instead of ready: {status}: {errors}");
        }
        let before = self.rows()?;
        let mut writer = self.spawn(&format!("INSERT INTO d.t VALUES ({number})"))?;
        std::thread::sleep(Duration::from_millis(700));
        ensure!(writer.try_wait()?.is_none(), "a write was acknowledged while the lock is held");
        ensure!(self.rows()? == before, "a write is seen while the lock is held");
        Ok((session, writer))
    }
}

/// The client of the test itself.
fn client(dir: &Path) -> Command {
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "--batch", "--skip-column-names", "--user=root"]);
    client.arg(format!("--socket={}", dir.join("socket").display()));
    client
}

fn settings(dir: &Path, hook: &str, socket: &Path) -> Result<()> {
    let options: PathBuf = dir.join("options");
    fs::write(&options, format!("[client]\nsocket={}\nuser=root\n", socket.display()))?;
    let name = hook.trim_end_matches(".session");
    fs::write(dir.join(name), format!("limit={LIMIT}\ndefaults={}\n", options.display()))?;
    Ok(())
}

fn lock_is_held(name: &str) -> Result<()> {
    let database = Database::start(name)?;

    let (session, mut writer) = database.held(name, 1)?;
    let (status, errors) = session.told_thaw()?;
    ensure!(status.success(), "{status}: {errors}");
    ensure!(ended(&mut writer)?.success() && database.rows()? == "1", "not written after thaw");

    // The agent has died: only the input closes.
    let (session, mut writer) = database.held(name, 2)?;
    let (status, errors) = session.ended()?;
    ensure!(status.success(), "{status}: {errors}");
    ensure!(ended(&mut writer)?.success() && database.rows()? == "2", "not written after EOF");

    let (session, mut writer) = database.held(name, 3)?;
    signal(session.child.id(), "KILL")?;
    ensure!(ended(&mut writer)?.success() && database.rows()? == "3", "not written after a kill");
    ensure!(!session.ended()?.0.success());

    // An administrator ends the connection: the lock is gone, and the end says so.
    let (session, mut writer) = database.held(name, 4)?;
    let find = "SELECT id FROM information_schema.processlist WHERE command = 'Sleep'";
    for id in database.sql(find)?.lines() {
        database.sql(&format!("KILL {id}"))?;
    }
    ensure!(ended(&mut writer)?.success());
    let (status, errors) = session.told_thaw()?;
    ensure!(!status.success(), "a lost lock is told as success");
    ensure!(errors.contains("ERROR"), "{errors}");
    Ok(())
}

/// Somebody else's lock: the hook gives up at its limit, and no writer waits behind it then.
fn gives_up(name: &str) -> Result<()> {
    let database = Database::start(name)?;
    let mut other = database.spawn("LOCK TABLES d.t WRITE; DO SLEEP(1000)")?;
    let sleeping =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'";
    while database.sql(sleeping)? != "1" {
        std::thread::sleep(Duration::from_millis(20));
    }
    let start = Instant::now();
    let mut session = database.session(name)?;
    let line = session.line()?;
    ensure!(line.is_empty(), "'{line}' without the lock");
    let (status, errors) = session.ended()?;
    let took = start.elapsed();
    ensure!(!status.success() && errors.contains("ERROR 1205"), "{status}: {errors}");
    ensure!(took < Duration::from_secs(LIMIT + 20), "gave up after {took:?}");
    database.sql("CREATE TABLE d.other (n INT); INSERT INTO d.other VALUES (1)")?;
    other.kill()?;
    other.wait()?;

    // A server that has another socket than the hook knows is no server that is not running.
    settings(database.dir.path(), name, Path::new("/nonexistent/socket"))?;
    let (status, errors) = database.session(name)?.ended()?;
    ensure!(!status.success() && errors.contains("name its socket"), "{status}: {errors}");

    let mut session = Session::start(alone(name, database.dir.path()))?;
    ensure!(session.line()? == "ready");
    let (status, errors) = session.told_thaw()?;
    ensure!(status.success() && errors.is_empty(), "no server: {status}: {errors}");
    drop(database.server);
    Ok(())
}

#[test]
fn mariadb_holds_commits_back_until_thaw_end_of_input_or_kill() -> Result<()> {
    need!("mariadbd", "mariadb-install-db", "mariadb", "setpriv");
    lock_is_held("mariadb.session")
}

#[test]
fn mariadb_gives_up_on_a_lock_of_somebody_else() -> Result<()> {
    need!("mariadbd", "mariadb-install-db", "mariadb", "pgrep", "unshare", "setpriv");
    gives_up("mariadb.session")
}

#[test]
fn mysql_is_read_only_until_thaw_end_of_input_or_kill() -> Result<()> {
    need!("mariadbd", "mariadb-install-db", "mariadb", "setpriv");
    lock_is_held("mysql.session")
}

#[test]
fn mysql_gives_up_on_a_lock_of_somebody_else() -> Result<()> {
    need!("mariadbd", "mariadb-install-db", "mariadb", "pgrep", "unshare", "setpriv");
    gives_up("mysql.session")
}
