//! VMware's .vmx: `guestCPUID.1 = "000306f000010800fffa32030f8bfbff"`.
//!
//! After power-on older ESXi versions keep leaves 0, 1 and 0x80000001 there, as the
//! guest (`guestCPUID.`) and the host (`hostCPUID.`) see them: EAX, EBX, ECX, EDX as 32
//! hexadecimal digits. `userCPUID.` holds what an administrator's masks made of it on
//! the way and is not used.

use super::collect;
use super::detect::refuse_other_format;
use super::lines::{Line, Lines};
use super::scan::Scan;
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::{CpuDump, Dump};
use crate::cpuid::registers::{LeafId, Registers, hex};

/// Keys that stand near the top of every .vmx (VMware's documentation of the file).
const KNOWN_KEYS: [&str; 6] =
    [".encoding", "config.version", "virtualhw.version", "displayname", "guestos", "vmci0.present"];

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    let Some((key, _)) = text.split_once('=') else {
        return false;
    };
    let key = key.trim().to_ascii_lowercase();
    KNOWN_KEYS.contains(&key.as_str())
        || key.starts_with("guestcpuid.")
        || key.starts_with("hostcpuid.")
        || key.starts_with("featmask.")
}

/// True for a line that means to be a leaf.
pub(super) fn is_leaf_line(text: &str) -> bool {
    let text = text.trim_start();
    ["guestCPUID.", "hostCPUID."].iter().any(|key| text.starts_with(key)) && text.contains('=')
}

/// Reads the file.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut guest = CpuDump::default();
    let mut host = CpuDump::default();
    let mut hardware_version = None;
    while let Some(line) = lines.next()? {
        let text = line.text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let Some((key, value)) = entry(text) else {
            refuse_other_format(&line, Format::Vmx)?;
            return Err(line.malformed("key = \"value\""));
        };
        let key = key.to_ascii_lowercase();
        if let Some(leaf) = key.strip_prefix("guestcpuid.") {
            insert(&mut guest, leaf, value, &line)?;
        } else if let Some(leaf) = key.strip_prefix("hostcpuid.") {
            insert(&mut host, leaf, value, &line)?;
        } else if key == "virtualhw.version" {
            let version = value.parse().map_err(|_| line.malformed("a hardware version"))?;
            hardware_version = Some(version);
        }
    }
    if guest.is_empty() {
        return Err(lines.ended(
            "guestCPUID.1 = \"...\", which ESXi writes at power-on; newer versions write it to vmware.log",
        ));
    }
    let mut capture = Capture::of_dump(Format::Vmx, Dump { cpus: vec![guest] });
    capture.host = (!host.is_empty()).then(|| Dump { cpus: vec![host] });
    capture.hardware_version = hardware_version;
    Ok(capture)
}

/// The key and the value between the quotes. Values have no inner quotes: VMware
/// writes them as `|22`.
fn entry(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once('=')?;
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    let key = key.trim();
    (!key.is_empty() && !key.contains(char::is_whitespace)).then_some((key, value))
}

fn insert(cpu: &mut CpuDump, leaf: &str, value: &str, line: &Line<'_>) -> Result<(), ImportError> {
    let Some(leaf) = hex(leaf) else {
        return Err(line.malformed("a leaf in hexadecimal behind \"CPUID.\""));
    };
    let Some(registers) = registers(value) else {
        return Err(line.malformed("32 hexadecimal digits: eax, ebx, ecx, edx"));
    };
    collect::insert(cpu, LeafId::new(leaf, 0), registers).map_err(|refusal| line.refused(refusal))
}

fn registers(value: &str) -> Option<Registers> {
    if !value.is_ascii() || value.len() != 32 {
        return None;
    }
    let word = |at: usize| Some(Scan(value.get(at..at + 8)?).hex_exact(8)?.0);
    Some(Registers::new(word(0)?, word(8)?, word(16)?, word(24)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{capture_of, error_of};

    const HEAD: &str = ".encoding = \"UTF-8\"\nvirtualHW.version = \"10\"\n";
    const LEAF1: &str = "guestCPUID.1 = \"000206d700010800969822030fabfbff\"\n";

    #[test]
    fn guest_and_host_are_told_apart() {
        let capture = capture_of(
            Format::Vmx,
            &format!(
                "#!/usr/bin/vmware\n{HEAD}{LEAF1}hostCPUID.80000001 = \
                 \"0000000000000000000000012c100800\"\nuserCPUID.1 = \"x\"\n"
            ),
        );
        assert_eq!(capture.hardware_version, Some(10));
        let guest = capture.guest.cpus[0].get(LeafId::new(1, 0)).unwrap();
        assert_eq!(guest, Registers::new(0x206d7, 0x10800, 0x9698_2203, 0x0fab_fbff));
        let host = capture.host.unwrap().cpus[0].get(LeafId::new(0x8000_0001, 0)).unwrap();
        assert_eq!(host.edx, 0x2c10_0800);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (format!("{HEAD}{}", &LEAF1[..LEAF1.len() - 4]), 3, "key = "),
            (format!("{HEAD}{}", LEAF1.replace("fbff", "fbf")), 3, "32 hexadecimal"),
            (format!("{HEAD}{}", LEAF1.replace("CPUID.1", "CPUID.x")), 3, "leaf in hex"),
            (format!("{HEAD}{LEAF1}{}", LEAF1.replace("fbff", "fbfe")), 4, "had before"),
            (HEAD.replace("10", "ten"), 2, "hardware version"),
            (HEAD.to_owned(), 2, "vmware.log"),
            (format!("{HEAD}memsize"), 3, "memsize"),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("vmx, line {line}:")), "{error}");
            assert!(error.contains(words), "{error}");
        }
    }
}
