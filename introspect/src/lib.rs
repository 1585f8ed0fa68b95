//! What machine is this really?
//!
//! Everything here is pure over two inputs: a [`cpuid::Cpuid`] source (the live CPU or
//! a captured dump) and a [`Root`] directory that stands for `/`. So a file that someone
//! mailed and the machine at hand give answers by the same code.

pub mod cpuid;
pub mod evc;
pub mod evidence;
pub mod hypervisor;
pub mod nfd;
pub mod report;
mod root;

pub use root::Root;
