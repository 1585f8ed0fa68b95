//! Captured CPUs that the tests decode.

use crate::cpuid::{CpuDump, Dump, LeafId, Registers};

/// One captured machine, in the form of etallen's `cpuid -r`.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    text: &'static str,
}

macro_rules! samples {
    ($($constant:ident = $name:literal),* $(,)?) => {
        $(pub(crate) const $constant: Sample =
            Sample { name: $name, text: include_str!(concat!("samples/", $name, ".txt")) };)*

        pub(crate) const ALL: &[Sample] = &[$($constant),*];
    };
}

samples! {
    ALDER_LAKE_H = "alder-lake-h",
    ATHLON_X2 = "athlon-x2",
    CORE2_CONROE = "core2-conroe",
    EMERALD_RAPIDS = "emerald-rapids-kvm",
    HASWELL_E = "haswell-e",
    ICE_LAKE_D = "ice-lake-d",
    SKYLAKE_SP = "skylake-sp",
    ZEN2_ROME = "zen2-rome",
    ZEN3_VERMEER = "zen3-vermeer",
    ZEN4_RAPHAEL = "zen4-raphael",
    ZHAOXIN_YONGFENG = "zhaoxin-yongfeng",
}

impl Sample {
    /// Every captured logical CPU.
    pub(crate) fn dump(&self) -> Dump {
        let mut cpus: Vec<CpuDump> = Vec::new();
        for line in self.text.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with("CPU") {
                cpus.push(CpuDump::default());
                continue;
            }
            let words: Vec<u32> = line
                .split(|c: char| c.is_whitespace() || c == ':' || c == '=')
                .filter_map(|word| u32::from_str_radix(word.strip_prefix("0x")?, 16).ok())
                .collect();
            let [leaf, subleaf, eax, ebx, ecx, edx] = words[..] else {
                panic!("{}: {line}", self.name)
            };
            let cpu = cpus.last_mut().unwrap();
            assert!(cpu.insert_new(LeafId::new(leaf, subleaf), Registers::new(eax, ebx, ecx, edx)));
        }
        Dump { cpus }
    }

    /// The first logical CPU.
    pub(crate) fn first(&self) -> CpuDump {
        self.dump().cpus.swap_remove(0)
    }
}

/// The same CPU once per x2APIC id, which is all that differs between the logical CPUs of
/// the captures that these samples were cut from.
pub(crate) fn with_apic_ids(cpu: &CpuDump, ids: impl IntoIterator<Item = u32>) -> Dump {
    let clone = |id: u32| {
        let mut cpu = cpu.clone();
        for (leaf, registers) in cpu.clone().iter() {
            let changed = match leaf.leaf {
                1 => {
                    Registers { ebx: registers.ebx & 0x00ff_ffff | (id & 0xff) << 24, ..registers }
                }
                0xb | 0x1f | 0x8000_0026 => Registers { edx: id, ..registers },
                0x8000_001e => Registers { eax: id, ..registers },
                _ => continue,
            };
            cpu.insert(leaf.leaf, leaf.subleaf, changed);
        }
        cpu
    };
    Dump { cpus: ids.into_iter().map(clone).collect() }
}
