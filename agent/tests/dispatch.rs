//! Whatever is asked: one reply line that is JSON, or none, and no panic.

#[cfg(test)]
mod tests {
    use guestd::Agent;
    use guestd::config::Settings;
    use guestd::config::settings::Channel;
    use guestd::policy::{Group, Policy};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// An agent that is asked for information alone: nothing here may change this machine.
    fn agent(dir: &tempfile::TempDir) -> Agent {
        let policy = Policy::of_groups([Group::Info], [], []);
        let channel = Channel { policy, ..Channel::unix("/nonexistent") };
        let state_dir = dir.path().to_owned();
        Agent::new(Settings { channels: vec![channel], state_dir, ..Settings::default() })
    }

    /// Values that arguments are mistaken in.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z-]{1,12}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn request() -> impl Strategy<Value = Vec<u8>> {
        let names = prop::sample::select(vec![
            "guest-ping",
            "guest-sync",
            "guest-sync-delimited",
            "guest-info",
            "guest-get-osinfo",
            "guest-exec",
            "guest-file-open",
            "guest-file-read",
            "guest-set-user-password",
            "guest-fsfreeze-freeze",
            "guest-fsfreeze-status",
            "guest-get-time",
            "guestd-status",
            "guestd-quiesce-status",
            "guestd-quiesce-history",
            "guestd-quiesce-record",
            "guestd-quiesce-freeze",
            "guestd-exec",
            "guestd-file-get",
            "guest-pong",
            "",
        ]);
        let arguments = prop::collection::btree_map(
            prop::sample::select(vec!["id", "path", "handle", "mode", "limit", "pid", "x"]),
            value(),
            0..4,
        );
        let right =
            (names, arguments, prop::option::of(value())).prop_map(|(name, arguments, id)| {
                let mut request = json!({"execute": name, "arguments": arguments});
                if let Some(id) = id {
                    request["id"] = id;
                }
                request.to_string().into_bytes()
            });
        prop_oneof![
            4 => right,
            1 => value().prop_map(|value| value.to_string().into_bytes()),
            1 => prop::collection::vec(any::<u8>(), 0..100),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn one_line_of_json_or_none(requests in prop::collection::vec(request(), 1..4)) {
            let dir = tempfile::tempdir().unwrap();
            let agent = agent(&dir);
            for request in requests {
                let reply = agent.answer("unix", &request);
                let line = reply.strip_prefix(b"\xFF").unwrap_or(&reply);
                prop_assert!(line.ends_with(b"\n"));
                prop_assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
                let reply: Value = serde_json::from_slice(line).unwrap();
                let is = |name: &str| reply.get(name).is_some();
                prop_assert!(is("return") != is("error"), "{}", reply);
                if let Some(error) = reply.get("error") {
                    prop_assert!(error["class"].is_string() && error["desc"].is_string());
                }
            }
        }
    }
}
