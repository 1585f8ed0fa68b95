//! One call of a command: its arguments, and who asks.

use protocol::Error;
use protocol::json::{self, Value};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::policy::Policy;
use crate::quiesce::Began;
use crate::reply::Reply;

/// A call that the policy has let through.
pub(crate) struct Call<'a> {
    pub(crate) agent: &'a Agent,
    /// What the channel may ask for; `guest-info` tells it.
    pub(crate) policy: &'a Policy,
    /// The name of the channel that it came by.
    pub(crate) channel: &'a str,
    /// The freeze that it is about.
    pub(crate) operation: Option<Began>,
    pub(crate) arguments: Value<'a>,
}

/// The arguments of a command that takes none.
#[derive(Debug, Deserialize)]
pub(crate) struct NoArguments {}

impl<'a> Call<'a> {
    /// Runs a function of the agent that has neither arguments nor, beyond `{}`, a result
    /// worth a type of its own.
    pub(crate) fn plain<R: Serialize>(
        self,
        run: impl FnOnce(&'a Agent) -> Result<R, Error>,
    ) -> Result<Reply, Error> {
        let NoArguments {} = json::from_value(self.arguments)?;
        run(self.agent).map(|value| Reply::value(&value))
    }

    /// Runs a function of the agent and of typed arguments.
    pub(crate) fn with<A: Deserialize<'a>, R: Serialize>(
        self,
        run: impl FnOnce(&'a Agent, A) -> Result<R, Error>,
    ) -> Result<Reply, Error> {
        let arguments = json::from_value(self.arguments)?;
        run(self.agent, arguments).map(|value| Reply::value(&value))
    }

    /// The same for a function that makes its own reply.
    pub(crate) fn reply<A: Deserialize<'a>>(
        self,
        run: impl FnOnce(&'a Agent, A) -> Result<Reply, Error>,
    ) -> Result<Reply, Error> {
        let arguments = json::from_value(self.arguments)?;
        run(self.agent, arguments)
    }
}
