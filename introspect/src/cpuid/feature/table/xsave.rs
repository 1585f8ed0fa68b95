//! Leaf 0xD: extended state components (Intel SDM vol. 1 chapter 13 and vol. 2A; AMD APM vol. 3 Fn0000_000D).

use super::{Bit, Group, Register, Scope};

pub(super) static XCR0: Group = Group {
    leaf: 0xd,
    subleaf: 0,
    register: Register::Eax,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "xcr0_x87", "XSAVE can hold x87 state"),
        Bit::new(1, "xcr0_sse", "XSAVE can hold SSE state").evc("cpuid.XCR0_MASTER_SSE"),
        Bit::new(2, "xcr0_avx", "XSAVE can hold AVX state").evc("cpuid.XCR0_MASTER_YMM_H"),
        Bit::new(3, "xcr0_bndregs", "XSAVE can hold MPX bounds").evc("cpuid.XCR0_MASTER_BNDREGS"),
        Bit::new(4, "xcr0_bndcsr", "XSAVE can hold MPX control").evc("cpuid.XCR0_MASTER_BNDCSR"),
        Bit::new(5, "xcr0_opmask", "XSAVE can hold AVX-512 masks").evc("cpuid.XCR0_MASTER_OPMASK"),
        Bit::new(6, "xcr0_zmm_hi256", "XSAVE can hold upper halves of ZMM0 to 15")
            .evc("cpuid.XCR0_MASTER_ZMM_H"),
        Bit::new(7, "xcr0_hi16_zmm", "XSAVE can hold ZMM16 to 31")
            .evc("cpuid.XCR0_MASTER_HI16_ZMM"),
        Bit::new(9, "xcr0_pkru", "XSAVE can hold user protection keys")
            .evc("cpuid.XCR0_MASTER_PKRU"),
        Bit::new(17, "xcr0_xtilecfg", "XSAVE can hold the AMX tile layout")
            .evc("cpuid.XCR0_MASTER_XTILECFG"),
        Bit::new(18, "xcr0_xtiledata", "XSAVE can hold the AMX tiles")
            .evc("cpuid.XCR0_MASTER_XTILEDATA"),
        Bit::new(19, "xcr0_apx", "XSAVE can hold the APX registers"),
    ],
};

pub(super) static XCR0_HIGH: Group = Group {
    leaf: 0xd,
    subleaf: 0,
    register: Register::Edx,
    scope: Scope::Amd,
    bits: &[Bit::new(30, "xcr0_lwp", "XSAVE can hold lightweight profiling state")],
};

pub(super) static SUB1_EAX: Group = Group {
    leaf: 0xd,
    subleaf: 1,
    register: Register::Eax,
    scope: Scope::Any,
    bits: &[
        Bit::new(0, "xsaveopt", "XSAVEOPT: save what changed").linux().evc("cpuid.XSAVEOPT"),
        Bit::new(1, "xsavec", "XSAVEC: compact save area").linux().evc("cpuid.XSAVEC"),
        Bit::new(2, "xgetbv1", "XGETBV with ECX 1: state in use").linux().evc("cpuid.XGETBV_ECX1"),
        Bit::new(3, "xsaves", "XSAVES: supervisor state").linux().evc("cpuid.XSAVES"),
        Bit::new(4, "xfd", "Extended features can be disabled until used").evc("cpuid.XFD"),
    ],
};

pub(super) static XSS: Group = Group {
    leaf: 0xd,
    subleaf: 1,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(8, "xss_pt", "XSAVES can hold processor trace state"),
        Bit::new(10, "xss_pasid", "XSAVES can hold the address space id for devices"),
        Bit::new(11, "xss_cet_u", "XSAVES can hold user shadow stack state")
            .evc("cpuid.XSS_MASTER_CET_U"),
        Bit::new(12, "xss_cet_s", "XSAVES can hold supervisor shadow stack state")
            .evc("cpuid.XSS_MASTER_CET_S"),
        Bit::new(13, "xss_hdc", "XSAVES can hold hardware duty cycling state"),
        Bit::new(14, "xss_uintr", "XSAVES can hold user interrupt state"),
        Bit::new(15, "xss_lbr", "XSAVES can hold branch records"),
        Bit::new(16, "xss_hwp", "XSAVES can hold HWP requests"),
    ],
};

pub(super) static CET_U: Group = Group {
    leaf: 0xd,
    subleaf: 17,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[Bit::new(0, "xsave17_supervisor", "User shadow stack state is saved under XSS")
        .evc("cpuid.XSAVES_CET_U_SUP_BY_XSS")],
};

pub(super) static CET_S: Group = Group {
    leaf: 0xd,
    subleaf: 18,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[Bit::new(0, "xsave18_supervisor", "Kernel shadow stack state is saved under XSS")
        .evc("cpuid.XSAVES_CET_S_SUP_BY_XSS")],
};

pub(super) static XTILECFG: Group = Group {
    leaf: 0xd,
    subleaf: 23,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(1, "xsave23_align", "The tile layout is aligned in a compact area")
            .evc("cpuid.XSAVE_XTILECFG_ALIGN"),
        Bit::new(2, "xsave23_xfd", "First use of the tile layout can fault")
            .evc("cpuid.XSAVE_XTILECFG_XFD"),
    ],
};

pub(super) static XTILEDATA: Group = Group {
    leaf: 0xd,
    subleaf: 24,
    register: Register::Ecx,
    scope: Scope::Any,
    bits: &[
        Bit::new(1, "xsave24_align", "The tiles are aligned in a compact area")
            .evc("cpuid.XSAVE_XTILEDATA_ALIGN"),
        Bit::new(2, "xsave24_xfd", "First use of the tiles can fault")
            .evc("cpuid.XSAVE_XTILEDATA_XFD"),
    ],
};
