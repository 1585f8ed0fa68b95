//! Captured machines, one directory each under fixtures/roots, and what we say of them.
//!
//! `case.json` holds the CPUID of the machine and the expected answers; the other files
//! are the machine's own. A new case is a new directory.

mod support;

#[cfg(test)]
mod tests {
    use introspect::Root;
    use introspect::hypervisor::detect;
    use serde_json::{Value, json};

    use crate::support::cases::{Case, cases};

    /// Our answer under the names of `case.json`.
    fn answer(case: &Case, key: &str) -> Value {
        let cpu = case.cpu();
        let found = detect(cpu.as_ref().map(|cpu| cpu as _), &Root::at(&case.path));
        let found = serde_json::to_value(&found).unwrap();
        match key {
            "cloud" => found["cloud"]["id"].clone(),
            "confidential" => found["confidential"]["kind"].clone(),
            "nested" => found["nesting"]["nested"].clone(),
            key => found[key].clone(),
        }
    }

    #[test]
    fn every_captured_machine_is_named_right() {
        let mut wrong = Vec::new();
        let cases = cases();
        assert!(cases.len() > 40, "the fixtures are missing");
        for case in &cases {
            for (key, expected) in case.expect() {
                let found = answer(case, key);
                if found != *expected {
                    wrong.push(format!("{}: {key} is {found}, expected {expected}", case.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn fields_that_a_case_does_not_name_are_empty() {
        for case in cases() {
            for key in ["cloud", "confidential", "container", "vendor"] {
                if case.expect().get(key).is_none() {
                    assert_eq!(answer(&case, key), json!(null), "{}: {key}", case.name);
                }
            }
        }
    }

    #[test]
    fn nothing_hostile_reaches_the_terminal() {
        for case in cases() {
            let cpu = case.cpu();
            let found = detect(cpu.as_ref().map(|cpu| cpu as _), &Root::at(&case.path));
            let texts = found.layers.iter().flat_map(|layer| [&layer.source, &layer.value]);
            for text in texts.chain(&found.product).chain(&found.vendor) {
                assert!(text.len() <= 256, "{}: {text}", case.name);
                assert!(text.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{text:?}");
            }
        }
    }

    #[test]
    fn every_word_has_its_evidence() {
        for case in cases() {
            let cpu = case.cpu();
            let found = detect(cpu.as_ref().map(|cpu| cpu as _), &Root::at(&case.path));
            if found.vendor.is_some() || found.cloud.is_some() || found.container.is_some() {
                let says = found.layers.iter().any(|layer| layer.says.is_some());
                assert!(says, "{}: {:?}", case.name, found.layers);
            }
        }
    }

    #[test]
    fn the_json_has_the_promised_names() {
        let root = tempfile::tempdir().unwrap();
        let found = serde_json::to_value(detect(None, &Root::at(root.path()))).unwrap();
        assert_eq!(
            found,
            json!({
                "systemd": "none", "systemd_old": "none", "systemd_new": "none",
                "virt_what": [], "vendor": null, "product": null, "confidence": "unknown",
                "nesting": {"nested": null, "can_run_guests": null, "evidence": null},
                "cloud": null, "confidential": null, "container": null, "layers": [],
            })
        );
    }
}
