//! `guestctl agent ping`: does it answer, and how fast.

use std::io;
use std::time::Instant;

use protocol::client::Empty;
use serde::Serialize;

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone};

/// Ask whether the agent answers, and how fast
#[derive(Debug, clap::Args)]
pub(super) struct Ping {
    /// How many times
    #[arg(short, long, value_name = "TIMES", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
}

#[derive(Debug, Serialize)]
struct Pinged {
    count: u32,
    /// Milliseconds, the fastest one.
    fastest_ms: f64,
    /// Milliseconds, the slowest one.
    slowest_ms: f64,
    /// Milliseconds; half of them were faster.
    median_ms: f64,
}

impl Ping {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let mut times = Vec::new();
        for _ in 0..self.count {
            let start = Instant::now();
            agent.call::<Empty>("guest-ping", Empty {})?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        screen.show(&Pinged {
            count: self.count,
            fastest_ms: at(0),
            slowest_ms: at(times.len() - 1),
            median_ms: at(times.len() / 2),
        })?;
        Ok(ExitCode::Ok)
    }
}

impl Answer for Pinged {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let Self { count, fastest_ms, slowest_ms, median_ms } = self;
        let line = format!(
            "it answers: {count} times in {fastest_ms:.2} to {slowest_ms:.2} ms, median {median_ms:.2} ms"
        );
        text.line(Tone::Plain, &line)
    }
}
