//! Freezing: guestd beside qemu-ga in one guest, on the same disks, under the same load.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use support::vm::Guest;
use support::{bin, packages};

use crate::table::{Table, milliseconds};

/// Rounds of each agent, in turns; odd, so that the median is one of them.
const ROUNDS: usize = 3;
/// Filesystems in the guest.
const MOST: usize = 16;
/// Longer than any freeze here.
const PATIENCE: Duration = Duration::from_secs(120);
/// The ports of the two agents.
const OURS: &str = "org.guestd.bench.0";
const THEIRS: &str = "org.qemu.guest_agent.0";

/// What goes on in the guest.
#[derive(Clone, Copy)]
struct Load {
    filesystems: usize,
    /// MiB that are dirty, over all filesystems.
    dirty: usize,
    /// Bytes of one write, and microseconds between two.
    writer: (u32, u32),
}

/// Little writes a thousand times a second at most.
const LIGHT: (u32, u32) = (4096, 1000);
/// As fast as it goes.
const SATURATING: (u32, u32) = (1 << 20, 0);

impl Load {
    fn shown(self) -> String {
        let dirty =
            if self.dirty == 0 { "idle".to_owned() } else { format!("{} MiB dirty", self.dirty) };
        let writer = if self.writer == LIGHT { "light" } else { "saturating" };
        format!("{} ext4, {dirty}, {writer} writer", self.filesystems)
    }
}

/// What one freeze and thaw took.
#[derive(Clone, Copy, Default)]
struct Times {
    /// From the request to the answer that all is frozen.
    frozen: Duration,
    /// The longest write of an application on the filesystem that is frozen first.
    window: Duration,
    /// From the request to thaw to its answer.
    thawed: Duration,
}

/// The table.
///
/// # Errors
/// The guest does not boot, or an agent does not freeze.
pub(crate) fn table() -> Result<String> {
    if let Some(missing) = packages::missing(&["qemu-ga", "qemu-system-x86_64", "mke2fs"]) {
        return Ok(format!("Left out: freezing, {missing}\n"));
    }
    let mut guest = boot()?;
    let mut ours = Host::connect(&guest, OURS)?;
    let mut theirs = Host::connect(&guest, THEIRS)?;
    let mut table = Table::new(&[
        "load",
        "frozen after, guestd",
        "qemu-ga",
        "window, guestd",
        "qemu-ga",
        "ratio",
        "thawed after, guestd",
        "qemu-ga",
    ]);
    let mut overhead = Vec::new();
    for load in loads() {
        let mut times = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            times.0.push(once(&mut guest, &mut ours, load)?);
            let record = ours.call("guestd-quiesce-record")?;
            if load.dirty == 0 && load.writer == LIGHT {
                overhead.push(engine_microseconds(&record));
            }
            times.1.push(once(&mut guest, &mut theirs, load)?);
        }
        let (a, b) = (medians(&times.0), medians(&times.1));
        let ratio = a.window.as_secs_f64() / b.window.as_secs_f64();
        table.row(vec![
            load.shown(),
            milliseconds(a.frozen),
            milliseconds(b.frozen),
            milliseconds(a.window),
            milliseconds(b.window),
            format!("{ratio:.2}"),
            milliseconds(a.thawed),
            milliseconds(b.thawed),
        ]);
    }
    overhead.sort_unstable();
    let overhead = overhead.get(overhead.len() / 2).copied().unwrap_or_default();
    Ok(format!(
        "{table}\nMilliseconds, medians of {ROUNDS} rounds of each agent in turns, in a guest without KVM. The \
         window is the longest write of a program on the filesystem that is frozen first. Of its idle \
         windows guestd spends {} ms (median) outside the kernel's own freezes and thaws.\n",
        milliseconds(Duration::from_micros(overhead))
    ))
}

fn loads() -> Vec<Load> {
    let mut loads = Vec::new();
    for (dirty, writer) in [(0, LIGHT), (512, LIGHT), (512, SATURATING)] {
        for filesystems in [1, 4, MOST] {
            loads.push(Load { filesystems, dirty, writer });
        }
    }
    loads
}

