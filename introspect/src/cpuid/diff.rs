//! Two CPUs compared: by feature, and by register.

use super::dump::CpuDump;
use super::feature::{self, Feature, Presence};
use super::registers::{LeafId, Register, Registers};
use super::view::View;
use super::volatile;

/// A feature on which two sources do not say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureDiff {
    /// The feature.
    pub feature: Feature,
    /// Its presence in the first source.
    pub a: Presence,
    /// Its presence in the second source.
    pub b: Presence,
}

impl FeatureDiff {
    /// True when one side has the feature and the other is known not to have it; false
    /// when one side does not tell.
    pub fn is_certain(&self) -> bool {
        self.a != Presence::Unknown && self.b != Presence::Unknown
    }

    /// True for bits that mirror what an operating system has switched on, such as osxsave.
    pub fn is_volatile(&self) -> bool {
        volatile::mask(self.feature.leaf()).register(self.feature.register()) & self.feature.mask()
            == 0
    }
}

/// The features on which two sources differ, in the table's order.
///
/// A feature that neither vendor defines is left out; one that a single source does not
/// tell is in the list with [`FeatureDiff::is_certain`] false.
pub fn features(a: &View, b: &View) -> Vec<FeatureDiff> {
    let vendors = [a.vendor(), b.vendor()];
    a.presences()
        .into_iter()
        .zip(b.presences())
        .map(|((feature, a), (_, b))| FeatureDiff { feature, a, b })
        .filter(|diff| diff.a != diff.b)
        .filter(|diff| vendors.iter().any(|vendor| diff.feature.applies_to(*vendor)))
        .collect()
}

/// A register in which two dumps differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterDiff {
    /// The leaf and subleaf.
    pub leaf: LeafId,
    /// The register.
    pub register: Register,
    /// Its value in the first dump, or `None` where that does not have the leaf.
    pub a: Option<u32>,
    /// Its value in the second dump, or `None` where that does not have the leaf.
    pub b: Option<u32>,
    /// True when only bits differ that change from CPU to CPU or from moment to moment.
    pub volatile: bool,
    /// The differing bits that have names.
    pub features: Vec<Feature>,
}

/// The registers in which two dumps differ, in the order of the leaves.
///
/// A leaf of zeros is what a CPU returns for a reserved leaf, and many tools do not write
/// it down, so a leaf that is zero in one dump and absent from the other is no difference.
pub fn registers(a: &CpuDump, b: &CpuDump) -> Vec<RegisterDiff> {
    let mut leaves: Vec<LeafId> = a.iter().chain(b.iter()).map(|(id, _)| id).collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves.into_iter().flat_map(|id| leaf_diff(a, b, id)).collect()
}

fn leaf_diff(a: &CpuDump, b: &CpuDump, leaf: LeafId) -> Vec<RegisterDiff> {
    let entry = |dump: &CpuDump| dump.get(leaf).filter(|r| !volatile::ends_topology(leaf, *r));
    let (in_a, in_b) = (entry(a), entry(b));
    if in_a == in_b {
        return Vec::new();
    }
    let (left, right) = (in_a.unwrap_or_default(), in_b.unwrap_or_default());
    let both = in_a.is_some() && in_b.is_some();
    Register::ALL
        .into_iter()
        .filter_map(|register| {
            let differing = left.register(register) ^ right.register(register);
            if differing == 0 {
                return None;
            }
            let stable = volatile::mask_in(a, leaf).register(register)
                & volatile::mask_in(b, leaf).register(register);
            let value = |registers: Option<Registers>| registers.map(|r| r.register(register));
            Some(RegisterDiff {
                leaf,
                register,
                a: value(in_a),
                b: value(in_b),
                volatile: both && differing & stable == 0,
                features: named(a, b, leaf, register, differing),
            })
        })
        .collect()
}

