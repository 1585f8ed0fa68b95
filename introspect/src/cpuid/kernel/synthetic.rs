//! Flags that are no CPUID bit: Linux derives them, or names a decision of its own.
//!
//! Source: arch/x86/include/asm/cpufeatures.h, words 3, 7, 8, 11 and 21, and the code that
//! sets them; flags of old kernels from the same file of their time.

/// What the flag stands for, where the kernel makes it up.
pub(super) fn meaning(flag: &str) -> Option<&'static str> {
    let place = FLAGS.binary_search_by(|(name, _)| (*name).cmp(flag)).ok()?;
    Some(FLAGS[place].1)
}

/// The flags in alphabetical order.
pub(super) const FLAGS: &[(&str, &str)] = &[
    ("amd_dcm", "several dies in one package"),
    ("arch_perfmon", "performance monitoring by leaf 0xA, with a counter at least"),
    ("art", "the TSC runs in step with a timer that never stops (leaf 0x15)"),
    ("bts", "branch trace store works"),
    ("centaur_mcr", "Centaur's memory range registers"),
    ("constant_tsc", "the TSC runs at one rate: leaf 0x80000007 EDX 8, or known by model"),
    ("cpuid", "the CPU has the CPUID instruction"),
    ("cpuid_fault", "CPUID can be made to fault in user mode (MSR_PLATFORM_INFO)"),
    ("cxmmx", "Cyrix' additions to MMX"),
    ("cyrix_arr", "Cyrix' memory range registers"),
    ("eagerfpu", "the kernel switches floating point state at every task switch"),
    ("ept", "VT-x: extended page tables (an MSR tells)"),
    ("ept_ad", "VT-x: accessed and dirty bits in extended page tables (an MSR tells)"),
    ("extd_apicid", "APIC ids of eight bits"),
    ("flexpriority", "VT-x: virtual task priority (an MSR tells)"),
    ("ibpb", "indirect branch prediction barrier: leaf 7 EDX 26, or AMD's own bit"),
    ("ibrs", "restricted speculation: leaf 7 EDX 26, or AMD's own bit"),
    ("ibrs_enhanced", "IBRS can stay on (IA32_ARCH_CAPABILITIES, or AMD's automatic IBRS)"),
    ("invpcid_single", "the kernel flushes one process with INVPCID (until Linux 6.2)"),
    ("k6_mtrr", "AMD K6 memory range registers"),
    ("kaiser", "page table isolation, under its first name"),
    ("mba", "memory bandwidth can be limited"),
    ("nonstop_tsc_s3", "the TSC keeps running in suspend, known by model"),
    ("nopl", "long NOP instructions work"),
    ("pebs", "precise event sampling works"),
    ("perfctr_l2", "last level cache counters, under their first name"),
    ("pti", "the kernel isolates its page tables (Meltdown)"),
    ("rep_good", "REP string instructions are fast"),
    ("retpoline", "the kernel avoids indirect branches (Spectre)"),
    ("retpoline_amd", "the kernel guards indirect branches by LFENCE (Spectre)"),
    ("ring3mwait", "MWAIT works in user mode (Xeon Phi)"),
    ("rsb_ctxsw", "the kernel fills the return stack at every task switch"),
    ("spec_ctrl", "speculation control MSR, in early patched kernels"),
    ("split_lock_detect", "split locks can raise an exception"),
    ("ssbd", "store bypass can be disabled, by whatever means the CPU or hypervisor has"),
    ("stibp", "branch predictors kept apart: leaf 7 EDX 27, or AMD's own bit"),
    ("tdx_guest", "this is an Intel TDX guest"),
    ("tdx_host_platform", "this machine can host Intel TDX guests"),
    ("tpr_shadow", "VT-x: virtual task priority register (an MSR tells)"),
    ("tsc_known_freq", "the TSC frequency needs no calibration"),
    ("tsc_reliable", "the TSC needs no watchdog: VMware and Hyper-V guests, some SoCs"),
    ("unfair_spinlock", "KVM guest spinlocks of Red Hat's old kernels"),
    ("up", "a multiprocessor kernel on one CPU"),
    ("user_shstk", "programs can have shadow stacks: the CPU has them and the kernel lets them"),
    ("vmmcall", "the hypervisor is called by VMMCALL"),
    ("vnmi", "VT-x: virtual NMIs (an MSR tells)"),
    ("vpid", "VT-x: TLB entries by virtual CPU (an MSR tells)"),
    ("xtopology", "topology by leaf 0xB or 0x1F"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(FLAGS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(FLAGS.iter().all(|(_, meaning)| !meaning.is_empty() && meaning.len() <= 90));
        assert_eq!(meaning("pti"), Some("the kernel isolates its page tables (Meltdown)"));
        assert_eq!(meaning("avx"), None);
    }
}
