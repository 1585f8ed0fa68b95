//! Everything about one machine as one JSON document; docs/report.md describes it.

use serde::Serialize;

use crate::cpuid::consistency::{self, between_cpus, cpu_list};
use crate::cpuid::decode::{self, Decoded};
use crate::cpuid::feature;
use crate::cpuid::format::NativeDump;
use crate::cpuid::kernel::{Explanation, Side, against_kernel};
use crate::cpuid::level::level;
use crate::cpuid::{Capture, CpuInfo, Feature, Format, Presence, View};
use crate::evc::verdict::{Subject, Verdict, judge};
use crate::hypervisor::{self, Virtualization};
use crate::root::Root;

/// The name of the document's form.
pub const SCHEMA: &str = "guestd-report";
/// Its version: raised when a field changes its meaning or goes, not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

/// The document.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Where the facts come from.
    pub source: Source,
    /// The machine's own names; absent for a dump.
    pub machine: Option<Machine>,
    /// The CPU.
    pub cpu: Cpu,
    /// The EVC verdict.
    pub evc: Verdict,
    /// Hypervisor, cloud, container.
    pub virt: Virtualization,
    /// What does not fit together.
    pub consistency: Consistency,
    /// The dump itself, which `--from` reads back.
    pub cpuid: NativeDump,
}

/// Where the facts come from.
#[derive(Debug, Serialize)]
pub struct Source {
    /// The kind of capture.
    pub format: Format,
    /// True when only /proc/cpuinfo was there.
    pub partial: bool,
    /// What the reader noticed.
    pub notes: Vec<String>,
}

/// The machine's own names.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// /proc/sys/kernel/hostname.
    pub hostname: Option<String>,
    /// /proc/sys/kernel/osrelease.
    pub kernel: Option<String>,
}

/// The CPU, from the first logical CPU unless a field says otherwise.
#[derive(Debug, Serialize)]
pub struct Cpu {
    /// The vendor string.
    pub vendor: Option<String>,
    /// The brand string.
    pub brand: Option<String>,
    /// Leaf 1 EAX, eight hexadecimal digits.
    pub signature: Option<String>,
    /// Family, model and stepping in decimal.
    pub fms: Option<String>,
    /// How many logical CPUs the capture has.
    pub logical_cpus: usize,
    /// x86-64-v1 to v4.
    pub level: Levels,
    /// Names of the features that are there.
    pub features: Vec<&'static str>,
    /// Names of features that the capture cannot tell about.
    pub unknown: Vec<&'static str>,
    /// The decoded leaves; absent for a /proc/cpuinfo.
    pub decoded: Option<Decoded>,
}

/// The x86-64 micro-architecture levels of the psABI.
#[derive(Debug, Serialize)]
pub struct Levels {
    /// The highest level all of whose features are there.
    pub highest: Option<&'static str>,
    /// What the next level lacks.
    pub next: Option<NextLevel>,
}

impl Levels {
    /// The level reached and what the next one lacks, in a line.
    pub fn summary(&self) -> String {
        let highest = self.highest.unwrap_or("below x86-64-v1");
        let Some(next) = &self.next else { return highest.to_owned() };
        let (what, names) = match next.missing.as_slice() {
            [] => ("it is not known to have", &next.unknown),
            _ => ("it lacks", &next.missing),
        };
        format!("{highest}; for {} {what} {}", next.level, names.join(" "))
    }
}

/// The first level that is not reached.
#[derive(Debug, Serialize)]
pub struct NextLevel {
    /// Its name.
    pub level: &'static str,
    /// Features of it that are missing.
    pub missing: Vec<&'static str>,
    /// Features of it that cannot be told.
    pub unknown: Vec<&'static str>,
}

/// What does not fit together.
#[derive(Debug, Serialize)]
pub struct Consistency {
    /// Registers that are not the same on all logical CPUs, volatile bits aside.
    pub between_cpus: Vec<CpuDifference>,
    /// Flags on which CPUID and the kernel disagree; `None` without both.
    pub against_kernel: Option<Vec<FlagDifference>>,
}

/// A register that is not the same on all logical CPUs.
#[derive(Debug, Serialize)]
pub struct CpuDifference {
    /// Leaf and subleaf, such as `0x7.0`.
    pub leaf: String,
    /// The register.
    pub register: &'static str,
    /// `core-type`, `follows-core-type` or `unexplained`.
    pub reason: &'static str,
    /// Names of the bits that differ.
    pub features: Vec<&'static str>,
    /// Each value (hexadecimal, `null` where the leaf is absent) and the CPUs that have it.
    pub values: Vec<(Option<String>, String)>,
}

/// A flag on which CPUID and the kernel disagree.
#[derive(Debug, Serialize)]
pub struct FlagDifference {
    /// The kernel's spelling.
    pub flag: String,
    /// `cpuid` or `kernel`: who has it.
    pub only: &'static str,
    /// Why.
    pub explanation: String,
    /// False where no reason is known.
    #[serde(skip)]
    explained: bool,
}

