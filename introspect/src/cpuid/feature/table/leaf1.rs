//! Leaf 1: the processor's first features (Intel SDM vol. 2A, CPUID leaf 01H; AMD APM vol. 3 Fn0000_0001).

use super::{Bit, Group, Register, Scope};

pub(super) static ECX: Group = Group {
    leaf: 1,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "sse3", "SSE3 instructions").linux_as("pni").evc("cpuid.SSE3"),
        Bit::new(31, "hypervisor", "A hypervisor runs this machine").linux(),
    ],
};

pub(super) static EDX: Group = Group {
    leaf: 1,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[Bit::new(0, "fpu", "x87 floating point unit").linux()],
};
