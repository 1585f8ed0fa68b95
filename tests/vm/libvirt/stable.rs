//! What of an answer is the same each time: the rest is replaced by its type.

use serde_json::Value;

use super::call::Answer;

/// What differs from guest to guest, whichever agent is inside: the call, the key in the
/// answer (or in what libvirt sent) whose numbers count only as numbers, and why. Below
/// a key all numbers do; an empty key stands for the whole answer.
const VARYING: [(&str, &str, &str); 11] = [
    ("guestinfo filesystem", "used-bytes", "what a filesystem notes about itself"),
    ("guest-get-fsinfo", "used-bytes", "what a filesystem notes about itself"),
    ("guest-get-diskstats", "stats", "blocks read and written since boot"),
    ("guest-get-cpustats", "", "time since boot"),
    ("guest-network-get-interfaces", "statistics", "packets since boot"),
    ("guest-fstrim", "trimmed", "what the kernel has trimmed since boot it does not again"),
    ("domtime", "", "the time"),
    ("domtime set", "", "the time"),
    ("domtime sync", "", "the time"),
    ("domtime now", "", "the time"),
    ("set-user-password", "then", "the salt"),
];

/// Texts that changed after the peer's version, and what they became: ours are the later.
const REWORDED: [(&str, &str); 1] = [(
    // QEMU 7.2 and 10.2.
    "the agent is in frozen state",
    "the command is not allowed",
)];

/// An answer with all that varies replaced by its type.
pub(super) fn stable(call: &str, answer: &Answer) -> Answer {
    let keys: Vec<&str> =
        VARYING.iter().filter(|(name, ..)| *name == call).map(|(_, key, _)| *key).collect();
    let whole = keys.contains(&"");
    let text = match serde_json::from_str(&answer.text) {
        Ok(json) => masked(json, &keys, whole).to_string(),
        Err(_) => lines(&answer.text, &keys, whole),
    };
    let errors =
        REWORDED.iter().fold(answer.errors.clone(), |text, (from, to)| text.replace(from, to));
    let then =
        if keys.contains(&"then") { String::new() } else { lines(&answer.then, &keys, whole) };
    let sent = answer.sent.iter().map(|sent| masked(sent.clone(), &keys, whole)).collect();
    // The number of a domain is not the same, though it is no difference of agents.
    let text = text.replace("guest2", "guest1");
    Answer { code: answer.code, text, errors, sent, then, freed: answer.freed }
}

/// JSON in which lists have one order, because qemu-ga's is that of its own data
/// structures and changes with its version.
fn masked(json: Value, keys: &[&str], inside: bool) -> Value {
    match json {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| {
                let inside = inside || keys.contains(&key.as_str());
                let value = masked(value, keys, inside);
                (key, value)
            })
            .collect(),
        Value::Array(items) => {
            let mut items: Vec<Value> =
                items.into_iter().map(|item| masked(item, keys, inside)).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Number(_) if inside => Value::from("a number"),
        other => other,
    }
}

/// Lines of words, with the numbers of those that hold a key masked.
fn lines(text: &str, keys: &[&str], whole: bool) -> String {
    let line = |line: &str| {
        let mask = whole || keys.iter().any(|key| line.contains(key));
        let word = |word: &str| match word.parse::<f64>() {
            Ok(_) if mask => "a number".to_owned(),
            _ => word.to_owned(),
        };
        line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
