//! CPUID: reading it, capturing it, and saying what it means.

pub mod bounded;
pub mod capture;
pub mod consistency;
pub mod cpuinfo;
pub mod decode;
pub mod diff;
pub mod dump;
pub mod enumerate;
pub mod feature;
pub mod format;
pub mod kernel;
pub mod level;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub mod live;
pub mod registers;
pub mod signature;
pub mod source;
pub mod vendor;
pub mod view;
pub mod volatile;

pub use bounded::Bounded;
pub use capture::Capture;
pub use cpuinfo::{CpuInfo, Processor};
pub use dump::{CpuDump, Dump};
pub use feature::{Feature, Presence};
pub use format::{ExportError, Format, ImportError};
pub use level::{Level, LevelReport};
pub use registers::{LeafId, Register, Registers};
pub use signature::{Fms, Signature};
pub use source::{Cpuid, RawReader};
pub use vendor::Vendor;
pub use view::View;
