//! The highest mode whose whole feature set a CPU has.

use crate::cpuid::feature::Feature;
use crate::cpuid::{Presence, Vendor, View};

use super::mode::{Catalogue, Key, Mode};

/// How far up a vendor's modes a CPU reaches.
#[derive(Debug)]
pub struct Fit<'c> {
    /// The highest mode with every deciding feature there; `None` when not even the
    /// oldest fits.
    pub mode: Option<&'c Mode>,
    /// The next mode up, and the deciding features that keep the CPU from it.
    pub next: Option<(&'c Mode, Vec<&'c Key>)>,
    /// Deciding features of the mode that the source cannot tell.
    pub unknown: Vec<&'c Key>,
}

/// Compares a CPU with every mode of its vendor.
pub fn fit<'c>(view: &View<'_>, catalogue: &'c Catalogue) -> Fit<'c> {
    fit_with(catalogue, view.vendor(), |key| presence(view, key))
}

/// The same for anything that can say whether a key is there, such as what a fleet shares.
pub fn fit_with<'c>(
    catalogue: &'c Catalogue,
    vendor: Vendor,
    presence: impl Fn(&Key) -> Presence,
) -> Fit<'c> {
    let modes: Vec<&Mode> = catalogue.of_vendor(vendor).collect();
    let of = |mode: &Mode, wanted: Presence| -> Vec<&'c Key> {
        catalogue.keys.iter().filter(|key| mode.needs(key) && presence(key) == wanted).collect()
    };
    // Where a source cannot tell (a .vmx has three leaves), silence must not lift a CPU
    // into a mode: something the mode adds has to be seen.
    let seen = |at: usize| {
        modes[at]
            .adds(at.checked_sub(1).map(|before| modes[before]))
            .iter()
            .filter_map(|name| catalogue.key(name))
            .any(|key| modes[at].needs(key) && presence(key).is_present())
    };
    let best =
        (0..modes.len()).rev().find(|at| seen(*at) && of(modes[*at], Presence::Absent).is_empty());
    let next = best.map_or(0, |at| at + 1);
    Fit {
        mode: best.map(|at| modes[at]),
        next: modes.get(next).map(|mode| (*mode, of(mode, Presence::Absent))),
        unknown: best.map(|at| of(modes[at], Presence::Unknown)).unwrap_or_default(),
    }
}

/// Whether a CPU has a key's bit. From /proc/cpuinfo a missing flag that the kernel
/// clears by itself is unknown: it says nothing about CPUID.
pub fn presence(view: &View<'_>, key: &Key) -> Presence {
    match view.presence(&key.feature) {
        Presence::Absent if kernel_hides(view, &key.feature).is_some() => Presence::Unknown,
        presence => presence,
    }
}

/// Why Linux may not print a feature's flag although the CPU has the bit; `None` where a
/// missing flag is a missing bit.
///
/// Two flags tell the kernel's age: `eagerfpu` was printed from 3.7 to 4.8 (and by RHEL 7),
/// `unfair_spinlock` by RHEL 6 only.
pub fn kernel_hides(view: &View<'_>, feature: &Feature) -> Option<&'static str> {
    let View::Kernel(processor) = view else { return None };
    let family = processor.fms.map(|fms| fms.family);
    let is_amd = |of: u32| processor.vendor() == Vendor::Amd && family == Some(of);
    match feature.linux()? {
        // arch/x86/kernel/cpu/intel.c; so it is in many VMware guests.
        "erms" | "fsrm" if processor.vendor() == Vendor::Intel => Some(
            "Linux clears this flag where the firmware does not announce fast strings; CPUID may have it",
        ),
        // Off from 4.2 to 4.7 and in RHEL 7 (fpu/xstate.c); erratum 1386 (cpu/amd.c).
        "xsaves" if processor.has_flag("eagerfpu") => {
            Some("Linux of that age clears this flag on all CPUs; CPUID may have it")
        }
        "xsaves" if is_amd(0x17) => {
            Some("Linux clears this flag on Zen 1 and 2 (erratum 1386); CPUID may have it")
        }
        "rdseed" if is_amd(0x1a) => {
            Some("Linux clears this flag on Zen 5 without new microcode; CPUID may have it")
        }
        // Protection keys came with 4.6.
        "pku" if processor.has_flag("eagerfpu") => {
            Some("a kernel of that age may not know this flag; CPUID may have it")
        }
        "smap" | "pku" | "xsaves" if processor.has_flag("unfair_spinlock") => {
            Some("RHEL 6 does not know this flag; CPUID may have it")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mode::catalogue;
    use super::*;
    use crate::cpuid::{Fms, Processor};

    fn with(mode: &str, without: &[&str]) -> impl Fn(&Key) -> Presence {
        let mode = catalogue().mode(mode).unwrap();
        move |key| {
            if mode.has(key.name) && !without.contains(&key.name) {
                Presence::Present
            } else {
                Presence::Absent
            }
        }
    }

    #[test]
    fn each_modes_own_set_fits_that_mode() {
        for mode in &catalogue().modes {
            let fit = fit_with(catalogue(), mode.vendor, with(mode.key, &[]));
            let found = fit.mode.unwrap();
            // Granite Rapids adds no key of the list, so its set cannot be told from the one before.
            if mode.key != "intel-graniterapids" && mode.key != "amd-greyhound-no3dnow" {
                assert_eq!(found.key, mode.key);
            }
        }
    }

    #[test]
    fn what_holds_a_cpu_back_is_named() {
        let fit = fit_with(catalogue(), Vendor::Intel, with("intel-broadwell", &["cpuid.ADX"]));
        assert_eq!(fit.mode.map(|m| m.key), Some("intel-haswell"));
        let (next, missing) = fit.next.unwrap();
        assert_eq!(next.key, "intel-broadwell");
        assert_eq!(missing.iter().map(|k| k.name).collect::<Vec<_>>(), ["cpuid.ADX"]);
    }

    #[test]
    fn losing_a_patched_feature_costs_no_mode() {
        let fit = fit_with(
            catalogue(),
            Vendor::Intel,
            with("intel-skylake", &["cpuid.HLE", "cpuid.MPX", "cpuid.IBRS"]),
        );
        assert_eq!(fit.mode.map(|m| m.key), Some("intel-skylake"));
    }

    #[test]
    fn what_is_only_inferred_of_a_confirmed_mode_does_not_decide() {
        let fit = fit_with(catalogue(), Vendor::Intel, with("intel-haswell", &["cpuid.ENFSTRG"]));
        assert_eq!(fit.mode.map(|m| m.key), Some("intel-haswell"));
    }

    #[test]
    fn silence_lifts_nobody() {
        let fit = fit_with(catalogue(), Vendor::Intel, |_| Presence::Unknown);
        assert!(fit.mode.is_none());
    }

    #[test]
    fn what_linux_clears_by_itself_depends_on_the_cpu() {
        let xsaves = catalogue().key("XSAVES").unwrap();
        let on = |family, vendor: &str| {
            let processor = Processor {
                vendor_id: Some(vendor.to_owned()),
                fms: Some(Fms { family, model: 1, stepping: 1 }),
                ..Processor::default()
            };
            presence(&View::Kernel(&processor), xsaves)
        };
        assert_eq!(on(0x17, "AuthenticAMD"), Presence::Unknown, "erratum 1386");
        assert_eq!(on(0x19, "AuthenticAMD"), Presence::Absent);
        assert_eq!(on(6, "GenuineIntel"), Presence::Absent);
    }
}
