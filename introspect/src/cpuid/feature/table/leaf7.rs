//! Leaf 7: structured extended features (Intel SDM vol. 2A, CPUID leaf 07H; AMD APM vol. 3 Fn0000_0007).

use super::{Bit, Group, Register, Scope};

pub(super) static EBX: Group = Group {
    leaf: 7,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "fsgsbase", "FS and GS base instructions").linux().evc("cpuid.FSGSBASE"),
        Bit::new(1, "tsc_adjust", "TSC adjust MSR").linux(),
        Bit::new(2, "sgx", "Software guard extensions (enclaves)").linux(),
        Bit::new(3, "bmi1", "Bit manipulation, first group").linux().evc("cpuid.BMI1"),
        Bit::new(4, "hle", "Hardware lock elision (TSX)").linux().evc("cpuid.HLE"),
        Bit::new(5, "avx2", "AVX2: 256-bit integers").linux().evc("cpuid.AVX2"),
        Bit::new(6, "fdp_excptn_only", "x87 data pointer changes on exceptions only"),
        Bit::new(7, "smep", "Kernel cannot execute user pages").linux().evc("cpuid.SMEP"),
        Bit::new(8, "bmi2", "Bit manipulation, second group").linux().evc("cpuid.BMI2"),
        Bit::new(9, "erms", "Fast REP MOVSB and STOSB").linux().evc("cpuid.ENFSTRG"),
        Bit::new(10, "invpcid", "INVPCID instruction").linux().evc("cpuid.INVPCID"),
        Bit::new(11, "rtm", "Restricted transactional memory (TSX)").linux().evc("cpuid.RTM"),
        Bit::new(12, "cqm", "Cache and memory monitoring (RDT-M)").linux(),
        Bit::new(13, "zero_fcs_fds", "x87 segment registers are saved as zero")
            .evc("cpuid.FP_SEGMENT_ZERO"),
        Bit::new(14, "mpx", "Memory protection extensions").linux().evc("cpuid.MPX"),
        Bit::new(15, "rdt_a", "Cache and memory allocation (RDT-A)").linux().evc("cpuid.PQE"),
        Bit::new(16, "avx512f", "AVX-512 foundation").linux().evc("cpuid.AVX512F"),
        Bit::new(17, "avx512dq", "AVX-512 doubleword and quadword").linux().evc("cpuid.AVX512DQ"),
        Bit::new(18, "rdseed", "RDSEED random seeds").linux().evc("cpuid.RDSEED"),
        Bit::new(19, "adx", "ADCX and ADOX long additions").linux().evc("cpuid.ADX"),
        Bit::new(20, "smap", "Kernel cannot read user pages by accident").linux().evc("cpuid.SMAP"),
        Bit::new(21, "avx512ifma", "AVX-512 52-bit integer multiply-add")
            .linux()
            .evc("cpuid.AVX512IFMA"),
        Bit::new(22, "pcommit", "PCOMMIT instruction (withdrawn)"),
        Bit::new(23, "clflushopt", "CLFLUSHOPT instruction").linux().evc("cpuid.CLFLUSHOPT"),
        Bit::new(24, "clwb", "CLWB: write back a cache line").linux().evc("cpuid.CLWB"),
        Bit::new(25, "intel_pt", "Processor trace").linux(),
        Bit::new(26, "avx512pf", "AVX-512 prefetch").linux().evc("cpuid.AVX512PF"),
        Bit::new(27, "avx512er", "AVX-512 exponential and reciprocal")
            .linux()
            .evc("cpuid.AVX512ER"),
        Bit::new(28, "avx512cd", "AVX-512 conflict detection").linux().evc("cpuid.AVX512CD"),
        Bit::new(29, "sha_ni", "SHA-1 and SHA-256 instructions").linux().evc("cpuid.SHA"),
        Bit::new(30, "avx512bw", "AVX-512 byte and word").linux().evc("cpuid.AVX512BW"),
        Bit::new(31, "avx512vl", "AVX-512 on shorter vectors").linux().evc("cpuid.AVX512VL"),
    ],
};

