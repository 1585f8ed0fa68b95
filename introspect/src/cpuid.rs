//! CPUID: reading it, capturing it, and saying what it means.

pub mod capture;
pub mod cpuinfo;
pub mod decode;
pub mod dump;
pub mod feature;
pub mod format;
pub mod registers;
pub mod signature;
pub mod source;
pub mod vendor;
pub mod view;

pub use capture::Capture;
pub use cpuinfo::{CpuInfo, Processor};
pub use dump::{CpuDump, Dump};
pub use feature::{Feature, Presence};
pub use format::{Format, ImportError};
pub use registers::{LeafId, Register, Registers};
pub use signature::{Fms, Signature};
pub use source::{Cpuid, RawReader};
pub use vendor::Vendor;
pub use view::View;
