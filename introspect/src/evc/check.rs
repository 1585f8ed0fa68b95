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
    /// Nothing seen forbids it, but the target's capture does not say everything.
    Undecided,
}

/// A feature that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// Our name.
    pub name: &'static str,
    /// VMware's key, where EVC knows the bit.
    pub key: Option<&'static str>,
    /// Where the bit is, as `0x7.0 ebx[5]`.
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
        notes: Vec::new(),
    };
    if from.vendor() != to.vendor() {
        check.answer = Answer::Forbidden;
        check.notes.push(format!(
            "the vendors differ: {} and {}; no baseline spans both",
            from.vendor(),
            to.vendor()
        ));
    }
    for feature in
        feature::all().filter(|feature| counts(feature) && feature.applies_to(from.vendor()))
    {
        if !from.presence(&feature).is_present() {
            continue;
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
    } else if check.answer == Answer::Possible && !check.unknown.is_empty() {
        check.answer = Answer::Undecided;
    }
    if from.cpuid().and_then(|cpu| cpu.leaf(1)).is_some_and(|leaf1| leaf1.ecx >> 31 == 0) {
        check.notes.push(
            "--from is not a guest's CPUID: what no hypervisor would show a guest counts as well"
                .to_owned(),
        );
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
        place: format!("{} {}[{}]", feature.leaf(), feature.register(), feature.bit()),
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
