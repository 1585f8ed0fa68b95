//! guestctl and the peer that answers the same question, in turns.

use std::path::Path;

use anyhow::Result;
use support::packages;

use crate::measure::{Program, medians};
use crate::peak;
use crate::table::{Table, mebibytes, milliseconds};

/// A question, how guestctl is asked, and how the peer is.
struct Question {
    text: &'static str,
    ours: &'static [&'static str],
    peer: &'static [&'static str],
    needs_root: bool,
}

const QUESTIONS: [Question; 6] = [
    Question {
        text: "what the CPU offers",
        ours: &["cpu"],
        peer: &["cpuid", "-1"],
        needs_root: false,
    },
    // guestctl also looks for hypervisors at all 256 bases, which the peer does not.
    Question {
        text: "registers of one CPU",
        ours: &["cpu", "--raw"],
        peer: &["cpuid", "-1", "-r"],
        needs_root: false,
    },
    Question {
        text: "registers of all CPUs",
        ours: &["cpu", "dump", "--format", "etallen"],
        peer: &["cpuid", "-r"],
        needs_root: false,
    },
    Question { text: "the machine on one screen", ours: &[], peer: &["lscpu"], needs_root: false },
    Question {
        text: "which hypervisor",
        ours: &["virt"],
        peer: &["systemd-detect-virt", "--vm"],
        needs_root: false,
    },
    Question {
        text: "which hypervisor and cloud",
        ours: &["virt"],
        peer: &["virt-what"],
        needs_root: true,
    },
];

/// The table of all questions, and of EVC, which no peer answers.
///
/// # Errors
/// A program does not run or does not answer.
pub(crate) fn table(guestctl: &Path, runs: usize) -> Result<String> {
    let guestctl = guestctl.to_string_lossy();
    let mut table = Table::new(&[
        "question",
        "guestctl",
        "ms",
        "MiB",
        "peer",
        "ms",
        "MiB",
        "time ratio",
        "memory ratio",
    ]);
    let mut left_out = String::new();
    for question in &QUESTIONS {
        let ours = Program::new(&guestctl, question.ours);
        match question.peer() {
            Ok(peer) => table.row(side_by_side(question.text, &ours, &peer, runs)?),
            Err(reason) => {
                left_out += &format!("\nLeft out: {} ({reason}).", question.peer.join(" "))
            }
        }
    }
    table.row(alone("which EVC mode", &Program::new(&guestctl, &["evc"]), runs)?);
    let floor = mebibytes(peak::floor()?.kibibytes);
    Ok(format!(
        "{table}\nMedian wall time of {runs} runs each, guestctl and peer in turns, output to \
         /dev/null. MiB: largest resident set; of virt-what the largest single process. Anything \
         below {floor} MiB would show as {floor}. A ratio below 1 means guestctl needs less.{left_out}\n"
    ))
}

impl Question {
    /// The peer, or why it cannot run here.
    fn peer(&self) -> Result<Program, String> {
        let [program, arguments @ ..] = self.peer else { return Err("no peer".to_owned()) };
        let path = packages::find(program);
        let path = path.ok_or_else(|| packages::missing(&[program]).unwrap_or_default())?;
        if self.needs_root && !nix::unistd::geteuid().is_root() {
            return Err("only answers root".to_owned());
        }
        Ok(Program::new(&path.to_string_lossy(), arguments))
    }
}

fn side_by_side(text: &str, ours: &Program, peer: &Program, runs: usize) -> Result<Vec<String>> {
    let times = medians(&[ours, peer], runs)?;
    let memory = [peak::of(ours)?.kibibytes, peak::of(peer)?.kibibytes];
    let [our_time, peer_time] = times[..] else { return Ok(Vec::new()) };
    Ok(vec![
        text.to_owned(),
        format!("`{}`", ours.shown()),
        milliseconds(our_time),
        mebibytes(memory[0]),
        format!("`{}`", peer.shown()),
        milliseconds(peer_time),
        mebibytes(memory[1]),
        format!("{:.2}", our_time.as_secs_f64() / peer_time.as_secs_f64()),
        hundredths(memory[0], memory[1]),
    ])
}

fn alone(text: &str, ours: &Program, runs: usize) -> Result<Vec<String>> {
    let times = medians(&[ours], runs)?;
    let mut row = vec![text.to_owned(), format!("`{}`", ours.shown())];
    row.extend(times.first().map(|time| milliseconds(*time)));
    row.push(mebibytes(peak::of(ours)?.kibibytes));
    row.extend(["none", "", "", "", ""].map(str::to_owned));
    Ok(row)
}

fn hundredths(part: u64, whole: u64) -> String {
    let ratio = (part * 100 + whole / 2) / whole.max(1);
    format!("{}.{:02}", ratio / 100, ratio % 100)
}
