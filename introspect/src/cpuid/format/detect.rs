//! Which format a file has, told by its content.

use super::found::found;
use super::lines::{Line, Lines};
use super::{
    Format, ImportError, cpuinfo, etallen, instlatx64, libcpuid, raw_cpuid, virtualbox, vmware_log,
    vmx,
};

/// How much text may stand before the first line that tells the format.
const MAX_SEARCH: usize = 64 << 20;

/// How a format knows its own lines.
type Claims = fn(&str) -> bool;

/// The line formats by their telling lines, the most particular first.
const CLAIMS: [(Format, Claims); 8] = [
    (Format::Etallen, etallen::claims),
    (Format::Instlatx64, instlatx64::claims),
    (Format::Libcpuid, libcpuid::claims),
    (Format::RawCpuid, raw_cpuid::claims),
    (Format::VmwareLog, vmware_log::claims),
    (Format::VirtualboxLog, virtualbox::claims),
    (Format::Vmx, vmx::claims),
    (Format::Cpuinfo, cpuinfo::claims),
];

/// Reads up to the first telling line, which comes again.
///
/// What stands before it is nobody's: each line that means something to a format is
/// one of its telling lines.
pub(super) fn recognise(lines: &mut Lines<'_>) -> Result<Format, ImportError> {
    let mut first = None;
    while let Some(line) = lines.next()? {
        if let Some((format, _)) = CLAIMS.iter().find(|(_, claims)| claims(line.text)) {
            lines.recognised_as(*format);
            lines.hold();
            return Ok(*format);
        }
        if first.is_none() && !line.text.trim().is_empty() {
            first = Some(found(line.text));
        }
        if lines.total() > MAX_SEARCH {
            break;
        }
    }
    let found = first.map_or_else(
        || "an empty file".to_owned(),
        |first| format!("text that starts with {first}"),
    );
    Err(ImportError::Unrecognised { found })
}

/// An error where the line belongs to another format: two files were joined.
pub(super) fn refuse_other_format(line: &Line<'_>, own: Format) -> Result<(), ImportError> {
    match leaf_line_of(line.text) {
        Some(other) if other != own => Err(line.malformed_as(
            format!("{own} to the end"),
            format!("a line of {other}: {}", found(line.text)),
        )),
        _ => Ok(()),
    }
}

/// The fewest bytes of a line that means to be a leaf: VBox.log's `Gst: `, cut short.
const SHORTEST_LEAF: usize = 5;

/// The format in which this line would be a leaf.
fn leaf_line_of(text: &str) -> Option<Format> {
    // A log of a gigabyte may have hundreds of millions of lines.
    if text.len() < SHORTEST_LEAF {
        return None;
    }
    const LEAF_LINES: [(Format, Claims); 7] = [
        (Format::Etallen, etallen::is_leaf_line),
        (Format::Instlatx64, instlatx64::is_leaf_line),
        (Format::Libcpuid, libcpuid::is_array_line),
        (Format::RawCpuid, raw_cpuid::claims),
        (Format::VmwareLog, vmware_log::is_leaf_line),
        (Format::VirtualboxLog, virtualbox::is_leaf_line),
        (Format::Vmx, vmx::is_leaf_line),
    ];
    LEAF_LINES.iter().find(|(_, is_leaf)| is_leaf(text)).map(|(format, _)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::import;

    fn found_in(bytes: &[u8]) -> String {
        match import(bytes) {
            Err(ImportError::Unrecognised { found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_capture_is_said_to_be_none() {
        for (bytes, found) in [
            (&b""[..], "an empty file"),
            (b" \n\n\t\r\n", "an empty file"),
            (b"\n  hello\x1b[2J\nworld\n", "text that starts with \"hello?[2J\""),
            (b"\x7fELF\x02\x01\x01\0\0\0", "binary data"),
            (b"\x1f\x8b\x08\x01", "gzip-compressed data; unpack it first"),
            (b"\xff\xfeC\0P\0U\0", "UTF-16 text; save it as UTF-8"),
            (b"[1, 2]", "text that starts with \"[1, 2]\""),
            (b"{\"lscpu\": []}", "a JSON document without \"guestd-cpuid\""),
            (b"<html></html>", "an XML document without <cpudata>"),
            (
                b"Architecture:  x86_64\nFlags: fpu\n",
                "text that starts with \"Architecture:  x86_64\"",
            ),
        ] {
            assert_eq!(found_in(bytes), found);
        }
    }

    #[test]
    fn no_two_formats_claim_the_same_line() {
        for line in [
            "   0x00000000 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000",
            "CPU 0:",
            "CPUID 00000000: 0000000D-756E6547-6C65746E-49656E69",
            "basic_cpuid[0]=00000005 68747541 444d4163 69746e65",
            "(0x0, 0x0) => CpuIdResult { eax: 0x1, ebx: 0x1, ecx: 0x1, edx: 0x1 }",
            "vmx| hostCPUID level 00000000, 0: 0x00000000 0x00000000 0x00000000 0x00000000",
            "00:00:01.000001 Gst: 00000000/0000  0000000d 756e6547 6c65746e 49656e69",
            "guestCPUID.0 = \"0000000d756e65476c65746e49656e69\"",
            "processor\t: 0",
        ] {
            let owners = CLAIMS.iter().filter(|(_, claims)| claims(line)).count();
            assert_eq!(owners, 1, "{line}");
        }
    }
}
