//! `guestctl agent passwd` and `keys`.

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use protocol::client::Empty;
use protocol::qga::account::{
    AuthorizedKeys, SetUserPasswordArguments, SshAddAuthorizedKeysArguments,
    SshGetAuthorizedKeysArguments, SshRemoveAuthorizedKeysArguments,
};
use serde::Serialize;

use super::super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone};

#[derive(Debug, clap::Args)]
pub(in crate::command::agent) struct Passwd {
    /// The user
    user: String,
    /// What comes is the hash, as in /etc/shadow
    #[arg(long)]
    crypted: bool,
}

impl Passwd {
    pub(super) fn run(&self, agent: &mut Agent) -> Result<(), Failure> {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            let hint = "passwd reads the password from standard input, where a terminal would show it; pipe it in";
            return Err(Failure::Usage(hint.to_owned()));
        }
        let mut line = String::new();
        stdin
            .lock()
            .read_line(&mut line)
            .map_err(|error| Failure::input("standard input", error))?;
        let password = STANDARD.encode(line.trim_end_matches(['\r', '\n']));
        let arguments = SetUserPasswordArguments {
            username: self.user.as_str().into(),
            password: password.into(),
            crypted: self.crypted,
        };
        agent.call::<Empty>("guest-set-user-password", arguments).map(drop)
    }
}

#[derive(Debug, clap::Args)]
pub(in crate::command::agent) struct Keys {
    #[command(subcommand)]
    verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
enum KeysVerb {
    /// List them
    List {
        /// The user
        user: String,
    },
    /// Add the keys of a file, one a line
    Add {
        /// The user
        user: String,
        /// The file, such as id_ed25519.pub
        file: PathBuf,
        /// Remove all others
        #[arg(long)]
        reset: bool,
    },
    /// Remove the keys of a file, one a line
    Remove {
        /// The user
        user: String,
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Listed(AuthorizedKeys);

impl Keys {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match &self.verb {
            KeysVerb::List { user } => {
                let arguments = SshGetAuthorizedKeysArguments { username: user.as_str().into() };
                screen.show(&Listed(agent.call("guest-ssh-get-authorized-keys", arguments)?))?;
            }
            KeysVerb::Add { user, file, reset } => {
                let username = user.as_str().into();
                let arguments = SshAddAuthorizedKeysArguments {
                    username,
                    keys: keys(file)?,
                    reset: Some(*reset),
                };
                agent.call::<Empty>("guest-ssh-add-authorized-keys", arguments)?;
            }
            KeysVerb::Remove { user, file } => {
                let arguments = SshRemoveAuthorizedKeysArguments {
                    username: user.as_str().into(),
                    keys: keys(file)?,
                };
                agent.call::<Empty>("guest-ssh-remove-authorized-keys", arguments)?;
            }
        }
        Ok(ExitCode::Ok)
    }
}

/// The keys of a file: its lines without comments and blank ones.
fn keys(file: &PathBuf) -> Result<Vec<String>, Failure> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| Failure::input(&name, error))?;
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<String> = lines.map(str::to_owned).collect();
    if keys.is_empty() {
        return Err(Failure::input(name, "holds no key"));
    }
    Ok(keys)
}

impl Answer for Listed {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        for key in &self.0.keys {
            text.line(Tone::Plain, key)?;
        }
        Ok(())
    }
}
