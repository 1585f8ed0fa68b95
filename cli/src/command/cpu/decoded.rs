//! `guestctl cpu`: everything the leaves say, on one or two screens.

mod outline;

use std::io;

use introspect::cpuid::decode::frequency::Frequency;
use introspect::cpuid::decode::xsave::Xsave;
use introspect::cpuid::decode::{
    Decoded, Identity, Topology, cache, decode, microarchitecture, tlb,
};
use introspect::cpuid::{CpuDump, View};
use introspect::report::{Levels, levels};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Table, Text, Tone, count};

use outline::{outline, word};

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    source: About,
    #[serde(flatten)]
    decoded: Decoded,
    /// The x86-64 level reached, and what the next one lacks.
    level: Levels,
    /// The names of the bits that are set.
    features: Vec<&'static str>,
}

impl Whole {
    /// Decodes one CPU.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn of(source: &Source, cpu: Option<usize>) -> Result<Self, Failure> {
        let subject = source.subject(cpu)?;
        let view = subject.view()?;
        let vendor = view.vendor();
        let features = view
            .presences()
            .into_iter()
            .filter(|(feature, presence)| presence.is_present() && feature.applies_to(vendor))
            .map(|(feature, _)| feature.name())
            .collect();
        let decoded = view.cpuid().map_or_else(|| summary(&view), decode);
        Ok(Self { source: subject.about(), decoded, level: levels(&view), features })
    }
}

/// What a source without leaves tells nevertheless.
fn summary(view: &View<'_>) -> Decoded {
    let identity = view.signature().zip(view.fms()).map(|(signature, fms)| Identity {
        signature: signature.0.into(),
        family: fms.family,
        model: fms.model,
        stepping: fms.stepping,
        processor_type: signature.processor_type(),
        microarchitecture: microarchitecture(view.vendor(), signature),
    });
    Decoded {
        vendor: view.vendor_id(),
        max_leaf: view.max_leaf().map(Into::into),
        identity,
        brand: view.brand(),
        ..decode(&CpuDump::default())
    }
}

impl Answer for Whole {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let decoded = &self.decoded;
        text.heading(decoded.brand.as_deref().unwrap_or("CPU without a brand string"))?;
        text.table(&head(decoded, &self.level))?;
        section(text, "Caches", &caches(&decoded.caches))?;
        section(text, "TLBs", &tlbs(&decoded.tlbs))?;
        if let Some(xsave) = &decoded.xsave {
            section(text, &xsave_heading(xsave), &components(xsave))?;
        }
        section(text, "Power", &outline(&decoded.power))?;
        section(text, "Performance counters", &outline(&decoded.perfmon))?;
        section(text, "AMX, AVX10 and APX", &outline(&decoded.accelerators))?;
        section(text, "Confidential computing", &outline(&decoded.confidential))?;
        section(text, "SGX", &outline(&decoded.sgx))?;
        section(text, "Resource control", &outline(&decoded.resource_control))?;
        for hypervisor in &decoded.hypervisors {
            let of = |what: &str| format!("{what} by {}", hypervisor.signature);
            section(text, &of("Timing"), &outline(&hypervisor.timing))?;
            section(text, &of("Enlightenments"), &outline(&hypervisor.details))?;
        }
        text.heading(&format!("Features ({})", self.features.len()))?;
        text.line(Tone::Plain, &self.features.join(" "))?;
        self.source.text(text)
    }
}

fn section(text: &mut Text<'_>, heading: &str, table: &Table) -> io::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    text.heading(heading)?;
    text.table(table)
}

/// What CPU it is, a line a fact.
fn head(decoded: &Decoded, level: &Levels) -> Table {
    let mut table = Table::headless();
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            table.row([Cell::new(Tone::Dim, name), value.into()]);
        }
    };
    row("vendor", decoded.vendor.clone());
    let leaves = [decoded.max_leaf, decoded.max_extended_leaf].into_iter().flatten();
    let leaves: Vec<String> = leaves.map(|leaf| leaf.to_string()).collect();
    row("leaves up to", (!leaves.is_empty()).then(|| leaves.join(" and ")));
    for one in &decoded.hypervisors {
        row("hypervisor", Some(format!("{} ({} to {})", one.signature, one.base, one.max)));
    }
    row("signature", decoded.identity.map(signature));
    row("design", decoded.identity.and_then(design));
    row("level", Some(level.summary()));
    row("core type", decoded.core_type.map(|kind| word(&kind)));
    row("topology", topology(&decoded.topology));
    row("APIC id", decoded.topology.apic_id.map(|id| id.to_string()));
    row(
        "addresses",
        decoded.address.map(|sizes| {
            let said = if sizes.stated { "" } else { " (no leaf says so; what such CPUs have)" };
            format!("{} bits physical, {} bits linear{said}", sizes.physical, sizes.linear)
        }),
    );
    row("clocks", decoded.frequency.as_ref().and_then(clocks));
    row("prefetch", decoded.prefetch.map(|bytes| format!("{bytes} bytes")));
    table
}

