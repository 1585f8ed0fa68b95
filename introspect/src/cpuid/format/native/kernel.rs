//! /proc/cpuinfo in our JSON.

use std::collections::BTreeSet;

use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::cpus::bounded;
use crate::cpuid::cpuinfo::{CpuInfo, Processor};
use crate::cpuid::dump::MAX_CPUS;
use crate::cpuid::format::collect::TOO_MANY_CPUS;
use crate::cpuid::format::cpuinfo::{FlagFault, Flags, MAX_NAME, join};
use crate::cpuid::format::found::printable;
use crate::cpuid::signature::Fms;

/// One processor; the flags are one text as in /proc/cpuinfo.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NativeProcessor {
    number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vendor_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fms: Option<NativeFms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    microcode: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpuid_level: Option<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    flags: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    vmx_flags: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    bugs: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address_bits: Option<(u32, u32)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NativeFms {
    family: u32,
    model: u32,
    stepping: u32,
}

/// For serde's `with`, of a /proc/cpuinfo that may be missing.
pub(super) mod optional {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        cpuinfo: &Option<CpuInfo>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match cpuinfo {
            Some(cpuinfo) => {
                serializer.collect_seq(cpuinfo.processors.iter().map(NativeProcessor::from))
            }
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<CpuInfo>, D::Error> {
        let natives: Vec<NativeProcessor> = bounded(deserializer, MAX_CPUS, TOO_MANY_CPUS)?;
        let mut flags = Flags::default();
        let mut read = |text: &str| flags.read(text).map_err(flag_error);
        let processors = natives
            .into_iter()
            .map(|native| processor(native, &mut read))
            .collect::<Result<Vec<_>, D::Error>>()?;
        Ok(Some(CpuInfo { processors }))
    }
}

impl From<&Processor> for NativeProcessor {
    fn from(processor: &Processor) -> Self {
        let fms =
            |fms: Fms| NativeFms { family: fms.family, model: fms.model, stepping: fms.stepping };
        Self {
            number: processor.number,
            vendor_id: processor.vendor_id.clone(),
            fms: processor.fms.map(fms),
            model_name: processor.model_name.clone(),
            microcode: processor.microcode,
            cpuid_level: processor.cpuid_level,
            flags: join(&processor.flags),
            vmx_flags: join(&processor.vmx_flags),
            bugs: join(&processor.bugs),
            address_bits: processor.address_bits,
        }
    }
}

fn processor<E>(
    native: NativeProcessor,
    read: &mut impl FnMut(&str) -> Result<BTreeSet<String>, E>,
) -> Result<Processor, E> {
    let name = |text: String| printable(&text, MAX_NAME);
    let fms = |fms: NativeFms| Fms { family: fms.family, model: fms.model, stepping: fms.stepping };
    Ok(Processor {
        number: native.number,
        vendor_id: native.vendor_id.map(name),
        fms: native.fms.map(fms),
        model_name: native.model_name.map(name),
        microcode: native.microcode,
        cpuid_level: native.cpuid_level,
        flags: read(&native.flags)?,
        vmx_flags: read(&native.vmx_flags)?,
        bugs: read(&native.bugs)?,
        address_bits: native.address_bits,
    })
}

fn flag_error<E: de::Error>(fault: FlagFault) -> E {
    match fault {
        FlagFault::NoFlag => E::custom("flags are printable ASCII, at most 64 letters each"),
        FlagFault::TooMany { what, .. } => E::custom(what),
    }
}
