//! What the leaves mean: typed answers over any CPUID source.
//!
//! Nothing here trusts a register. A dump may say anything, so every list has a bound,
//! every sum is checked, and what no manual defines is shown by its number. Single-bit
//! features are in [`super::feature`]; here is everything wider.

pub mod accel;
pub mod address;
pub mod bits;
pub mod cache;
pub mod confidential;
pub mod core_type;
mod descriptor;
pub mod explain;
pub mod field;
pub mod frequency;
pub mod hypervisor_leaves;
pub mod microarch;
pub mod perfmon;
pub mod power;
pub mod rdt;
#[cfg(test)]
pub(crate) mod sample;
pub mod sgx;
pub mod tlb;
pub mod topology;
mod trimmed;
pub mod xsave;

use serde::Serialize;

pub use explain::explain;
pub use field::{Field, fields};
pub use microarch::{Microarch, microarchitecture};
pub use topology::{Layout, Topology, package_layout, topology};

use super::source::{Cpuid, RawReader};
use super::vendor::Vendor;
use super::view::View;
use bits::Hex;
use trimmed::Trimmed;

/// Everything the leaves of one logical CPU say. What a CPU does not have is `None` or
/// empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decoded {
    /// The vendor string of leaf 0.
    pub vendor: Option<String>,
    /// The highest basic leaf.
    pub max_leaf: Option<Hex>,
    /// The highest extended leaf.
    pub max_extended_leaf: Option<Hex>,
    /// Leaf 1 EAX and what it stands for.
    pub identity: Option<Identity>,
    /// The brand string.
    pub brand: Option<String>,
    /// Caches.
    pub caches: Vec<cache::Cache>,
    /// Translation caches.
    pub tlbs: Vec<tlb::Tlb>,
    /// Bytes of a prefetch (leaf 2).
    pub prefetch: Option<u32>,
    /// Threads, cores and dies of the package.
    pub topology: Topology,
    /// The kind of core, on a hybrid CPU.
    pub core_type: Option<core_type::CoreType>,
    /// Address widths.
    pub address: Option<address::AddressSizes>,
    /// Clock rates.
    pub frequency: Option<frequency::Frequency>,
    /// What XSAVE stores.
    pub xsave: Option<xsave::Xsave>,
    /// Idle states, thermal and power management.
    pub power: Option<power::Power>,
    /// Performance counters.
    pub perfmon: Option<perfmon::Perfmon>,
    /// The interfaces of every hypervisor, the outermost base first.
    pub hypervisors: Vec<hypervisor_leaves::HypervisorLeaves>,
    /// Encrypted memory and confidential guests.
    pub confidential: Option<confidential::Confidential>,
    /// AMX, AVX10 and APX.
    pub accelerators: Option<accel::Accelerators>,
    /// Enclaves.
    pub sgx: Option<sgx::Sgx>,
    /// Monitoring and allocation of shared caches.
    pub resource_control: Option<rdt::ResourceControl>,
}

/// A signature, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Leaf 1 EAX.
    pub signature: Hex,
    /// Display family.
    pub family: u32,
    /// Display model.
    pub model: u32,
    /// Stepping.
    pub stepping: u32,
    /// 0 original, 1 overdrive, 2 dual processor.
    pub processor_type: u32,
    /// The design that shows this signature, where a public table lists it.
    pub microarchitecture: Option<Microarch>,
}

/// Decodes every leaf that this crate knows, reading each at most once.
pub fn decode(cpu: &dyn Cpuid) -> Decoded {
    let cpu = &Trimmed::new(cpu);
    let view = View::Cpuid(cpu);
    Decoded {
        vendor: view.vendor_id(),
        max_leaf: view.max_leaf().map(Hex::from),
        max_extended_leaf: max_extended_leaf(cpu),
        identity: identity(view),
        brand: view.brand(),
        caches: cache::caches(cpu),
        tlbs: tlb::tlbs(cpu),
        prefetch: descriptor::prefetch(cpu),
        topology: topology(cpu),
        core_type: core_type::core_type(cpu),
        address: address::address_sizes(cpu),
        frequency: frequency::frequency(cpu),
        xsave: xsave::xsave(cpu),
        power: power::power(cpu),
        perfmon: perfmon::perfmon(cpu),
        hypervisors: hypervisor_leaves::hypervisor_leaves(cpu),
        confidential: confidential::confidential(cpu),
        accelerators: accel::accelerators(cpu),
        sgx: sgx::sgx(cpu),
        resource_control: rdt::resource_control(cpu),
    }
}

fn identity(view: View<'_>) -> Option<Identity> {
    let (signature, vendor) = (view.signature()?, view.vendor());
    let fms = signature.fms(vendor);
    Some(Identity {
        signature: signature.0.into(),
        family: fms.family,
        model: fms.model,
        stepping: fms.stepping,
        processor_type: signature.processor_type(),
        microarchitecture: microarchitecture(vendor, signature),
    })
}

/// EAX of 0x80000000, where it lies in its own range: a CPU without extended leaves
/// repeats another leaf there.
fn max_extended_leaf(cpu: &dyn Cpuid) -> Option<Hex> {
    let max = cpu.leaf(0x8000_0000)?.eax;
    (max >> 16 == 0x8000).then(|| max.into())
}

/// The vendor of leaf 0.
fn vendor(cpu: &dyn Cpuid) -> Vendor {
    cpu.leaf(0).map_or(Vendor::Other, Vendor::from_leaf0)
}

/// raw-cpuid's decoders over this source, for the leaves where they neither iterate nor
/// ask for a vendor.
fn typed(cpu: &dyn Cpuid) -> raw_cpuid::CpuId<RawReader<'_>> {
    raw_cpuid::CpuId::with_cpuid_reader(RawReader(cpu))
}

#[cfg(test)]
mod tests;
