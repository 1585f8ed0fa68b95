//! The server: opens every channel, hears its clients, stops when told.

use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::{debug, error, info};

use crate::agent::Agent;
use crate::channel::{Channel, OpenError};
use crate::dispatch::Client;
use crate::session;

/// Channels that are open and not yet heard.
#[derive(Debug)]
pub struct Server {
    agent: Arc<Agent>,
    doors: Vec<Door>,
}

/// A channel with its name.
#[derive(Debug)]
struct Door {
    name: String,
    channel: Channel,
}

impl Server {
    /// Opens every channel of the settings. Must be called inside the runtime.
    ///
    /// # Errors
    /// A channel that the settings do not allow to wait for cannot be opened.
    pub fn open(agent: Agent) -> Result<Self, OpenError> {
        let mut doors = Vec::new();
        for settings in &agent.settings.channels {
            doors.push(Door { name: settings.name.clone(), channel: Channel::open(settings)? });
        }
        Ok(Self { agent: Arc::new(agent), doors })
    }

    /// What the channels share.
    pub fn agent(&self) -> &Arc<Agent> {
        &self.agent
    }

    /// Serves all channels until `shutdown` comes, or until the last of them has failed.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Ended {
        let mut tasks = JoinSet::new();
        for door in self.doors {
            tasks.spawn(hear(Arc::clone(&self.agent), door));
        }
        let all = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = shutdown => Ended::Told,
            () = all => Ended::NoChannelLeft,
        }
    }
}

/// Why the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The shutdown future came.
    Told,
    /// Every channel has failed for good.
    NoChannelLeft,
}

/// Serves the clients of one channel.
async fn hear(agent: Arc<Agent>, mut door: Door) {
    let mut clients = JoinSet::new();
    loop {
        let stream = match door.channel.accept().await {
            Ok(stream) => stream,
            Err(wrong) => {
                error!("channel {}: {wrong}", door.name);
                break;
            }
        };
        let peer = stream.peer().to_string();
        info!("channel {}: {peer} connected", door.name);
        let client = Client { channel: door.name.clone(), peer, trust: stream.trust() };
        let agent = Arc::clone(&agent);
        clients.spawn(async move {
            let name = format!("channel {}: {}", client.channel, client.peer);
            match session::serve(&agent, client, stream).await {
                Ok(()) => info!("{name} left"),
                Err(wrong) => debug!("{name} left: {wrong}"),
            }
        });
        while clients.try_join_next().is_some() {}
    }
    while clients.join_next().await.is_some() {}
}