/// The named bits as either side defines them: the two may be of different vendors.
fn named(a: &CpuDump, b: &CpuDump, id: LeafId, register: Register, mask: u32) -> Vec<Feature> {
    let mut features = feature::at(a, id, register, mask);
    for feature in feature::at(b, id, register, mask) {
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    features.sort_by_key(Feature::bit);
    features
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cpuid::Processor;
    use crate::cpuid::consistency::between_cpus;
    use crate::cpuid::dump::Dump;
    use crate::cpuid::level::level;

    const INTEL: Registers = Registers::new(0x16, 0x756e_6547, 0x6c65_746e, 0x4965_6e69);

    fn cpu(leaf1_ecx: u32, leaf7_ebx: u32) -> CpuDump {
        let mut cpu = CpuDump::default();
        cpu.insert(0, 0, INTEL);
        cpu.insert(1, 0, Registers::new(0x0008_06e9, 0x0001_0800, leaf1_ecx, 0x0f8b_fbff));
        cpu.insert(7, 0, Registers::new(0, leaf7_ebx, 0, 0));
        cpu
    }

    fn processor(flags: &str) -> Processor {
        Processor {
            vendor_id: Some("GenuineIntel".into()),
            flags: flags.split_whitespace().map(str::to_owned).collect(),
            ..Processor::default()
        }
    }

    #[test]
    fn features_differ_by_name() {
        let (a, b) = (cpu(0xfffa_3203, 0x20), cpu(0xf7fa_3203, 0x120));
        let diff = features(&View::Cpuid(&a), &View::Cpuid(&b));
        let names: Vec<_> = diff.iter().map(|d| (d.feature.name(), d.is_volatile())).collect();
        assert_eq!(names, [("osxsave", true), ("bmi2", false)]);
        assert_eq!((diff[1].a, diff[1].b), (Presence::Absent, Presence::Present));
        assert!(diff.iter().all(FeatureDiff::is_certain));
        assert!(features(&View::Cpuid(&a), &View::Cpuid(&a)).is_empty());
    }

    #[test]
    fn what_one_side_does_not_tell_is_marked() {
        let a = cpu(0xfffa_3203, 0x20);
        let b = processor("fpu pni avx2 bmi2");
        let diff = features(&View::Cpuid(&a), &View::Kernel(&b));
        let find = |name: &str| *diff.iter().find(|d| d.feature.name() == name).unwrap();
        assert!(!find("osxsave").is_certain());
        assert!(find("bmi2").is_certain());
        assert!(!diff.iter().any(|d| d.feature.name() == "sse3"));
        assert!(!diff.iter().any(|d| d.feature.name() == "svm"), "no bit of an Intel CPU");
    }

    #[test]
    fn the_two_captured_guests_differ_by_what_evc_hides() {
        // VMware guest on an i3-7100U: without EVC, and with the cluster's mode Haswell.
        let common = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 \
            clflush mmx fxsr sse sse2 ss syscall nx pdpe1gb rdtscp lm nonstop_tsc pni \
            pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt \
            tsc_deadline_timer aes xsave avx f16c rdrand hypervisor lahf_lm abm ibrs ibpb \
            stibp fsgsbase tsc_adjust bmi1 avx2 smep bmi2 invpcid xsaveopt arat \
            arch_capabilities";
        let native = processor(&format!(
            "{common} 3dnowprefetch rdseed adx smap clflushopt xsavec xgetbv1 xsaves"
        ));
        let evc = processor(common);
        let diff = features(&View::Kernel(&native), &View::Kernel(&evc));
        let names: Vec<_> = diff.iter().map(|d| d.feature.name()).collect();
        assert_eq!(
            names,
            ["rdseed", "adx", "smap", "clflushopt", "xsavec", "xgetbv1", "xsaves", "3dnowprefetch"]
        );
        assert!(diff.iter().all(|d| d.a.is_present() && d.b.is_absent()));
    }

    #[test]
    fn registers_differ_with_their_volatile_bits_told_apart() {
        let (a, mut b) = (cpu(0xfffa_3203, 0x20), cpu(0xf7fa_3203, 0x120));
        b.insert(0x8000_0008, 0, Registers::new(0x3030, 0, 0, 0));
        b.insert(0x8000_0009, 0, Registers::default());
        let diff = registers(&a, &b);
        let lines: Vec<_> = diff.iter().map(|d| (d.leaf.leaf, d.register, d.volatile)).collect();
        assert_eq!(
            lines,
            [
                (1, Register::Ecx, true),
                (7, Register::Ebx, false),
                (0x8000_0008, Register::Eax, false)
            ]
        );
        assert_eq!(diff[0].features, [feature::by_name("osxsave").unwrap()]);
        assert_eq!(diff[1].features, [feature::by_name("bmi2").unwrap()]);
        assert_eq!((diff[2].a, diff[2].b), (None, Some(0x3030)));
    }

    /// Leaves that some code here looks at, with any registers.
    fn any_cpu() -> impl Strategy<Value = CpuDump> {
        let leaf = prop_oneof![
            Just(0),
            0..0x30_u32,
            0x4000_0000..0x4000_0120_u32,
            0x8000_0000..0x8000_0028_u32,
            any::<u32>()
        ];
        let registers = any::<[u32; 4]>().prop_map(|[a, b, c, d]| Registers::new(a, b, c, d));
        let id = (leaf, 0..40_u32).prop_map(|(leaf, subleaf)| LeafId::new(leaf, subleaf));
        proptest::collection::vec((id, registers), 0..40)
            .prop_map(|leaves| leaves.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_two_dumps_compare_alike_from_both_sides(a in any_cpu(), b in any_cpu()) {
            let there = registers(&a, &b);
            let back = registers(&b, &a);
            prop_assert_eq!(there.len(), back.len());
            for (x, y) in there.iter().zip(&back) {
                prop_assert_eq!((x.a, x.b, x.volatile), (y.b, y.a, y.volatile));
            }
            prop_assert!(registers(&a, &a).is_empty());
            let (left, right) = (View::Cpuid(&a), View::Cpuid(&b));
            prop_assert_eq!(features(&left, &right).len(), features(&right, &left).len());
            prop_assert!(level(&left).at_most() >= level(&left).highest());
            let dump = Dump { cpus: vec![a.clone(), b.clone(), a] };
            for difference in between_cpus(&dump) {
                prop_assert!(difference.groups.len() == 2, "CPUs 0 and 2 are alike");
                let place = (difference.leaf, difference.register);
                let found = there.iter().any(|diff| (diff.leaf, diff.register) == place);
                prop_assert!(found);
            }
        }
    }

    #[test]
    fn the_end_of_the_topology_is_no_leaf() {
        // etallen's cpuid writes the subleaf that ends the list, guestctl does not.
        let (a, mut b) = (cpu(0xfffa_3203, 0x20), cpu(0xfffa_3203, 0x20));
        b.insert(0xb, 2, Registers::new(0, 0, 2, 1));
        assert!(registers(&a, &b).is_empty());
        b.insert(0xb, 1, Registers::new(5, 2, 0x201, 1));
        assert!(!registers(&a, &b).is_empty());
    }
}
