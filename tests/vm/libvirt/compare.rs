//! Whether two agents answered alike, apart from what cannot be alike.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::call::{Answer, Answers};
use super::stable::stable;

/// The call whose answer is the list of commands: ours may have more.
const COMMANDS: &str = "guest-info";

/// Compares the answers of Debian's agent with those of ours.
pub(super) fn compare(theirs: &Answers, ours: &Answers) -> Result<()> {
    let names: Vec<_> = theirs.keys().collect();
    ensure!(names.iter().eq(&ours.keys().collect::<Vec<_>>()), "other calls were made");
    let mut differences = Vec::new();
    for (call, theirs) in theirs {
        let ours = &ours[call];
        if *call == COMMANDS {
            let ours = commands(&ours.text);
            differences.extend(
                commands(&theirs.text).difference(&ours).map(|missing| {
                    format!("guestd does not have enabled, as qemu-ga has: {missing}")
                }),
            );
        } else {
            let (theirs, ours) = (fields(&stable(call, theirs)), fields(&stable(call, ours)));
            let both = theirs.into_iter().zip(ours).filter(|(theirs, ours)| theirs != ours);
            differences.extend(
                both.map(|(theirs, ours)| format!("{call}\n- qemu-ga: {theirs}\n- guestd: {ours}")),
            );
        }
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

/// The enabled commands that guest-info tells, and whether each answers.
fn commands(text: &str) -> BTreeSet<String> {
    let answer: Value = serde_json::from_str(text).unwrap_or_default();
    let commands = answer["return"]["supported_commands"].as_array().cloned().unwrap_or_default();
    let enabled = commands.iter().filter(|command| command["enabled"] == true);
    enabled
        .map(|command| {
            format!("{}, success-response {}", command["name"], command["success-response"])
        })
        .collect()
}

/// What is compared, with a name for the message.
fn fields(answer: &Answer) -> [String; 5] {
    let Answer { code, text, errors, sent, then, freed } = answer;
    let sent: Vec<String> = sent.iter().map(Value::to_string).collect();
    [
        format!("ends with {code}"),
        format!("prints {text}"),
        format!("says {errors}"),
        format!("is sent {}", sent.join(" ")),
        format!("leaves in the guest {then}, freed: {freed:?}"),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(call: &'static str, text: &str, errors: &str) -> Answers {
        let answer = Answer {
            code: 0,
            text: text.to_owned(),
            errors: errors.to_owned(),
            sent: vec![json!({"execute": call})],
            then: String::new(),
            freed: None,
        };
        Answers::from([(call, answer)])
    }

    #[test]
    fn what_varies_is_no_difference_and_all_else_is() {
        let same = |call, theirs: &str, ours: &str| {
            compare(&answers(call, theirs, ""), &answers(call, ours, "")).is_ok()
        };
        let net = "guest-network-get-interfaces";
        let theirs = r#"{"return": [{"name": "lo", "statistics": {"rx": 1}}, {"name": "eth0"}]}"#;
        let ours = r#"{"return": [{"name": "eth0"}, {"statistics": {"rx": 2}, "name": "lo"}]}"#;
        assert!(same(net, theirs, ours));
        assert!(!same("guest-get-disks", theirs, ours));
        assert!(!same(net, theirs, &ours.replace("eth0", "eth1")));
        assert!(!same(net, theirs, &ours.replace("{\"rx\": 2}", "{}")));

        let call = "guestinfo filesystem";
        assert!(same(call, "fs.0.used-bytes : 1", "fs.0.used-bytes     : 2"));
        assert!(!same(call, "fs.0.total-bytes : 1", "fs.0.total-bytes : 2"));
        assert!(!same(call, "fs.0.used-bytes : 1", "fs.0.used-bytes : none"));
        assert!(compare(&answers("a", "", ""), &answers("b", "", "")).is_err());
    }

    #[test]
    fn more_commands_are_no_difference_and_fewer_are() {
        let ping = r#"{"name": "guest-ping", "enabled": true, "success-response": true}"#;
        let old = r#"{"name": "guest-old", "enabled": false, "success-response": true}"#;
        let info = |version, commands: &str| {
            let text = format!(
                r#"{{"return": {{"version": "{version}", "supported_commands": [{commands}]}}}}"#
            );
            answers(COMMANDS, &text, "")
        };
        let theirs = info("7.2.22", &format!("{old}, {ping}"));
        assert!(compare(&theirs, &info("1", ping)).is_ok());
        assert!(compare(&info("7.2.22", ""), &info("1", ping)).is_ok());
        let error = compare(&theirs, &info("1", &ping.replace(": true", ": false"))).unwrap_err();
        assert!(error.to_string().contains("guest-ping"), "{error}");
    }

    #[test]
    fn a_text_that_qemu_has_changed_is_compared_as_it_is_now() {
        let theirs = answers("a", "", "Command x has been disabled: the agent is in frozen state");
        let ours = |text| answers("a", "", text);
        let now = "Command x has been disabled: the command is not allowed";
        assert!(compare(&theirs, &ours(now)).is_ok());
        assert!(compare(&theirs, &ours("Command x has been disabled")).is_err());
    }
}
