//! Bits that Linux is known to clear, to set, or to drop together with another.
//!
//! Sources: Linux arch/x86/kernel/cpu/{common,intel,amd,feat_ctl,bugs,cpuid-deps}.c.

/// When the kernel clears a flag although CPUID has the bit.
pub(super) fn reason(flag: &str) -> Option<&'static str> {
    find(CLEARED, flag)
}

/// When the kernel shows a flag although CPUID does not have the bit.
pub(super) fn forced(flag: &str) -> Option<&'static str> {
    find(FORCED, flag)
}

/// The flag without which the kernel drops this one too.
pub(super) fn needs(flag: &str) -> Option<&'static str> {
    find(NEEDS, flag).or_else(|| flag.starts_with("avx512").then_some("avx512f"))
}

/// What a table says about a flag; its rows are flags and the text that they share.
fn find(table: &[(&[&str], &'static str)], flag: &str) -> Option<&'static str> {
    table.iter().find(|(flags, _)| flags.contains(&flag)).map(|(_, text)| *text)
}

const CLEARED: &[(&[&str], &str)] = &[
    (&["acpi", "dca", "mtrr"], "no use for it in a paravirtual Xen guest or a confidential one"),
    (&["amd_ppin", "intel_ppin"], "the inventory number is locked or off"),
    (&["amx_bf16", "amx_int8", "amx_tile"], "the kernel cannot give out AMX state"),
    (&["apic"], "the interrupt controller is not used"),
    (&["avx"], "vector state is not switched on, or a mitigation forbids it (GDS)"),
    (&["avx2", "fma", "f16c"], "the kernel could not set up AVX state"),
    (&["bus_lock_detect"], "the kernel does not watch bus locks"),
    (&["enqcmd"], "the kernel gives devices no shared address spaces"),
    (&["erms", "fsrm"], "fast strings are off (IA32_MISC_ENABLE bit 0)"),
    (&["fred"], "Linux before 6.9, or FRED is not asked for (fred=on)"),
    (&["fsgsbase"], "Linux before 5.9 does not switch it on"),
    (&["hle", "rtm"], "the kernel switched TSX off"),
    (&["ht"], "one logical CPU in the package"),
    (
        &["ibpb", "ibrs", "ssbd", "stibp"],
        "Linux before 4.15, or microcode whose speculation controls are broken",
    ),
    (&["ibt"], "the kernel does not use indirect branch tracking"),
    (&["invpcid", "pcid"], "the kernel does not use PCID on this CPU"),
    (&["la57"], "the kernel runs with four-level paging"),
    (&["lahf_lm"], "not reliable on early 64-bit AMD CPUs"),
    (&["lam"], "Linux before 6.4, or it waits for LASS"),
    (&["lass"], "Linux before 6.19"),
    (&["monitor"], "the kernel does not use MWAIT here"),
    (&["mpx"], "Linux 5.6 and later have no MPX"),
    (&["ospke"], "it mirrors what a system switched on, and the kernel did not"),
    (&["pku"], "the kernel does not use protection keys"),
    (&["pn"], "the kernel switches the serial number off"),
    (&["rdrand"], "not reliable after suspend on AMD families 15h and 16h"),
    (&["rdseed"], "not reliable on this CPU (AMD Zen 5 erratum)"),
    (&["sev", "sev_es", "sev_snp", "sme"], "memory encryption is not switched on"),
    (&["sgx", "sgx_lc"], "firmware left SGX off or locked, or the kernel has none"),
    (&["svm"], "firmware switched SVM off"),
    (&["tme"], "firmware has not activated memory encryption"),
    (&["tsc_deadline_timer"], "the microcode is too old for a reliable deadline timer"),
    (&["umip"], "the kernel does not use it"),
    (&["vmx"], "firmware left VT-x off or locked"),
    (&["x2apic"], "the kernel cannot use x2APIC here"),
    (&["xsave"], "the kernel found its leaves unusable"),
    (&["xsaves"], "not reliable on this CPU (AMD Zen 1 and 2 erratum)"),
];

const FORCED: &[(&[&str], &str)] = &[
    (&["3dnowprefetch"], "known by model"),
    (&["apic", "ospke"], "it mirrors what a system switched on"),
    (&["ibpb", "ibrs", "ssbd", "stibp"], "the hypervisor offers it in another way"),
    (&["monitor", "nx"], "firmware had switched it off and the kernel on again"),
    (&["nonstop_tsc"], "known by model or promised by the hypervisor"),
    (&["pae"], "forced by the option forcepae"),
    (&["pat", "sep"], "known by model"),
    (&["syscall"], "the CPU shows it to 64-bit code only"),
    (&["topoext"], "firmware had switched it off and the kernel on again"),
];

const NEEDS: &[(&[&str], &str)] = &[
    (&["avx", "pku", "mpx", "xsaveopt", "xsavec", "xgetbv1", "amx_tile"], "xsave"),
    (&["xsaves"], "xsavec"),
    (&["avx2", "fma", "f16c", "vaes", "vpclmulqdq", "fma4", "xop", "avx_vnni"], "avx"),
    (&["avx512f"], "avx2"),
    (&["amx_bf16", "amx_int8"], "amx_tile"),
    (&["ospke"], "pku"),
    (&["sgx_lc"], "sgx"),
    (&["x2apic"], "apic"),
    (&["cqm_llc"], "cqm"),
    (&["cqm_occup_llc", "cqm_mbm_total", "cqm_mbm_local"], "cqm_llc"),
    (&["cat_l3", "cat_l2"], "rdt_a"),
    (&["sev_es"], "sev"),
    (&["sev_snp"], "sev_es"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::feature;

    #[test]
    fn every_flag_named_here_exists_and_stands_once_in_its_table() {
        for table in [CLEARED, FORCED, NEEDS] {
            let mut flags: Vec<_> = table.iter().flat_map(|(flags, _)| *flags).collect();
            for flag in &flags {
                assert!(feature::by_linux_flag(flag).next().is_some(), "{flag}");
            }
            let count = flags.len();
            flags.sort_unstable();
            flags.dedup();
            assert_eq!(flags.len(), count);
        }
        for (_, needed) in NEEDS {
            assert!(feature::by_linux_flag(needed).next().is_some(), "{needed}");
        }
    }

    #[test]
    fn needs_lead_to_a_root_without_circles() {
        for feature in feature::all() {
            let mut flag = feature.linux();
            for _ in 0..8 {
                flag = flag.and_then(needs);
            }
            assert_eq!(flag, None, "{}", feature.name());
        }
    }
}
