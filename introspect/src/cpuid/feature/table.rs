//! The rows, one file per leaf or family of leaves.
//!
//! Positions and kernel flag names follow the manuals that each file names, Linux'
//! arch/x86/include/asm/cpufeatures.h (a flag is printed only where that file quotes it)
//! and the public x86-cpuid.org database. A bit that no public source names has no row.

mod centaur;
mod ext1;
mod ext1f;
mod ext7;
mod hyperv;
mod isa;
mod kvm;
mod leaf1;
mod leaf7;
mod perf;
mod power;
mod qos;
mod sgx;
mod svm;
mod xsave;

use super::{Bit, Group, Scope};
use crate::cpuid::Register;

/// Every group, in ascending order of leaf, subleaf and register.
pub(super) static GROUPS: &[&Group] = &[
    &leaf1::ECX,
    &leaf1::EDX,
    &power::MWAIT,
    &power::EAX,
    &power::ECX,
    &power::EDX,
    &leaf7::EBX,
    &leaf7::ECX,
    &leaf7::EDX,
    &leaf7::SUB1_EAX,
    &leaf7::SUB1_EBX,
    &leaf7::SUB1_ECX,
    &leaf7::SUB1_EDX,
    &leaf7::SUB2_EDX,
    &perf::EVENTS,
    &perf::PMU_EDX,
    &xsave::XCR0,
    &xsave::XCR0_HIGH,
    &xsave::SUB1_EAX,
    &xsave::XSS,
    &xsave::CET_U,
    &xsave::CET_S,
    &xsave::XTILECFG,
    &xsave::XTILEDATA,
    &qos::MONITORING,
    &qos::L3_MONITORING,
    &qos::ALLOCATION,
    &qos::L3_ALLOCATION,
    &qos::L2_ALLOCATION,
    &qos::BANDWIDTH,
    &sgx::EAX,
    &sgx::EBX,
    &perf::PT_EBX,
    &perf::PT_ECX,
    &isa::KEY_LOCKER_EAX,
    &isa::KEY_LOCKER_EBX,
    &isa::KEY_LOCKER_ECX,
    &perf::LBR_EAX,
    &perf::LBR_EBX,
    &perf::LBR_ECX,
    &isa::AMX,
    &perf::HRESET,
    &perf::EXT_EBX,
    &isa::AVX10,
    &isa::AVX10_PARTS,
    &isa::APX,
    &kvm::FEATURES,
    &kvm::HINTS,
    &hyperv::PRIVILEGES,
    &hyperv::PARTITION,
    &hyperv::FEATURES,
    &hyperv::ENLIGHTENMENTS,
    &hyperv::HARDWARE,
    &hyperv::NESTED,
    &ext1::ECX,
    &ext1::EDX,
    &ext7::RAS,
    &ext7::POWER,
    &ext7::FEATURES,
    &svm::SVM_ECX,
    &svm::SVM,
    &svm::HINTS,
    &svm::IBS,
    &svm::LWP,
    &ext1f::ENCRYPTION,
    &ext1f::COHERENCY,
    &ext1f::QOS,
    &ext1f::FEATURES2,
    &ext1f::IMMUNITIES,
    &ext1f::PERFMON,
    &ext1f::MULTI_KEY,
    &centaur::TRANSMETA,
    &centaur::CENTAUR,
];
