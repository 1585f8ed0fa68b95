//! mongodb.session, with a stand-in for mongosh: Debian has no MongoDB, so what is tried is the
//! hook alone, not that a server's lock does what its manual says.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};

use anyhow::{Result, ensure};
use support::need;
use support::server::{directory, signal};
use tempfile::TempDir;

use super::{Session, alone, ended, hook};

/// Locks and unlocks a file in the place of a server, and refuses what that would refuse. The
/// address has to come in by the environment, and the password that it holds by nothing else.
const MONGOSH: &str = r#"#!/bin/sh
case "$*" in *secret*) exit 7 ;; esac
[ "$GUESTD_MONGODB_URI" = mongodb://user:secret@localhost/ ] || exit 8
[ "$HOME" != /root ] || exit 9
case "$*" in
*fsyncLock*) [ ! -e "$PLACE/refuses" ] || { echo '{"ok":0}'; exit 1; }; touch "$PLACE/locked" ;;
*fsyncUnlock*) rm "$PLACE/locked" ;;
*) exit 10 ;;
esac
"#;

/// A process that has the server's name.
struct Server {
    dir: TempDir,
    child: Child,
}

impl Server {
    fn start() -> Result<Self> {
        let dir = directory()?;
        let program = dir.path().join("mongod");
        fs::copy("/bin/sleep", &program)?;
        let mongosh = dir.path().join("mongosh");
        fs::write(&mongosh, MONGOSH)?;
        fs::set_permissions(&mongosh, fs::Permissions::from_mode(0o755))?;
        fs::write(dir.path().join("mongodb"), "uri=mongodb://user:secret@localhost/\nlimit=5\n")?;
        let child = Command::new(&program).arg("600").spawn()?;
        Ok(Self { dir, child })
    }

    fn hook(&self) -> Command {
        let mut hook = hook("mongodb.session", self.dir.path());
        let path = std::env::var("PATH").unwrap_or_default();
        hook.env("PATH", format!("{}:{path}", self.dir.path().display()));
        hook.env("PLACE", self.dir.path());
        hook
    }

    fn is_locked(&self) -> bool {
        self.dir.path().join("locked").exists()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn mongodb_is_locked_from_ready_to_the_thaw_and_a_lost_lock_is_told() -> Result<()> {
    need!("pgrep", "timeout", "unshare");
    // Without a server there is nothing to do.
    let mut session = Session::start(alone("mongodb.session", Path::new("/nonexistent")))?;
    ensure!(session.line()? == "ready");
    ensure!(session.told_thaw()?.0.success());

    let server = Server::start()?;
    let mut session = Session::start(server.hook())?;
    ensure!(session.line()? == "ready" && server.is_locked());
    let (status, errors) = session.told_thaw()?;
    ensure!(status.success() && !server.is_locked(), "{status}: {errors}");

    // An agent that has died, and a hook that is told to end.
    let mut session = Session::start(server.hook())?;
    ensure!(session.line()? == "ready" && server.is_locked());
    ensure!(session.ended()?.0.success() && !server.is_locked());
    let mut session = Session::start(server.hook())?;
    ensure!(session.line()? == "ready" && server.is_locked());
    signal(session.child.id(), "TERM")?;
    ensure!(!ended(&mut session.child)?.success() && !server.is_locked());

    let mut session = Session::start(server.hook())?;
    ensure!(session.line()? == "ready");
    fs::remove_file(server.dir.path().join("locked"))?;
    let (status, errors) = session.told_thaw()?;
    ensure!(!status.success() && errors.contains("fsyncUnlock"), "{status}: {errors}");

    fs::write(server.dir.path().join("refuses"), "")?;
    let mut session = Session::start(server.hook())?;
    ensure!(session.line()?.is_empty());
    let (status, errors) = session.ended()?;
    ensure!(!status.success() && errors.contains("cannot lock"), "{status}: {errors}");
    Ok(())
}
