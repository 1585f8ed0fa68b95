//! libvirt's CPUID data, as its CPU tests and `virsh` internals keep it:
//!
//! ```xml
//! <cpudata arch='x86'>
//!   <cpuid eax_in='0x00000001' ecx_in='0x00' eax='0x000306f0' ebx='0x00010800' ecx='0xfffa3203' edx='0x0f8bfbff'/>
//!   <msr index='0x10a' edx='0x00000000' eax='0x0000000b'/>
//! </cpudata>
//! ```
//!
//! One CPU, no more. `msr` elements are passed over. Nothing is ever expanded: a
//! document type or an entity is an error.

use std::io::Write;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::collect::{self, Refusal};
use super::document::Document;
use super::found::found;
use super::scan::Scan;
use super::{ExportError, Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::{CpuDump, Dump};
use crate::cpuid::registers::{LeafId, Registers};

const ROOT: &str = "<cpudata arch='x86'>";
const LEAF: &str = "<cpuid eax_in='0x00000001' ecx_in='0x00' eax=... ebx=... ecx=... edx=.../>";

/// Reads the document.
pub(super) fn import(document: &Document) -> Result<Capture, ImportError> {
    if !document.text().contains("<cpudata") {
        let found = "an XML document without <cpudata>".to_owned();
        return Err(ImportError::Unrecognised { found });
    }
    let mut parser = Parser {
        document,
        reader: Reader::from_str(document.text()),
        line: LineCounter::new(document.text()),
        state: State::Before,
        cpu: CpuDump::default(),
    };
    parser.run()?;
    Ok(Capture::of_dump(Format::Libvirt, Dump { cpus: vec![parser.cpu] }))
}

/// Writes the first CPU; libvirt knows no more than one.
pub(super) fn export(dump: &Dump, out: &mut dyn Write) -> Result<(), ExportError> {
    if dump.cpus.len() > 1 {
        writeln!(out, "<!-- CPU 0 of {} -->", dump.cpus.len())?;
    }
    writeln!(out, "{ROOT}")?;
    for (id, r) in dump.first().into_iter().flat_map(CpuDump::iter) {
        writeln!(
            out,
            "  <cpuid eax_in='0x{:08x}' ecx_in='0x{:02x}' eax='0x{:08x}' ebx='0x{:08x}' ecx='0x{:08x}' edx='0x{:08x}'/>",
            id.leaf, id.subleaf, r.eax, r.ebx, r.ecx, r.edx
        )?;
    }
    writeln!(out, "</cpudata>")?;
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    /// In `<cpudata>`.
    Within,
    /// In a `<cpuid>` or `<msr>` that is not closed in the same tag.
    InLeaf,
    After,
}

struct Parser<'a> {
    document: &'a Document,
    reader: Reader<&'a [u8]>,
    line: LineCounter<'a>,
    state: State,
    cpu: CpuDump,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), ImportError> {
        loop {
            let begin = self.reader.buffer_position();
            let event = self.reader.read_event();
            self.line.advance(begin);
            let event = match event {
                Ok(event) => event,
                Err(error) => {
                    self.line.advance(self.reader.error_position());
                    return Err(self.malformed("well-formed XML", &error.to_string()));
                }
            };
            match event {
                Event::Start(tag) => self.open(&tag, false)?,
                Event::Empty(tag) => self.open(&tag, true)?,
                Event::End(_) => self.close(),
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Eof if self.state == State::After => break,
                Event::Eof => return Err(self.malformed("</cpudata>", "the end of the file")),
                Event::DocType(_) => return Err(self.malformed(ROOT, "a document type")),
                Event::GeneralRef(_) => return Err(self.malformed(LEAF, "an entity")),
                Event::Text(text) => return Err(self.malformed(LEAF, &text)),
                Event::CData(text) => return Err(self.malformed(LEAF, &text)),
            }
        }
        if self.cpu.is_empty() {
            return Err(self.malformed(LEAF, "no leaf at all"));
        }
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>, closed: bool) -> Result<(), ImportError> {
        match (self.state, tag.name().as_ref()) {
            (State::Before, "cpudata") => {
                let arch = tag.try_get_attribute("arch").ok().flatten();
                if arch.is_none_or(|arch| arch.value != "x86") {
                    return Err(self.malformed(ROOT, tag));
                }
                self.state = if closed { State::After } else { State::Within };
            }
            (State::Within, "cpuid") => {
                let (id, registers) = leaf(tag).ok_or_else(|| self.malformed(LEAF, tag))?;
                collect::insert(&mut self.cpu, id, registers)
                    .map_err(|refusal| self.refused(refusal, tag))?;
                self.state = if closed { State::Within } else { State::InLeaf };
            }
            (State::Within, "msr") => {
                self.state = if closed { State::Within } else { State::InLeaf };
            }
            (State::Within, _) => return Err(self.malformed(LEAF, tag)),
            (State::InLeaf, _) => return Err(self.malformed("the end of the element", tag)),
            (State::Before, _) => return Err(self.malformed(ROOT, tag)),
            (State::After, _) => return Err(self.malformed("the end of the file", tag)),
        }
        Ok(())
    }

    /// The reader has checked that the names match.
    fn close(&mut self) {
        self.state = match self.state {
            State::InLeaf => State::Within,
            _ => State::After,
        };
    }

    fn malformed(&self, expected: &str, text: &str) -> ImportError {
        self.document.malformed(self.line.number, expected, found(text))
    }

    fn refused(&self, refusal: Refusal, tag: &str) -> ImportError {
        match refusal {
            Refusal::Conflict(id) => {
                self.malformed(&format!("the registers that leaf {id} had before"), tag)
            }
            Refusal::TooMany { what, limit } => {
                self.document.too_large(self.line.number, what, limit)
            }
        }
    }
}

