//! guestd: the guest agent.

use std::process::ExitCode;

fn main() -> ExitCode {
    guestd::cli::main(std::env::args_os()).into()
}
