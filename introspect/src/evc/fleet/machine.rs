//! One machine of a fleet.

use crate::cpuid::{Capture, View};

/// A machine: its name in the answer, and its CPUs, at least one.
#[derive(Debug)]
pub struct Machine<'a> {
    /// A host name, a file name or a line number.
    pub name: &'a str,
    /// The views of its logical CPUs; never empty.
    pub(super) cpus: Vec<View<'a>>,
}

impl<'a> Machine<'a> {
    /// The machine behind a capture; `None` when the capture is empty.
    pub fn of(name: &'a str, capture: &'a Capture) -> Option<Self> {
        let mut cpus: Vec<View<'a>> = capture
            .guest
            .cpus
            .iter()
            .filter(|cpu| !cpu.is_empty())
            .map(|cpu| View::Cpuid(cpu))
            .collect();
        if cpus.is_empty() {
            let processors = capture.cpuinfo.as_ref().map_or(&[][..], |info| &info.processors);
            cpus.extend(processors.iter().map(View::Kernel));
        }
        (!cpus.is_empty()).then_some(Self { name, cpus })
    }

    /// A machine from views of its CPUs; `None` without any.
    pub fn of_views(name: &'a str, cpus: Vec<View<'a>>) -> Option<Self> {
        (!cpus.is_empty()).then_some(Self { name, cpus })
    }
}
