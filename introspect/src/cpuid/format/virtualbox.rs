//! VirtualBox's VBox.log, whose CPUID dump pairs guest and host:
//!
//! ```text
//! 00:00:00.154958 Gst: 00000007/0000  00000000 00842421 00000000 10000400
//! 00:00:00.154958 Hst:                00000000 029c67af 40000000 9c002400
//! ```
//!
//! A `Hst:` line belongs to the `Gst:` line before it. Versions before 5 write the leaf
//! without a subleaf. A star behind the guest's registers marks a leaf above the
//! guest's maximum, which the guest does not have.

use super::collect;
use super::detect::refuse_other_format;
use super::lines::Lines;
use super::scan::Scan;
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::{CpuDump, Dump};
use crate::cpuid::registers::{LeafId, Registers};

const GUEST_LINE: &str = "\"Gst: 00000001/0000  00000000 00000000 00000000 00000000\"";
const HOST_LINE: &str = "\"Hst:                00000000 00000000 00000000 00000000\"";

/// The most bytes of a line's time, whose hours may have any number of digits.
const MAX_TIME: usize = 24;

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    behind_time(text, "Gst:").is_some()
        || behind_time(text, "Hst:").is_some()
        || behind_time(text, "VirtualBox VM ").is_some()
        || text.contains("Log opened 20") && text.contains("VirtualBox")
}

/// True for a line that means to be a leaf.
pub(super) fn is_leaf_line(text: &str) -> bool {
    behind_time(text, "Gst: ").is_some() || behind_time(text, "Hst: ").is_some()
}

/// Reads the log; lines that are not of the CPUID dump are passed over.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut guest = CpuDump::default();
    let mut host = CpuDump::default();
    let mut pending = None;
    while let Some(line) = lines.next()? {
        if let Some(rest) = behind_time(line.text, "Gst:") {
            let (id, registers, is_real) =
                guest_leaf(rest).ok_or_else(|| line.malformed(GUEST_LINE))?;
            if id == LeafId::new(0, 0) {
                // The dump was written again, such as after a reset: the last one counts.
                (guest, host) = Default::default();
            }
            if is_real {
                collect::insert(&mut guest, id, registers).map_err(|e| line.refused(e))?;
            }
            pending = Some(id);
        } else if let Some(rest) = behind_time(line.text, "Hst:") {
            let registers = host_registers(rest).ok_or_else(|| line.malformed(HOST_LINE))?;
            let id = pending.take().ok_or_else(|| line.malformed("a Gst: line before Hst:"))?;
            collect::insert(&mut host, id, registers).map_err(|e| line.refused(e))?;
        } else {
            let cut = Scan(without_time(line.text)).space().0;
            if !line.terminated && (cut == "Gst" || cut == "Hst") {
                return Err(line.malformed(GUEST_LINE));
            }
            refuse_other_format(&line, Format::VirtualboxLog)?;
        }
    }
    if guest.is_empty() {
        return Err(lines.ended(GUEST_LINE));
    }
    let mut capture = Capture::of_dump(Format::VirtualboxLog, Dump { cpus: vec![guest] });
    capture.host = (!host.is_empty()).then(|| Dump { cpus: vec![host] });
    Ok(capture)
}

/// What follows this word, if the word is the first thing behind the time.
fn behind_time<'a>(text: &'a str, word: &str) -> Option<Scan<'a>> {
    Scan(without_time(text)).word(word)
}

/// A line without its `00:00:00.154958 `.
fn without_time(text: &str) -> &str {
    let text = text.trim_start();
    let head = text.get(..MAX_TIME).unwrap_or(text);
    match head.split_once([' ', '\t']) {
        Some((time, _)) if time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')) => {
            text[time.len()..].trim_start()
        }
        _ => text,
    }
}

/// The leaf, its registers, and whether the guest really has it.
fn guest_leaf(rest: Scan<'_>) -> Option<(LeafId, Registers, bool)> {
    let (leaf, rest) = rest.space().hex_exact(8)?;
    let (subleaf, rest) = match rest.word("/") {
        Some(rest) => rest.hex()?,
        None => (0, rest),
    };
    let (registers, rest) = rest.word(" ")?.registers("", "")?;
    let star = rest.word("*");
    star.unwrap_or(rest).end()?;
    Some((LeafId::new(leaf, subleaf), registers, star.is_none()))
}

fn host_registers(rest: Scan<'_>) -> Option<Registers> {
    let (registers, rest) = rest.registers("", "")?;
    rest.word("*").unwrap_or(rest).end()?;
    Some(registers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{capture_of, error_of};

    const ZERO: &str = "00:00:01.000001 Gst: 00000000/0000  0000000d 756e6547 6c65746e 49656e69\n\
        00:00:01.000002 Hst:                00000016 756e6547 6c65746e 49656e69\n";

    #[test]
    fn pairs_are_split_into_guest_and_host() {
        let capture = capture_of(
            Format::VirtualboxLog,
            &format!(
                "VirtualBox VM 6.1.16 r140961 linux.amd64\n{ZERO}00:00:01.1 Features\n\
                 00:00:01.3 Gst: 00000007/0001  00000000 00000000 00000000 00000000\n\
                 00:00:01.4 Hst:                00000001 00000002 00000003 00000004\n"
            ),
        );
        let leaf7 = LeafId::new(7, 1);
        assert_eq!(capture.guest.cpus[0].get(leaf7), Some(Registers::default()));
        let host = capture.host.unwrap();
        assert_eq!(host.cpus[0].get(leaf7), Some(Registers::new(1, 2, 3, 4)));
    }

    #[test]
    fn the_old_form_has_no_subleaf_and_stars() {
        let capture = capture_of(
            Format::VirtualboxLog,
            "00:00:09.008 Gst: 00000000  00000001 68747541 444d4163 69746e65\n\
             00:00:09.008 Hst:           00000001 68747541 444d4163 69746e65\n\
             00:00:09.008 Gst: 00000005  80000004 68747541 444d4163 69746e65*\n\
             00:00:09.008 Hst:           00000000 00000000 00000000 00000000\n",
        );
        assert_eq!(capture.guest.cpus[0].len(), 1);
        assert_eq!(capture.host.unwrap().cpus[0].len(), 2);
    }

    #[test]
    fn the_last_dump_of_a_log_counts() {
        let again = ZERO.replace("0000000d", "0000000e");
        let capture = capture_of(Format::VirtualboxLog, &format!("{ZERO}{again}"));
        assert_eq!(capture.guest.cpus[0].get(LeafId::new(0, 0)).unwrap().eax, 0xe);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        let host = "00:00:01.0 Hst:                00000000 00000000 00000000 00000000\n";
        for (text, line) in [
            (format!("{ZERO}{host}"), 3),
            (format!("{ZERO}00:00:01.0 Gst: 00000001/0000  000306f0 0001"), 3),
            (format!("{ZERO}00:00:01.0 Hst"), 3),
            (ZERO[..ZERO.len() - 2].to_owned(), 2),
            ("VirtualBox VM 6.1.16\n00:00:01 x\n".to_owned(), 2),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("virtualbox-log, line {line}:")), "{error}");
        }
    }
}
