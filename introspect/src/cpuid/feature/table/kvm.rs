//! KVM's leaf 0x40000001 (Linux Documentation/virt/kvm/x86/cpuid.rst and arch/x86/include/uapi/asm/kvm_para.h).

use super::{Bit, Group, Register, Scope};

pub(super) static FEATURES: Group = Group {
    leaf: 0x4000_0001,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Kvm,
    bits: &[
        Bit::new(0, "kvm_clock_old", "Paravirtual clock at its first MSRs"),
        Bit::new(1, "kvm_nop_io_delay", "Port I/O needs no delay"),
        Bit::new(2, "kvm_mmu_op", "Paravirtual page tables (withdrawn)"),
        Bit::new(3, "kvm_clock", "Paravirtual clock"),
        Bit::new(4, "kvm_async_pf", "Host page faults are told asynchronously"),
        Bit::new(5, "kvm_steal_time", "Stolen time is counted"),
        Bit::new(6, "kvm_pv_eoi", "End of interrupt without an exit"),
        Bit::new(7, "kvm_pv_unhalt", "Spinlock waiters can be woken"),
        Bit::new(9, "kvm_pv_tlb_flush", "TLB flush skips sleeping CPUs"),
        Bit::new(10, "kvm_async_pf_vmexit", "Host page faults reach nested hypervisors"),
        Bit::new(11, "kvm_pv_send_ipi", "Interrupts to many CPUs in one call"),
        Bit::new(12, "kvm_poll_control", "The guest can stop host polling"),
        Bit::new(13, "kvm_pv_sched_yield", "A waiting CPU can yield to another"),
        Bit::new(14, "kvm_async_pf_int", "Host page readiness comes by interrupt"),
        Bit::new(15, "kvm_msi_ext_dest_id", "More than 255 CPUs without interrupt remapping"),
        Bit::new(16, "kvm_hc_map_gpa_range", "Encryption status of pages is told by call"),
        Bit::new(17, "kvm_migration_control", "The guest can forbid migration"),
        Bit::new(24, "kvm_clock_stable", "The paravirtual clock agrees on all CPUs"),
    ],
};

pub(super) static HINTS: Group = Group {
    leaf: 0x4000_0001,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Kvm,
    bits: &[Bit::new(0, "kvm_hint_realtime", "Virtual CPUs are never preempted for long")],
};