fn signature(identity: Identity) -> String {
    format!(
        "{:08x}: family {} ({:#x}), model {} ({:#x}), stepping {}",
        identity.signature.0,
        identity.family,
        identity.family,
        identity.model,
        identity.model,
        identity.stepping
    )
}

fn design(identity: Identity) -> Option<String> {
    let known = identity.microarchitecture?;
    let more: Vec<&str> = [known.codename, known.process].into_iter().flatten().collect();
    Some(match more.as_slice() {
        [] => known.name.to_owned(),
        more => format!("{} ({})", known.name, more.join(", ")),
    })
}

fn topology(topology: &Topology) -> Option<String> {
    let counts: Vec<String> = [
        (topology.dies_per_package, "die", "package"),
        (topology.nodes_per_package, "node", "package"),
        (topology.cores_per_package, "core", "package"),
        (topology.threads_per_package, "thread", "package"),
        (topology.threads_per_core, "thread", "core"),
    ]
    .into_iter()
    .filter_map(|(number, what, group)| Some(format!("{} per {group}", count(number?, what))))
    .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

fn clocks(clocks: &Frequency) -> Option<String> {
    let mhz = |hz: u64| hz / 1_000_000;
    let rates: Vec<String> = [
        (clocks.tsc_hz.map(mhz), "TSC"),
        (clocks.base_mhz.map(u64::from), "base"),
        (clocks.max_mhz.map(u64::from), "maximum"),
        (clocks.bus_mhz.map(u64::from), "bus"),
        (clocks.crystal_hz.map(mhz), "crystal"),
        (clocks.hypervisor_tsc_khz.map(|khz| u64::from(khz) / 1000), "TSC by the hypervisor"),
        (clocks.brand_mhz.map(u64::from), "by the brand string"),
    ]
    .into_iter()
    .filter_map(|(rate, what)| Some(format!("{} MHz {what}", rate?)))
    .collect();
    (!rates.is_empty()).then(|| rates.join(", "))
}

fn caches(caches: &[cache::Cache]) -> Table {
    let mut table = Table::new(["cache", "size", "line", "ways", "sets", "shared by", "leaf"]);
    for cache in caches {
        let ways = if cache.fully_associative { "full".to_owned() } else { number(cache.ways) };
        table.row([
            format!("L{} {}", cache.level, word(&cache.kind)).into(),
            if cache.kind == cache::CacheKind::Trace {
                format!("{} micro-operations", cache.size).into()
            } else {
                bytes(cache.size).into()
            },
            number(cache.line).into(),
            ways.into(),
            number(cache.sets).into(),
            number(cache.shared_by).into(),
            Cell::new(Tone::Dim, cache.leaf.to_string()),
        ]);
    }
    table
}

fn tlbs(tlbs: &[tlb::Tlb]) -> Table {
    let mut table = Table::new(["TLB", "pages", "entries", "ways", "leaf"]);
    for tlb in tlbs {
        table.row([
            format!("L{} {}", tlb.level, word(&tlb.kind)).into(),
            tlb.pages.join(" ").into(),
            tlb.entries.to_string().into(),
            if tlb.fully_associative { "full".into() } else { number(tlb.ways).into() },
            Cell::new(Tone::Dim, tlb.leaf.to_string()),
        ]);
    }
    table
}

fn xsave_heading(xsave: &Xsave) -> String {
    let extensions = match xsave.extensions.as_slice() {
        [] => String::new(),
        names => format!(" with {}", names.join(" ")),
    };
    let (now, most) = (xsave.current_size, xsave.maximum_size);
    format!("XSAVE{extensions}: {now} bytes now, {most} at most")
}

fn components(xsave: &Xsave) -> Table {
    let mut table = Table::new(["bit", "component", "size", "offset", ""]);
    for component in &xsave.components {
        let notes = [
            (component.supervisor, "supervisor"),
            (component.aligned, "aligned"),
            (component.faulting, "can fault on first use"),
        ];
        let notes: Vec<&str> =
            notes.into_iter().filter_map(|(holds, note)| holds.then_some(note)).collect();
        table.row([
            component.bit.to_string().into(),
            component.name.unwrap_or("not defined in any manual").into(),
            number(component.size).into(),
            number(component.offset).into(),
            Cell::new(Tone::Dim, notes.join(", ")),
        ]);
    }
    table
}

fn number(value: Option<u32>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

/// A size in the largest binary unit that leaves no fraction.
fn bytes(size: u64) -> String {
    match size {
        0 => "0 B".to_owned(),
        size if size % (1 << 20) == 0 => format!("{} MiB", size >> 20),
        size if size % (1 << 10) == 0 => format!("{} KiB", size >> 10),
        size => format!("{size} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_lose_nothing() {
        assert_eq!(bytes(48 << 10), "48 KiB");
        assert_eq!(bytes(2 << 20), "2 MiB");
        assert_eq!(bytes(1536 << 10), "1536 KiB");
        assert_eq!(bytes(1000), "1000 B");
        assert_eq!(bytes(0), "0 B");
    }
}
