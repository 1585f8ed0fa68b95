//! ISA serial.

use anyhow::Result;
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent, Usage};
use super::host::Host;

#[test]
fn a_serial_line_is_one_endless_stream() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.serial("com2"))?.boot()?;
    let agent = Agent::start(&mut guest, &["qemu-ga", "-m", "isa-serial", "-p", "/dev/ttyS1"])?;
    agent.settle(&mut guest)?;
    let mut host = Host::connect(&guest, "com2")?;
    for id in 0..10 {
        host.sync(id)?;
    }
    // Bytes that a terminal would take for itself: interrupt, XOFF, end of file.
    host.send(b"{\"execute\": \"guest-ping\x03\x13\x04\"}\n")?;
    let answer = host.line()?;
    assert!(answer.contains("JSON parse error"), "{answer}");
    drop(host);
    assert_eq!(agent.idle(&mut guest, 5)?, Usage { ticks: 0, sleeps: 0 });
    Host::connect(&guest, "com2")?.sync(12)
}
