//! The live CPU, each range bounded by its own maximum.

use introspect::cpuid::source::{Cpuid, range_base};
use introspect::cpuid::{Registers, registers};

/// This machine's CPU; `None` on one without CPUID.
pub(crate) fn cpu() -> Option<Native> {
    cfg!(target_arch = "x86_64").then_some(Native)
}

#[derive(Debug)]
pub(crate) struct Native;

impl Cpuid for Native {
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
        let base = range_base(leaf);
        let first = ask(base, 0);
        let max = first.register(registers::Register::Eax);
        if leaf == base && subleaf == 0 {
            return Some(first);
        }
        (range_base(max) == base && leaf <= max).then(|| ask(leaf, subleaf))
    }
}

#[cfg(target_arch = "x86_64")]
fn ask(leaf: u32, subleaf: u32) -> Registers {
    use raw_cpuid::CpuIdReader;
    raw_cpuid::CpuIdReaderNative.cpuid2(leaf, subleaf).into()
}

#[cfg(not(target_arch = "x86_64"))]
fn ask(_: u32, _: u32) -> Registers {
    Registers::default()
}
