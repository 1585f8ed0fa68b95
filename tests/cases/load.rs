//! Hostile and heavy input: the right answer or the right error, bounded memory, and
//! nothing left behind.

mod process;

use std::io::Write;
use std::net::Shutdown;
use std::thread;

use anyhow::{Context, Result};
use support::agent::{Agent, Client, NEEDS, Program};
use support::need;

use process::Process;

/// What the agent may have resident at most, whatever comes, in KiB.
const RESIDENT: u64 = 32 << 10;

fn agent() -> Result<Agent> {
    Agent::start(&Program::guestd()?, [] as [&str; 0])
}

/// The agent still answers, on a new connection.
fn answers(agent: &Agent) -> Result<()> {
    let mut client = agent.connect()?;
    client.send(b"{'execute': 'guest-ping'}")?;
    assert_eq!(client.line()?, b"{\"return\": {}}");
    Ok(())
}

fn error_of(line: &[u8]) -> Result<String> {
    let reply: serde_json::Value = serde_json::from_slice(line)?;
    Ok(reply["error"]["desc"].as_str().context("no error")?.to_owned())
}

/// Sends so much of one byte from a thread of its own, since answers come in between.
fn flood(
    client: &Client,
    before: &'static [u8],
    byte: u8,
    megabytes: usize,
) -> Result<thread::JoinHandle<()>> {
    let mut stream = client.stream().try_clone()?;
    Ok(thread::spawn(move || {
        let chunk = vec![byte; 1 << 20];
        // It is the answers that count; the agent may have closed the connection.
        let _ = stream.write_all(before);
        for _ in 0..megabytes {
            let _ = stream.write_all(&chunk);
        }
    }))
}

#[test]
fn a_hundred_megabytes_in_one_request_cost_one_error() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    let mut client = agent.connect()?;
    let sender = flood(&client, b"{\"execute\": \"", b'x', 100)?;
    assert_eq!(error_of(&client.line()?)?, "JSON token size limit exceeded");
    sender.join().ok();
    client.send(b"\n{'execute': 'guest-ping'}")?;
    assert_eq!(client.line()?, b"{\"return\": {}}");
    let peak = Process::of(agent.pid()).peak()?;
    assert!(peak < RESIDENT, "{peak} KiB");
    Ok(())
}

#[test]
fn endless_brackets_and_endless_values_are_cut_off() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    for (before, byte, expected) in [
        (&b""[..], b'[', "JSON nesting depth limit exceeded"),
        (&b"[1"[..], b',', "JSON token count limit exceeded"),
    ] {
        let mut client = agent.connect()?;
        let sender = flood(&client, before, byte, 20)?;
        assert_eq!(error_of(&client.line()?)?, expected);
        sender.join().ok();
        client.send(b"\xff{'execute': 'guest-ping'}")?;
        assert_eq!(client.line()?, b"{\"return\": {}}");
    }
    let peak = Process::of(agent.pid()).peak()?;
    assert!(peak < RESIDENT, "{peak} KiB");
    Ok(())
}

#[test]
fn ten_thousand_requests_in_one_write_are_answered_in_order() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    let mut client = agent.connect()?;
    let requests: String = (0..10_000)
        .map(|id| format!("{{\"execute\":\"guest-sync\",\"arguments\":{{\"id\":{id}}}}}"))
        .collect();
    let mut stream = client.stream().try_clone()?;
    let sender = thread::spawn(move || stream.write_all(requests.as_bytes()));
    for id in 0..10_000 {
        assert_eq!(client.line()?, format!("{{\"return\": {id}}}").as_bytes());
    }
    sender.join().expect("the sender does not panic")?;
    Ok(())
}

#[test]
fn a_client_that_only_stops_sending_still_gets_its_answers() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    let mut client = agent.connect()?;
    client.send(b"{'execute': 'guest-ping'}{'execute': 'guest-get-host-name'}")?;
    client.stream().shutdown(Shutdown::Write)?;
    assert_eq!(client.line()?, b"{\"return\": {}}");
    assert!(client.line()?.starts_with(b"{\"return\": {\""));
    Ok(())
}

