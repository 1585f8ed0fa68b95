//! What one client leaves to the next, and two at a time.

use std::time::Duration;

use anyhow::{Result, ensure};
use support::need;

use super::answer::By;
use super::case::Case;
use super::deviation::Deviation;
use super::pair::{Pair, call};

const PING: &str = r#"{"execute": "guest-ping"}"#;

#[test]
fn a_new_client_does_not_inherit_half_a_request() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let x = "GenericError: JSON parse error, expecting value";
    for (left, next, ours) in [
        (r#"{"execute": "guest-p"#, PING.to_owned(), vec!["{}"]),
        ("\"", PING.to_owned(), vec!["{}"]),
        ("[[[", format!("{PING}]]]"), vec!["{}", x, x, x]),
    ] {
        let mut pair = Pair::start(&[])?;
        pair.ask(left, None, |client, _| {
            client.send(left.as_bytes())?;
            Ok(Vec::new())
        })?;
        pair.run([Case::new(next).differs(Deviation::NewClientNewStream, &ours)])?;
        pair.finish()?;
    }
    Ok(())
}

#[test]
fn files_outlive_the_client_that_opened_them() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run([
        Case::new(r#"{"execute": "guest-file-open", "arguments": {"path": "/dev/null"}}"#),
        Case::new(r#"{"execute": "guest-file-read", "arguments": {"handle": 1000}}"#),
        Case::new(r#"{"execute": "guest-file-close", "arguments": {"handle": 1000}}"#),
    ])?;
    pair.finish()
}

/// qemu-ga leaves a second client waiting until the first has gone.
#[test]
fn a_second_client_is_heard_beside_the_first() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let pair = Pair::start(&[])?;
    let [theirs, ours] = pair.both();
    let mut first = theirs.connect()?;
    ensure!(call(&mut first, PING, By::Words)? == "{}");
    let mut second = theirs.connect()?;
    second.send(PING.as_bytes())?;
    ensure!(second.line_within(Duration::from_millis(200)).is_err(), "qemu-ga hears two clients");
    drop(first);
    ensure!(second.line()? == b"{\"return\": {}}");

    let mut first = ours.connect()?;
    first.send(b"{\"execute\": ")?;
    let mut second = ours.connect()?;
    ensure!(call(&mut second, PING, By::Words)? == "{}");
    ensure!(call(&mut first, "\"guest-ping\"}", By::Words)? == "{}");
    Ok(())
}