fn boot() -> Result<Guest> {
    let mut builder = Guest::builder()?.cpus(2).memory(1536).port(OURS).port(THEIRS);
    for number in 1..=MOST {
        // One of them alone takes all that is dirty.
        builder = builder.ext4(&format!("disk{number}"), 768 << 20);
    }
    let builder = builder
        .program("qemu-ga")?
        .binary("guestd", &bin::guestd()?)?
        .binary("stall", &bin::example("guestd-bench", "stall")?)?;
    let mut guest = builder.boot()?;
    // Dirty data stays dirty until somebody writes it out.
    let script = format!(
        "cd /proc/sys/vm && echo 90 >dirty_ratio && echo 90 >dirty_background_ratio
         echo 0 >dirty_writeback_centisecs
         mkdir -p /run/ours /run/theirs
         guestd qemu-ga -p /dev/virtio-ports/{OURS} -t /run/ours >/dev/null 2>&1 </dev/null &
         qemu-ga -p /dev/virtio-ports/{THEIRS} -t /run/theirs -f /run/theirs/pid >/dev/null 2>&1 </dev/null &"
    );
    guest.shell(&script)?.success()?;
    Ok(guest)
}

/// One freeze and thaw under load.
fn once(guest: &mut Guest, host: &mut Host, load: Load) -> Result<Times> {
    let Load { filesystems, dirty, writer: (bytes, pause) } = load;
    // virtio disks are named in their order: vda, vdb, ...
    let prepare = format!(
        "n=0
         for letter in a b c d e f g h i j k l m n o p; do
             n=$((n + 1)); [ $n -le {filesystems} ] || break
             mkdir -p /f/$n; mount -t ext4 /dev/vd$letter /f/$n || exit 1
             [ -e /f/$n/stall ] || dd if=/dev/zero of=/f/$n/stall bs=1M count=64 2>/dev/null
         done
         sync; rm -f /run/stop
         for n in $(seq {filesystems}); do
             [ {dirty} = 0 ] || dd if=/dev/zero of=/f/$n/dirty bs=1M count=$(({dirty} / {filesystems})) 2>/dev/null
         done
         stall /f/{filesystems}/stall /run/stop {bytes} {pause} >/run/stall 2>&1 </dev/null &
         usleep 300000"
    );
    guest.command(["sh", "-c", &prepare]).timeout(PATIENCE).run()?.success()?;
    let start = Instant::now();
    host.call("guest-fsfreeze-freeze")?;
    let frozen = start.elapsed();
    let start = Instant::now();
    host.call("guest-fsfreeze-thaw")?;
    let thawed = start.elapsed();
    let finish =
        "touch /run/stop; while pidof stall >/dev/null; do usleep 10000; done; cat /run/stall
        for place in /f/*; do umount $place 2>/dev/null; done; true";
    let longest = guest.command(["sh", "-c", finish]).timeout(PATIENCE).run()?.success()?.text();
    let longest = longest.parse().with_context(|| format!("the writer says '{longest}'"))?;
    Ok(Times { frozen, window: Duration::from_micros(longest), thawed })
}

fn medians(times: &[Times]) -> Times {
    let median = |of: fn(&Times) -> Duration| {
        let mut values: Vec<Duration> = times.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Times {
        frozen: median(|times| times.frozen),
        window: median(|times| times.window),
        thawed: median(|times| times.thawed),
    }
}

/// Microseconds of the window that the kernel has not spent on freezing and thawing, nor the
/// host on its way from the one to the other.
fn engine_microseconds(record: &Value) -> u64 {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let filesystems = record["filesystems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let kernel: u64 =
        filesystems.iter().map(|f| number(&f["freeze-us"]) + number(&f["thaw-us"])).sum();
    let steps = record["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let frozen = steps.iter().find(|step| step["name"] == "frozen");
    let frozen = frozen.map_or(0, |step| number(&step["duration-us"]));
    number(&record["window-us"]).saturating_sub(kernel + frozen)
}

/// A host that asks one agent.
struct Host(BufReader<UnixStream>);

impl Host {
    fn connect(guest: &Guest, port: &str) -> Result<Self> {
        let stream = guest.port(port)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut host = Self(BufReader::new(stream));
        host.call("guest-ping")?;
        Ok(host)
    }

    fn call(&mut self, command: &str) -> Result<Value> {
        self.0.get_mut().write_all(format!("{}\n", json!({"execute": command})).as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let mut answer: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
        if answer["error"].is_object() {
            bail!("{command}: {line}");
        }
        Ok(answer["return"].take())
    }
}
