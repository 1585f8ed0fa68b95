//! KVM: Linux Documentation/virt/kvm/x86/cpuid.rst.

use serde::Serialize;

use super::within;
use crate::cpuid::Cpuid;
use crate::cpuid::decode::bits::{Hex, bit};

/// KVM's leaf at base + 1. The names of the feature bits are in the feature table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kvm {
    /// EAX: the feature bits.
    pub features: Hex,
    /// The paravirtual clock is offered, old or new MSRs (bits 0 and 3).
    pub clock: bool,
    /// The clock never jumps between vCPUs (bit 24).
    pub stable_clock: bool,
    /// vCPUs are never taken off their CPU for long (EDX bit 0).
    pub realtime: bool,
}

/// The leaf after the signature at `base`.
pub fn kvm(cpu: &dyn Cpuid, base: u32) -> Option<Kvm> {
    let leaf = within(cpu, base, 1)?;
    Some(Kvm {
        features: leaf.eax.into(),
        clock: bit(leaf.eax, 0) || bit(leaf.eax, 3),
        stable_clock: bit(leaf.eax, 24),
        realtime: bit(leaf.edx, 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    #[test]
    fn this_guest_has_a_stable_clock() {
        let kvm = kvm(&sample::EMERALD_RAPIDS.first(), 0x4000_0000).unwrap();
        assert!(kvm.clock && kvm.stable_clock && !kvm.realtime);
    }
}
