//! Leaves 0xF and 0x10: cache and memory quality of service (Intel SDM vol. 3B chapter 18; AMD APM vol. 3).

use super::{Bit, Group, Register, Scope};

pub(super) static MONITORING: Group = Group {
    leaf: 0xf,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[Bit::new(1, "cqm_llc", "Last level cache monitoring").linux()],
};

pub(super) static L3_MONITORING: Group = Group {
    leaf: 0xf,
    subleaf: 1,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "cqm_occup_llc", "Cache occupancy is counted").linux(),
        Bit::new(1, "cqm_mbm_total", "Total memory bandwidth is counted").linux(),
        Bit::new(2, "cqm_mbm_local", "Local memory bandwidth is counted").linux(),
    ],
};

pub(super) static ALLOCATION: Group = Group {
    leaf: 0x10,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Any,
    bits: &[
        Bit::new(1, "cat_l3", "L3 cache can be divided").linux().evc("cpuid.PQE_L3"),
        Bit::new(2, "cat_l2", "L2 cache can be divided").linux(),
        Bit::new(3, "mba", "Memory bandwidth can be limited").linux().intel(),
    ],
};

pub(super) static L3_ALLOCATION: Group = Group {
    leaf: 0x10,
    subleaf: 1,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(2, "cdp_l3", "L3 shares for code and data apart").linux(),
        Bit::new(3, "cat_l3_sparse", "L3 shares need not be contiguous"),
    ],
};

pub(super) static L2_ALLOCATION: Group = Group {
    leaf: 0x10,
    subleaf: 2,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(2, "cdp_l2", "L2 shares for code and data apart").linux(),
        Bit::new(3, "cat_l2_sparse", "L2 shares need not be contiguous"),
    ],
};

pub(super) static BANDWIDTH: Group = Group {
    leaf: 0x10,
    subleaf: 3,
    register: Register::Ecx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "per_thread_mba", "Bandwidth limits for each thread"),
        Bit::new(2, "mba_linear", "Bandwidth limits are linear"),
    ],
};
