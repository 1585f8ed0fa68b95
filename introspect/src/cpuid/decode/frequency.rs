//! Clock rates: leaves 0x15 and 0x16, the hypervisor's leaf 0x40000010, the brand string.

use serde::Serialize;

use super::hypervisor_leaves::timing;
use super::trimmed::Trimmed;
use super::typed;
use crate::cpuid::{Cpuid, View};

/// What CPUID says about clocks. Every number is nominal: none of them was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Frequency {
    /// The core crystal, Hz (leaf 0x15 ECX).
    pub crystal_hz: Option<u64>,
    /// The TSC, Hz: crystal times ratio (leaf 0x15). Where the CPU names no crystal but a
    /// ratio and a base frequency, the latter is the TSC's, as Linux has it
    /// (arch/x86/kernel/tsc.c, `native_calibrate_tsc`).
    pub tsc_hz: Option<u64>,
    /// Base frequency, MHz (leaf 0x16).
    pub base_mhz: Option<u32>,
    /// Maximum frequency, MHz (leaf 0x16).
    pub max_mhz: Option<u32>,
    /// Bus or reference frequency, MHz (leaf 0x16).
    pub bus_mhz: Option<u32>,
    /// The TSC as the hypervisor states it, kHz (0x40000010 EAX).
    pub hypervisor_tsc_khz: Option<u32>,
    /// The APIC timer as the hypervisor states it, kHz (0x40000010 EBX).
    pub hypervisor_apic_khz: Option<u32>,
    /// The frequency in the brand string, MHz.
    pub brand_mhz: Option<u32>,
}

/// Everything CPUID says about clocks; `None` where it says nothing.
pub fn frequency(cpu: &dyn Cpuid) -> Option<Frequency> {
    let cpu = &Trimmed::new(cpu);
    let mut found = Frequency::default();
    let raw = typed(cpu);
    if cpu.leaf(0x16).is_some()
        && let Some(leaf) = raw.get_processor_frequency_info()
    {
        found.base_mhz = positive(leaf.processor_base_frequency());
        found.max_mhz = positive(leaf.processor_max_frequency());
        found.bus_mhz = positive(leaf.bus_frequency());
    }
    if cpu.leaf(0x15).is_some()
        && let Some(leaf) = raw.get_tsc_info()
    {
        found.crystal_hz = positive(leaf.nominal_frequency()).map(u64::from);
        let ratio = leaf.numerator() != 0 && leaf.denominator() != 0;
        let base = found.base_mhz.filter(|_| ratio).map(|mhz| u64::from(mhz) * 1_000_000);
        found.tsc_hz = leaf.tsc_frequency().or(base);
    }
    if let Some(timing) = timing(cpu) {
        found.hypervisor_tsc_khz = positive(timing.tsc_khz);
        found.hypervisor_apic_khz = positive(timing.apic_khz);
    }
    found.brand_mhz = View::Cpuid(cpu).brand().as_deref().and_then(brand_mhz);
    (found != Frequency::default()).then_some(found)
}

fn positive(number: impl Into<u32>) -> Option<u32> {
    Some(number.into()).filter(|number| *number != 0)
}

/// The number before `MHz`, `GHz` or `THz`, as Intel's application note 485 reads a brand
/// string.
fn brand_mhz(brand: &str) -> Option<u32> {
    let (end, thousandths) = [("THz", 1_000_000_000), ("GHz", 1_000_000), ("MHz", 1000)]
        .into_iter()
        .find_map(|(unit, factor)| Some((brand.find(unit)?, factor)))?;
    let text = brand.get(..end)?.trim_end();
    let start = text.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |place| place + 1);
    let (whole, fraction) = text.get(start..)?.split_once('.').unwrap_or((text.get(start..)?, ""));
    let digits = fraction.get(..3).unwrap_or(fraction);
    let places = u32::try_from(digits.len()).ok()?;
    let whole: u64 = whole.parse().ok()?;
    let fraction: u64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let value = whole.checked_mul(1000)?.checked_add(fraction * 10_u64.pow(3 - places))?;
    // `value` is in thousandths of the unit, and a MHz is a thousand of ours.
    u32::try_from(value.checked_mul(thousandths)? / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn brand_strings_are_read_as_people_read_them() {
        for (brand, mhz) in [
            ("Intel(R) Core(TM) i7-5820K CPU @ 3.30GHz", Some(3300)),
            ("ZHAOXIN KaiSheng KH-40000/16@2.2GHz", Some(2200)),
            ("Intel(R) Pentium(R) III CPU 866MHz", Some(866)),
            ("Intel(R) Core(TM)2 CPU 6420 @ 2.13 GHz", Some(2130)),
            ("AMD EPYC 7742 64-Core Processor", None),
            ("GHz", None),
            ("9999999999999999999GHz", None),
            ("1.2.3GHz", None),
        ] {
            assert_eq!(brand_mhz(brand), mhz, "{brand}");
        }
    }

    #[test]
    fn the_crystal_and_its_ratio_give_the_tsc() {
        let f = frequency(&sample::ALDER_LAKE_H.first()).unwrap();
        assert_eq!(f.crystal_hz, Some(38_400_000));
        assert_eq!(f.tsc_hz, Some(2_688_000_000));
        assert_eq!((f.base_mhz, f.max_mhz, f.bus_mhz), (Some(2700), Some(4700), Some(100)));

        let f = frequency(&sample::ICE_LAKE_D.first()).unwrap();
        assert_eq!(f.tsc_hz, Some(2_600_000_000));
        assert_eq!(f.brand_mhz, Some(2600));
        assert_eq!(f.base_mhz, None, "leaf 0x16 is all zero");
    }

    #[test]
    fn a_ratio_without_a_crystal_uses_the_base_frequency() {
        let mut cpu = CpuDump::default();
        cpu.insert(0, 0, Registers::new(0x16, 0, 0, 0));
        cpu.insert(0x15, 0, Registers::new(2, 216, 0, 0));
        cpu.insert(0x16, 0, Registers::new(2700, 3500, 100, 0));
        assert_eq!(frequency(&cpu).unwrap().tsc_hz, Some(2_700_000_000));
    }

    #[test]
    fn vmware_states_its_clocks() {
        let mut cpu = CpuDump::default();
        cpu.insert(1, 0, Registers::new(0x306f0, 0, 1 << 31, 0));
        cpu.insert(
            0x4000_0000,
            0,
            Registers::new(0x4000_0010, 0x6177_4d56, 0x4d56_6572, 0x6572_6177),
        );
        // facts of a public VMware log: EAX 0x16e360, EBX 0x101d0.
        cpu.insert(0x4000_0010, 0, Registers::new(0x0016_e360, 0x0001_01d0, 0, 0));
        let f = frequency(&cpu).unwrap();
        assert_eq!((f.hypervisor_tsc_khz, f.hypervisor_apic_khz), (Some(1_500_000), Some(66_000)));
    }
}
