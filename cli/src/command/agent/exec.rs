//! `guestctl agent exec`: a program inside, as if it ran here.

mod classic;
mod streamed;

use std::borrow::Cow;

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Run a program inside as if it ran here; its exit code becomes ours
///
/// No shell is in between; for one, give `-- sh -c '...'`. With guestd its output is shown as
/// it comes, input of any length is passed on, and Ctrl-C reaches it (twice: SIGKILL). With
/// qemu-ga output is shown when it has ended. A program that a signal has ended counts as 128
/// and the signal, as in a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Exec {
    /// Give it our standard input; up to 8 MiB with qemu-ga
    #[arg(short, long)]
    input: bool,
    /// A variable of its environment, added to the agent's (qemu-ga: instead); several times
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Run it in this directory (guestd)
    #[arg(short, long, value_name = "DIR")]
    directory: Option<String>,
    /// Run it as this user (guestd)
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// End it after so many seconds (guestd)
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u32>,
    /// Stop waiting after so many seconds; the program runs on
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    words: Vec<String>,
}

impl Exec {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match streamed::run(self, agent, screen)? {
            Some(code) => Ok(code),
            None => classic::run(self, agent, screen),
        }
    }

    fn program(&self) -> Result<(&str, &[String]), Failure> {
        let split = self.words.split_first();
        let none = || Failure::Usage("exec needs a program".to_owned());
        split.map(|(path, words)| (path.as_str(), words)).ok_or_else(none)
    }
}

fn owned(words: &[String]) -> Vec<Cow<'static, str>> {
    words.iter().map(|word| word.clone().into()).collect()
}

/// An end as a shell would tell it.
fn code(exitcode: Option<i64>, signal: Option<i64>) -> ExitCode {
    let code = match (exitcode, signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 0,
    };
    ExitCode::Program(u8::try_from(code & 0xFF).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_as_a_shell_would() {
        assert_eq!(code(Some(3), None), ExitCode::Program(3));
        assert_eq!(code(None, Some(9)), ExitCode::Program(137));
        assert_eq!(code(Some(0), None).number(), 0);
    }
}