pub(super) static ECX: Group = Group {
    leaf: 7,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "prefetchwt1", "PREFETCHWT1 (Xeon Phi)").evc("cpuid.PREFETCHWT1"),
        Bit::new(1, "avx512vbmi", "AVX-512 byte permutation").linux().evc("cpuid.AVX512VBMI"),
        Bit::new(2, "umip", "User code cannot read descriptor tables").linux().evc("cpuid.UMIP"),
        Bit::new(3, "pku", "Protection keys for user pages").linux().evc("cpuid.PKU"),
        Bit::new(4, "ospke", "The operating system has switched PKU on").linux(),
        Bit::new(5, "waitpkg", "UMONITOR, UMWAIT and TPAUSE").linux(),
        Bit::new(6, "avx512_vbmi2", "AVX-512 byte permutation, second group")
            .linux()
            .evc("cpuid.AVX512VBMI2"),
        Bit::new(7, "cet_ss", "Shadow stacks (CET)").evc("cpuid.CET_SS"),
        Bit::new(8, "gfni", "Galois field instructions").linux().evc("cpuid.GFNI"),
        Bit::new(9, "vaes", "AES on wide vectors").linux().evc("cpuid.VAES"),
        Bit::new(10, "vpclmulqdq", "Carry-less multiplication on wide vectors")
            .linux()
            .evc("cpuid.VPCLMULQDQ"),
        Bit::new(11, "avx512_vnni", "AVX-512 neural network dot products")
            .linux()
            .evc("cpuid.AVX512VNNI"),
        Bit::new(12, "avx512_bitalg", "AVX-512 bit counting in bytes and words")
            .linux()
            .evc("cpuid.AVX512BITALG"),
        Bit::new(13, "tme", "Total memory encryption").linux(),
        Bit::new(14, "avx512_vpopcntdq", "AVX-512 bit counting in wide elements")
            .linux()
            .evc("cpuid.AVX512VPOPCNTDQ"),
        Bit::new(16, "la57", "57-bit addresses, five-level paging").linux(),
        Bit::new(22, "rdpid", "RDPID: read the processor id").linux().evc("cpuid.RDPID"),
        Bit::new(23, "key_locker", "Key Locker: AES with wrapped keys"),
        Bit::new(24, "bus_lock_detect", "Bus locks raise a debug exception").linux(),
        Bit::new(25, "cldemote", "CLDEMOTE cache hint").linux().evc("cpuid.CLDEMOTE"),
        Bit::new(27, "movdiri", "MOVDIRI direct store").linux().evc("cpuid.MOVDIRI"),
        Bit::new(28, "movdir64b", "MOVDIR64B direct store").linux().evc("cpuid.MOVDIR64B"),
        Bit::new(29, "enqcmd", "ENQCMD: enqueue work to a device").linux(),
        Bit::new(30, "sgx_lc", "SGX launch control").linux(),
        Bit::new(31, "pks", "Protection keys for supervisor pages").evc("cpuid.PKS"),
    ],
};

// The speculation controls of bits 26, 27 and 31 are Intel's; AMD has them in leaf
// 0x80000008. Linux shows the synthetic flags ibrs, stibp and ssbd for either, so on an
// Intel CPU each flag is a faithful sign of the bit here (init_speculation_control in
// arch/x86/kernel/cpu/common.c). Bit 26 also makes Linux show ibpb.
pub(super) static EDX: Group = Group {
    leaf: 7,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[
        Bit::new(1, "sgx_keys", "SGX attestation services"),
        Bit::new(2, "avx512_4vnniw", "AVX-512 neural network words (Xeon Phi)").linux(),
        Bit::new(3, "avx512_4fmaps", "AVX-512 fourfold multiply-add (Xeon Phi)").linux(),
        Bit::new(4, "fsrm", "Fast short REP MOVSB").linux().evc("cpuid.FAST_SHORT_REPMOV"),
        Bit::new(5, "uintr", "User interrupts"),
        Bit::new(8, "avx512_vp2intersect", "AVX-512 vector intersection")
            .linux()
            .evc("cpuid.AVX512VP2INTERSECT"),
        Bit::new(9, "srbds_ctrl", "SRBDS mitigation MSR"),
        Bit::new(10, "md_clear", "VERW clears CPU buffers (MDS)").linux().evc("cpuid.MDCLEAR"),
        Bit::new(11, "rtm_always_abort", "Every transaction aborts at once"),
        Bit::new(13, "tsx_force_abort", "MSR that makes transactions abort"),
        Bit::new(14, "serialize", "SERIALIZE instruction").linux().evc("cpuid.SERIALIZE"),
        Bit::new(15, "hybrid_cpu", "Cores of more than one type"),
        Bit::new(16, "tsxldtrk", "TSX load tracking can be suspended").linux(),
        Bit::new(18, "pconfig", "PCONFIG: platform configuration").linux(),
        Bit::new(19, "arch_lbr", "Architectural last branch records").linux(),
        Bit::new(20, "ibt", "Indirect branch tracking (CET)").linux(),
        Bit::new(22, "amx_bf16", "AMX on bfloat16").linux().evc("cpuid.AMX_BF16"),
        Bit::new(23, "avx512_fp16", "AVX-512 half precision").linux().evc("cpuid.AVX512FP16"),
        Bit::new(24, "amx_tile", "AMX tile registers").linux().evc("cpuid.AMX_TILE"),
        Bit::new(25, "amx_int8", "AMX on 8-bit integers").linux().evc("cpuid.AMX_INT8"),
        Bit::new(26, "spec_ctrl", "IBRS and IBPB speculation control")
            .linux_as("ibrs")
            .evc("cpuid.IBRS")
            .intel(),
        Bit::new(27, "intel_stibp", "Branch predictors kept apart between threads")
            .linux_as("stibp")
            .evc("cpuid.STIBP")
            .intel(),
        Bit::new(28, "flush_l1d", "L1 data cache flush command").linux().evc("cpuid.FCMD"),
        Bit::new(29, "arch_capabilities", "MSR that lists immunities").linux(),
        Bit::new(30, "core_capabilities", "MSR that lists core capabilities"),
        Bit::new(31, "spec_ctrl_ssbd", "Speculative store bypass can be disabled")
            .linux_as("ssbd")
            .evc("cpuid.SSBD")
            .intel(),
    ],
};

