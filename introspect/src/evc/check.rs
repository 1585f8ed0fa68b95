//! Can a guest that was started on one machine go on running on another?

use serde::Serialize;

use crate::cpuid::feature::{self, Feature, Scope};
use crate::cpuid::{LeafId, Presence, Register, View};

use super::baseline::kernel_hides;
use super::mode::{Class, catalogue};

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Every feature the guest may have taken into use is there.
    Possible,
    /// A feature or the vendor forbids it.
    Forbidden,
    /// Nothing seen forbids it, but the captures do not say everything.
    Undecided,
}

/// A feature that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// Our name.
    pub name: &'static str,
    /// VMware's key, where EVC knows the bit.
    pub key: Option<&'static str>,
    /// Where the bit is, as `0x7.0.ebx[5]`.
    pub place: String,
    /// What could remove the obstacle.
    pub hint: &'static str,
}

/// The answer with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The answer.
    pub answer: Answer,
    /// Features that the guest sees at the start and would lose.
    pub forbids: Vec<Obstacle>,
    /// Features that the guest sees at the start and the target's capture is silent about.
    pub unknown: Vec<&'static str>,
    /// Features with an EVC key that a CPUID capture of the start is silent about, and the
    /// target is not known to have.
    pub unseen: Vec<&'static str>,
    /// What else the reader should know.
    pub notes: Vec<String>,
}

/// Compares what a guest sees where it was started (`from`) with what it would find
/// after the move (`to`). What the target has more is no obstacle: a running guest
/// does not look again before it restarts.
pub fn check(from: &View<'_>, to: &View<'_>) -> Check {
    let mut check = Check {
        answer: Answer::Possible,
        forbids: Vec::new(),
        unknown: Vec::new(),
        unseen: Vec::new(),
        notes: Vec::new(),
    };
    match (from.vendor_id(), to.vendor_id()) {
        (Some(a), Some(b)) if from.vendor() != to.vendor() || a.trim() != b.trim() => {
            check.answer = Answer::Forbidden;
            check.notes.push(format!("the vendors differ: {a} and {b}; no baseline spans both"));
        }
        (Some(_), Some(_)) => {}
        _ => {
            check.answer = Answer::Undecided;
            check.notes.push("a vendor is not in its capture".to_owned());
        }
    }
    let is_host = from.presence_of("hypervisor").is_absent();
    let counted = feature::all()
        .filter(|feature| counts(feature) && feature.applies_to(from.vendor()))
        // Much of a host's own CPUID is shown to no guest; the EVC keys are what may be.
        .filter(|feature| !is_host || feature.evc().is_some());
    for feature in counted {
        match from.presence(&feature) {
            Presence::Present => {}
            Presence::Absent => continue,
            Presence::Unknown => {
                // A /proc/cpuinfo is silent about hundreds, and a note says so. Dump tools
                // leave out leaves such as power management, which no move depends on.
                let matters = !from.is_partial() && feature.evc().is_some();
                if matters && !to.presence(&feature).is_present() {
                    check.unseen.push(feature.name());
                }
                continue;
            }
        }
        match to.presence(&feature) {
            Presence::Present => {}
            Presence::Absent if kernel_hides(to, &feature).is_some() => {
                check.unknown.push(feature.name())
            }
            Presence::Absent => check.forbids.push(obstacle(&feature)),
            Presence::Unknown => check.unknown.push(feature.name()),
        }
    }
    if !check.forbids.is_empty() {
        check.answer = Answer::Forbidden;
    } else if check.answer == Answer::Possible
        && !(check.unknown.is_empty() && check.unseen.is_empty())
    {
        check.answer = Answer::Undecided;
    }
    if is_host {
        let note = "--from is a host's CPU, not a guest's: only bits with an EVC key are compared, which is what a guest may see";
        check.notes.push(note.to_owned());
    }
    for (view, side) in [(from, "from"), (to, "to")] {
        if view.is_partial() {
            check.notes.push(format!("--{side} is partial: /proc/cpuinfo shows flags only"));
        }
    }
    check
}

