//! The highest mode whose whole feature set a CPU has.

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
        Presence::Absent if view.is_partial() && kernel_clears(key) => Presence::Unknown,
        presence => presence,
    }
}

/// Bits that Linux takes out of its flags although the CPU has them: ERMS when
/// IA32_MISC_ENABLE does not announce fast strings (arch/x86/kernel/cpu/intel.c),
/// which is so in many VMware guests.
pub fn kernel_clears(key: &Key) -> bool {
    key.feature.linux() == Some("erms")
}

#[cfg(test)]
mod tests {
    use super::super::mode::catalogue;
    use super::*;

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
}
