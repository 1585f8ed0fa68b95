//! What QEMU has changed in its agent after the version that Debian has. Ours has it all.

use serde_json::Value;

use super::call::Answer;

/// Texts and what they became.
const REWORDED: [(&str, &str); 1] = [
    // QEMU 7.2 and 9.1.
    ("the agent is in frozen state", "the command is not allowed"),
];

/// Members of answers, in any depth.
const ADDED: [&str; 1] = [
    // QEMU 9.1: with the blocks that are kept for root.
    "total-bytes-privileged",
];

/// Errors that go on with what a program printed: QEMU 10.
const CONTINUED: [&str; 1] = ["child process has failed to set user password"];

/// Our answer without what their agent is too old for.
pub(super) fn undone(ours: &Answer, theirs: &Answer) -> Answer {
    let mut ours = ours.clone();
    for (old, new) in REWORDED {
        if theirs.errors.contains(old) {
            ours.errors = ours.errors.replace(new, old);
        }
    }
    for text in CONTINUED {
        if theirs.errors.ends_with(text) && ours.errors.starts_with(&theirs.errors) {
            ours.errors.clone_from(&theirs.errors);
        }
    }
    for member in ADDED {
        if let (false, Ok(json)) = (theirs.text.contains(member), serde_json::from_str(&ours.text))
        {
            ours.text = without(json, member).to_string();
        }
    }
    ours
}

fn without(json: Value, member: &str) -> Value {
    match json {
        Value::Object(members) => members
            .into_iter()
            .filter(|(key, _)| key != member)
            .map(|(key, value)| (key, without(value, member)))
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| without(item, member)).collect(),
        other => other,
    }
}
