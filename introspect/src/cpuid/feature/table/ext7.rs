//! Leaves 0x80000007 and 0x80000008: power, reliability and more extended features (AMD APM vol. 3).

use super::{Bit, Group, Register, Scope};

pub(super) static RAS: Group = Group {
    leaf: 0x8000_0007,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "overflow_recov", "Machine check overflow can be survived").linux(),
        Bit::new(1, "succor", "Uncorrectable errors can be contained").linux(),
        Bit::new(2, "hw_assert", "Hardware assertion MSRs"),
        Bit::new(3, "smca", "Scalable machine check architecture").linux(),
    ],
};

// Linux shows bit 8 as constant_tsc and nonstop_tsc; constant_tsc is also set for old CPUs
// by their model, so nonstop_tsc is the faithful sign (arch/x86/kernel/cpu/{amd,intel}.c).
pub(super) static POWER: Group = Group {
    leaf: 0x8000_0007,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "amd_ts", "Temperature sensor"),
        Bit::new(1, "powernow_fid", "PowerNow! frequency control"),
        Bit::new(2, "powernow_vid", "PowerNow! voltage control"),
        Bit::new(3, "thermtrip", "Shutdown on overheating"),
        Bit::new(4, "amd_htc", "Hardware thermal control"),
        Bit::new(5, "amd_stc", "Software thermal control"),
        Bit::new(6, "100mhzsteps", "Multiplier in steps of 100 MHz"),
        Bit::new(7, "hw_pstate", "Hardware performance states").linux(),
        Bit::new(8, "invtsc", "TSC runs at one rate and never stops").linux_as("nonstop_tsc").any(),
        Bit::new(9, "cpb", "Core performance boost").linux(),
        Bit::new(10, "eff_freq_ro", "Read-only effective frequency counters"),
        Bit::new(11, "proc_feedback", "Processor feedback interface").linux(),
        Bit::new(12, "acc_power", "Accumulated power counter").linux(),
        Bit::new(13, "connected_standby", "Connected standby"),
        Bit::new(14, "rapl", "Running average power limit MSRs").linux(),
        Bit::new(15, "amd_fast_cppc", "Fast CPPC performance control"),
        Bit::new(16, "cppc_perf_prio", "CPPC performance floor and priority"),
    ],
};

// AMD's counterparts of leaf 7's speculation controls. Linux shows ibpb, ibrs and stibp on an
// AMD CPU exactly for bits 12, 14 and 15; ssbd also stands for other ways to the same end
// (virt_ssbd, a model specific MSR), so it is no sign of bit 24.
pub(super) static FEATURES: Group = Group {
    leaf: 0x8000_0008,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "clzero", "CLZERO: clear a cache line").linux().evc("cpuid.CLZERO"),
        Bit::new(1, "irperf", "Instructions retired counter").linux(),
        Bit::new(2, "xsaveerptr", "XSAVE always saves error pointers").linux(),
        Bit::new(3, "invlpgb", "INVLPGB: broadcast TLB invalidation"),
        Bit::new(4, "rdpru", "RDPRU: read counters in user mode").linux(),
        Bit::new(6, "amd_mba", "Memory bandwidth can be limited").linux_as("mba"),
        Bit::new(8, "mcommit", "MCOMMIT instruction"),
        Bit::new(9, "wbnoinvd", "WBNOINVD: write back all caches")
            .linux()
            .evc("cpuid.WBNOINVD")
            .any(),
        Bit::new(12, "amd_ibpb", "Indirect branch prediction barrier")
            .linux_as("ibpb")
            .evc("cpuid.IBPB"),
        Bit::new(13, "wbinvd_int", "WBINVD can be interrupted"),
        Bit::new(14, "amd_ibrs", "Indirect branch restricted speculation").linux_as("ibrs"),
        Bit::new(15, "amd_stibp", "Branch predictors kept apart between threads").linux_as("stibp"),
        Bit::new(16, "ibrs_always_on", "IBRS is meant to stay on"),
        Bit::new(17, "amd_stibp_always_on", "STIBP is meant to stay on"),
        Bit::new(18, "ibrs_preferred", "IBRS is better than software")
            .evc("cpuid.LEAF88_PREFER_IBRS"),
        Bit::new(19, "ibrs_same_mode", "IBRS protects within a mode too")
            .evc("cpuid.LEAF88_IBRS_SAME_MODE"),
        Bit::new(20, "no_efer_lmsle", "No segment limits in 64-bit mode"),
        Bit::new(21, "invlpgb_nested", "INVLPGB for nested translations"),
        Bit::new(23, "amd_ppin", "Protected processor inventory number").linux(),
        Bit::new(24, "amd_ssbd", "Speculative store bypass can be disabled")
            .evc("cpuid.LEAF88_SSBD_SPEC_CTRL"),
        Bit::new(25, "virt_ssbd", "The hypervisor disables store bypass on request").linux(),
        Bit::new(26, "amd_ssb_no", "No speculative store bypass issue"),
        Bit::new(27, "cppc", "Collaborative performance control").linux(),
        Bit::new(28, "amd_psfd", "Predictive store forwarding can be disabled")
            .evc("cpuid.LEAF88_PSFD"),
        Bit::new(29, "btc_no", "No branch type confusion issue"),
        Bit::new(30, "ibpb_ret", "IBPB clears return predictions too"),
        Bit::new(31, "brs", "Branch sampling").linux(),
    ],
};
