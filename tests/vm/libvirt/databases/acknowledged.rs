//! How far each server has come, as its client tells the host.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The servers, in the order of all that follows.
pub(super) const SERVERS: [&str; 3] = ["postgresql", "mariadb", "redis"];

/// A number of rows for each server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts(pub(super) [u64; 3]);

impl Counts {
    pub(super) fn values(&self) -> [u64; 3] {
        self.0
    }

    pub(super) fn named(&self) -> [(&'static str, u64); 3] {
        [0, 1, 2].map(|index| (SERVERS[index], self.0[index]))
    }

    /// Each server has come further than this.
    pub(super) fn beyond(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(here, there)| *here > there)
    }
}

/// The last number that a client has seen acknowledged, read all the time.
#[derive(Debug)]
pub(super) struct Last(Arc<AtomicU64>);

impl Last {
    pub(super) fn read(port: UnixStream) -> Self {
        let last = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&last);
        // Ends with the guest, which closes the port.
        thread::spawn(move || {
            for line in BufReader::new(port).lines().map_while(Result::ok) {
                if let Ok(number) = line.trim().parse() {
                    seen.store(number, Ordering::SeqCst);
                }
            }
        });
        Self(last)
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
