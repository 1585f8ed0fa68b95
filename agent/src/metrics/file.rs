//! The counters as a file, for the textfile collector of node_exporter. It is written when
//! something has changed, at once where the last time is long enough ago; nothing ticks.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use tracing::{error, warn};

use super::text;
use crate::agent::Agent;

/// Between two times at least.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps the file for as long as the agent runs.
pub(crate) async fn keep(agent: &Arc<Agent>) -> std::convert::Infallible {
    keep_each(agent, PAUSE).await
}

async fn keep_each(agent: &Arc<Agent>, pause: Duration) -> std::convert::Infallible {
    let Some(file) = agent.settings.metrics.as_deref() else {
        return std::future::pending().await;
    };
    // In memory, so that it can be written at any time.
    let anytime = file.starts_with("/run");
    let mut warned = false;
    loop {
        let begin = Instant::now();
        if anytime || !agent.is_frozen() {
            let written = write_aside(file, Arc::clone(agent)).await;
            if let Err(wrong) = written
                && !std::mem::replace(&mut warned, true)
            {
                warn!("cannot write the metrics to {}: {wrong}", file.display());
            }
        }
        agent.metrics.news.notified().await;
        sleep_until(begin + pause).await;
    }
}

/// Removes the file: what it says is not so any more.
pub(crate) fn remove(file: &Path) {
    if let Err(wrong) = fs::remove_file(file)
        && wrong.kind() != io::ErrorKind::NotFound
    {
        error!("cannot remove the metrics {}: {wrong}", file.display());
    }
}

/// On a thread: a disk may hang, and the first text takes a look at the CPUs.
async fn write_aside(file: &Path, agent: Arc<Agent>) -> io::Result<()> {
    let (sender, receiver) = oneshot::channel();
    let file = file.to_owned();
    // Nobody waits any more when the agent ends.
    let work = move || drop(sender.send(write(&file, &text(&agent))));
    thread::Builder::new().name("metrics".to_owned()).spawn(work)?;
    receiver.await.map_err(io::Error::other)?
}

/// As a whole or not at all, for everybody to read. A collector takes `*.prom`, so that it does
/// not see the unfinished one.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_added_extension("new");
    let make = || OpenOptions::new().write(true).create_new(true).mode(0o644).open(&new);
    // One that was left is replaced, and no link is followed.
    let made = make().or_else(|_| {
        fs::remove_file(&new)?;
        make()
    });
    let written = made
        .and_then(|mut opened| {
            // Whatever the umask.
            opened.set_permissions(Permissions::from_mode(0o644))?;
            opened.write_all(text.as_bytes())
        })
        .and_then(|()| fs::rename(&new, file));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::Outcome;
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_file_is_whole_for_everybody_and_follows_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.prom");
        let other = dir.path().join("other");
        fs::write(&other, "kept").unwrap();
        symlink(&other, dir.path().join("x.prom.new")).unwrap();
        write(&file, "one\n").unwrap();
        write(&file, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        remove(&file);
        assert!(!file.exists());
        assert!(write(Path::new("/nonexistent/x.prom"), "").is_err());
    }

    #[tokio::test]
    async fn it_is_written_when_something_has_changed_and_only_then() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.prom");
        let settings = Settings { metrics: Some(file.clone()), ..Settings::default() };
        let agent = Arc::new(Agent::new(settings));
        let keeper = Arc::clone(&agent);
        let pause = Duration::from_millis(5);
        let task = tokio::spawn(async move { keep_each(&keeper, pause).await });
        let holds = async |text: &str| {
            while !fs::read_to_string(&file).is_ok_and(|there| there.contains(text)) {
                tokio::time::sleep(pause).await;
            }
        };
        holds("guestd_frozen 0\n").await;
        // Nobody asks, so nobody writes.
        fs::write(&file, "untouched").unwrap();
        tokio::time::sleep(pause * 20).await;
        assert_eq!(fs::read_to_string(&file).unwrap(), "untouched");
        agent.metrics.count("guest-ping", Outcome::Ok);
        holds("guestd_requests_total{command=\"guest-ping\",result=\"ok\"} 1\n").await;
        agent.metrics.count_invalid();
        holds("guestd_requests_invalid_total 1\n").await;
        task.abort();
    }
}
