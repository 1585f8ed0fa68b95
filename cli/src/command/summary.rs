//! `guestctl` alone: this machine on one screen.

use std::io;

use introspect::Root;
use introspect::cpuid::decode::{Topology, microarchitecture, topology};
use introspect::cpuid::{View, feature};
use introspect::evc::{Verdict, judge};
use introspect::hypervisor::{Virtualization, detect_view};
use introspect::report::{Levels, levels};
use serde::Serialize;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Screen, Table, Text, Tone, count};

use super::virt::sentence;

/// Features whose absence people come to ask about, each with what it costs.
const NOTABLE: &[(&str, &str)] = &[
    ("aes", "encryption is slow"),
    ("rdrand", "less entropy at boot"),
    ("x2apic", "no more than 255 CPUs, slower interrupts"),
    ("invtsc", "the time stamp counter may stop or jump"),
    ("pcid", "system calls cost more where page tables are isolated"),
    ("xsave", "no AVX"),
];

/// Answers for the machine, the captured tree or the dump that the options name.
pub(super) fn run(options: &Common, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let source = Source::of(options);
    let root = source.root();
    let subject = source.subject(None)?;
    let view = subject.view()?;
    let mut judged = subject.evc()?;
    judged.look_around(&root);
    screen.show(&Summary {
        virt: detect_view(&view, &root),
        evc: judge(&judged),
        level: levels(&view),
        design: design(&view),
        online: online(&root),
        topology: view.cpuid().map(topology),
        absent: absent(&view),
        source: subject.about(),
    })?;
    Ok(ExitCode::Ok)
}

/// The answer.
#[derive(Debug, Serialize)]
struct Summary {
    virt: Virtualization,
    evc: Verdict,
    level: Levels,
    /// Name and process of the design that shows the signature.
    design: Option<String>,
    /// The kernel's list of online CPUs.
    online: Option<String>,
    topology: Option<Topology>,
    /// Notable features that are not there, and what that costs.
    absent: Vec<(&'static str, &'static str)>,
    source: About,
}

fn design(view: &View<'_>) -> Option<String> {
    let design = microarchitecture(view.vendor(), view.signature()?)?;
    Some(match design.process {
        Some(process) => format!("{}, {process}", design.name),
        None => design.name.to_owned(),
    })
}

fn online(root: &Root) -> Option<String> {
    let list = root.text("/sys/devices/system/cpu/online")?;
    (list.len() < 200 && list.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'-'))
        .then_some(list)
}

fn absent(view: &View<'_>) -> Vec<(&'static str, &'static str)> {
    NOTABLE
        .iter()
        .filter(|(name, _)| {
            feature::by_name(name).is_some_and(|feature| view.presence(&feature).is_absent())
        })
        .copied()
        .collect()
}

impl Answer for Summary {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::headless();
        let mut row = |name: &str, tone: Tone, value: String| {
            table.row([Cell::new(Tone::Dim, name), Cell::new(tone, value)]);
        };
        row("hypervisor", Tone::Strong, self.hypervisor());
        if let Some(container) = &self.virt.container {
            row("container", Tone::Plain, container.clone());
        }
        row(
            "CPU",
            Tone::Strong,
            self.evc.brand.clone().unwrap_or_else(|| "without a brand string".to_owned()),
        );
        if let (Some(hex), Some(fms)) = (&self.evc.signature, &self.evc.fms) {
            let design =
                self.design.as_ref().map(|design| format!(", {design}")).unwrap_or_default();
            row("signature", Tone::Plain, format!("{hex} ({fms}){design}"));
        }
        row("EVC", Tone::Strong, self.evc.summary.clone());
        row("level", Tone::Plain, self.level.summary());
        if let Some(topology) = self.topology() {
            row("topology", Tone::Plain, topology);
        }
        if !self.evc.hidden.is_empty() {
            let names: Vec<_> = self.evc.hidden.iter().map(|hidden| hidden.name).collect();
            row(
                "hidden",
                Tone::Bad,
                format!("{} ({}; guestctl evc says why)", names.join(" "), names.len()),
            );
        }
        for (name, cost) in &self.absent {
            row("missing", Tone::Warn, format!("{name}: {cost}"));
        }
        text.table(&table)?;
        self.source.text(text)
    }
}

impl Summary {
    fn hypervisor(&self) -> String {
        let virt = &self.virt;
        let mut words = vec![sentence(virt)];
        words.extend(virt.cloud.as_ref().map(|cloud| format!("cloud {}", cloud.name)));
        if virt.nesting.nested == Some(true) {
            words.push("nested in another hypervisor".to_owned());
        }
        words.extend(virt.confidential.as_ref().map(|c| format!("{} {}", c.kind, c.state.name())));
        words.join(", ")
    }

    fn topology(&self) -> Option<String> {
        let mut words = Vec::new();
        words.extend(self.online.as_ref().map(|list| {
            let cpus = if list.contains([',', '-']) { "CPUs" } else { "CPU" };
            format!("{cpus} {list} online")
        }));
        if let Some(topology) = &self.topology {
            let per = |number: Option<u32>, what, whole| {
                number.map(|number| format!("{} per {whole}", count(number, what)))
            };
            words.extend(per(topology.cores_per_package, "core", "package"));
            words.extend(per(topology.threads_per_core, "thread", "core"));
        }
        (!words.is_empty()).then(|| words.join(", "))
    }
}
