//! `guestctl cpu diff`: two CPUs compared, by feature name and by register.

mod answer;

use std::path::PathBuf;

use introspect::cpuid::{Presence, View, diff};

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{Source, Subject};
use crate::output::Screen;

use answer::{Difference, FeatureRow, RegisterRow, Side};

/// Compare two CPUs by feature name and by register
///
/// Fields that differ from one CPU of a machine to the next, or from moment to moment, do
/// not count. The exit code is 1 when the CPUs are different.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl cpu diff before.txt after.txt      what a change of EVC mode did
  guestctl cpu diff golden.json live          is this machine what it should be
  guestctl cpu diff a.txt b.txt -o html > diff.html
  ssh guest guestctl cpu dump | guestctl cpu diff live -")]
pub(crate) struct Diff {
    /// A captured CPU; `live` is this machine, - is standard input
    a: PathBuf,
    /// The other one
    b: PathBuf,
    /// Also show the volatile fields, such as APIC ids
    #[arg(long)]
    volatile: bool,
}

impl Diff {
    /// Compares the first CPUs of two sources, or those of one number.
    pub(super) fn run(
        &self,
        options: &Common,
        cpu: Option<usize>,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("cpu diff takes its two CPUs as arguments")?;
        let (a, b) = (Source::named(&self.a), Source::named(&self.b));
        if (&a, &b) == (&Source::Stdin, &Source::Stdin) {
            return Err(Failure::Usage(
                "standard input can be one of the two CPUs only; give a file for the other"
                    .to_owned(),
            ));
        }
        let difference = compare(&a.whole_subject(cpu)?, &b.whole_subject(cpu)?, self.volatile)?;
        screen.show(&difference)?;
        Ok(if difference.different { ExitCode::No } else { ExitCode::Ok })
    }
}

fn compare(a: &Subject, b: &Subject, show_volatile: bool) -> Result<Difference, Failure> {
    let (view_a, view_b) = (a.view()?, b.view()?);
    let (certain, unsure): (Vec<_>, Vec<_>) =
        diff::features(&view_a, &view_b).into_iter().partition(|diff| diff.is_certain());
    let tells_all = |view: &View<'_>| {
        let vendor = view.vendor();
        view.presences().iter().all(|(feature, presence)| {
            *presence != Presence::Unknown || !feature.applies_to(vendor)
        })
    };
    let features: Vec<FeatureRow> =
        certain.iter().filter(|diff| !diff.is_volatile()).map(FeatureRow::new).collect();
    let unsure = unsure.iter().map(|diff| diff.feature.name()).collect();
    let (volatile, registers): (Vec<_>, Vec<_>) = match (a.dump(), b.dump()) {
        (Ok(a), Ok(b)) => diff::registers(a, b).into_iter().partition(|diff| diff.volatile),
        // One of them is a /proc/cpuinfo, which the answer says anyway.
        _ => Default::default(),
    };
    let different = !features.is_empty()
        || !registers.is_empty()
        || view_a.vendor_id() != view_b.vendor_id()
        || view_a.fms() != view_b.fms();
    Ok(Difference {
        a: Side::new(a.about(), &view_a),
        b: Side::new(b.about(), &view_b),
        different,
        complete: tells_all(&view_a) && tells_all(&view_b),
        features,
        unsure,
        registers: registers.iter().map(RegisterRow::new).collect(),
        volatile: volatile.iter().map(RegisterRow::new).collect(),
        show_volatile,
    })
}
