//! `guestctl agent call`: any command, with its arguments as JSON.

use serde_json::{Map, Value};

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Run any command of the agent and show what it returns, as JSON
///
/// Example: guestctl agent call guest-exec-status '{"pid": 812}'
#[derive(Debug, clap::Args)]
pub(super) struct Call {
    /// The command, such as guest-get-osinfo
    command: String,
    /// Its arguments, a JSON object
    #[arg(value_parser = object, default_value = "{}")]
    arguments: Map<String, Value>,
    /// Do not wait for a result; for commands that answer only if they fail
    #[arg(long)]
    silent: bool,
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("the arguments are a JSON object: {error}"))
}

impl Call {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        if self.silent {
            agent.call_silent(&self.command, &self.arguments)?;
            return Ok(ExitCode::Ok);
        }
        let result: Value = agent.call(&self.command, &self.arguments)?;
        screen.json(&result)?;
        screen.raw().flush()?;
        Ok(ExitCode::Ok)
    }
}
