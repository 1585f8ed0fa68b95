//! How far a copy has come, on standard error, if that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::super::view::bytes;
use crate::output::printable;

/// The shortest time between two pictures.
const EVERY: Duration = Duration::from_millis(200);
const WIDTH: u64 = 24;

/// A line that is drawn over itself.
pub(super) struct Progress {
    name: String,
    /// `None` where it is not known, or the terminal is none.
    total: Option<u64>,
    shown: bool,
    done: u64,
    start: Instant,
    last: Option<Instant>,
}

impl Progress {
    /// Begins; nothing is drawn before there is something to show.
    pub(super) fn start(name: &str, total: Option<u64>) -> Self {
        let shown = io::stderr().is_terminal();
        Self {
            name: printable(name).to_string(),
            total,
            shown,
            done: 0,
            start: Instant::now(),
            last: None,
        }
    }

    /// So much more is done.
    pub(super) fn add(&mut self, count: usize) {
        self.done = self.done.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if self.last.is_none_or(|last| last.elapsed() >= EVERY) {
            self.draw();
            self.last = Some(Instant::now());
        }
    }

    /// The last picture stays.
    pub(super) fn end(&mut self) {
        if self.last.is_some() {
            self.draw();
            if self.shown {
                // A picture is no loss.
                let _ = writeln!(io::stderr());
            }
        }
    }

    fn draw(&self) {
        if self.shown {
            let line = line(&self.name, self.done, self.total, self.start.elapsed());
            // A picture is no loss.
            let _ = write!(io::stderr(), "\r{line}\x1b[K");
        }
    }
}

fn line(name: &str, done: u64, total: Option<u64>, time: Duration) -> String {
    let rate = u128::from(done) * 1000 / time.as_millis().max(1);
    let rate = format!("{}/s", bytes(u64::try_from(rate).unwrap_or(u64::MAX)));
    match total {
        Some(total) if total > 0 => {
            let full = u64::try_from(u128::from(done) * u128::from(WIDTH) / u128::from(total))
                .unwrap_or(WIDTH)
                .min(WIDTH);
            let bar: String = (0..WIDTH).map(|at| if at < full { '#' } else { '.' }).collect();
            format!("{name} [{bar}] {} of {}, {rate}", bytes(done), bytes(total))
        }
        _ => format!("{name} {}, {rate}", bytes(done)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_up() {
        let second = Duration::from_secs(1);
        assert_eq!(
            line("f", 512, Some(1024), second),
            "f [############............] 512 B of 1.0 KiB, 512 B/s"
        );
        assert_eq!(
            line("f", 2048, Some(1024), second),
            "f [########################] 2.0 KiB of 1.0 KiB, 2.0 KiB/s"
        );
        assert_eq!(line("f", 3, None, Duration::ZERO), "f 3 B, 2.9 KiB/s");
    }
}
