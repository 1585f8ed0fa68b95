//! How far a writer in a guest has come, as it tells the host.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The last number that came over a port, a number a line, read all the time.
#[derive(Debug)]
pub struct Last(Arc<AtomicU64>);

impl Last {
    /// Reads from now on, until the guest closes the port.
    pub fn read(port: UnixStream) -> Self {
        let last = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&last);
        thread::spawn(move || {
            for line in BufReader::new(port).lines().map_while(Result::ok) {
                if let Ok(number) = line.trim().parse() {
                    seen.store(number, Ordering::SeqCst);
                }
            }
        });
        Self(last)
    }

    /// The last one up to now; zero before the first.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
