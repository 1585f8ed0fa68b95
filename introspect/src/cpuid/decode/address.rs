//! How many address bits there are: 0x80000008, and what memory encryption takes away.

use serde::Serialize;

use super::bits::bit;
use super::confidential::memory_encryption;
use super::trimmed::Trimmed;
use super::typed;
use crate::cpuid::Cpuid;

/// Address widths, in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AddressSizes {
    /// Physical addresses.
    pub physical: u32,
    /// Virtual (linear) addresses.
    pub linear: u32,
    /// Guest-physical addresses, where the CPU states a number of its own.
    pub guest_physical: Option<u32>,
    /// Physical bits that are gone once memory encryption is switched on (AMD 0x8000001F
    /// EBX bits 11:6). CPUID does not tell whether it is.
    pub encryption_reduction: Option<u32>,
    /// False where the CPU has no 0x80000008 and the widths follow from PAE, PSE-36 and
    /// long mode.
    pub stated: bool,
}

/// The address widths; `None` where the dump has neither 0x80000008 nor leaf 1.
pub fn address_sizes(cpu: &dyn Cpuid) -> Option<AddressSizes> {
    let cpu = &Trimmed::new(cpu);
    let encryption_reduction = memory_encryption(cpu)
        .filter(|encryption| encryption.sme || encryption.sev)
        .map(|encryption| encryption.physical_address_reduction);
    if cpu.leaf(0x8000_0008).is_some()
        && let Some(sizes) = typed(cpu).get_processor_capacity_feature_info()
    {
        return Some(AddressSizes {
            physical: sizes.physical_address_bits().into(),
            linear: sizes.linear_address_bits().into(),
            guest_physical: match sizes.guest_physical_address_bits() {
                // The same as physical (AMD APM vol. 3, Fn8000_0008 EAX).
                0 => None,
                bits => Some(bits.into()),
            },
            encryption_reduction,
            stated: true,
        });
    }
    let leaf1 = cpu.leaf(1)?;
    let long_mode = cpu.leaf(0x8000_0001).is_some_and(|leaf| bit(leaf.edx, 29));
    // SDM vol. 3, "Physical Address Extension": 36 bits with PAE or PSE-36.
    let extended = bit(leaf1.edx, 6) || bit(leaf1.edx, 17);
    Some(AddressSizes {
        physical: if extended { 36 } else { 32 },
        linear: if long_mode { 48 } else { 32 },
        guest_physical: None,
        encryption_reduction,
        stated: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    fn widths(cpu: &dyn Cpuid) -> (u32, u32) {
        let sizes = address_sizes(cpu).unwrap();
        (sizes.physical, sizes.linear)
    }

    #[test]
    fn captured_widths() {
        // `lscpu` in this guest: 48 bits physical, 57 bits virtual.
        assert_eq!(widths(&sample::EMERALD_RAPIDS.first()), (48, 57));
        assert_eq!(
            address_sizes(&sample::EMERALD_RAPIDS.first()).unwrap().guest_physical,
            Some(48)
        );
        assert_eq!(widths(&sample::HASWELL_E.first()), (46, 48));
        assert_eq!(widths(&sample::CORE2_CONROE.first()), (36, 48));
        assert_eq!(widths(&sample::ATHLON_X2.first()), (40, 48));
        assert_eq!(widths(&sample::ICE_LAKE_D.first()), (46, 57));
    }

    #[test]
    fn memory_encryption_costs_bits() {
        let reduction = |cpu: &dyn Cpuid| address_sizes(cpu).unwrap().encryption_reduction;
        assert_eq!(reduction(&sample::ZEN2_ROME.first()), Some(5));
        assert_eq!(reduction(&sample::HASWELL_E.first()), None);
    }

    #[test]
    fn an_old_cpu_is_judged_by_its_features() {
        let mut cpu = CpuDump::default();
        assert_eq!(address_sizes(&cpu), None);
        cpu.insert(1, 0, Registers::new(0x543, 0, 0, 0));
        assert_eq!(widths(&cpu), (32, 32));
        cpu.insert(1, 0, Registers::new(0x683, 0, 0, 1 << 6));
        assert_eq!(widths(&cpu), (36, 32));
    }
}
