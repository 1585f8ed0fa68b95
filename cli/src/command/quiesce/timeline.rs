//! A record as bars over time: what every picture of it is drawn from.

use protocol::guestd::quiesce::{FilesystemResult, FilesystemRun, HookRun, Record, Step};

use super::micros;

/// A record laid out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Timeline {
    /// Microseconds from the left edge to the right one.
    pub(super) length: u64,
    pub(super) rows: Vec<Row>,
}

/// One line of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) parts: Vec<Part>,
    /// How long it took, or why there is no bar.
    pub(super) note: String,
    pub(super) bad: bool,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) what: What,
}

/// What happens in a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Work that applications do not feel, or a step.
    Work,
    /// The kernel freezes or thaws: writers wait.
    Turning,
    /// Frozen: writers wait.
    Frozen,
}

impl Timeline {
    /// Steps, then hooks, then filesystems.
    pub(super) fn of(record: &Record) -> Self {
        let rows: Vec<Row> = record
            .steps
            .iter()
            .map(of_step)
            .chain(record.hooks.iter().map(of_hook))
            .chain(record.filesystems.iter().map(of_filesystem))
            .collect();
        let ends = rows.iter().flat_map(|row| &row.parts).map(|part| part.end);
        Self { length: ends.max().unwrap_or(0).max(1), rows }
    }
}

fn of_step(step: &Step) -> Row {
    let end = step.start_us.saturating_add(step.duration_us);
    let what = if step.name == "frozen" { What::Frozen } else { What::Work };
    Row {
        label: step.name.clone(),
        parts: vec![Part { start: step.start_us, end, what }],
        note: micros(step.duration_us),
        bad: false,
    }
}

fn of_hook(hook: &HookRun) -> Row {
    let end = hook.start_us.saturating_add(hook.duration_us);
    let result = if hook.ok { String::new() } else { format!(", {}", hook.result) };
    Row {
        label: format!("{} {}", hook.name, hook.argument),
        parts: vec![Part { start: hook.start_us, end, what: What::Work }],
        note: format!("{}{result}", micros(hook.duration_us)),
        bad: !hook.ok,
    }
}

fn of_filesystem(one: &FilesystemRun) -> Row {
    let mut parts = Vec::new();
    let stretch = |start: Option<u64>, time: Option<u64>| {
        let start = start?;
        Some((start, start.saturating_add(time?)))
    };
    let froze = stretch(one.freeze_start_us, one.freeze_us);
    let thawed = stretch(one.thaw_start_us, one.thaw_us);
    if let Some((start, end)) = froze {
        parts.push(Part { start, end, what: What::Turning });
        if let Some((thaw, _)) = thawed {
            parts.push(Part { start: end, end: thaw.max(end), what: What::Frozen });
        }
    }
    if let Some((start, end)) = thawed {
        parts.push(Part { start, end, what: What::Turning });
    }
    let word = match one.result {
        FilesystemResult::Planned => "not begun",
        FilesystemResult::Frozen => "",
        FilesystemResult::Synced => "only written out",
        FilesystemResult::FrozenByOthers => "frozen by somebody else",
        FilesystemResult::Skipped => "left out",
        FilesystemResult::Failed => "failed",
        FilesystemResult::TimedOut => "not frozen in time",
    };
    let time = match (froze, thawed) {
        (Some((start, _)), Some((_, end))) => micros(end.saturating_sub(start)),
        _ => String::new(),
    };
    let told = [time.as_str(), word, one.note.as_deref().unwrap_or_default()];
    let told: Vec<&str> = told.into_iter().filter(|word| !word.is_empty()).collect();
    Row {
        label: format!("{} ({})", one.mountpoint, one.kind),
        parts,
        note: told.join(", "),
        bad: matches!(one.result, FilesystemResult::Failed | FilesystemResult::TimedOut),
    }
}

/// A row as so many letters.
pub(super) fn bar(row: &Row, length: u64, columns: usize) -> String {
    let mut letters = vec![' '; columns];
    let columns = u64::try_from(columns).unwrap_or(u64::MAX);
    let place = |time: u64| {
        let place = u128::from(time) * u128::from(columns) / u128::from(length.max(1));
        usize::try_from(place).unwrap_or(usize::MAX).min(letters.len())
    };
    let places: Vec<(usize, usize, What)> =
        row.parts.iter().map(|part| (place(part.start), place(part.end), part.what)).collect();
    for (start, end, what) in places {
        let letter = match what {
            What::Work => '-',
            What::Turning => '=',
            What::Frozen => '#',
        };
        // Whatever happened is seen, however short it was.
        let last = letters.len() - 1;
        let start = start.min(last);
        let end = end.clamp(start + 1, letters.len());
        letters[start..end].fill(letter);
    }
    letters.into_iter().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run of the agent on two filesystems of a loop device each, as it was recorded.
    pub(crate) const RECORD: &str = include_str!("record.json");

    pub(crate) fn record() -> Record {
        serde_json::from_str(RECORD).unwrap()
    }

    #[test]
    fn a_record_becomes_bars_in_the_order_of_its_parts() {
        let timeline = Timeline::of(&record());
        let labels: Vec<&str> = timeline.rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels[..3], ["hooks", "flush", "freeze"]);
        let last = timeline.rows.last().unwrap();
        assert_eq!(
            last.parts.iter().map(|part| part.what).collect::<Vec<_>>(),
            [What::Turning, What::Frozen, What::Turning]
        );
        assert!(
            timeline.rows.iter().flat_map(|row| &row.parts).all(|part| part.end <= timeline.length)
        );
    }

    #[test]
    fn a_bar_shows_even_what_was_short() {
        let part = |start, end, what| Part { start, end, what };
        let row = |parts| Row { label: String::new(), parts, note: String::new(), bad: false };
        let frozen = row(vec![
            part(0, 25, What::Turning),
            part(25, 75, What::Frozen),
            part(75, 100, What::Turning),
        ]);
        assert_eq!(bar(&frozen, 100, 8), "==####==");
        assert_eq!(bar(&row(vec![part(99, 99, What::Work)]), 100, 8), "       -");
        assert_eq!(bar(&row(vec![part(100, 100, What::Work)]), 100, 8), "       -");
        assert_eq!(bar(&row(vec![part(0, u64::MAX, What::Work)]), 1, 3), "---");
        assert_eq!(bar(&row(Vec::new()), 100, 4), "    ");
    }

    #[test]
    fn an_empty_record_has_a_length_to_divide_by() {
        let empty =
            Record { steps: Vec::new(), hooks: Vec::new(), filesystems: Vec::new(), ..record() };
        assert_eq!(Timeline::of(&empty), Timeline { length: 1, rows: Vec::new() });
    }
}
