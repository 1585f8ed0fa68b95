//! The program as qemu-ga.

use std::ffi::{OsStr, OsString};

use nix::sys::socket::AddressFamily;

use super::print;
use crate::channel;
use crate::command;
use crate::exit::Exit;
use crate::qemu_ga::{Action, Environment, Failure, Startup, prepare};
use crate::run::{Plan, run};
use crate::sys::process;

/// Does what qemu-ga's options ask for.
pub(super) fn main(program: &OsStr, words: &[OsString]) -> Exit {
    let environment = match environment() {
        Ok(environment) => environment,
        Err(wrong) => {
            eprintln!("{}: critical: {wrong}", program.to_string_lossy());
            return Exit::Failure;
        }
    };
    match prepare(program, words, &environment) {
        Ok(Action::Print(text)) => print(&text),
        Ok(Action::Run(startup)) => {
            let Startup { settings, daemon, warnings } = *startup;
            run(Plan { settings, daemon, make_state_dir: false, warnings })
        }
        Err(Failure { stdout, stderr }) => {
            print(stdout.as_bytes());
            eprint!("{stderr}");
            Exit::Failure
        }
    }
}

fn environment() -> Result<Environment, &'static str> {
    let activated = match channel::is_activated().then(process::passed_family) {
        None => None,
        Some(Some(AddressFamily::Unix)) => Some("unix-listen"),
        Some(Some(AddressFamily::Vsock)) => Some("vsock-listen"),
        Some(_) => return Err("unsupported listen fd type"),
    };
    Ok(Environment {
        config: std::env::var_os("QGA_CONF"),
        strict: std::env::var_os("POSIXLY_CORRECT").is_some(),
        activated,
        commands: command::all().map(|command| command.name).collect(),
    })
}