impl FlagDifference {
    /// True where the reason is known.
    pub fn is_explained(&self) -> bool {
        self.explained
    }
}

/// Puts everything together; `None` for an empty capture. `root` is the machine the
/// capture is of, where that is at hand.
pub fn report(capture: &Capture, root: Option<&Root>) -> Option<Report> {
    let view = View::of(capture)?;
    let nowhere = Root::nowhere();
    let mut subject = Subject::of(capture)?;
    if let Some(root) = root {
        subject.look_around(root);
    }
    Some(Report {
        schema: SCHEMA,
        schema_version: SCHEMA_VERSION,
        source: Source {
            format: capture.format,
            partial: capture.is_partial(),
            notes: capture.notes.clone(),
        },
        machine: root.map(machine),
        cpu: cpu(capture, &view),
        evc: judge(&subject),
        virt: hypervisor::detect_view(&view, root.unwrap_or(&nowhere)),
        consistency: consistency(capture, root),
        cpuid: NativeDump::from(capture),
    })
}

fn machine(root: &Root) -> Machine {
    let text = |path| {
        let text = root.text(path)?;
        Some(text.chars().take(64).filter(|c| !c.is_control()).collect())
    };
    Machine {
        hostname: text("/proc/sys/kernel/hostname"),
        kernel: text("/proc/sys/kernel/osrelease"),
    }
}

fn cpu(capture: &Capture, view: &View<'_>) -> Cpu {
    let with = |wanted: Presence| {
        feature::all()
            .filter(|feature| feature.applies_to(view.vendor()))
            .filter(|feature| view.presence(feature) == wanted)
            .map(|feature| feature.name())
            .collect()
    };
    let processors = capture.cpuinfo.as_ref().map_or(0, |info| info.processors.len());
    Cpu {
        vendor: view.vendor_id(),
        brand: view.brand(),
        signature: view.signature().map(|signature| signature.to_string()),
        fms: view.fms().map(|fms| fms.to_string()),
        logical_cpus: if capture.is_partial() { processors } else { capture.guest.cpus.len() },
        level: levels(view),
        features: with(Presence::Present),
        unknown: with(Presence::Unknown),
        decoded: view.cpuid().map(decode::decode),
    }
}

/// The level reached and what the next one lacks.
pub fn levels(view: &View<'_>) -> Levels {
    let report = level(view);
    let names = |list: &[Feature]| list.iter().map(Feature::name).collect();
    let highest = report.highest();
    let next =
        report.levels.iter().find(|state| highest.is_none_or(|highest| state.level > highest));
    Levels {
        highest: highest.map(|level| level.name()),
        next: next.map(|state| NextLevel {
            level: state.level.name(),
            missing: names(&state.missing),
            unknown: names(&state.unknown),
        }),
    }
}

/// Compares a machine's CPUs with each other, and its CPUID with its kernel's flags.
pub fn consistency(capture: &Capture, root: Option<&Root>) -> Consistency {
    let between = between_cpus(&capture.guest).into_iter().map(|difference| CpuDifference {
        leaf: difference.leaf.to_string(),
        register: difference.register.name(),
        reason: match difference.reason {
            consistency::Reason::CoreType => "core-type",
            consistency::Reason::FollowsCoreType => "follows-core-type",
            consistency::Reason::Unexplained => "unexplained",
        },
        features: difference.features.iter().map(Feature::name).collect(),
        values: difference
            .groups
            .iter()
            .map(|group| (group.value.map(|value| format!("{value:08x}")), cpu_list(&group.cpus)))
            .collect(),
    });
    Consistency { between_cpus: between.collect(), against_kernel: kernel(capture, root) }
}

fn kernel(capture: &Capture, root: Option<&Root>) -> Option<Vec<FlagDifference>> {
    let cpu = capture.guest.first().filter(|cpu| !cpu.is_empty())?;
    let read: CpuInfo;
    let info = match (&capture.cpuinfo, root) {
        (Some(info), _) => info,
        (None, root) => {
            let bytes = root?.read("/proc/cpuinfo").ok()?;
            read = crate::cpuid::format::import(bytes.as_slice()).ok()?.cpuinfo?;
            &read
        }
    };
    let cmdline = root.and_then(|root| root.text("/proc/cmdline"));
    let differences = against_kernel(cpu, info.first()?, cmdline.as_deref());
    Some(
        differences
            .into_iter()
            .map(|difference| FlagDifference {
                flag: difference.flag,
                only: match difference.side {
                    Side::CpuidOnly => "cpuid",
                    Side::KernelOnly => "kernel",
                },
                explained: difference.explanation != Explanation::Unknown,
                explanation: difference.explanation.to_string(),
            })
            .collect(),
    )
}
