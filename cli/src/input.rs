//! The machine or the file that a question is about.

mod subject;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use introspect::Root;
use introspect::cpuid::{Capture, Dump, Format, format, live};

use crate::args::Common;
use crate::failure::Failure;

pub(crate) use subject::{About, Subject};

/// Where the facts come from, as an option or an argument names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// This machine.
    Live,
    /// The /proc/cpuinfo of a captured tree.
    Tree(PathBuf),
    /// A dump on standard input.
    Stdin,
    /// A dump.
    File(PathBuf),
}

impl Source {
    /// What `--from` and `--root` say.
    pub(crate) fn of(options: &Common) -> Self {
        match (&options.from, &options.root) {
            (Some(path), _) => Self::named(path),
            (None, Some(root)) if !Root::at(root).is_live() => Self::Tree(root.clone()),
            (None, _) => Self::Live,
        }
    }

    /// What an argument or `--from` says: `live`, `-` or a path.
    pub(crate) fn named(word: &Path) -> Self {
        if word == Path::new("live") {
            Self::Live
        } else if word == Path::new("-") {
            Self::Stdin
        } else {
            Self::File(word.to_owned())
        }
    }

    /// The machine's files; there are none behind a dump.
    pub(crate) fn root(&self) -> Root {
        match self {
            Self::Live => Root::live(),
            Self::Tree(root) => Root::at(root),
            Self::Stdin | Self::File(_) => Root::nowhere(),
        }
    }

    /// True when the machine's own files are at hand.
    pub(crate) fn has_files(&self) -> bool {
        matches!(self, Self::Live | Self::Tree(_))
    }

    /// The name in answers and errors.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Live => "this machine".to_owned(),
            Self::Tree(root) => Root::at(root).join("/proc/cpuinfo").display().to_string(),
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// One CPU: leaf by leaf from the live machine, otherwise from the capture.
    ///
    /// # Errors
    /// As [`Source::capture`].
    pub(crate) fn subject(&self, cpu: Option<usize>) -> Result<Subject, Failure> {
        match (self, cpu) {
            (Self::Live, None) => Ok(Subject::this_cpu()),
            _ => Subject::of(self.name(), self.capture(Some(cpu.unwrap_or(0)))?),
        }
    }

    /// One CPU with everything it has read, for questions about leaves not known beforehand.
    ///
    /// # Errors
    /// As [`Source::capture`].
    pub(crate) fn whole_subject(&self, cpu: Option<usize>) -> Result<Subject, Failure> {
        let capture = match (self, cpu) {
            (Self::Live, None) => {
                Capture::of_dump(Format::Live, Dump { cpus: vec![live::read_this()] })
            }
            _ => self.capture(Some(cpu.unwrap_or(0)))?,
        };
        Subject::of(self.name(), capture)
    }

    /// Everything, from every CPU or from the one of this number.
    ///
    /// # Errors
    /// `Input` for a file that cannot be read, is no capture or lacks the CPU, `Machine`
    /// for a live CPU that cannot be reached.
    pub(crate) fn capture(&self, cpu: Option<usize>) -> Result<Capture, Failure> {
        let whole = match (self, cpu) {
            (Self::Live, None) => return Ok(live::read_all()),
            (Self::Live, Some(number)) => {
                let dump = live::read_one(number).ok_or_else(|| unreachable_cpu(number))?;
                return Ok(Capture::of_dump(Format::Live, Dump { cpus: vec![dump] }));
            }
            (Self::Stdin, _) => self.import(io::stdin().lock()),
            (Self::File(path), _) => self.import(BufReader::new(self.opened(File::open(path))?)),
            (Self::Tree(root), _) => {
                let cpuinfo = Root::at(root).open("/proc/cpuinfo");
                self.import(BufReader::new(self.opened(cpuinfo)?))
            }
        }?;
        match cpu {
            None => Ok(whole),
            Some(number) => only(whole, number).map_err(|count| self.lacks(number, count)),
        }
    }

