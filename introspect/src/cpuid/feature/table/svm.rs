//! Leaves 0x8000000A, 0x8000001A to 0x8000001C: SVM, optimisation hints, IBS and LWP (AMD APM vol. 3; IBS bits 12 and 19: Linux arch/x86/include/asm/perf_event.h).

use super::{Bit, Group, Register, Scope};

pub(super) static SVM_ECX: Group = Group {
    leaf: 0x8000_000a,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(4, "svm_pml", "Guest memory writes are logged"),
        Bit::new(6, "x2avic_ext", "x2AVIC for 4096 virtual CPUs"),
    ],
};

pub(super) static SVM: Group = Group {
    leaf: 0x8000_000a,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "npt", "Nested paging").linux().evc("cpuid.SVM_NPT"),
        Bit::new(1, "lbrv", "Virtual last branch records").linux(),
        Bit::new(2, "svm_lock", "SVM can be locked").linux(),
        Bit::new(3, "nrip_save", "Next instruction pointer on exit").linux().evc("cpuid.SVM_NRIP"),
        Bit::new(4, "tsc_scale", "TSC rate control for guests").linux(),
        Bit::new(5, "vmcb_clean", "Clean bits in the control block")
            .linux()
            .evc("cpuid.SVM_VMCB_CLEAN"),
        Bit::new(6, "flushbyasid", "TLB flush for one guest")
            .linux()
            .evc("cpuid.SVM_FLUSH_BY_ASID"),
        Bit::new(7, "decodeassists", "Decoded instruction on exit")
            .linux()
            .evc("cpuid.SVM_DECODE_ASSISTS"),
        Bit::new(8, "svm_pmc_virt", "Virtual performance counters"),
        Bit::new(10, "pausefilter", "Exit after many PAUSEs").linux(),
        Bit::new(12, "pfthreshold", "PAUSE filter with a time threshold").linux(),
        Bit::new(13, "avic", "Virtual interrupt controller").linux(),
        Bit::new(15, "v_vmsave_vmload", "Virtual VMSAVE and VMLOAD").linux(),
        Bit::new(16, "vgif", "Virtual global interrupt flag").linux(),
        Bit::new(17, "gmet", "Guest mode execute trap").evc("cpuid.SVM_GMET"),
        Bit::new(18, "x2avic", "Virtual x2APIC").linux(),
        Bit::new(19, "svm_sss", "Supervisor shadow stack checks").evc("cpuid.SVM_SSS"),
        Bit::new(20, "v_spec_ctrl", "Virtual speculation control MSR").linux(),
        Bit::new(21, "ro_gpt", "Read-only guest page tables"),
        Bit::new(23, "host_mce_override", "Host machine checks win over the guest's"),
        Bit::new(24, "tlbi_ctl", "INVLPGB and TLBSYNC for guests"),
        Bit::new(25, "vnmi", "Virtual NMI").linux(),
        Bit::new(26, "ibs_virt", "Virtual instruction based sampling"),
        Bit::new(27, "ext_lvt_avic", "AVIC handles extended interrupt registers otherwise"),
        Bit::new(28, "svme_addr_chk", "Control block addresses are checked"),
        Bit::new(29, "bus_lock_threshold", "Exit after many bus locks"),
        Bit::new(30, "idle_hlt", "HLT exits only when no interrupt waits"),
        Bit::new(31, "svm_shutdown_intercept", "Enhanced shutdown intercept"),
    ],
};

pub(super) static HINTS: Group = Group {
    leaf: 0x8000_001a,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "fp128", "Vector units are 128 bits wide"),
        Bit::new(1, "movu", "Unaligned moves are better than two halves"),
        Bit::new(2, "fp256", "Vector units are 256 bits wide"),
    ],
};

pub(super) static IBS: Group = Group {
    leaf: 0x8000_001b,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "ibs_valid", "The IBS bits of this leaf are valid"),
        Bit::new(1, "ibs_fetch", "Fetches are sampled"),
        Bit::new(2, "ibs_op", "Micro-operations are sampled"),
        Bit::new(3, "ibs_rdwr_op_cnt", "The operation counter can be read and written"),
        Bit::new(4, "ibs_op_cnt", "Operations can be counted instead of cycles"),
        Bit::new(5, "ibs_branch_target", "Branch targets are reported"),
        Bit::new(6, "ibs_op_cnt_ext", "The operation counter has 7 more bits"),
        Bit::new(7, "ibs_rip_invalid", "An invalid address is marked"),
        Bit::new(8, "ibs_branch_fuse", "Fused branches are marked"),
        Bit::new(9, "ibs_fetch_ctl_ext", "Extended fetch control MSR"),
        Bit::new(10, "ibs_op_data4", "Fourth operation data MSR"),
        Bit::new(11, "ibs_l3_miss_filter", "Only L3 misses can be sampled"),
        Bit::new(12, "ibs_load_latency", "Only slow loads can be sampled"),
        Bit::new(19, "ibs_dtlb_page_size", "Page size of a TLB access is simplified"),
    ],
};

pub(super) static LWP: Group = Group {
    leaf: 0x8000_001c,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Amd,
    bits: &[
        Bit::new(0, "lwp_available", "Lightweight profiling is switched on"),
        Bit::new(1, "lwp_val", "LWPVAL instruction"),
        Bit::new(2, "lwp_instructions", "Profile of instructions"),
        Bit::new(3, "lwp_branches", "Profile of branches"),
        Bit::new(4, "lwp_dcache_misses", "Profile of data cache misses"),
        Bit::new(5, "lwp_clocks", "Profile of core clocks"),
        Bit::new(6, "lwp_ref_clocks", "Profile of reference clocks"),
        Bit::new(29, "lwp_continuous", "Continuous sampling"),
        Bit::new(30, "lwp_ptsc", "Performance time stamp in records"),
        Bit::new(31, "lwp_interrupt", "Interrupt when the buffer fills"),
    ],
};