/// Bits that follow the moment, the topology or the hypervisor do not bind a guest.
fn counts(feature: &Feature) -> bool {
    if matches!(feature.scope(), Scope::Kvm | Scope::HyperV) {
        return false;
    }
    let place = (feature.leaf(), feature.register(), feature.bit());
    !matches!(
        place,
        // OSXSAVE and OSPKE mirror CR4; hypervisor and htt describe the VM.
        (LeafId { leaf: 1, .. }, Register::Ecx, 27 | 31)
            | (LeafId { leaf: 7, subleaf: 0 }, Register::Ecx, 4)
            | (LeafId { leaf: 1, .. }, Register::Edx, 28)
            // Intel shows syscall to 64-bit code only, so it depends on who asked.
            | (LeafId { leaf: 0x8000_0001, .. }, Register::Edx, 11)
            // cmp_legacy describes the VM's topology.
            | (LeafId { leaf: 0x8000_0001, .. }, Register::Ecx, 1)
    )
}

fn obstacle(feature: &Feature) -> Obstacle {
    let class = feature.evc().and_then(|key| catalogue().key(key)).map(|key| key.class);
    Obstacle {
        name: feature.name(),
        key: feature.evc(),
        place: feature.place(),
        hint: match class {
            Some(Class::Feature) => "start the guest under an EVC mode or CPU model without it",
            Some(Class::Setting) => {
                "a VM setting shows it; turn it off at the start or on at the target"
            }
            Some(Class::Speculation | Class::Patch) => {
                "bring both hosts to the same microcode and hypervisor patch level"
            }
            None => "no EVC key: mask the bit at the start, or show it at the target",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::{CpuDump, Registers};

    fn cpu(leaves: &[(u32, Registers)]) -> CpuDump {
        leaves.iter().map(|(leaf, registers)| (LeafId::new(*leaf, 0), *registers)).collect()
    }

    fn answer(from: &CpuDump, to: &CpuDump) -> Check {
        check(&View::Cpuid(from), &View::Cpuid(to))
    }

    const INTEL: (u32, Registers) = (0, Registers::new(7, 0x756e_6547, 0x6c65_746e, 0x4965_6e69));
    const LEAF1: (u32, Registers) = (1, Registers::new(0x306f0, 0, 1, 0));
    const LEAF7: (u32, Registers) = (7, Registers::new(0, 1 << 5, 0, 0));
    const EXTENDED: (u32, Registers) = (0x8000_0000, Registers::new(0x8000_0000, 0, 0, 0));

    #[test]
    fn what_either_side_does_not_tell_is_not_promised() {
        let whole = cpu(&[INTEL, LEAF1, LEAF7, EXTENDED]);
        let short = cpu(&[INTEL, LEAF1, EXTENDED]);
        assert_eq!(answer(&whole, &whole).answer, Answer::Possible);
        let silent_start = answer(&short, &whole);
        assert_eq!(silent_start.answer, Answer::Undecided);
        assert!(silent_start.unseen.contains(&"bmi1") && !silent_start.unseen.contains(&"avx2"));
        let silent_target = answer(&whole, &short);
        assert_eq!(silent_target.answer, Answer::Undecided);
        assert_eq!(silent_target.unknown, ["avx2"]);
    }

    #[test]
    fn a_vendor_that_is_not_known_is_not_another() {
        let whole = cpu(&[INTEL, LEAF1, LEAF7, EXTENDED]);
        let nameless = cpu(&[LEAF1, LEAF7, EXTENDED]);
        assert_eq!(answer(&nameless, &whole).answer, Answer::Undecided);
        let made_up =
            |name: u32| cpu(&[(0, Registers::new(7, name, 0, 0)), LEAF1, LEAF7, EXTENDED]);
        assert_eq!(answer(&made_up(0x41), &made_up(0x42)).answer, Answer::Forbidden);
    }
}
