//! The guest: three servers on a disk of their own, an agent, and clients that write.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::acknowledged::Last;
use support::libvirt::{Domain, Libvirt};
use support::packaged;
use support::vm;

use super::acknowledged::{Counts, SERVERS};
use super::{AT_ONCE, COPIED, PATIENCE};

/// The disk of the servers' data, which snapshots are taken of.
pub(super) const DATA: &str = "data";

/// What answers libvirt in a stock guest.
const AGENT: &str = "systemctl unmask qemu-guest-agent && systemctl start qemu-guest-agent";

/// Moves the servers' data to the disk and starts them. Redis keeps each write in its append-only
/// file.
const SERVE: &str = "
set -e
mkdir /srv/db
mount -t ext4 /dev/vdb /srv/db
for name in postgresql mysql redis; do
    cp -a /var/lib/$name /srv/db/
    mount --bind /srv/db/$name /var/lib/$name
done
sed -i 's/^appendonly no/appendonly yes/' /etc/redis/redis.conf
systemctl start postgresql mariadb redis-server
runuser -u postgres -- psql -q -c 'CREATE TABLE t (n INT PRIMARY KEY)'
mariadb -e 'CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY) ENGINE=InnoDB'
";

/// Each client sends one transaction after another, about fifty in a second, and tells the number
/// of each when the server has acknowledged it. More would keep an emulated guest from anything else.
const LOAD: &str = r#"
exec < /dev/null 2> /run/load.log
port() { echo /dev/virtio-ports/org.example.$1; }
(seq 1000000 | sed 's/.*/INSERT INTO t VALUES (&);\n\\echo &\nDO $$BEGIN PERFORM pg_sleep(0.02); END$$;/' |
    stdbuf -oL runuser -u postgres -- psql -X -q > $(port postgresql)) &
(seq 1000000 | sed 's/.*/INSERT INTO d.t VALUES (&); SELECT &; DO SLEEP(0.02);/' |
    stdbuf -oL mariadb --batch --skip-column-names --unbuffered > $(port mariadb)) &
append="return redis.call('RPUSH', 't', redis.call('LLEN', 't') + 1)"
stdbuf -oL redis-cli -r 1000000 -i 0.02 eval "$append" 0 > $(port redis) &
"#;

/// The guest and what its clients have told.
#[derive(Debug)]
pub(super) struct Guest<'a> {
    domain: Domain<'a>,
    last: Vec<Last>,
}

impl<'a> Guest<'a> {
    /// Boots it with everything running but the clients; our package lies in it where README.md
    /// has it built.
    pub(super) fn boot(host: &'a Libvirt) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let package = packaged::deb(dir.path())?;
        let name = package.file_name().and_then(|name| name.to_str()).context("no name")?;
        let place = format!("/root/target/packages/{name}");
        let mut builder = vm::Guest::builder()?.full()?.ext4(DATA, 1 << 30);
        builder = builder.file(&place, 0o644, std::fs::read(&package)?);
        for name in SERVERS {
            builder = builder.port(&format!("org.example.{name}"));
        }
        let domain = host.given(builder, AGENT)?.boot()?;
        let ports = SERVERS.iter().map(|name| domain.port(&format!("org.example.{name}")));
        let last = ports.map(|port| port.map(Last::read)).collect::<Result<_>>()?;
        let mut guest = Self { domain, last };
        guest.run(SERVE)?;
        Ok(guest)
    }

    /// A script that has to end well; what it says.
    pub(super) fn run(&mut self, script: &str) -> Result<String> {
        let words = ["sh", "-c", script];
        let output = self.domain.guest().command(words).timeout(PATIENCE).run()?;
        Ok(output.success()?.text())
    }

    /// Waits until libvirt has an answer from the agent that runs now.
    pub(super) fn answered(&mut self) -> Result<()> {
        self.domain.answered()
    }

    pub(super) fn domain(&self) -> &Domain<'a> {
        &self.domain
    }

    /// Starts the clients, and waits until all are at work.
    pub(super) fn load(&mut self) -> Result<()> {
        self.domain.guest().shell(LOAD)?.success()?;
        self.goes_on(&Counts([50; 3]))
    }

    /// What has been acknowledged up to now.
    pub(super) fn counts(&self) -> Counts {
        Counts([0, 1, 2].map(|index| self.last.get(index).map_or(0, Last::get)))
    }

    /// Waits until each has come further than this.
    pub(super) fn goes_on(&mut self, from: &Counts) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !self.counts().beyond(from) {
            if Instant::now() > end {
                let log = self.domain.guest().run(["cat", "/run/load.log"])?.text();
                anyhow::bail!("a client stands at {:?}, {from:?} before: {log}", self.counts());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The counts once no more come, as in a guest that is frozen.
    pub(super) fn settled(&self) -> Result<Counts> {
        let end = Instant::now() + PATIENCE;
        loop {
            let before = self.counts();
            thread::sleep(Duration::from_millis(700));
            if self.counts() == before {
                return Ok(before);
            }
            ensure!(Instant::now() < end, "the guest still writes while it is frozen");
        }
    }

    /// A command of virsh that has to succeed.
    pub(super) fn virsh<'b>(&self, words: impl IntoIterator<Item = &'b str>) -> Result<String> {
        Ok(self.domain.virsh(words)?.success()?.text())
    }

    /// No hook has failed and no freeze was ended by anybody but the host, and for each snapshot the
    /// hook of each server has run.
    pub(super) fn log_is_clean(&mut self) -> Result<()> {
        let words = ["guestctl", "quiesce", "history", "-o", "json"];
        let text = self.domain.guest().run(words)?.success()?.text();
        let history: serde_json::Value = serde_json::from_str(&text).context(text.clone())?;
        let runs = history["runs"].as_array().or(history.as_array()).context(text.clone())?;
        ensure!(!runs.is_empty(), "{text}");
        ensure!(runs.iter().all(|run| run["outcome"] == "succeeded"), "{text}");
        let whole = runs.iter().filter(|run| of_each_server(run)).count();
        ensure!(whole == (COPIED + AT_ONCE) as usize, "{whole} with every hook: {text}");
        Ok(())
    }
}

/// Whether a freeze made every server quiet by the hook for it, whose name is that of the server.
fn of_each_server(run: &serde_json::Value) -> bool {
    let hooks = run["hooks"].as_array();
    let names: Vec<_> =
        hooks.into_iter().flatten().filter_map(|hook| hook["name"].as_str()).collect();
    SERVERS.iter().all(|server| names.iter().any(|name| name.contains(server)))
}
