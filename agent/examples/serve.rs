//! Serves channels that are given as words, for tests of the channels alone:
//! `serve [wait] [virtio:PATH] [serial:PATH] [unix:PATH] [vsock:CID:PORT:ALLOWED] [inherited]`.

use guestd::Agent;
use guestd::config::Settings;
use guestd::config::settings::{Channel, ChannelKind, UnixSocket, VsockPort};
use guestd::policy::Policy;
use guestd::server::Server;

fn main() -> std::process::ExitCode {
    match serve() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let wait = words.first().is_some_and(|word| word == "wait");
    if wait {
        words.remove(0);
    }
    let channels = words.iter().map(|word| channel(word, wait)).collect::<Result<_, _>>()?;
    let settings = Settings { channels, ..Settings::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::open(Agent::new(settings))?;
        eprintln!("{:?}", server.run(std::future::pending()).await);
        Ok(())
    })
}

fn channel(word: &str, wait: bool) -> Result<Channel, Box<dyn std::error::Error>> {
    let (kind, rest) = word.split_once(':').unwrap_or((word, ""));
    let kind = match kind {
        "virtio" => ChannelKind::VirtioSerial { path: rest.into() },
        "serial" => ChannelKind::IsaSerial { path: rest.into() },
        "unix" => ChannelKind::Unix(UnixSocket {
            path: rest.into(),
            mode: Some(0o600),
            allowed_uids: None,
            group: None,
            max_clients: 16,
        }),
        "vsock" => {
            let numbers: Vec<u32> = rest.split(':').map(str::parse).collect::<Result<_, _>>()?;
            let [cid, port, allowed] = numbers[..] else { return Err("vsock:1:2:3".into()) };
            let allowed_cids = Some(vec![allowed]);
            ChannelKind::Vsock(VsockPort { cid, port, allowed_cids, max_clients: 2 })
        }
        "inherited" => ChannelKind::Inherited { max_clients: 1 },
        _ => return Err(word.into()),
    };
    Ok(Channel { name: word.to_owned(), kind, policy: Policy::everything(), wait })
}
