//! vsock, over the loopback inside the guest: QEMU's own needs a module of the host.

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent};

#[test]
fn vsock_answers_those_it_may_and_sends_others_away() -> Result<()> {
    need_guest!("socat");
    let builder = Guest::builder()?.module("vsock_loopback").program("socat")?;
    // 1 is this guest itself, 2 the host: vsock(7).
    let configuration = "[channel.own]\ntype = \"vsock\"\nport = 1025\nallowed-cids = [1]\n\
                         [channel.host]\ntype = \"vsock\"\nport = 1026\nallowed-cids = [2]\n";
    let mut guest = agent::install_with(builder, configuration)?.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    agent.settle(&mut guest)?;
    let ask = "printf '{\"execute\":\"guest-sync\",\"arguments\":{\"id\":7}}' | socat -t 5 - VSOCK-CONNECT:1:";
    let output = guest.shell(&format!("{ask}1025"))?.success()?;
    ensure!(output.text() == "{\"return\": 7}", "{output:?}");
    let output = guest.shell(&format!("{ask}1026"))?;
    ensure!(output.stdout.is_empty(), "{output:?}");
    agent.settle(&mut guest)?;
    let log = Agent::log(&mut guest)?;
    ensure!(log.contains("cid 1 port") && log.contains("may not talk"), "{log}");
    Ok(())
}
