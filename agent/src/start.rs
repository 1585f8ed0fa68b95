//! From the command line to the running server.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::agent::Agent;
use crate::channel;
use crate::command;
use crate::config::Settings;
use crate::descriptors;
use crate::qemu_ga::{self, Action, Environment};
use crate::server::{Ended, Server};

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let mut words: Vec<OsString> = words.collect();
    if words.first().is_some_and(|word| word == "qemu-ga") {
        words.remove(0);
    }
    let environment = Environment {
        config: std::env::var_os("QGA_CONF"),
        strict: std::env::var_os("POSIXLY_CORRECT").is_some(),
        activated: channel::activated_method(),
        commands: command::all().map(|command| command.name).collect(),
    };
    match qemu_ga::prepare(&program, &words, &environment) {
        Ok(Action::Print(text)) => match io::stdout().write_all(&text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Ok(Action::Run(startup)) => serve(startup.settings),
        Err(failure) => {
            // If the terminal is gone, the exit code has to do.
            let _ = write!(io::stdout(), "{}", failure.stdout);
            let _ = write!(io::stderr(), "{}", failure.stderr);
            ExitCode::FAILURE
        }
    }
}

fn serve(settings: Settings) -> ExitCode {
    if let Err(error) = descriptors::prepare(&settings.limits) {
        tracing::warn!("not enough descriptors for all limits: {error}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let ended = runtime.block_on(async {
        let server = Server::open(Agent::new(settings)).map_err(|error| error.to_string())?;
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
        let told = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let agent = Arc::clone(server.agent());
        let ended = server.run(told).await;
        // Nobody would be left to thaw.
        agent.end();
        Ok::<_, String>(ended)
    });
    // A command that hangs in the kernel does not hold up the end.
    runtime.shutdown_background();
    match ended {
        Ok(Ended::Told) => ExitCode::SUCCESS,
        Ok(Ended::NoChannelLeft) => fail("no channel is left"),
        Err(error) => fail(&error),
    }
}

fn fail(why: &str) -> ExitCode {
    // If the terminal is gone, the exit code has to do.
    let _ = writeln!(io::stderr(), "guestd: {why}");
    ExitCode::FAILURE
}
