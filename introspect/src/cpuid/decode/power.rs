//! Idle states, thermal and power management: leaves 5, 6 and 0x80000007.

use serde::Serialize;

use super::bits::names;
use super::trimmed::Trimmed;
use super::typed;
use crate::cpuid::Cpuid;

/// A summary of leaves 5, 6 and 0x80000007.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Power {
    /// MONITOR and MWAIT (leaf 5), where the CPU has them.
    pub monitor: Option<Monitor>,
    /// Thermal and power features (leaf 6), by their names.
    pub features: Vec<&'static str>,
    /// Interrupt thresholds of the digital thermometer (leaf 6 EBX bits 3:0).
    pub thermal_thresholds: Option<u32>,
    /// The TSC runs at one rate in every state (0x80000007 EDX bit 8).
    pub invariant_tsc: bool,
}

/// Leaf 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Monitor {
    /// Bytes of the smallest line that MONITOR watches.
    pub smallest_line: u32,
    /// Bytes of the largest.
    pub largest_line: u32,
    /// Interrupts end MWAIT even when they are masked.
    pub break_on_masked_interrupt: bool,
    /// Sub-states of C0 to C7 that MWAIT may ask for.
    pub substates: [u32; 8],
}

/// Leaf 6 EAX (Intel SDM vol. 2A, CPUID leaf 06H); AMD defines bit 2 of it.
const LEAF_6_EAX: &[(u32, &str)] = &[
    (0, "digital thermometer"),
    (1, "Turbo Boost"),
    (2, "always running APIC timer"),
    (4, "power limit notification"),
    (5, "extended clock modulation duty"),
    (6, "package thermal management"),
    (7, "hardware P-states"),
    (8, "HWP notification"),
    (9, "HWP activity window"),
    (10, "HWP energy performance preference"),
    (11, "HWP package level request"),
    (13, "hardware duty cycling"),
    (14, "Turbo Boost Max 3.0"),
    (15, "HWP highest performance change"),
    (16, "HWP PECI override"),
    (17, "flexible HWP"),
    (18, "fast access to IA32_HWP_REQUEST"),
    (19, "hardware feedback interface"),
    (20, "ignoring HWP requests of idle CPUs"),
    (23, "Thread Director"),
];

/// Leaf 6 ECX.
const LEAF_6_ECX: &[(u32, &str)] =
    &[(0, "APERF and MPERF"), (3, "performance and energy bias preference")];

/// What the CPU says about idle states and power; `None` where it has none of the leaves.
pub fn power(cpu: &dyn Cpuid) -> Option<Power> {
    let cpu = &Trimmed::new(cpu);
    let raw = typed(cpu);
    let mut found = Power { monitor: monitor(cpu), ..Power::default() };
    let leaf6 = cpu.leaf(6);
    if let Some(leaf) = leaf6 {
        found.features = names(leaf.eax, LEAF_6_EAX);
        found.features.extend(names(leaf.ecx, LEAF_6_ECX));
        found.thermal_thresholds = raw
            .get_thermal_power_info()
            .filter(raw_cpuid::ThermalPowerInfo::has_dts)
            .map(|info| info.dts_irq_threshold().into());
    }
    let leaf7 = cpu.leaf(0x8000_0007);
    if leaf7.is_some() {
        found.invariant_tsc =
            raw.get_advanced_power_mgmt_info().is_some_and(|apm| apm.has_invariant_tsc());
    }
    (found.monitor.is_some() || leaf6.is_some() || leaf7.is_some()).then_some(found)
}

fn monitor(cpu: &dyn Cpuid) -> Option<Monitor> {
    cpu.leaf(5).filter(|leaf| !leaf.is_zero())?;
    let info = typed(cpu).get_monitor_mwait_info()?;
    Some(Monitor {
        smallest_line: info.smallest_monitor_line().into(),
        largest_line: info.largest_monitor_line().into(),
        break_on_masked_interrupt: info.interrupts_as_break_event(),
        substates: [
            info.supported_c0_states(),
            info.supported_c1_states(),
            info.supported_c2_states(),
            info.supported_c3_states(),
            info.supported_c4_states(),
            info.supported_c5_states(),
            info.supported_c6_states(),
            info.supported_c7_states(),
        ]
        .map(u32::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;
    use crate::cpuid::decode::sample;

    #[test]
    fn a_desktop_has_idle_states_and_a_thermometer() {
        let power = power(&sample::HASWELL_E.first()).unwrap();
        let monitor = power.monitor.unwrap();
        assert_eq!((monitor.smallest_line, monitor.largest_line), (64, 64));
        // 00002120: two sub-states of C1, one of C2, two of C3.
        assert_eq!(monitor.substates, [0, 2, 1, 2, 0, 0, 0, 0]);
        assert_eq!(power.thermal_thresholds, Some(2));
        assert!(power.features.contains(&"APERF and MPERF"));
        assert!(power.invariant_tsc);
    }

    #[test]
    fn a_guest_has_little_of_it() {
        let power = power(&sample::EMERALD_RAPIDS.first()).unwrap();
        assert_eq!(power.monitor, None);
        assert_eq!(power.features, ["always running APIC timer"]);
        assert_eq!(power.thermal_thresholds, None);
        assert!(super::power(&CpuDump::default()).is_none());
    }
}
