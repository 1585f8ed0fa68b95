//! Passwords and the keys of ssh.

use protocol::Error;
use protocol::base64::Decoder;
use protocol::qga::Empty;
use protocol::qga::account::{
    AuthorizedKeys, SetUserPasswordArguments, SshAddAuthorizedKeysArguments,
    SshGetAuthorizedKeysArguments, SshRemoveAuthorizedKeysArguments,
};

use super::{Command, Runs, inline};
use crate::account::user::User;
use crate::account::{is_forbidden, keys};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::program::{self, Program};
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    acting("guest-set-user-password", |call| call.with(set_password)),
    Command {
        audited: false,
        ..acting("guest-ssh-get-authorized-keys", |call| call.with(get_keys))
    },
    acting("guest-ssh-add-authorized-keys", |call| call.with(add_keys)),
    acting("guest-ssh-remove-authorized-keys", |call| call.with(remove_keys)),
];

const fn acting(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, audited: true, ..inline(name, Group::Accounts, run) }
}

/// The password goes to chpasswd(8) on its standard input, where nobody else sees it.
fn set_password(agent: &Agent, arguments: SetUserPasswordArguments<'_>) -> Result<Empty, Error> {
    let password = decode(&arguments.password)?;
    if is_forbidden(&password, b"") {
        return Err(Error::generic("forbidden characters in raw password"));
    }
    if is_forbidden(arguments.username.as_bytes(), b":") {
        return Err(Error::generic("forbidden characters in username"));
    }
    let chpasswd = program::find(&agent.root(), &["chpasswd"])
        .ok_or_else(|| Error::generic("failed to set user password: chpasswd is not installed"))?;
    let mut line = format!("{}:", arguments.username).into_bytes();
    line.extend(password);
    line.push(b'\n');
    let option = arguments.crypted.then_some("-e");
    Program::new(chpasswd).arguments(option).input(line).run_to("set user password")?;
    Ok(Empty {})
}

fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(text)?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 256];
    while !decoder.is_empty() {
        let count = decoder.decode(&mut buffer);
        bytes.extend_from_slice(&buffer[..count]);
    }
    Ok(bytes)
}

fn get_keys(
    agent: &Agent,
    arguments: SshGetAuthorizedKeysArguments<'_>,
) -> Result<AuthorizedKeys, Error> {
    let user = User::find(&agent.root(), &arguments.username)?;
    let lines = keys::read(&user)?;
    // In qemu-ga's order, which is the file's from its end.
    let keys =
        lines.into_iter().rev().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    Ok(AuthorizedKeys { keys: keys.collect() })
}

fn add_keys(agent: &Agent, arguments: SshAddAuthorizedKeysArguments<'_>) -> Result<Empty, Error> {
    keys::check(&arguments.keys)?;
    let user = User::find(&agent.root(), &arguments.username)?;
    let mut lines = if arguments.reset == Some(true) {
        Vec::new()
    } else {
        // A file that is not there yet is empty; why another cannot be read, writing tells.
        keys::read(&user).unwrap_or_default()
    };
    for key in arguments.keys {
        if !lines.contains(&key) {
            lines.push(key);
        }
    }
    keys::write(&user, &lines)?;
    Ok(Empty {})
}

fn remove_keys(
    agent: &Agent,
    arguments: SshRemoveAuthorizedKeysArguments<'_>,
) -> Result<Empty, Error> {
    keys::check(&arguments.keys)?;
    let user = User::find(&agent.root(), &arguments.username)?;
    // Without a file there is nothing to remove.
    let Ok(mut lines) = keys::read(&user) else { return Ok(Empty {}) };
    lines.retain(|line| !arguments.keys.contains(line));
    keys::write(&user, &lines)?;
    Ok(Empty {})
}
