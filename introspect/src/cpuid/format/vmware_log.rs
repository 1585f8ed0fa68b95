//! VMware's vmware.log, which shows CPUID as the guest and as the host has it.
//!
//! Two forms are known. Products up to about 2015 (here without the time before it):
//!
//! ```text
//! hostCPUID level 0000000d, 2e: 0x00000000 0x00000000 0x00000000 0x00000000
//! guestCPUID level 00000001, 0: 0x0001067a 0x00010800 0x80080201 0x0febfbff
//! ```
//!
//! Newer ones print a host line, marked by a star, only where the host differs:
//!
//! ```text
//! guest vs. host CPUID guest level 00000001,  0: 0x000906ea 0x00040800 0xf7fa3203 0x1f8bfbff
//! guest vs. host CPUID *host level 00000001,  0: 0x000906ea 0x00100800 0xfefaf387 0xbfebfbff
//! ```
//!
//! `CPUID[3] level ...` lines show single CPUs of the host; they are checked and not
//! kept, for `hostCPUID` is what all of them share.

mod line;

use self::line::{CpuidLine, Side};
use super::collect;
use super::detect::refuse_other_format;
use super::lines::{Line, Lines};
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::{CpuDump, Dump};
use crate::cpuid::registers::LeafId;

pub(super) use self::line::{claims, is_leaf_line};

const CPUID_LINE: &str =
    "\"level 00000001, 0: 0x00000000 0x00000000 0x00000000 0x00000000\" behind \"CPUID\"";

/// Reads the log; lines that are not CPUID's are passed over.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut sides = Sides::default();
    let mut version = HardwareVersion::default();
    while let Some(line) = lines.next()? {
        match line::parse(line.text) {
            Some(CpuidLine::Leaf { side, id, registers }) => {
                let dump = sides.place(side, id);
                collect::insert(dump, id, registers).map_err(|e| line.refused(e))?;
            }
            Some(CpuidLine::OneHostCpu) => {}
            Some(CpuidLine::Damaged) => return Err(damaged(&line)),
            None => {
                if !line.terminated && line.text.contains("CPUID") {
                    return Err(damaged(&line));
                }
                version.read(&line)?;
                refuse_other_format(&line, Format::VmwareLog)?;
            }
        }
    }
    if sides.guest.is_empty() {
        return Err(lines
            .ended("guestCPUID lines, which a log has once its virtual machine was powered on"));
    }
    let mut capture = sides.into_capture();
    capture.hardware_version = version.stated.or(version.named);
    Ok(capture)
}

fn damaged(line: &Line<'_>) -> ImportError {
    line.about(line::message(line.text)).malformed(CPUID_LINE)
}

/// The dumps of one log.
#[derive(Default)]
struct Sides {
    guest: CpuDump,
    /// What all host CPUs share.
    host: CpuDump,
    /// Where the host was printed only because it differs from the guest.
    differing: CpuDump,
    /// The guest was printed in the form that leaves equal host lines out.
    compared: bool,
    power_ons: u32,
}

impl Sides {
    /// Where a leaf of this side belongs. With leaf 0 a side begins anew: a log goes
    /// on over restarts of the virtual machine, and the last one counts.
    fn place(&mut self, side: Side, id: LeafId) -> &mut CpuDump {
        let first = id == LeafId::new(0, 0);
        match side {
            Side::Guest | Side::ComparedGuest => {
                if first {
                    self.guest = CpuDump::default();
                    self.differing = CpuDump::default();
                    self.power_ons = self.power_ons.saturating_add(1);
                }
                self.compared = side == Side::ComparedGuest;
                &mut self.guest
            }
            Side::Host => {
                if first {
                    self.host = CpuDump::default();
                }
                &mut self.host
            }
            Side::DifferingHost => &mut self.differing,
        }
    }

    fn into_capture(mut self) -> Capture {
        for (id, registers) in self.differing.iter() {
            self.host.insert(id.leaf, id.subleaf, registers);
        }
        if self.compared {
            // A leaf without a host line is the same there. The hypervisor's own
            // leaves are not the host's.
            for (id, registers) in self.guest.iter() {
                if id.leaf >> 16 != 0x4000 && self.host.get(id).is_none() {
                    self.host.insert(id.leaf, id.subleaf, registers);
                }
            }
        }
        let mut capture = Capture::of_dump(Format::VmwareLog, Dump { cpus: vec![self.guest] });
        capture.host = (!self.host.is_empty()).then(|| Dump { cpus: vec![self.host] });
        if self.power_ons > 1 {
            capture.notes.push(format!(
                "the log shows {} power-ons of the virtual machine; the last one counts",
                self.power_ons
            ));
        }
        capture
    }
}

/// The virtual hardware version, from the configuration that the log repeats
/// (`DICT virtualHW.version = "11"`) or else from a name such as `vmx-11`.
#[derive(Default)]
struct HardwareVersion {
    stated: Option<u32>,
    named: Option<u32>,
}

impl HardwareVersion {
    fn read(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        if let Some((_, value)) = line.text.split_once(line::HARDWARE_VERSION_KEY) {
            let value = value.trim_start().strip_prefix('=').map(|v| v.trim().trim_matches('"'));
            let Some(version) = value.and_then(|value| value.parse().ok()) else {
                return Err(line.malformed("virtualHW.version = \"11\""));
            };
            self.stated = Some(version);
        } else if self.named.is_none() {
            self.named = line::named_version(line.text);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
