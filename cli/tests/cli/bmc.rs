//! `guestctl bmc`, on a captured tree and without any port.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Answer, run};

/// A tree with neco's file and an address on the kernel's command line.
fn tree(neco: &str) -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    fs::create_dir_all(tree.path().join("etc/neco")).unwrap();
    fs::create_dir_all(tree.path().join("proc")).unwrap();
    fs::write(tree.path().join("etc/neco/bmc-address.json"), neco).unwrap();
    fs::write(tree.path().join("proc/cmdline"), "quiet guestd.bmc=10.72.17.9\n").unwrap();
    tree
}

fn discover(tree: &TempDir, more: &[&str]) -> Answer {
    let root = tree.path().to_str().unwrap();
    run(&[&["bmc", "discover", "--root", root], more].concat())
}

const NECO: &str =
    r#"{"ipv4": {"address": "10.72.17.4", "netmask": "255.255.240.0", "gateway": "10.72.16.1"}}"#;

#[test]
fn all_sources_of_a_captured_tree_stand_side_by_side() {
    let answer = discover(&tree(NECO), &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines[0], "10.72.17.4, from neco");
    for (line, parts) in [
        (3, ["neco", "10.72.17.4", "mask 255.255.240.0, gateway 10.72.16.1"]),
        (4, ["cmdline", "10.72.17.9", "may be announced"]),
        (5, ["ipmi", "-", "no BMC that could be asked"]),
        (6, ["smbios", "-", "there is no /sys/firmware/dmi/tables/DMI"]),
    ] {
        assert!(parts.iter().all(|part| lines[line].contains(part)), "{}", answer.out);
    }
}

#[test]
fn what_may_not_be_announced_says_why() {
    let tree = tree(r#"{"ipv4": {"address": "127.0.0.1\u001b[31m"}}"#);
    let answer = discover(&tree, &["-o", "json", "--network", "10.72.17.0/29"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    assert!(found["address"].is_null());
    let refused = |index: usize| found["findings"][index]["candidates"][0]["refused"].clone();
    assert_eq!(refused(0), "has characters in it that no address has");
    assert_eq!(refused(1), "is outside the network 10.72.17.0/29");
    let answer = discover(&tree, &[]);
    assert!(answer.out.starts_with("10.72.17.9, from cmdline\n"), "{}", answer.out);
    assert!(!answer.out.contains('\u{1b}'), "{}", answer.out);
}

#[test]
fn an_address_that_would_harm_a_host_is_a_wrong_command_line() {
    for (address, why) in [
        ("0.0.0.0", "every interface"),
        ("127.0.0.1", "loopback"),
        ("10.0.0.1/8", "prefix"),
        ("::1", "IPv6"),
        ("localhost", "names are not looked up"),
        ("10.0.0.1 ", "white space"),
        ("", "empty"),
    ] {
        let answer = run(&["bmc", "announce", "--port", "no.such.port", address]);
        assert_eq!(answer.code, Some(2), "{address}: {answer:?}");
        assert!(answer.err.contains(why) || address.is_empty(), "{address}: {}", answer.err);
    }
    let answer = run(&["bmc", "announce", "--port", "../x", "10.0.0.1"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let answer = run(&["bmc", "announce", "--network", "10.0.0.0", "10.0.0.1"]);
    assert!(answer.code == Some(2) && answer.err.contains("10.72.16.0/20"), "{answer:?}");
    let answer = run(&["bmc", "announce", "10.0.0.1", "--socket", "/x"]);
    assert!(answer.code == Some(2) && answer.err.contains("--socket"), "{answer:?}");
}

#[test]
fn a_missing_port_is_told_with_what_the_machine_needs() {
    let answer = run(&["bmc", "announce", "--port", "no.such.port", "10.0.0.1"]);
    assert_eq!(answer.code, Some(4), "{answer:?}");
    assert!(answer.err.contains("virtserialport with name=no.such.port"), "{}", answer.err);
}

#[test]
fn an_agent_that_was_named_and_does_not_answer_is_an_error() {
    let answer = run(&["bmc", "--socket", "/nonexistent/guestd.sock"]);
    assert_eq!(answer.code, Some(5), "{answer:?}");
}