    /// The file that this source names, if it was opened and is one.
    fn opened(&self, file: io::Result<File>) -> Result<File, Failure> {
        let fault = |reason: &dyn std::fmt::Display| {
            let way_out = match self {
                Self::Tree(_) => "--root takes the top directory of a captured tree",
                _ => "give the path of a CPUID dump, or - for standard input",
            };
            Failure::input(self.name(), format!("cannot open: {reason}; {way_out}"))
        };
        let file = file.map_err(|error| fault(&error))?;
        match file.metadata() {
            Ok(metadata) if metadata.is_dir() => Err(fault(&"it is a directory")),
            _ => Ok(file),
        }
    }

    fn import(&self, reader: impl BufRead) -> Result<Capture, Failure> {
        format::import(reader).map_err(|error| Failure::input(self.name(), error))
    }

    fn lacks(&self, cpu: usize, count: usize) -> Failure {
        let reason = match count {
            0 => "there is no CPU in it".to_owned(),
            _ => format!("--cpu {cpu}: the CPUs in it are 0 to {}", count - 1),
        };
        Failure::input(self.name(), reason)
    }
}

/// The capture with one of its CPUs; the error is how many it has.
fn only(mut capture: Capture, cpu: usize) -> Result<Capture, usize> {
    let kernel = capture.cpuinfo.as_ref().map_or(0, |cpuinfo| cpuinfo.processors.len());
    let count = if capture.is_partial() { kernel } else { capture.guest.cpus.len() };
    if cpu >= count {
        return Err(count);
    }
    keep(&mut capture.guest.cpus, cpu);
    if let Some(host) = &mut capture.host {
        keep(&mut host.cpus, cpu);
    }
    if let Some(cpuinfo) = &mut capture.cpuinfo {
        keep(&mut cpuinfo.processors, cpu);
    }
    Ok(capture)
}

/// Leaves the one of this number. A host that was read on fewer CPUs keeps its first,
/// which stands for all.
fn keep<T>(list: &mut Vec<T>, number: usize) {
    let number = if number < list.len() { number } else { 0 };
    if number < list.len() {
        list.swap(0, number);
    }
    list.truncate(1);
}

fn unreachable_cpu(number: usize) -> Failure {
    Failure::Machine(format!(
        "--cpu {number}: this CPU is not online, or may neither be pinned nor read through /dev/cpu/{number}/cpuid; leave --cpu away to ask the CPU guestctl runs on"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use introspect::cpuid::{CpuDump, Registers};

    #[test]
    fn a_capture_is_cut_down_to_one_cpu() {
        let cpu = |n| {
            let mut cpu = CpuDump::default();
            cpu.insert(0, 0, Registers::new(n, 0, 0, 0));
            cpu
        };
        let mut capture =
            Capture::of_dump(Format::Etallen, Dump { cpus: vec![cpu(0), cpu(1), cpu(2)] });
        capture.host = Some(Dump { cpus: vec![cpu(7)] });
        let second = only(capture.clone(), 1).unwrap();
        assert_eq!(second.guest.cpus, [cpu(1)]);
        assert_eq!(second.host.unwrap().cpus, [cpu(7)]);
        assert_eq!(only(capture, 3), Err(3));
        assert_eq!(
            Source::Stdin.lacks(3, 3).to_string(),
            "standard input: --cpu 3: the CPUs in it are 0 to 2"
        );
    }

    #[test]
    fn an_argument_names_a_machine_a_stream_or_a_file() {
        assert_eq!(Source::named(Path::new("live")), Source::Live);
        assert_eq!(Source::named(Path::new("-")), Source::Stdin);
        assert_eq!(Source::named(Path::new("./live")), Source::File("./live".into()));
    }

    #[test]
    fn a_file_that_is_not_there_names_itself_and_the_way_out() {
        let failure = Source::File("/no/such/dump".into()).capture(None).unwrap_err().to_string();
        assert!(failure.starts_with("/no/such/dump: cannot open: "), "{failure}");
        assert!(failure.ends_with("or - for standard input"), "{failure}");
        let failure = Source::Tree("/no/such".into()).capture(None).unwrap_err().to_string();
        assert!(failure.contains("--root"), "{failure}");
    }

    #[test]
    fn a_directory_is_no_dump() {
        let failure = Source::File("/".into()).capture(None).unwrap_err().to_string();
        assert!(failure.contains("it is a directory"), "{failure}");
    }
}
