//! Snapshots of a filesystem that is written to all the time: with quiesce each has a clean journal
//! and exactly what was acknowledged; without, neither. docs/consistency.md has the numbers.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::acknowledged::Last;
use support::ext4::State;
use support::vm::Guest;
use support::{bin, need_guest};

const SNAPSHOTS: u64 = 20;
const AGENT: &str = "org.qemu.guest_agent.0";
const ACKNOWLEDGED: &str = "org.example.acknowledged";
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes one line after another and acknowledges each to the host, without any fsync: only
/// the freeze can take them to the disk.
const WRITER: &str = "
mkdir /mnt && mount -t ext4 /dev/vda /mnt || exit 1
(
    exec 4> /dev/virtio-ports/org.example.acknowledged
    n=0
    while :; do
        n=$((n + 1))
        echo $n >> /mnt/log
        echo $n >&4
    done
) > /dev/null 2>&1 < /dev/null &
setsid /usr/sbin/qemu-ga --method=virtio-serial --statedir=/run \
    --path=/dev/virtio-ports/org.qemu.guest_agent.0 > /run/agent.log 2>&1 < /dev/null &";

/// The last number that the guest has acknowledged.
struct Acknowledged(Last);

impl Acknowledged {
    fn last(&self) -> u64 {
        self.0.get()
    }

    /// Waits until more has come than this.
    fn more_than(&self, number: u64) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while self.last() <= number {
            ensure!(Instant::now() < end, "the guest writes nothing after {number}");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// The last one once no more come, as of a guest that cannot write.
    fn settled(&self) -> Result<u64> {
        let end = Instant::now() + PATIENCE;
        loop {
            let before = self.last();
            thread::sleep(Duration::from_millis(300));
            if self.last() == before {
                return Ok(before);
            }
            ensure!(Instant::now() < end, "the guest still writes while it is frozen");
        }
    }
}

/// Asks the agent and returns what it answers.
fn ask(agent: &mut BufReader<UnixStream>, command: &str) -> Result<Value> {
    writeln!(agent.get_mut(), r#"{{"execute":"{command}"}}"#)?;
    let mut line = String::new();
    agent.read_line(&mut line)?;
    let answer: Value = serde_json::from_str(&line).with_context(|| format!("'{line}'"))?;
    ensure!(answer["error"].is_null(), "{command}: {line}");
    Ok(answer["return"].clone())
}

/// What a snapshot has.
struct Snapshot {
    /// The journal has to be replayed.
    dirty: bool,
    /// e2fsck finds nothing to repair, the replay aside.
    whole: bool,
    /// The last line of the log; zero where there is none.
    last: u64,
    /// All lines up to the last are there.
    complete: bool,
}

impl Snapshot {
    fn take(disk: &Path) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let copy = dir.path().join("copy");
        ensure!(Command::new("cp").arg("--sparse=always").arg(disk).arg(&copy).status()?.success());
        let State { dirty, whole } = State::of(&copy)?;
        let log = Command::new("debugfs").args(["-R", "cat /log"]).arg(&copy).output()?.stdout;
        let lines: Vec<u64> =
            String::from_utf8_lossy(&log).lines().map_while(|line| line.parse().ok()).collect();
        let last = lines.last().copied().unwrap_or_default();
        let complete = lines.iter().zip(1..).all(|(line, number)| *line == number);
        Ok(Self { dirty, whole, last, complete })
    }
}

#[test]
fn quiesced_snapshots_are_clean_and_hold_what_was_acknowledged() -> Result<()> {
    need_guest!("mke2fs", "e2fsck", "dumpe2fs", "debugfs");
    let builder = Guest::builder()?.port(AGENT).port(ACKNOWLEDGED).ext4("data", 32 << 20);
    let mut guest = builder.binary_at("/usr/sbin/qemu-ga", &bin::guestd()?)?.boot()?;
    let acknowledged = Acknowledged(Last::read(guest.port(ACKNOWLEDGED)?));
    let mut agent = BufReader::new(guest.port(AGENT)?);
    agent.get_ref().set_read_timeout(Some(PATIENCE))?;
    let disk = guest.disk_path("data");
    guest.shell(WRITER)?.success()?;
    acknowledged.more_than(100)?;

    // A copy of the disk while it is written to. The time between is random enough.
    let (mut dirty, mut lost, mut lines) = (0, 0, 0);
    for _ in 0..SNAPSHOTS {
        let before = acknowledged.last();
        let snapshot = Snapshot::take(&disk)?;
        dirty += u64::from(snapshot.dirty);
        lost += u64::from(snapshot.last < before || !snapshot.complete);
        lines += before.saturating_sub(snapshot.last);
        acknowledged.more_than(before)?;
    }
    println!("without: {dirty} dirty, {lost} lost acknowledged lines, {lines} in all");
    ensure!(dirty == SNAPSHOTS, "{dirty} of {SNAPSHOTS} dirty: nothing to compare with");
    ensure!(lost > 0, "nothing lost without quiesce: the writer proves nothing");

    let (mut total, mut longest) = (0, Duration::ZERO);
    for number in 0..SNAPSHOTS {
        let before = acknowledged.last();
        ask(&mut agent, "guest-fsfreeze-freeze").with_context(|| format!("snapshot {number}"))?;
        let frozen = Instant::now();
        let settled = acknowledged.settled()?;
        let snapshot = Snapshot::take(&disk)?;
        ask(&mut agent, "guest-fsfreeze-thaw").with_context(|| format!("snapshot {number}"))?;
        longest = longest.max(frozen.elapsed());
        let Snapshot { dirty, whole, last, complete } = snapshot;
        ensure!(!dirty && whole, "snapshot {number}: dirty {dirty}, whole {whole}");
        ensure!(complete && settled >= before, "snapshot {number}: a gap in the log");
        // One write may have been done but not yet acknowledged.
        ensure!(
            last == settled || last == settled + 1,
            "snapshot {number} ends at {last}, {settled} were acknowledged"
        );
        total = last;
        acknowledged.more_than(settled + 1)?;
    }
    println!("with: {SNAPSHOTS} clean and complete, {total} lines; frozen {longest:?} at most");
    Ok(())
}
