//! Options on the kernel's command line that mask CPUID bits.
//!
//! Source: Linux Documentation/admin-guide/kernel-parameters.txt.

use crate::cpuid::feature::Feature;
use crate::cpuid::{LeafId, Register};

/// The option that masks this feature, as it stands on the command line.
pub(super) fn masking(feature: &Feature, flag: &str, cmdline: &str) -> Option<String> {
    // What follows `--` is for init.
    let mut options = cmdline.split_ascii_whitespace().take_while(|option| *option != "--");
    let found = options.find(|option| match option.split_once('=') {
        Some(("clearcpuid", list)) => list.split(',').any(|item| {
            item == flag || item.parse().is_ok_and(|bit: u32| number(feature) == Some(bit))
        }),
        _ => FIXED.iter().any(|(name, flags)| name == option && flags.contains(&flag)),
    })?;
    let shown = found.chars().filter(char::is_ascii_graphic).take(80).collect();
    Some(shown)
}

/// Options without an argument of their own, and the flags that they mask.
const FIXED: &[(&str, &[&str])] = &[
    ("fred=off", &["fred"]),
    ("ibt=off", &["ibt"]),
    ("no5lvl", &["la57"]),
    ("noclflush", &["clflush"]),
    ("nofsgsbase", &["fsgsbase"]),
    ("noinvpcid", &["invpcid"]),
    ("nolapic", &["apic", "x2apic"]),
    ("nomce", &["mce"]),
    ("mce=off", &["mce"]),
    ("nopat", &["pat"]),
    ("nopcid", &["pcid", "invpcid"]),
    ("nopku", &["pku", "ospke"]),
    ("nordrand", &["rdrand", "rdseed"]),
    ("nosgx", &["sgx", "sgx_lc"]),
    ("nosmap", &["smap"]),
    ("nosmep", &["smep"]),
    ("notsc", &["tsc"]),
    ("nox2apic", &["x2apic"]),
    ("noxsave", &["xsave", "xsaveopt", "xsavec", "xgetbv1", "xsaves", "avx"]),
    ("noxsaveopt", &["xsaveopt"]),
    ("noxsaves", &["xsaves"]),
    ("tsx=off", &["hle", "rtm"]),
];

/// The kernel's number of a bit, for `clearcpuid=`: 32 times its word plus the bit
/// (arch/x86/include/asm/cpufeatures.h). `None` for bits outside whole words.
fn number(feature: &Feature) -> Option<u32> {
    let word = WORDS
        .iter()
        .find(|(_, id, register)| *id == feature.leaf() && *register == feature.register())?;
    Some(word.0 * 32 + u32::from(feature.bit()))
}

const WORDS: &[(u32, LeafId, Register)] = &[
    (0, LeafId::new(1, 0), Register::Edx),
    (1, LeafId::new(0x8000_0001, 0), Register::Edx),
    (2, LeafId::new(0x8086_0001, 0), Register::Edx),
    (4, LeafId::new(1, 0), Register::Ecx),
    (5, LeafId::new(0xc000_0001, 0), Register::Edx),
    (6, LeafId::new(0x8000_0001, 0), Register::Ecx),
    (9, LeafId::new(7, 0), Register::Ebx),
    (10, LeafId::new(0xd, 1), Register::Eax),
    (12, LeafId::new(7, 1), Register::Eax),
    (13, LeafId::new(0x8000_0008, 0), Register::Ebx),
    (14, LeafId::new(6, 0), Register::Eax),
    (15, LeafId::new(0x8000_000a, 0), Register::Edx),
    (16, LeafId::new(7, 0), Register::Ecx),
    (18, LeafId::new(7, 0), Register::Edx),
    (19, LeafId::new(0x8000_001f, 0), Register::Eax),
    (20, LeafId::new(0x8000_0021, 0), Register::Eax),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::feature::by_name;

    fn found(name: &str, cmdline: &str) -> Option<String> {
        let feature = by_name(name).unwrap();
        masking(&feature, feature.linux().unwrap(), cmdline)
    }

    #[test]
    fn a_bit_is_masked_by_name_by_number_or_by_its_own_option() {
        for (name, cmdline, option) in [
            ("avx512f", "quiet clearcpuid=smap,avx512f ro", "clearcpuid=smap,avx512f"),
            ("umip", "clearcpuid=514", "clearcpuid=514"),
            ("smap", "root=/dev/vda nosmap", "nosmap"),
            ("la57", "no5lvl", "no5lvl"),
        ] {
            assert_eq!(found(name, cmdline).as_deref(), Some(option));
        }
    }

    #[test]
    fn other_options_mask_nothing() {
        for cmdline in ["", "quiet -- nosmap", "nosmapx", "clearcpuid=", "clearcpuid=513,xsmap"] {
            assert_eq!(found("smap", cmdline), None, "{cmdline}");
        }
        assert_eq!(found("cat_l3", "clearcpuid=0"), None);
    }
}
