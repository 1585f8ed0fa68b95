//! Leaf 0x12: software guard extensions (Intel SDM vol. 3D chapter 38).

use super::{Bit, Group, Register, Scope};

pub(super) static EAX: Group = Group {
    leaf: 0x12,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "sgx1", "SGX1 instructions"),
        Bit::new(1, "sgx2", "SGX2: enclave memory can change at run time"),
        Bit::new(5, "sgx_enclv", "Instructions for hypervisors that oversubscribe"),
        Bit::new(6, "sgx_encls_virt", "Instructions that track and reload enclave pages"),
        Bit::new(7, "sgx_everifyreport2", "EVERIFYREPORT2: check a report of another kind"),
        Bit::new(10, "sgx_eupdatesvn", "EUPDATESVN: take a new security version at run time"),
        Bit::new(11, "sgx_edeccssa", "EDECCSSA: leave an exception inside the enclave"),
    ],
};

pub(super) static EBX: Group = Group {
    leaf: 0x12,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "sgx_exinfo", "Enclaves learn of page and protection faults"),
        Bit::new(1, "sgx_cpinfo", "Enclaves learn of control protection faults"),
    ],
};
