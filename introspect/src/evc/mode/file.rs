//! `modes.json` as it stands on disk.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Catalogue, Class, Features, Grade, Key, Mode, Presents, short_key};
use crate::cpuid::Vendor;
use crate::cpuid::feature::{self, Feature};

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    sources: BTreeMap<&'a str, &'a str>,
    #[serde(borrow)]
    keys: BTreeMap<&'a str, KeyRow>,
    #[serde(borrow)]
    modes: Vec<ModeRow<'a>>,
}

#[derive(Deserialize)]
struct KeyRow {
    hardware_version: u32,
    class: Class,
}

#[derive(Deserialize)]
struct ModeRow<'a> {
    key: &'a str,
    // Labels hold quotation marks, so JSON escapes them and they cannot be borrowed.
    label: String,
    vendor: &'a str,
    order: u32,
    level: Option<&'a str>,
    presents: Presents,
    #[serde(borrow)]
    features: BTreeMap<Grade, Vec<&'a str>>,
    #[serde(borrow, default)]
    patch_dependent: Vec<&'a str>,
    #[serde(borrow, default)]
    candidates: Vec<&'a str>,
    #[serde(borrow)]
    sources: Vec<&'a str>,
}

/// Reads `modes.json`.
///
/// # Errors
/// What is wrong with it, which only a change of the file can bring about.
pub(super) fn read(text: &'static str) -> Result<Catalogue, String> {
    let file: File<'static> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let keyed: BTreeMap<&str, Feature> =
        feature::all().filter_map(|feature| Some((feature.evc()?, feature))).collect();
    let keys = file
        .keys
        .into_iter()
        .map(|(name, row)| {
            let feature =
                *keyed.get(name).ok_or_else(|| format!("{name} is not in the feature table"))?;
            Ok(Key { name, feature, hardware_version: row.hardware_version, class: row.class })
        })
        .collect::<Result<Vec<_>, String>>()?;
    // Keys come sorted, and stay so without the prefix that all of them have.
    let full = |short: &&str| {
        keys.binary_search_by_key(short, |key| short_key(key.name))
            .map(|at| keys[at].name)
            .map_err(|_| format!("{short} is no key"))
    };
    let modes = file
        .modes
        .into_iter()
        .map(|row| {
            let mut features = Vec::with_capacity(128);
            for (grade, names) in &row.features {
                for name in names {
                    features.push((full(name)?, *grade));
                }
            }
            Ok(Mode {
                key: row.key,
                label: row.label.leak(),
                vendor: match row.vendor {
                    "intel" => Vendor::Intel,
                    "amd" => Vendor::Amd,
                    other => return Err(format!("{other} is no vendor")),
                },
                order: row.order,
                level: row.level,
                presents: row.presents,
                features: Features::new(features),
                patch_dependent: row.patch_dependent.iter().map(full).collect::<Result<_, _>>()?,
                candidates: row.candidates,
                sources: row.sources,
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Catalogue { keys, modes, sources: file.sources })
}
