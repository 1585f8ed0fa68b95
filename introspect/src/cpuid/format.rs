//! Dump formats: recognised by content, read with the line of every fault named.

mod collect;
mod cpuinfo;
mod detect;
mod document;
mod etallen;
mod found;
mod instlatx64;
mod libcpuid;
mod libvirt;
mod lines;
mod native;
mod raw_cpuid;
mod scan;
#[cfg(test)]
mod testing;
mod virtualbox;
mod vmware_log;
mod vmx;

use std::fmt;
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use self::document::Document;
use self::lines::Lines;
use super::Capture;

pub use self::native::{NativeDump, VERSION as NATIVE_VERSION};

/// The most white space a file may begin with.
const MAX_LEADING_SPACE: u64 = 1 << 20;

/// Reads a capture of any format, recognised by its content.
///
/// The input is read once from front to back, so a pipe will do. Memory is bounded
/// whatever it holds: text is read line by line, a JSON or XML document has at most
/// 64 MiB, and a dump has its limits ([`super::dump::MAX_CPUS`],
/// [`super::dump::MAX_LEAVES`]).
///
/// # Errors
/// [`ImportError`], which names the format, the line and what was expected there.
pub fn import(mut input: impl BufRead) -> Result<Capture, ImportError> {
    import_from(None, &mut input)
}

/// Reads a capture of a format that the caller knows.
///
/// # Errors
/// As [`import`]. [`Format::Live`] is no file: it gives `Unrecognised`.
pub fn import_as(format: Format, mut input: impl BufRead) -> Result<Capture, ImportError> {
    import_from(Some(format), &mut input)
}

/// Writes a capture in one of [`Format::WRITABLE`].
///
/// Our own JSON holds all of it. The others hold the guest's CPUID only, libvirt's XML
/// that of the first CPU.
///
/// # Errors
/// [`ExportError`] where the format cannot be written or cannot hold the capture.
pub fn export(capture: &Capture, format: Format, out: &mut dyn Write) -> Result<(), ExportError> {
    match format {
        Format::Native => native::export(capture, out),
        Format::Etallen | Format::Libvirt if capture.is_partial() => {
            Err(ExportError::Partial { format })
        }
        Format::Etallen => etallen::export(&capture.guest, out),
        Format::Libvirt => libvirt::export(&capture.guest, out),
        _ => Err(ExportError::Unwritable { format }),
    }
}

fn import_from(format: Option<Format>, input: &mut dyn BufRead) -> Result<Capture, ImportError> {
    let (first, skipped) = skip_space(input)?;
    let document = |format, input| Document::read(format, input, skipped);
    match (format, first) {
        (Some(Format::Native), _) | (None, Some(b'{')) => {
            native::import(&document(Format::Native, input)?)
        }
        (Some(Format::Libvirt), _) | (None, Some(b'<')) => {
            libvirt::import(&document(Format::Libvirt, input)?)
        }
        _ => import_lines(format, &mut Lines::new(input, skipped)),
    }
}

fn import_lines(format: Option<Format>, lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let format = match format {
        Some(format) => {
            lines.recognised_as(format);
            format
        }
        None => detect::recognise(lines)?,
    };
    match format {
        Format::Etallen => etallen::import(lines),
        Format::Instlatx64 => instlatx64::import(lines),
        Format::Libcpuid => libcpuid::import(lines),
        Format::RawCpuid => raw_cpuid::import(lines),
        Format::VmwareLog => vmware_log::import(lines),
        Format::VirtualboxLog => virtualbox::import(lines),
        Format::Vmx => vmx::import(lines),
        Format::Cpuinfo => cpuinfo::import(lines),
        Format::Live | Format::Native | Format::Libvirt => {
            Err(ImportError::Unrecognised { found: format!("{format}, which is no text format") })
        }
    }
}

