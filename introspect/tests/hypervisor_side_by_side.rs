//! Our words beside those of the tools they are named after.

mod support;

#[cfg(test)]
mod tests {
    use std::process::Command;

    use introspect::Root;
    use introspect::cpuid::{Cpuid, live};
    use introspect::hypervisor::{detect, signature, systemd};

    use crate::support::cases::cases;
    use crate::support::stage;

    fn skip(reason: &str) {
        testing::skip::announce(module_path!(), reason);
    }

    /// The lines a tool prints about this machine; `None` where it cannot tell.
    fn lines(tool: &str, arguments: &[&str]) -> Option<Vec<String>> {
        let output = stage::run(Command::new(tool).args(arguments))?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.lines().map(str::to_owned).collect())
    }

    #[test]
    fn this_machine_has_the_words_of_its_own_tools() {
        let found = detect(Some(&live::this_cpu()), &Root::live());
        match lines("systemd-detect-virt", &["--vm"]) {
            Some(words) => assert_eq!([found.systemd.to_owned()].as_slice(), words),
            None => skip("systemd-detect-virt is not installed"),
        }
        match lines("systemd-detect-virt", &["--container"]) {
            Some(words) => {
                let container = found.container.unwrap_or_else(|| "none".to_owned());
                assert_eq!([container].as_slice(), words);
            }
            None => skip("systemd-detect-virt is not installed"),
        }
        match stage::run(&mut Command::new("virt-what")) {
            Some(output) if output.status.success() => {
                let text = String::from_utf8(output.stdout).unwrap();
                assert_eq!(found.virt_what, text.lines().collect::<Vec<_>>());
            }
            Some(_) => skip("virt-what wants root"),
            None => skip("virt-what is not installed"),
        }
    }

    #[test]
    fn captured_machines_have_the_words_of_the_tools_that_look_at_them() {
        if let Some(reason) = stage::missing() {
            return skip(&reason);
        }
        // systemd sees this machine's CPUID; so its word counts where that is the case's too.
        let cpu = live::this_cpu();
        let letters = cpu.leaf(1).and_then(|leaf1| {
            let bit = leaf1.ecx >> 31 == 1;
            signature::letters(&cpu, signature::FIRST_BASE)
                .filter(|_| bit)
                .map(|l| signature::text(&l))
        });
        let version = systemd::installed_version(&Root::live());
        let mut wrong = Vec::new();
        let (mut by_virt_what, mut by_systemd) = (0, 0);
        for case in cases() {
            let Some(cpu) = case.cpu() else { continue };
            let theirs = stage::ask(&case);
            let ours = detect(Some(&cpu), &Root::at(&case.path));
            by_virt_what += 1;
            if ours.virt_what != theirs.virt_what {
                wrong.push(format!(
                    "{}: virt-what {:?}, we {:?}",
                    case.name, theirs, ours.virt_what
                ));
            }
            if case.json["cpu"]["hypervisor_bit"] == true
                && case.letters().first() == letters.as_ref()
            {
                by_systemd += 1;
                let is_old = version.is_some_and(|version| version < 256);
                let word = if is_old { ours.systemd_old } else { ours.systemd_new };
                if word != theirs.systemd {
                    wrong.push(format!("{}: systemd {}, we {word}", case.name, theirs.systemd));
                }
            }
        }
        eprintln!("compared: {by_virt_what} with virt-what, {by_systemd} with systemd-detect-virt");
        assert!(by_virt_what > 40);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
