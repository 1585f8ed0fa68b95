//! Leaves 5 and 6: idle, thermal and power management (Intel SDM vol. 2A; AMD APM vol. 3).

use super::{Bit, Group, Register, Scope};

pub(super) static MWAIT: Group = Group {
    leaf: 5,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "mwait_ext", "MWAIT hints and extensions are listed"),
        Bit::new(1, "mwait_irq_break", "Masked interrupts can end MWAIT"),
    ],
};

pub(super) static EAX: Group = Group {
    leaf: 6,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "dtherm", "Digital temperature sensor").linux(),
        Bit::new(1, "ida", "Turbo Boost").linux(),
        Bit::new(2, "arat", "APIC timer runs in every idle state").linux(),
        Bit::new(4, "pln", "Power limit notification").linux(),
        Bit::new(5, "ecmd", "Finer clock modulation"),
        Bit::new(6, "pts", "Package thermal status").linux(),
        Bit::new(7, "hwp", "Hardware-controlled performance states").linux(),
        Bit::new(8, "hwp_notify", "HWP change interrupts").linux(),
        Bit::new(9, "hwp_act_window", "HWP activity window").linux(),
        Bit::new(10, "hwp_epp", "HWP energy preference").linux(),
        Bit::new(11, "hwp_pkg_req", "HWP requests for the whole package").linux(),
        Bit::new(13, "hdc", "Hardware duty cycling"),
        Bit::new(14, "turbo_boost_max", "Turbo Boost Max 3.0 (favoured cores)"),
        Bit::new(15, "hwp_highest_perf_change", "Interrupt when the highest performance changes"),
        Bit::new(16, "hwp_peci_override", "HWP can be overridden over PECI"),
        Bit::new(17, "hwp_flexible", "Flexible HWP"),
        Bit::new(18, "hwp_fast_access", "Fast access to the HWP request MSR"),
        Bit::new(19, "hfi", "Hardware feedback about core classes").linux(),
        Bit::new(20, "hwp_ignore_idle", "HWP requests of idle threads are ignored"),
        Bit::new(22, "hwp_ctl", "HWP control MSR"),
        Bit::new(23, "thread_director", "Thread Director classes"),
        Bit::new(24, "therm_interrupt_bit25", "Thermal interrupt MSR bit 25"),
    ],
};

pub(super) static ECX: Group = Group {
    leaf: 6,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "aperfmperf", "Effective frequency counters APERF and MPERF").linux(),
        Bit::new(3, "epb", "Energy and performance bias MSR").linux(),
    ],
};

pub(super) static EDX: Group = Group {
    leaf: 6,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "hfi_performance", "Hardware feedback reports performance"),
        Bit::new(1, "hfi_efficiency", "Hardware feedback reports energy efficiency"),
    ],
};
