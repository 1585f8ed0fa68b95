//! Leaves 0xA, 0x14, 0x1C, 0x20 and 0x23: performance monitoring and tracing (Intel SDM vol. 2A and 3B).

use super::{Bit, Group, Register, Scope};

pub(super) static EVENTS: Group = Group {
    leaf: 0xa,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "pmu_no_core_cycles", "The core cycles event is missing"),
        Bit::new(1, "pmu_no_instructions", "The instructions retired event is missing"),
        Bit::new(2, "pmu_no_ref_cycles", "The reference cycles event is missing"),
        Bit::new(3, "pmu_no_llc_references", "The last level cache reference event is missing"),
        Bit::new(4, "pmu_no_llc_misses", "The last level cache miss event is missing"),
        Bit::new(5, "pmu_no_branches", "The branches retired event is missing"),
        Bit::new(6, "pmu_no_branch_misses", "The branch misprediction event is missing"),
        Bit::new(7, "pmu_no_topdown_slots", "The top-down slots event is missing"),
        Bit::new(8, "pmu_no_backend_bound", "The top-down back end event is missing"),
        Bit::new(9, "pmu_no_bad_speculation", "The top-down bad speculation event is missing"),
        Bit::new(10, "pmu_no_frontend_bound", "The top-down front end event is missing"),
        Bit::new(11, "pmu_no_retiring", "The top-down retiring event is missing"),
        Bit::new(12, "pmu_no_lbr_inserts", "The branch record insert event is missing"),
    ],
};

pub(super) static PMU_EDX: Group = Group {
    leaf: 0xa,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Intel,
    bits: &[Bit::new(15, "anythread_deprecated", "Counting for the sibling thread is gone")],
};

pub(super) static PT_EBX: Group = Group {
    leaf: 0x14,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "pt_cr3_filter", "Trace can be filtered by CR3"),
        Bit::new(1, "pt_psb_cyc", "Configurable sync packets and cycle counts"),
        Bit::new(2, "pt_ip_filter", "Trace can be filtered by address"),
        Bit::new(3, "pt_mtc", "Timing packets from the crystal clock"),
        Bit::new(4, "pt_ptwrite", "PTWRITE instruction"),
        Bit::new(5, "pt_power_event", "Trace of power events"),
        Bit::new(6, "pt_psb_pmi_preserve", "Sync and interrupt state is preserved"),
        Bit::new(7, "pt_event_trace", "Trace of asynchronous events"),
        Bit::new(8, "pt_tnt_disable", "Branch packets can be switched off"),
    ],
};

pub(super) static PT_ECX: Group = Group {
    leaf: 0x14,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "pt_topa", "Trace output through a table of addresses"),
        Bit::new(1, "pt_topa_multi", "The output table can have many entries"),
        Bit::new(2, "pt_single_range", "Trace output to one range"),
        Bit::new(3, "pt_transport", "Trace output to a transport subsystem"),
        Bit::new(31, "pt_lip", "Traced addresses include the segment base"),
    ],
};

pub(super) static LBR_EAX: Group = Group {
    leaf: 0x1c,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Intel,
    bits: &[
        Bit::new(30, "lbr_deep_c_reset", "Branch records are lost in deep idle states"),
        Bit::new(31, "lbr_lip", "Branch records include the segment base"),
    ],
};

pub(super) static LBR_EBX: Group = Group {
    leaf: 0x1c,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "lbr_cpl", "Branch records filtered by privilege level"),
        Bit::new(1, "lbr_filter", "Branch records filtered by kind"),
        Bit::new(2, "lbr_call_stack", "Branch records as a call stack"),
    ],
};

pub(super) static LBR_ECX: Group = Group {
    leaf: 0x1c,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "lbr_mispredict", "Branch records tell mispredictions"),
        Bit::new(1, "lbr_timed", "Branch records count cycles"),
        Bit::new(2, "lbr_branch_type", "Branch records tell the kind of branch"),
    ],
};

pub(super) static HRESET: Group = Group {
    leaf: 0x20,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[Bit::new(0, "hreset_thread_director", "HRESET resets Thread Director history")],
};

pub(super) static EXT_EBX: Group = Group {
    leaf: 0x23,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "pmu_unitmask2", "Second unit mask of performance events"),
        Bit::new(1, "pmu_eq", "Equal bit of performance events"),
        Bit::new(2, "pmu_rdpmc_user_disable", "RDPMC in user mode can be disabled"),
    ],
};