pub(super) static SUB1_EAX: Group = Group {
    leaf: 7,
    subleaf: 1,
    register: Register::Eax,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "sha512", "SHA-512 instructions"),
        Bit::new(1, "sm3", "SM3 hash instructions"),
        Bit::new(2, "sm4", "SM4 cipher instructions"),
        Bit::new(3, "rao_int", "Remote atomic operations on integers"),
        Bit::new(4, "avx_vnni", "Neural network dot products without AVX-512")
            .linux()
            .evc("cpuid.AVX_VNNI"),
        Bit::new(5, "avx512_bf16", "AVX-512 on bfloat16").linux().evc("cpuid.AVX512BF16"),
        Bit::new(6, "lass", "Linear address space separation").linux(),
        Bit::new(7, "cmpccxadd", "Compare and add atomically if a condition holds"),
        Bit::new(8, "arch_perfmon_ext", "Performance monitoring leaf 0x23"),
        Bit::new(10, "fzrm", "Fast zero-length REP MOVSB").evc("cpuid.FAST_ZERO_MOVSB"),
        Bit::new(11, "fsrs", "Fast short REP STOSB").evc("cpuid.FAST_SHORT_STOSB"),
        Bit::new(12, "fsrc", "Fast short REP CMPSB and SCASB").evc("cpuid.FAST_SHORT_CMPSB_SCASB"),
        Bit::new(17, "fred", "Flexible return and event delivery").linux(),
        Bit::new(18, "lkgs", "LKGS: load the kernel's GS base"),
        Bit::new(19, "wrmsrns", "WRMSR that does not serialise"),
        Bit::new(20, "nmi_src", "NMI source reporting"),
        Bit::new(21, "amx_fp16", "AMX on half precision"),
        Bit::new(22, "hreset", "HRESET: reset prediction history"),
        Bit::new(23, "avx_ifma", "52-bit integer multiply-add without AVX-512"),
        Bit::new(26, "lam", "Linear address masking").linux(),
        Bit::new(27, "msrlist", "RDMSRLIST and WRMSRLIST instructions"),
        Bit::new(30, "invd_disable_post_bios", "INVD is disabled after firmware is done"),
        Bit::new(31, "movrs", "Moves with a read-shared hint"),
    ],
};

pub(super) static SUB1_EBX: Group = Group {
    leaf: 7,
    subleaf: 1,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "intel_ppin", "Protected processor inventory number").linux(),
        Bit::new(1, "pbndkb", "PBNDKB: storage keys bound to the platform"),
    ],
};

pub(super) static SUB1_ECX: Group = Group {
    leaf: 7,
    subleaf: 1,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[Bit::new(5, "msr_imm", "RDMSR and WRMSRNS with an immediate operand")],
};

pub(super) static SUB1_EDX: Group = Group {
    leaf: 7,
    subleaf: 1,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[
        Bit::new(4, "avx_vnni_int8", "Dot products of signed bytes"),
        Bit::new(5, "avx_ne_convert", "Conversions that raise no exceptions"),
        Bit::new(8, "amx_complex", "AMX on complex numbers"),
        Bit::new(10, "avx_vnni_int16", "Dot products of 16-bit words"),
        Bit::new(13, "utmr", "User timer events"),
        Bit::new(14, "prefetchi", "Instruction prefetch hints"),
        Bit::new(15, "user_msr", "MSR access from user mode"),
        Bit::new(17, "uiret_uif", "UIRET sets the user interrupt flag"),
        Bit::new(18, "cet_sss", "Supervisor shadow stacks are safe to use"),
        Bit::new(19, "avx10", "AVX10: converged vector instructions"),
        Bit::new(21, "apx_f", "APX: 32 general registers"),
    ],
};

pub(super) static SUB2_EDX: Group = Group {
    leaf: 7,
    subleaf: 2,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "intel_psfd", "Predictive store forwarding can be disabled").evc("cpuid.PSFD"),
        Bit::new(1, "ipred_ctrl", "Indirect predictor control"),
        Bit::new(2, "rrsba_ctrl", "Restricted RSB alternate control"),
        Bit::new(3, "ddpd_u", "Data dependent prefetcher can be disabled"),
        Bit::new(4, "bhi_ctrl", "Branch history injection control"),
        Bit::new(5, "mcdt_no", "Configuration dependent timing is not an issue"),
        Bit::new(6, "uclock_disable", "Uncacheable locks can be disabled"),
        Bit::new(7, "monitor_mitg_no", "No MONITOR and UMONITOR issue"),
    ],
};
