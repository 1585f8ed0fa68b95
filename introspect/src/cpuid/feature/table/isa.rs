//! Leaves 0x19, 0x1E, 0x24 and 0x29: Key Locker, AMX, AVX10 and APX (Intel SDM vol. 2A; Intel architecture instruction set extensions reference).

use super::{Bit, Group, Register, Scope};

pub(super) static KEY_LOCKER_EAX: Group = Group {
    leaf: 0x19,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "kl_cpl0_only", "A wrapped key can be kept to the kernel"),
        Bit::new(1, "kl_no_encrypt", "A wrapped key can be kept from encryption"),
        Bit::new(2, "kl_no_decrypt", "A wrapped key can be kept from decryption"),
    ],
};

pub(super) static KEY_LOCKER_EBX: Group = Group {
    leaf: 0x19,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "aeskle", "Key Locker is switched on"),
        Bit::new(2, "aeskl_wide", "Key Locker on eight blocks at once"),
        Bit::new(4, "kl_backup", "The wrapping key can be backed up"),
    ],
};

pub(super) static KEY_LOCKER_ECX: Group = Group {
    leaf: 0x19,
    subleaf: 0,
    register: Register::Ecx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "kl_no_backup", "The wrapping key can forbid its backup"),
        Bit::new(1, "kl_random", "The wrapping key can be random"),
    ],
};

pub(super) static AMX: Group = Group {
    leaf: 0x1e,
    subleaf: 1,
    register: Register::Eax,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "tmul_int8", "AMX on 8-bit integers, said again"),
        Bit::new(1, "tmul_bf16", "AMX on bfloat16, said again"),
        Bit::new(2, "tmul_complex", "AMX on complex numbers, said again"),
        Bit::new(3, "tmul_fp16", "AMX on half precision, said again"),
        Bit::new(4, "amx_fp8", "AMX on 8-bit floating point"),
        Bit::new(6, "amx_tf32", "AMX on TensorFloat-32"),
        Bit::new(7, "amx_avx512", "Moves between tiles and AVX-512 registers"),
        Bit::new(8, "amx_movrs", "Tile loads with a read-shared hint"),
    ],
};

pub(super) static AVX10: Group = Group {
    leaf: 0x24,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Any,
    bits: &[
        Bit::new(16, "avx10_128", "AVX10 on 128-bit vectors"),
        Bit::new(17, "avx10_256", "AVX10 on 256-bit vectors"),
        Bit::new(18, "avx10_512", "AVX10 on 512-bit vectors"),
    ],
};

pub(super) static AVX10_PARTS: Group = Group {
    leaf: 0x24,
    subleaf: 1,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[Bit::new(2, "avx10_vnni_int", "AVX10 dot products of integers")],
};

pub(super) static APX: Group = Group {
    leaf: 0x29,
    subleaf: 0,
    register: Register::Ebx,
    scope: Scope::Any,
    bits: &[Bit::new(0, "apx_nci_ndd_nf", "APX conditional forms, new destinations, no flags")],
};
