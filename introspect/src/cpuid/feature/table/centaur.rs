//! Leaves 0x80860001 and 0xC0000001: Transmeta, and VIA, Centaur and Zhaoxin (VIA PadLock programming guide; Linux arch/x86/include/asm/cpufeatures.h).

use super::{Bit, Group, Register, Scope};

pub(super) static TRANSMETA: Group = Group {
    leaf: 0x8086_0001,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "recovery", "Code morphing runs in recovery mode").linux(),
        Bit::new(1, "longrun", "LongRun power control").linux(),
        Bit::new(3, "lrti", "LongRun table interface").linux(),
    ],
};

pub(super) static CENTAUR: Group = Group {
    leaf: 0xc000_0001,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Intel,
    bits: &[
        Bit::new(0, "ccs_sm2", "Zhaoxin: SM2 signatures; VIA: alternate instruction set"),
        Bit::new(1, "ccs_sm2_en", "Zhaoxin: SM2 is on; VIA: the alternate set is on"),
        Bit::new(2, "rng", "Random number generator").linux(),
        Bit::new(3, "rng_en", "The random number generator is switched on").linux(),
        Bit::new(4, "ccs_sm3_sm4", "Zhaoxin: SM3 and SM4; VIA: LongHaul MSR"),
        Bit::new(5, "ccs_sm3_sm4_en", "Zhaoxin: SM3 and SM4 are on; VIA: FEMMS"),
        Bit::new(6, "ace", "PadLock AES").linux(),
        Bit::new(7, "ace_en", "PadLock AES is switched on").linux(),
        Bit::new(8, "ace2", "PadLock AES, second version").linux(),
        Bit::new(9, "ace2_en", "The second version is switched on").linux(),
        Bit::new(10, "phe", "PadLock hashes").linux(),
        Bit::new(11, "phe_en", "PadLock hashes are switched on").linux(),
        Bit::new(12, "pmm", "PadLock Montgomery multiplication").linux(),
        Bit::new(13, "pmm_en", "The multiplication is switched on").linux(),
        Bit::new(16, "parallax", "Voltage adjusts by itself"),
        Bit::new(17, "parallax_en", "Voltage adjustment is switched on"),
        Bit::new(20, "tm3", "Thermal monitor 3"),
        Bit::new(21, "tm3_en", "Thermal monitor 3 is switched on"),
        Bit::new(25, "phe2", "PadLock hashes up to SHA-512"),
        Bit::new(26, "phe2_en", "Hashes up to SHA-512 are switched on"),
        Bit::new(27, "rsa", "RSA instructions"),
        Bit::new(28, "rsa_en", "RSA is switched on"),
    ],
};
