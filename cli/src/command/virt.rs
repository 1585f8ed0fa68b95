//! `guestctl virt`: which hypervisors, cloud and container this is.

use std::io;

use introspect::hypervisor::{Confidence, Virtualization, detect, detect_view};
use serde::Serialize;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// Say which hypervisor, cloud and container this is, and what shows it
///
/// The words of systemd-detect-virt and virt-what stand beside ours.
#[derive(Debug, clap::Args)]
pub(crate) struct Virt {}

impl Virt {
    /// Answers for the machine, the captured tree or the dump that the options name.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        screen.show(&judge(options)?)?;
        Ok(ExitCode::Ok)
    }
}

/// The verdict and where its facts come from.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    #[serde(flatten)]
    pub(crate) virt: Virtualization,
    source: About,
}

/// Judges what the options name.
///
/// # Errors
/// `Input` or `Machine` where it cannot be read.
pub(crate) fn judge(options: &Common) -> Result<Answered, Failure> {
    let source = Source::of(options);
    if let Source::Tree(dir) = &source {
        let root = source.root();
        if !dir.is_dir() {
            let reason = "is no directory; --root takes the top directory of a captured tree";
            return Err(Failure::input(dir.display().to_string(), reason));
        }
        // A tree made for this question may hold DMI strings and nothing else.
        if !root.exists("/proc/cpuinfo") {
            let about = About::tree(dir.display().to_string());
            return Ok(Answered { virt: detect(None, &root), source: about });
        }
    }
    let subject = source.subject(None)?;
    let virt = detect_view(&subject.view()?, &source.root());
    Ok(Answered { virt, source: subject.about() })
}

impl Answer for Answered {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let virt = &self.virt;
        text.line(Tone::Strong, &sentence(virt))?;
        let mut table = Table::headless();
        let mut row =
            |name: &str, value: &str| table.row([Cell::new(Tone::Dim, name), value.into()]);
        let nested = match virt.nesting.nested {
            Some(true) => "yes",
            Some(false) => "no",
            None => "cannot be seen from here",
        };
        row(
            "nested",
            &virt
                .nesting
                .evidence
                .as_ref()
                .map_or(nested.to_owned(), |why| format!("{nested}: {why}")),
        );
        if let Some(can) = virt.nesting.can_run_guests {
            row("can run guests", if can { "yes (VT-x or SVM is offered)" } else { "no" });
        }
        if let Some(cloud) = &virt.cloud {
            row("cloud", &format!("{} ({}), by {}", cloud.name, cloud.id, cloud.evidence));
        }
        if let Some(confidential) = &virt.confidential {
            row(
                "confidential",
                &format!(
                    "{} {}, by {}",
                    confidential.kind,
                    confidential.state.name(),
                    confidential.evidence
                ),
            );
        }
        if let Some(container) = &virt.container {
            row("container", container);
        }
        row("systemd", &systemd(virt));
        let lines = if virt.virt_what.is_empty() {
            "(nothing)".to_owned()
        } else {
            virt.virt_what.join(" ")
        };
        row("virt-what", &lines);
        text.table(&table)?;
        text.heading("Layers")?;
        let mut layers = Table::headless();
        for layer in &virt.layers {
            layers.row([
                layer.source.as_str().into(),
                layer.value.as_str().into(),
                Cell::new(Tone::Dim, layer.says.as_deref().unwrap_or_default()),
            ]);
        }
        text.table(&layers)?;
        self.source.text(text)
    }
}

/// Vendor and product in one line.
pub(crate) fn sentence(virt: &Virtualization) -> String {
    match (&virt.vendor, &virt.product) {
        (Some(vendor), Some(product)) if product.contains(vendor.as_str()) => product.clone(),
        (Some(vendor), Some(product)) => format!("{vendor}: {product}"),
        (Some(vendor), None) => vendor.clone(),
        (None, _) if virt.systemd == "vm-other" => {
            "a hypervisor, named by nothing seen here".to_owned()
        }
        (None, _) if virt.confidence == Confidence::Unknown => {
            "nothing here names a hypervisor, which is not to say that there is none".to_owned()
        }
        (None, _) => "no hypervisor seen".to_owned(),
    }
}

/// One word, or both where the generations of systemd differ.
fn systemd(virt: &Virtualization) -> String {
    if virt.systemd_old == virt.systemd_new {
        return virt.systemd.to_owned();
    }
    format!(
        "{} ({} up to version 255, {} from 256)",
        virt.systemd, virt.systemd_old, virt.systemd_new
    )
}
