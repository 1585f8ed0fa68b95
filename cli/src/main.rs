//! guestctl: what machine is this really?

/// The command line, as the user types it.
mod args;
/// The verbs, one file each.
mod command;
/// Manual pages and completions, made of the definitions of the command line.
#[cfg(test)]
mod documents;
/// What the shell is told.
mod exit_code;
/// Why there is no answer.
mod failure;
/// The machine or the file that a question is about.
mod input;
/// How an answer looks: text, JSON or HTML.
mod output;

use std::io::{self, BufWriter, Write};

use clap::Parser;

use args::Args;
use exit_code::ExitCode;
use failure::Failure;
use output::{Patient, Screen};

fn main() -> std::process::ExitCode {
    let code = match Args::try_parse() {
        Ok(args) => run(&args).unwrap_or_else(|failure| failure.report()),
        Err(refusal) if refusal.use_stderr() => {
            // If standard error is gone, the exit code has to do.
            let _ = refusal.print();
            ExitCode::Usage
        }
        // Help and version come this way too.
        Err(answer) => match answer.print().map_err(Failure::from) {
            Ok(()) => ExitCode::Ok,
            Err(failure) => failure.report(),
        },
    };
    code.into()
}

/// Gives the answer through one buffer, so that a table costs one write.
fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::with_capacity(64 << 10, Patient::new(io::stdout().lock()));
    let answered = command::run(args, &mut Screen::new(&mut out, &args.common));
    out.flush()?;
    answered
}
