//! From the text of a request to the pieces of its reply.

use protocol::Error;
use protocol::frame::SENTINEL;
use protocol::json::Value;
use protocol::message::{Refused, Request, write_reply};
use tracing::{debug, info};

use crate::agent::Agent;
use crate::call::Call;
use crate::channel::Trust;
use crate::command::{self, Command, Now, Runs};
use crate::metrics::Outcome;
use crate::policy::{Group, Policy, Reason, Refusal};
use crate::reply::{Body, Reply};

/// Who asks: one client of one channel.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The name of the channel.
    pub(crate) channel: String,
    /// Who is at its other end, as far as the kernel tells.
    pub(crate) peer: String,
    /// How far it may go.
    pub(crate) trust: Trust,
}

/// A request that may run.
struct Accepted<'a> {
    command: &'static Command,
    arguments: Value<'a>,
    id: Option<Value<'a>>,
}

/// Where a request has to run. A request that is refused is answered at once.
pub(crate) fn place(text: &[u8]) -> Runs {
    let request = Request::parse(text).ok();
    let found = request.and_then(|request| command::find(&request.execute));
    found.map_or(Runs::Inline, |command| command.runs)
}

/// Runs one request and hands the pieces of its reply on, newline included. `send` returns
/// false when nobody listens any more; then the rest is not made.
pub(crate) fn run(
    agent: &Agent,
    client: &Client,
    text: &[u8],
    send: &mut dyn FnMut(Vec<u8>) -> bool,
) {
    let policy = agent.policies.of(&client.channel);
    match accept(agent, client, &policy, text) {
        Ok(Accepted { command, arguments, id }) => {
            let operation = (command.operation)(agent);
            if command.audited {
                let subject = subject(&arguments);
                info!(
                    channel = client.channel,
                    peer = client.peer,
                    command = command.name,
                    id = operation.as_ref().map(|began| began.id.as_str()),
                    "{} called{subject}",
                    command.name
                );
            }
            let channel = &client.channel;
            let call = Call { agent, policy: &policy, channel, operation, arguments };
            let result = (command.run)(call);
            let outcome = if result.is_ok() { Outcome::Ok } else { Outcome::Failed };
            agent.metrics.count(command.name, outcome);
            if let Err(error) = &result {
                debug!(channel = client.channel, "{} failed: {error}", command.name);
            }
            answer(result, id.as_ref(), send);
        }
        Err(Refused { error, id }) => answer(Err(error), id.as_ref(), send),
    }
}

/// What has become of a request on the loop.
pub(crate) enum Ran {
    /// It is answered.
    Done,
    /// Nothing has been done: it has to run on a thread.
    Not,
    /// The first piece of its reply is there.
    Begun(Rest),
}