#[test]
fn half_a_request_is_forgotten_with_its_client() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    for _ in 0..200 {
        let mut client = agent.connect()?;
        client.send(b"{\"execute\":\"guest-p")?;
        drop(client);
    }
    answers(&agent)
}

#[test]
fn a_client_that_does_not_read_costs_no_processor_and_disturbs_nobody() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    let mut deaf = agent.connect()?;
    let mut stream = deaf.stream().try_clone()?;
    stream.set_nonblocking(true)?;
    // Until neither side's buffer takes any more.
    let mut sent = 0;
    while sent < 64 << 20 {
        match stream.write(&b"{\"execute\":\"guest-info\"}".repeat(1000)) {
            Ok(count) => sent += count,
            Err(_) => {
                thread::sleep(std::time::Duration::from_millis(100));
                if stream.write(b" ").is_err() {
                    break;
                }
            }
        }
    }
    stream.set_nonblocking(false)?;
    answers(&agent)?;
    let process = Process::of(agent.pid());
    let before = process.ticks()?;
    thread::sleep(std::time::Duration::from_secs(1));
    let used = process.ticks()? - before;
    assert!(used <= 2, "{used} hundredths of a second in one second");
    assert!(process.peak()? < RESIDENT);
    answers(&agent)?;
    // It reads at last, and nothing of its answers is lost.
    assert!(deaf.line()?.starts_with(b"{\"return\": {\"version\""));
    Ok(())
}

#[test]
fn a_hundred_thousand_requests_leak_nothing() -> Result<()> {
    need!("setpriv");
    let agent = agent()?;
    let process = Process::of(agent.pid());
    let batch: String = [
        r#"{"execute":"guest-ping"}"#,
        r#"{"execute":"guest-get-time"}"#,
        r#"{"execute":"guest-file-open","arguments":{"path":"/nonexistent"}}"#,
        r#"{"execute":"guest-nonsense"}"#,
        r#"{"execute":"guest-sync","arguments":{"id":"x"}}"#,
        "} nonsense\n",
        r#"{"execute":"guest-get-osinfo"}"#,
        r#"{"execute":"guest-network-get-interfaces"}"#,
    ]
    .concat();
    // The sixth is two errors.
    const ANSWERS: usize = 9;
    let round = |times: usize| -> Result<()> {
        let mut client = agent.connect()?;
        for _ in 0..times {
            client.send(batch.as_bytes())?;
            for _ in 0..ANSWERS {
                client.line()?;
            }
        }
        Ok(())
    };
    round(500)?;
    let before = process.now()?;
    for _ in 0..24 {
        round(500)?;
    }
    let mut after = process.now()?;
    // The last client's goes as soon as the agent has noticed that it left.
    for _ in 0..100 {
        if after.files <= before.files {
            break;
        }
        thread::sleep(std::time::Duration::from_millis(20));
        after = process.now()?;
    }
    assert!(after.files <= before.files, "descriptors: {before:?} {after:?}");
    assert!(after.resident <= before.resident + 512, "{before:?} {after:?}");
    assert!(process.peak()? < RESIDENT);
    Ok(())
}

#[test]
fn sigterm_ends_it_within_a_second_whatever_a_client_does() -> Result<()> {
    need!("setpriv");
    for requests in
        [&b""[..], b"{\"execute\":\"guest-p", &b"{\"execute\":\"guest-info\"}".repeat(20_000)]
    {
        let mut agent = agent()?;
        let mut stream = agent.connect()?.stream().try_clone()?;
        stream.set_nonblocking(true)?;
        // As much as it takes; nobody reads the answers.
        let _ = stream.write(requests);
        thread::sleep(std::time::Duration::from_millis(50));
        let status = agent.terminate(std::time::Duration::from_secs(1))?;
        assert!(status.is_some_and(|status| status.success()), "{status:?}");
    }
    Ok(())
}

#[test]
fn the_needs_of_an_agent_are_those_of_these_tests() {
    assert_eq!(NEEDS, ["setpriv"]);
}