/// Passes over a byte order mark and white space. Gives the first byte behind them,
/// which stays in the input, and how many lines have ended.
fn skip_space(input: &mut dyn BufRead) -> Result<(Option<u8>, u64), ImportError> {
    const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
    let mut lines = 0;
    for position in 0..MAX_LEADING_SPACE {
        let Some(byte) = first_byte(input)? else {
            return Ok((None, lines));
        };
        let is_mark = usize::try_from(position).is_ok_and(|p| MARK.get(p) == Some(&byte));
        if !is_mark && !byte.is_ascii_whitespace() {
            return Ok((Some(byte), lines));
        }
        lines += u64::from(byte == b'\n');
        input.consume(1);
    }
    Err(ImportError::Unrecognised { found: "nothing but white space".to_owned() })
}

fn first_byte(input: &mut dyn BufRead) -> io::Result<Option<u8>> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other.map(|bytes| bytes.first().copied()),
        }
    }
}

/// The kinds of capture we read; those marked so can be written too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// This machine's CPU, read by CPUID.
    Live,
    /// Our own JSON (written too).
    Native,
    /// etallen's `cpuid -r` (written too).
    Etallen,
    /// InstLatx64 and AIDA64 text.
    Instlatx64,
    /// libcpuid's `cpuid_tool --save`.
    Libcpuid,
    /// libvirt's `<cpudata>` XML (written too).
    Libvirt,
    /// raw-cpuid's `cpuid -f raw`.
    RawCpuid,
    /// VMware's vmware.log, with guest and host side.
    VmwareLog,
    /// VMware's .vmx with `guestCPUID.*` and `hostCPUID.*`.
    Vmx,
    /// VirtualBox's VBox.log, with guest and host side.
    VirtualboxLog,
    /// /proc/cpuinfo, partial.
    Cpuinfo,
}

impl Format {
    /// The formats that [`export`] writes.
    pub const WRITABLE: [Self; 3] = [Self::Native, Self::Etallen, Self::Libvirt];

    /// The name in messages, options and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Native => "native",
            Self::Etallen => "etallen",
            Self::Instlatx64 => "instlatx64",
            Self::Libcpuid => "libcpuid",
            Self::Libvirt => "libvirt",
            Self::RawCpuid => "raw-cpuid",
            Self::VmwareLog => "vmware-log",
            Self::Vmx => "vmx",
            Self::VirtualboxLog => "virtualbox-log",
            Self::Cpuinfo => "cpuinfo",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A file that is no good dump: what it was taken for, where it breaks and what
/// should have stood there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file matches no format.
    #[error(
        "not a CPUID capture: {found}; known are etallen `cpuid -r`, InstLatx64/AIDA64, libcpuid, libvirt XML, raw-cpuid, vmware.log, .vmx, VBox.log, /proc/cpuinfo and guestctl's own JSON"
    )]
    Unrecognised {
        /// What the file starts with, or that it is empty or binary.
        found: String,
    },
    /// A line breaks the format it was recognised as.
    #[error("{format}, line {line}: expected {expected}, found {found}")]
    Malformed {
        /// What the file was recognised as.
        format: Format,
        /// The line, counted from 1.
        line: u64,
        /// What the format has at this place.
        expected: String,
        /// What stands there, shortened and made printable.
        found: String,
    },
    /// The file is larger than any real capture of its kind.
    #[error("{format}, line {line}: {what}; the limit is {limit}")]
    TooLarge {
        /// What the file was recognised as.
        format: Format,
        /// The line at which the limit was passed, counted from 1.
        line: u64,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] std::io::Error),
}

/// A capture that cannot be written in a format.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The format is only read.
    #[error("cannot write {format}; CPUID can be written as native, etallen or libvirt")]
    Unwritable {
        /// The format asked for.
        format: Format,
    },
    /// The capture has no CPUID, such as a /proc/cpuinfo.
    #[error(
        "cannot write {format}: the capture has no CPUID, only /proc/cpuinfo, which native JSON alone can hold"
    )]
    Partial {
        /// The format asked for.
        format: Format,
    },
    /// A CPU has no leaf 0, which the format begins every CPU with.
    #[error(
        "cannot write {format}: CPU {cpu} of the capture has no leaf 0; native JSON can hold it"
    )]
    NoLeafZero {
        /// The format asked for.
        format: Format,
        /// The CPU's place in the dump.
        cpu: usize,
    },
    /// Writing failed.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}
