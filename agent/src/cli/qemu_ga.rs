//! The program as qemu-ga.

use std::ffi::{OsStr, OsString};

use super::print;
use crate::channel;
use crate::command;
use crate::exit::Exit;
use crate::qemu_ga::{Action, Environment, Failure, Startup, prepare};
use crate::run::{Plan, run};

/// Does what qemu-ga's options ask for.
pub(super) fn main(program: &OsStr, words: &[OsString]) -> Exit {
    match prepare(program, words, &environment()) {
        Ok(Action::Print(text)) => print(&text),
        Ok(Action::Run(startup)) => {
            let Startup { settings, daemon, warnings } = *startup;
            run(Plan { settings, daemon, make_state_dir: false, warnings, reload: None })
        }
        Err(Failure { stdout, stderr }) => {
            print(stdout.as_bytes());
            eprint!("{stderr}");
            Exit::Failure
        }
    }
}

fn environment() -> Environment {
    Environment {
        config: std::env::var_os("QGA_CONF"),
        strict: std::env::var_os("POSIXLY_CORRECT").is_some(),
        activated: channel::activated_method(),
        commands: command::all().map(|command| command.name).collect(),
    }
}
