//! Which hypervisors, clouds and containers lie between this code and the hardware.
//!
//! [`Facts`] reads the machine once; everything else decides over them. So a captured
//! tree, a dump and the live machine answer alike. VMware's I/O port is never touched.

pub mod cloud;
pub mod confidential;
pub mod container;
pub mod dmi;
pub mod facts;
pub mod layers;
pub mod names;
pub mod signature;
pub mod systemd;
pub mod verdict;
pub mod virt_what;

use serde::Serialize;

pub use cloud::Cloud;
pub use confidential::Confidential;
pub use facts::Facts;
pub use layers::Layer;
pub use signature::{Interface, interfaces};
pub use verdict::{Confidence, Nesting};

use crate::cpuid::View;
use crate::cpuid::source::Cpuid;
use crate::root::Root;
use systemd::Rules;

/// Everything known about what this machine runs on, in the order of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Virtualization {
    /// What `systemd-detect-virt --vm` prints on this very machine: by the rules of the
    /// systemd installed under the root, and by those of 256 and later without one.
    pub systemd: &'static str,
    /// The word of systemd up to 255.
    pub systemd_old: &'static str,
    /// The word of systemd from 256.
    pub systemd_new: &'static str,
    /// The lines virt-what 1.25 prints; empty on bare metal.
    pub virt_what: Vec<&'static str>,
    /// Who made the hypervisor, such as `KVM` or `Microsoft Hyper-V`; `None` on bare metal.
    pub vendor: Option<String>,
    /// What it is, such as `QEMU/KVM` or `Amazon EC2 Nitro`.
    pub product: Option<String>,
    /// How vendor and product are known.
    pub confidence: Confidence,
    /// Hypervisors below the hypervisor, and whether guests can run above.
    pub nesting: Nesting,
    /// Whose cloud it is.
    pub cloud: Option<Cloud>,
    /// Memory that the host cannot read.
    pub confidential: Option<Confidential>,
    /// The container around this process, in systemd's words; it says nothing about the
    /// machine below.
    pub container: Option<String>,
    /// Every piece of evidence, from the CPU outwards.
    pub layers: Vec<Layer>,
}

/// Reads and judges a machine: the CPUID source if there is one, and files under `root`.
pub fn detect(cpu: Option<&dyn Cpuid>, root: &Root) -> Virtualization {
    judge(&Facts::gather(cpu, root), || systemd::installed_version(root))
}

/// [`detect`] for a capture: a /proc/cpuinfo stands in for the CPUID it does not have.
pub fn detect_view(view: &View<'_>, root: &Root) -> Virtualization {
    let mut facts = Facts::gather(view.cpuid(), root);
    if let View::Kernel(processor) = view {
        facts.cpuinfo = facts::CpuinfoFacts::of(processor);
    }
    judge(&facts, || systemd::installed_version(root))
}

/// Judges facts. The version of systemd is asked for only where it makes a difference.
pub fn judge(facts: &Facts, version: impl FnOnce() -> Option<u32>) -> Virtualization {
    let systemd_old = systemd::word(facts, Rules::UpTo255);
    let systemd_new = systemd::word(facts, Rules::From256);
    let is_old = systemd_old != systemd_new && version().is_some_and(|version| version < 256);
    let cloud = cloud::detect(facts);
    let verdict = verdict::decide(facts, cloud.as_ref());
    Virtualization {
        systemd: if is_old { systemd_old } else { systemd_new },
        systemd_old,
        systemd_new,
        virt_what: virt_what::lines(facts),
        vendor: verdict.vendor,
        product: verdict.product,
        confidence: verdict.confidence,
        nesting: verdict.nesting,
        layers: layers::layers(facts, cloud.as_ref()),
        cloud,
        confidential: facts.confidential.clone(),
        container: facts.container.name().map(|(name, _)| name.to_owned()),
    }
}
