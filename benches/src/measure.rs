//! The time that programs take, measured in turns.

use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// Runs that fill the page cache and are not counted.
const WARM_UP: usize = 5;

/// A program and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: String,
    pub(crate) arguments: Vec<String>,
}

impl Program {
    pub(crate) fn new(path: &str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { path: path.to_owned(), arguments }
    }

    /// As a person types it.
    pub(crate) fn shown(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let words = [name].into_iter().chain(self.arguments.iter().map(String::as_str));
        words.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).stdin(Stdio::null());
        command
    }

    /// What it prints. A program that prints nothing answers no question, so its time
    /// would mean nothing.
    ///
    /// # Errors
    /// It cannot be run, fails, or prints nothing.
    pub(crate) fn answer(&self) -> Result<String> {
        let output =
            self.command().output().with_context(|| format!("cannot run {}", self.path))?;
        self.check(output.status)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(!text.trim().is_empty(), "`{}` prints nothing", self.shown());
        Ok(text)
    }

    fn check(&self, status: ExitStatus) -> Result<()> {
        // 1 is the answer "no" of several of these programs; the rest is failure.
        ensure!(matches!(status.code(), Some(0 | 1)), "`{}` ended with {status}", self.shown());
        Ok(())
    }

    fn time(&self) -> Result<Duration> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status().with_context(|| format!("cannot run {}", self.path))?;
        let time = start.elapsed();
        self.check(status)?;
        Ok(time)
    }
}

/// The median wall time of each program. They take turns, so that what disturbs the
/// machine disturbs all of them.
///
/// # Errors
/// One of them cannot be run or does not answer.
pub(crate) fn medians(programs: &[&Program], runs: usize) -> Result<Vec<Duration>> {
    for program in programs {
        program.answer()?;
    }
    let mut times = vec![Vec::with_capacity(runs); programs.len()];
    for run in 0..WARM_UP + runs {
        for (program, times) in programs.iter().zip(&mut times) {
            let time = program.time()?;
            if run >= WARM_UP {
                times.push(time);
            }
        }
    }
    Ok(times.into_iter().map(median).collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        let times = [9, 1, 5].map(Duration::from_millis);
        assert_eq!(median(times.into()), Duration::from_millis(5));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn a_silent_program_is_refused() {
        let error = medians(&[&Program::new("true", &[])], 1).unwrap_err().to_string();
        assert_eq!(error, "`true` prints nothing");
        assert_eq!(medians(&[&Program::new("echo", &["x"])], 3).unwrap().len(), 1);
    }
}
