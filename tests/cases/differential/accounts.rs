//! Users, CPUs, memory blocks, power: only such requests as are bound to fail or to do
//! nothing.

use anyhow::Result;
use serde_json::{Value, json};
use support::need;

use super::answer::By;
use super::case::Case;
use super::pair::Pair;

fn request(command: &str, arguments: &Value) -> Case {
    Case::new(json!({"execute": command, "arguments": arguments}).to_string())
}

/// No home is made for this user, so nothing can be written.
const HOMELESS: &str = "nobody";

#[test]
fn keys_of_users_that_are_not_there() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for username in ["", "no-such-user", "a b", "../root", "\u{e9}", "0", HOMELESS] {
        pair.run([
            request("guest-ssh-get-authorized-keys", &json!({"username": username})),
            request("guest-ssh-remove-authorized-keys", &json!({"username": username, "keys": []})),
            request(
                "guest-ssh-remove-authorized-keys",
                &json!({"username": username, "keys": ["ssh-rsa x"]}),
            ),
        ])?;
        for keys in [json!([]), json!([""]), json!(["ssh-rsa x"]), json!(["a\nb"]), json!(["#x"])] {
            pair.run([
                request(
                    "guest-ssh-add-authorized-keys",
                    &json!({"username": username, "keys": keys}),
                ),
                request(
                    "guest-ssh-add-authorized-keys",
                    &json!({"username": username, "keys": keys, "reset": true}),
                ),
            ])?;
        }
    }
    pair.finish()
}

#[test]
fn passwords_that_cannot_be_set() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let set = |username: &str, password: &str, crypted: bool| {
        let arguments = json!({"username": username, "password": password, "crypted": crypted});
        request("guest-set-user-password", &arguments)
    };
    for crypted in [false, true] {
        for username in ["a:b", "a\nb"] {
            for password in ["eA==", "!", "", "e", "YQpi", "YTpi"] {
                pair.run([set(username, password, crypted)])?;
            }
        }
        for username in ["no-such-user", "", "\u{e9}"] {
            pair.run(["!", "YTpi\u{e9}", "YQpi"].map(|password| set(username, password, crypted)))?;
            // Newer agents add what chpasswd says.
            let failing = ["eA==", "", "e", "eA==eA", "YTpi"]
                .map(|password| set(username, password, crypted));
            pair.run(failing.map(|case| case.by(By::Class)))?;
        }
    }
    pair.finish()
}

#[test]
fn cpus_and_memory_blocks_that_are_not_there() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let vcpus = |list: Value| request("guest-set-vcpus", &json!({"vcpus": list}));
    let blocks = |list: Value| request("guest-set-memory-blocks", &json!({"mem-blks": list}));
    pair.run([
        vcpus(json!([])),
        vcpus(json!([{"logical-id": 99999, "online": true}])),
        vcpus(json!([{"logical-id": 99999, "online": false}])),
        vcpus(json!([{"logical-id": -1, "online": true}])),
        blocks(json!([])),
        blocks(json!([{"phys-index": 99999999, "online": true}])),
        blocks(json!([{"phys-index": 99999999, "online": false}])),
        blocks(json!([
            {"phys-index": 99999999, "online": true},
            {"phys-index": 99999998, "online": true}
        ])),
    ])?;
    pair.finish()
}

#[test]
fn ways_to_shut_down_that_are_none() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for mode in ["", "x", "POWERDOWN", "powerdown ", "poweroff", "suspend"] {
        pair.run([request("guest-shutdown", &json!({"mode": mode}))])?;
    }
    pair.finish()
}