/// The old form had one attribute `function` in place of `eax_in` and `ecx_in`.
fn leaf(tag: &BytesStart<'_>) -> Option<(LeafId, Registers)> {
    let mut id = LeafId::new(0, 0);
    let mut words = [None; 4];
    let mut has_leaf = false;
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = || {
            let (value, rest) = Scan(&attribute.value).space().word("0x")?.hex()?;
            rest.end()?;
            Some(value)
        };
        match attribute.key.as_ref() {
            "eax_in" | "function" => {
                id.leaf = value()?;
                has_leaf = true;
            }
            "ecx_in" => id.subleaf = value()?,
            "eax" => words[0] = Some(value()?),
            "ebx" => words[1] = Some(value()?),
            "ecx" => words[2] = Some(value()?),
            "edx" => words[3] = Some(value()?),
            _ => return None,
        }
    }
    let [Some(eax), Some(ebx), Some(ecx), Some(edx)] = words else {
        return None;
    };
    has_leaf.then_some((id, Registers::new(eax, ebx, ecx, edx)))
}

/// Counts lines along with the reader, each byte once.
struct LineCounter<'a> {
    text: &'a str,
    position: usize,
    number: u64,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, position: 0, number: 1 }
    }

    fn advance(&mut self, position: u64) {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.position..position).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.number = self.number.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        self.position = self.position.max(position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{dump_of, error_of};

    const HEAD: &str = "<?xml version='1.0'?>\n<!-- Xeon -->\n<cpudata arch='x86'>\n";
    const LEAF1: &str = "  <cpuid eax_in='0x00000001' ecx_in='0x00' eax='0x000306f0' \
        ebx='0x00010800' ecx='0xfffa3203' edx='0x0f8bfbff'/>\n";

    #[test]
    fn leaves_are_read_and_msrs_passed_over() {
        let dump = dump_of(
            Format::Libvirt,
            &format!(
                "{HEAD}{LEAF1}<msr index='0x10a' edx='0x0' eax='0xb'/><cpuid function=\"0x80000000\" \
                 eax=\"0x80000008\" ebx=\"0x0\" ecx=\"0x0\" edx=\"0x0\"></cpuid>\n</cpudata>\n"
            ),
        );
        assert_eq!(dump.cpus[0].len(), 2);
        assert_eq!(dump.cpus[0].get(LeafId::new(1, 0)).unwrap().eax, 0x306f0);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (format!("{HEAD}{LEAF1}"), 5, "</cpudata>"),
            (format!("{HEAD}{}", &LEAF1[..50]), 4, "well-formed"),
            (format!("{HEAD}{}</cpudata>", LEAF1.replace("0x0f8b", "0fb")), 4, "edx"),
            (format!("{HEAD}{}</cpudata>", LEAF1.replace("edx", "esi")), 4, "cpuid"),
            (
                format!("{HEAD}{LEAF1}{}</cpudata>", LEAF1.replace("306f0", "306f1")),
                5,
                "had before",
            ),
            (format!("{HEAD}</cpudata>"), 4, "no leaf"),
            (format!("{HEAD}{LEAF1}</cpudata>{HEAD}"), 7, "the end of the file"),
            (format!("{HEAD}{LEAF1}CPU 0:\n</cpudata>"), 4, "CPU 0:"),
            (format!("{HEAD}&lt;{LEAF1}</cpudata>"), 4, "an entity"),
            (format!("<!DOCTYPE x>\n{HEAD}{LEAF1}</cpudata>"), 1, "document type"),
            (format!("{}{LEAF1}</cpudata>", HEAD.replace("x86", "arm")), 3, "arch='x86'"),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("libvirt, line {line}:")), "{text}: {error}");
            assert!(error.contains(words), "{error}");
        }
    }
}
