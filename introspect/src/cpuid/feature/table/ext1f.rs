//! Leaves 0x8000001F to 0x80000023: memory encryption and later AMD features (AMD APM vol. 3; Linux arch/x86/include/asm/cpufeatures.h and kernel/cpu/scattered.c).

use super::{Bit, Group, Register, Scope};

pub(super) static ENCRYPTION: Group = Group {
    leaf: 0x8000_001f,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "sme", "Secure memory encryption").linux(),
        Bit::new(1, "sev", "Encrypted guests (SEV)").linux(),
        Bit::new(2, "vm_page_flush", "Page flush MSR"),
        Bit::new(3, "sev_es", "Encrypted guest registers (SEV-ES)").linux(),
        Bit::new(4, "sev_snp", "Guest memory integrity (SEV-SNP)").linux(),
        Bit::new(5, "vmpl", "Privilege levels inside a guest"),
        Bit::new(6, "rmpquery", "RMPQUERY instruction"),
        Bit::new(7, "vmpl_sss", "Supervisor shadow stacks by privilege level"),
        Bit::new(8, "snp_secure_tsc", "Guest TSC that the host cannot change"),
        Bit::new(9, "v_tsc_aux", "Virtual TSC_AUX"),
        Bit::new(10, "sme_coherent", "Caches are coherent across keys"),
        Bit::new(11, "req_64bit_hv", "Encrypted guests need a 64-bit hypervisor"),
        Bit::new(12, "restricted_injection", "Guests can refuse most injected interrupts"),
        Bit::new(13, "alternate_injection", "Guests can handle injected interrupts themselves"),
        Bit::new(14, "debug_swap", "Debug registers are swapped for guests").linux(),
        Bit::new(15, "prevent_host_ibs", "Guests can forbid sampling by the host"),
        Bit::new(16, "vte", "Transparent encryption of a guest"),
        Bit::new(17, "vmgexit_param", "VMGEXIT takes a parameter"),
        Bit::new(18, "virtual_tom", "Virtual top of memory MSR"),
        Bit::new(19, "ibs_virt_guest", "Sampling inside encrypted guests"),
        Bit::new(20, "pmc_virt_guest", "Counters inside encrypted guests"),
        Bit::new(21, "rmpread", "RMPREAD instruction"),
        Bit::new(22, "guest_intercept_control", "Guests can forbid intercepts"),
        Bit::new(23, "segmented_rmp", "The page ownership table can be split"),
        Bit::new(24, "vmsa_reg_prot", "Saved guest registers are blinded"),
        Bit::new(25, "smt_protection", "Guests can require an idle sibling thread"),
        Bit::new(26, "secure_avic", "Interrupt controller the host cannot tamper with"),
        Bit::new(27, "allowed_sev_features", "The host can limit guest features"),
        Bit::new(28, "svsm", "Page for calls to a service module").linux(),
        Bit::new(29, "nested_virt_snp", "Nested hypervisors can run SNP guests"),
        Bit::new(30, "hv_inuse_wr_allowed", "The hypervisor may write pages in use"),
        Bit::new(31, "ibpb_on_entry", "Prediction barrier on guest entry"),
    ],
};

pub(super) static COHERENCY: Group = Group {
    leaf: 0x8000_001f,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Amd,
    bits: &[Bit::new(31, "coherency_sfw_no", "No cache flush needed when pages become private")],
};

pub(super) static QOS: Group = Group {
    leaf: 0x8000_0020,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(1, "mba_ext", "Memory bandwidth limits, extended leaf"),
        Bit::new(2, "smba", "Slow memory bandwidth limits"),
        Bit::new(3, "bmec", "Bandwidth events can be chosen"),
        Bit::new(4, "l3rr", "L3 range reservation"),
        Bit::new(5, "abmc", "Bandwidth counters can be assigned"),
        Bit::new(6, "sdciae", "Data injected by devices has its own L3 share"),
    ],
};

pub(super) static FEATURES2: Group = Group {
    leaf: 0x8000_0021,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "no_nested_data_bp", "Data breakpoints do not nest"),
        Bit::new(1, "wrmsr_xx_base_ns", "Writes to segment base MSRs do not serialise"),
        Bit::new(2, "lfence_rdtsc", "LFENCE always serialises")
            .evc("cpuid.ALWAYS_SERIALIZING_LFENCE"),
        Bit::new(3, "smm_page_cfg_lock", "Paging in system management mode can be locked"),
        Bit::new(5, "verw_clear", "VERW clears CPU buffers (TSA)"),
        Bit::new(6, "null_sel_clr_base", "A null selector clears the base"),
        Bit::new(7, "uai", "Upper address bits can be ignored").evc("cpuid.UPPER_ADDRESS_IGNORE"),
        Bit::new(8, "autoibrs", "Automatic IBRS").evc("cpuid.AUTOMATIC_IBRS"),
        Bit::new(9, "no_smm_ctl_msr", "No SMM control MSR"),
        Bit::new(10, "amd_fsrs", "Fast short REP STOSB").evc("cpuid.AMD_FAST_SHORT_STOSB"),
        Bit::new(11, "amd_fsrc", "Fast short REP CMPSB").evc("cpuid.AMD_FAST_SHORT_CMPSB"),
        Bit::new(12, "pmc2_precise_retire", "Counter 2 can count retirement precisely"),
        Bit::new(13, "prefetch_ctl_msr", "Prefetch control MSR"),
        Bit::new(14, "l2_tlb_x32", "The L2 TLB size is told in units of 32"),
        Bit::new(15, "amd_ermsb", "Fast REP MOVSB and STOSB, as AMD defines it"),
        Bit::new(16, "opcode_reclaim", "Opcode space is reserved for later"),
        Bit::new(17, "gp_on_user_cpuid", "CPUID can fault in user mode"),
        Bit::new(18, "epsf", "Enhanced predictive store forwarding"),
        Bit::new(19, "fast_rep_scasb", "Fast REP SCASB"),
        Bit::new(20, "amd_prefetchi", "Instruction prefetch hints"),
        Bit::new(21, "fp512_downgrade", "512-bit vectors can be split into halves"),
        Bit::new(22, "amd_workload_class", "Workload classes are reported"),
        Bit::new(23, "avx512_bmm", "AVX-512 bit matrix multiplication"),
        Bit::new(24, "eraps", "Return predictions are kept apart"),
        Bit::new(27, "sbpb", "Selective branch prediction barrier"),
        Bit::new(28, "ibpb_brtype", "IBPB clears branch types too"),
        Bit::new(29, "srso_no", "No speculative return stack overflow issue"),
        Bit::new(30, "srso_user_kernel_no", "No such issue between user and kernel"),
        Bit::new(31, "srso_bp_spec_reduce", "A predictor setting mitigates it for guests"),
    ],
};

pub(super) static IMMUNITIES: Group = Group {
    leaf: 0x8000_0021,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(1, "tsa_sq_no", "No scheduler attack through the store queue"),
        Bit::new(2, "tsa_l1_no", "No scheduler attack through the L1 cache"),
    ],
};

pub(super) static PERFMON: Group = Group {
    leaf: 0x8000_0022,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "perfmon_v2", "Performance monitoring version 2").linux(),
        Bit::new(1, "amd_lbr_v2", "Last branch records version 2").linux(),
        Bit::new(2, "amd_lbr_pmc_freeze", "Records and counters can be frozen").linux(),
    ],
};

pub(super) static MULTI_KEY: Group = Group {
    leaf: 0x8000_0023,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[Bit::new(0, "mem_hmk", "Memory encryption with many keys")],
};