/// Runs a request on the loop as far as it need not wait there, and appends its reply, newline
/// included, or the first piece of that.
pub(crate) fn run_now(
    agent: &Agent,
    client: &Client,
    now: Now,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Ran {
    let policy = agent.policies.of(&client.channel);
    match accept(agent, client, &policy, text) {
        Ok(Accepted { command, arguments, id }) => {
            let Some(body) = now(agent, &arguments) else { return Ran::Not };
            let mut rest = Rest { body, end: Vec::new() };
            end(id.as_ref(), &mut rest.end);
            let start = out.len();
            out.extend_from_slice(BEFORE);
            let more = rest.now(out);
            if more.is_none() {
                out.truncate(start);
                return Ran::Not;
            }
            agent.metrics.count(command.name, Outcome::Ok);
            if more == Some(true) { Ran::Begun(rest) } else { Ran::Done }
        }
        Err(Refused { error, id }) => {
            answer(Err(error), id.as_ref(), &mut |mut line| {
                out.append(&mut line);
                true
            });
            Ran::Done
        }
    }
}

/// What is left of a reply that has begun.
pub(crate) struct Rest {
    body: Box<dyn Body>,
    /// What stands behind the result.
    end: Vec<u8>,
}

impl Rest {
    /// Appends the next piece, and whether there are more; `None` where it has to wait.
    pub(crate) fn now(&mut self, out: &mut Vec<u8>) -> Option<bool> {
        let more = self.body.next_now(out)?;
        if !more {
            out.append(&mut self.end);
        }
        Some(more)
    }

    /// Hands on all that is left, waits included.
    pub(crate) fn run(mut self, send: &mut dyn FnMut(Vec<u8>) -> bool) {
        // A body that has begun fails no more.
        if let Ok(Some(mut piece)) = pump(&mut *self.body, Vec::new(), send) {
            piece.append(&mut self.end);
            send(piece);
        }
    }
}

/// What a line of the log says about the arguments: the file, the program or the user, and
/// nothing that could hold a secret.
fn subject(arguments: &Value<'_>) -> String {
    let Value::Object(members) = arguments else { return String::new() };
    let named = match ["path", "argv", "username"].into_iter().find_map(|key| members.get(key)) {
        Some(Value::String(text)) => text,
        Some(Value::List(argv)) if let Some(Value::String(program)) = argv.first() => program,
        _ => return String::new(),
    };
    let named: String = named.chars().take(256).collect();
    format!(": {named:?}")
}

/// QEMU's order of checks: a request at all, a known command, an allowed one.
fn accept<'a>(
    agent: &Agent,
    client: &Client,
    policy: &Policy,
    text: &'a [u8],
) -> Result<Accepted<'a>, Refused<'a>> {
    let request = Request::parse(text).inspect_err(|_| agent.metrics.count_invalid());
    let Request { execute, arguments, id } = request?;
    let Some(command) = command::find(&execute) else {
        agent.metrics.count_invalid();
        let name: String = execute.chars().take(256).collect();
        return Err(Refused {
            error: Error::not_found(format!("The command {name} has not been found")),
            id,
        });
    };
    let allowed = if client.trust == Trust::Information && command.group != Group::Info {
        // Not even a thaw.
        Err(Refusal { command: command.name.to_owned(), reason: Reason::Stranger })
    } else if agent.is_frozen() {
        Policy::allows_while_frozen(command.name)
    } else {
        policy.allows(command.name, command.group)
    };
    match allowed {
        Ok(()) => Ok(Accepted { command, arguments, id }),
        Err(refusal) => {
            agent.metrics.count(command.name, Outcome::Refused);
            let advice = policy.advice(&client.channel, &refusal);
            info!(
                channel = client.channel,
                peer = client.peer,
                command = command.name,
                "{refusal}; {advice}"
            );
            Err(Refused { error: refusal.into(), id })
        }
    }
}

fn answer(
    result: Result<Reply, Error>,
    id: Option<&Value<'_>>,
    send: &mut dyn FnMut(Vec<u8>) -> bool,
) {
    let mut line = Vec::new();
    let result = match result {
        Ok(Reply::Silent) => return,
        Ok(Reply::Stream(body)) => return stream(body, id, send),
        Ok(Reply::Delimited(value)) => {
            line.push(SENTINEL);
            Ok(value)
        }
        Ok(Reply::Value(value)) => Ok(value),
        Err(error) => Err(error),
    };
    if write_reply(&mut line, result.as_deref(), id).is_ok() {
        send(line);
    }
}

fn stream(mut body: Box<dyn Body>, id: Option<&Value<'_>>, send: &mut dyn FnMut(Vec<u8>) -> bool) {
    match pump(&mut *body, BEFORE.to_vec(), send) {
        Ok(Some(mut piece)) => {
            end(id, &mut piece);
            send(piece);
        }
        Ok(None) => {}
        Err(error) => answer(Err(error), id, send),
    }
}

/// Hands on what is in `piece` and all that follows but the last piece, which is returned;
/// `None` when nobody listens any more.
fn pump(
    body: &mut dyn Body,
    mut piece: Vec<u8>,
    send: &mut dyn FnMut(Vec<u8>) -> bool,
) -> Result<Option<Vec<u8>>, Error> {
    while body.next(&mut piece)? {
        if !send(std::mem::take(&mut piece)) {
            return Ok(None);
        }
    }
    Ok(Some(piece))
}

/// What stands before the result in a reply that is put together here.
const BEFORE: &[u8] = b"{\"return\": ";

/// Ends that reply.
fn end(id: Option<&Value<'_>>, out: &mut Vec<u8>) {
    if let Some(id) = id {
        out.extend_from_slice(b", \"id\": ");
        out.extend(protocol::json::to_vec(id));
    }
    out.extend_from_slice(b"}\n");
}
