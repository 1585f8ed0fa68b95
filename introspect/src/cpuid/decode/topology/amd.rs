//! AMD before leaf 0xB, and what AMD's own leaves add to it.

use super::{Topology, width};
use crate::cpuid::Cpuid;
use crate::cpuid::decode::bits::field;
use crate::cpuid::decode::cache::has_topoext;

/// 0x80000008 ECX: threads of the package and the width of their ids.
pub(super) fn legacy(cpu: &dyn Cpuid) -> Option<Topology> {
    let sizes = cpu.leaf(0x8000_0008)?;
    let threads = field(sizes.ecx, 7, 0) + 1;
    let threads_per_core = threads_per_core(cpu).unwrap_or(1);
    Some(Topology {
        leaf: Some(0x8000_0008_u32.into()),
        threads_per_core: Some(threads_per_core),
        cores_per_package: Some((threads / threads_per_core).max(1)),
        threads_per_package: Some(threads),
        core_shift: width(threads_per_core),
        package_shift: match field(sizes.ecx, 15, 12) {
            // Before family 10h the field is 0 and the count gives the width.
            0 => width(threads),
            bits => bits,
        },
        ..Topology::default()
    })
}

/// What 0x8000001E knows beyond the other leaves: the memory nodes and the extended APIC id.
pub(super) fn complete(cpu: &dyn Cpuid, found: &mut Topology) {
    if !has_topoext(cpu) {
        return;
    }
    let Some(leaf) = cpu.leaf(0x8000_001e) else { return };
    found.nodes_per_package = Some(field(leaf.ecx, 10, 8) + 1);
    if found.apic_id.is_none() {
        found.apic_id = Some(leaf.eax);
    }
}

/// 0x8000001E EBX: threads per core from family 17h on; before, cores per compute unit,
/// which AMD counts as cores.
fn threads_per_core(cpu: &dyn Cpuid) -> Option<u32> {
    if !has_topoext(cpu) {
        return None;
    }
    let family = crate::cpuid::Signature(cpu.leaf(1)?.eax).family();
    if family < 0x17 {
        return None;
    }
    Some(field(cpu.leaf(0x8000_001e)?.ebx, 15, 8) + 1)
}
