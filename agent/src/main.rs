//! guestd: the guest agent.

use guestd::Agent;
use guestd::config::Settings;
use guestd::config::settings::Channel;
use guestd::server::Server;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("which socket?")?;
    let mut settings = Settings { channels: vec![Channel::unix(path)], ..Settings::default() };
    if let Some(state) = std::env::args_os().nth(2) {
        settings.state_dir = state.into();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::open(Agent::new(settings))?;
        server.run(std::future::pending()).await;
        Ok(())
    })
}
