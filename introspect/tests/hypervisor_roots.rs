//! Captured machines, one directory each under fixtures/roots, and what we say of them.
//!
//! `case.json` holds the CPUID of the machine and the expected answers; the other files
//! are the machine's own. A new case is a new directory.

mod support;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use introspect::Root;
    use introspect::cpuid::{CpuDump, Registers};
    use introspect::hypervisor::systemd::{self, Rules};
    use introspect::hypervisor::{Facts, detect};
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

    /// A CPU of the kind that a column of the tables stands for.
    fn cpu(hypervisor: bool, letters: &str) -> CpuDump {
        let word = |at: usize| {
            let byte = |n: usize| letters.as_bytes().get(at + n).copied().unwrap_or_default();
            u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
        };
        let mut dump = CpuDump::default();
        dump.insert(1, 0, Registers::new(0, 0, u32::from(hypervisor) << 31, 0));
        dump.insert(0x4000_0000, 0, Registers::new(0x4000_0001, word(0), word(4), word(8)));
        dump
    }

    #[test]
    fn systemd_itself_said_the_same_on_three_kinds_of_cpu() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let columns =
            [cpu(false, "TCGTCGTCGTCG"), cpu(true, "TCGTCGTCGTCG"), cpu(true, "KVMKVMKVM")];
        let tables = [("systemd-252.words", Rules::UpTo255), ("systemd-257.words", Rules::From256)];
        let mut wrong = Vec::new();
        for (file, rules) in tables {
            let text = std::fs::read_to_string(fixtures.join(file)).unwrap();
            let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(rows.len() > 50, "{file}");
            for row in rows {
                let (machine, words) = row.split_once(' ').unwrap();
                let root = Root::at(fixtures.join("roots").join(machine));
                for (cpu, theirs) in columns.iter().zip(words.split(' ')) {
                    let ours = systemd::word(&Facts::gather(Some(cpu), &root), rules);
                    if ours != theirs {
                        wrong.push(format!("{file} {machine}: {theirs}, we {ours}"));
                    }
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
