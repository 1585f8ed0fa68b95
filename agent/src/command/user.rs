//! Who is logged in.

use introspect::Root;
use protocol::Error;
use protocol::qga::account::User;

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::policy::Group;
use crate::program::{self, Program};
use crate::system::{civil, utmp};

pub(super) const COMMANDS: &[Command] = &[Command {
    runs: Runs::Thread,
    ..inline("guest-get-users", Group::Info, |call| call.plain(users))
}];

/// Bytes of utmp that are read at most: ten thousand sessions.
const MOST: u64 = 4 << 20;

/// From utmp. Systems that have given it up, because its times end in 2038, have logind.
#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn users(agent: &Agent) -> Result<Vec<User>, Error> {
    let root = agent.root();
    let found = ["/run/utmp", "/var/run/utmp"].iter().find_map(|path| root.head(path, MOST).ok());
    Ok(found.map_or_else(|| of_logind(&root), |file| utmp::parse(&file)))
}

/// Each line of loginctl is a session, of which logind knows when it began.
fn of_logind(root: &Root) -> Vec<User> {
    if !root.exists("/run/systemd/seats") && !root.exists("/run/systemd/sessions") {
        return Vec::new();
    }
    let Some(loginctl) = program::find(root, &["loginctl"]) else { return Vec::new() };
    let run = |arguments: &[&str]| {
        let output = Program::new(&loginctl).arguments(arguments).run().ok();
        output
            .filter(|output| output.status.success())
            .map(|output| output.stdout)
            .unwrap_or_default()
    };
    let list = run(&["list-sessions", "--no-legend"]);
    let list = String::from_utf8_lossy(&list);
    let sessions: Vec<&str> =
        list.lines().filter_map(|line| line.split_whitespace().next()).take(256).collect();
    let mut users: Vec<User> = Vec::new();
    for id in sessions {
        let told =
            run(&["show-session", id, "--property=Name,Class,Timestamp", "--timestamp=us+utc"]);
        let Some(found) = session(&String::from_utf8_lossy(&told)) else { continue };
        match users.iter_mut().find(|known| known.user == found.user) {
            Some(known) => known.login_time = known.login_time.min(found.login_time),
            None => users.push(found),
        }
    }
    users
}

/// `Name=ann`, `Class=user`, `Timestamp=Tue 2026-11-24 12:00:00.000000 UTC`
fn session(text: &str) -> Option<User> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    // Greeters and background services are no logins.
    (value("Class")? == "user").then_some(())?;
    let mut words = value("Timestamp")?.split_whitespace().skip(1);
    let (date, time) = (words.next()?, words.next()?);
    let mut date = date.splitn(3, '-');
    let (year, month, day) =
        (date.next()?.parse().ok()?, date.next()?.parse().ok()?, date.next()?.parse().ok()?);
    ((1970..10_000).contains(&year) && (1..=12).contains(&month)).then_some(())?;
    let mut time = time.splitn(3, ':');
    let (hour, minute): (f64, f64) = (time.next()?.parse().ok()?, time.next()?.parse().ok()?);
    let second: f64 = time.next()?.parse().ok()?;
    let days = i32::try_from(civil::days(year, month, day)).ok()?;
    let login_time = f64::from(days) * 86_400.0 + hour * 3600.0 + minute * 60.0 + second;
    Some(User { user: value("Name")?.to_owned(), login_time, domain: None })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Guest;
    use super::*;

    #[test]
    fn utmp_is_asked_first() {
        let guest = Guest::new();
        assert_eq!(guest.ask("guest-get-users", &json!({})), json!({"return": []}));
        guest.file("run/utmp", utmp::tests::record(7, "ann", 1_700_000_000, 250_000));
        let users = json!([{"user": "ann", "login-time": 1_700_000_000.25}]);
        assert_eq!(guest.ask("guest-get-users", &json!({})), json!({"return": users}));
    }

    #[test]
    fn a_session_of_logind_is_a_login() {
        let text = "Name=ann\nTimestamp=Tue 2026-11-24 12:45:53.250000 UTC\nClass=user\n";
        let user = session(text).unwrap();
        assert_eq!((user.user.as_str(), user.login_time), ("ann", 1_795_524_353.25));
        assert!(session(&text.replace("user\n", "greeter\n")).is_none());
        assert!(session("Name=ann\nClass=user\nTimestamp=\n").is_none());
        assert!(session(&text.replace("-11-", "-13-")).is_none());
    }
}
