//! `guestctl evc` itself: the verdict with its evidence.

use std::io;

use introspect::evc::reason::Withheld;
use introspect::evc::verdict::Kind;
use introspect::evc::{self, Verdict, catalogue};
use serde::Serialize;

use crate::args::Common;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Table, Text, Tone};

use super::groups;

/// The verdict and where its facts come from.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    #[serde(flatten)]
    pub(crate) verdict: Verdict,
    source: About,
}

/// Judges the machine or the capture that the options name.
///
/// # Errors
/// `Input` or `Machine` where it cannot be read.
pub(crate) fn judge(options: &Common) -> Result<Answered, Failure> {
    let source = Source::of(options);
    let subject = source.subject(None)?;
    let mut judged = subject.evc()?;
    judged.look_around(&source.root());
    Ok(Answered { verdict: evc::judge(&judged), source: subject.about() })
}

impl Answer for Answered {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let verdict = &self.verdict;
        text.line(tone(verdict.verdict), &verdict.summary)?;
        text.table(&head(verdict))?;
        text.heading("Evidence")?;
        let mut table = Table::headless();
        for evidence in &verdict.evidence {
            table.row([
                (&evidence.source).into(),
                (&evidence.fact).into(),
                Cell::new(Tone::Dim, evidence.confidence.name()),
            ]);
        }
        text.table(&table)?;
        withheld(text, "Hidden from this guest", &verdict.hidden)?;
        withheld(text, "In the mode, but not in this guest", &verdict.missing)?;
        if let Some(next) = verdict.next.as_ref().filter(|next| !next.lacks.is_empty()) {
            text.heading(&format!(
                "Missing for {}, the next mode ({})",
                next.mode,
                next.lacks.len()
            ))?;
            text.line(Tone::Plain, &next.lacks.join(" "))?;
        }
        self.source.text(text)?;
        // That a capture is partial is said by its source already.
        verdict
            .notes
            .iter()
            .filter(|note| !note.starts_with("partial"))
            .try_for_each(|note| text.note(note))
    }
}

fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::Active => Tone::Good,
        Kind::Custom | Kind::Unknown => Tone::Warn,
        Kind::Compatible | Kind::None | Kind::NotVmware => Tone::Strong,
    }
}

fn head(verdict: &Verdict) -> Table {
    let mut table = Table::headless();
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            table.row([Cell::new(Tone::Dim, name), value.into()]);
        }
    };
    row("verdict", Some(format!("{} ({})", verdict.verdict.name(), verdict.confidence.name())));
    let mode = verdict.mode.zip(verdict.label).map(|(key, label)| format!("{key}, {label}"));
    let what = match verdict.verdict {
        Kind::Compatible => "at most",
        Kind::NotVmware => "baseline",
        _ => "mode",
    };
    row(what, mode);
    let signature = verdict.signature.as_ref().zip(verdict.fms.as_ref());
    row(
        "signature",
        signature.map(|(hex, fms)| match verdict.signature_mode {
            Some(mode) if catalogue().mode(mode).is_some_and(|mode| mode.fms().is_some()) => {
                format!("{hex} ({fms}), as {mode} presents it")
            }
            Some(mode) => format!("{hex} ({fms}), the model of {mode}"),
            None => format!("{hex} ({fms}), of no EVC mode"),
        }),
    );
    row(
        "features",
        Some(match (verdict.feature_mode, &verdict.next) {
            (Some(mode), _) if !verdict.feature_unknown.is_empty() => format!(
                "enough for {mode} as far as the capture tells; not told: {}",
                verdict.feature_unknown.join(" ")
            ),
            (Some(mode), Some(next)) => format!("enough for {mode}, not for {}", next.mode),
            (Some(mode), None) => format!("enough for {mode}, the highest mode"),
            (None, _) => "not enough for any EVC mode".to_owned(),
        }),
    );
    row("brand", verdict.brand.clone());
    row("host CPU", verdict.host_generation.map(str::to_owned));
    table
}

/// The features by reason, then each reason in words, once.
fn withheld(text: &mut Text<'_>, title: &str, list: &[Withheld]) -> io::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    text.heading(&format!("{title} ({})", list.len()))?;
    let groups = groups(list, |one| (one.reason, one.explanation.as_str()));
    let mut table = Table::new(["feature", "EVC key", "reason"]).optional([1]);
    let mut reasons = Table::headless();
    for ((reason, explanation), members) in &groups {
        for one in members {
            table.row([one.name.into(), one.key.unwrap_or("-").into(), reason.name().into()]);
        }
        // One reason may have two explanations; then each names its features.
        let alone = groups.iter().filter(|((other, _), _)| other == reason).count() == 1;
        let names: Vec<_> = members.iter().map(|one| one.name).collect();
        let explained = match alone {
            true => (*explanation).to_owned(),
            false => format!("{}: {explanation}", names.join(" ")),
        };
        reasons.row([reason.name().into(), Cell::new(Tone::Dim, explained)]);
    }
    text.table(&table)?;
    text.gap()?;
    text.table(&reasons)
}
