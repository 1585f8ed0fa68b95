//! The bill of materials of our static programs, which the packages hold: each crate that is linked
//! into them for [`TARGET`], as CycloneDX 1.5 (<https://cyclonedx.org/docs/1.5/json/>). For another
//! target other crates may be linked. The same sources give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// The programs, by their packages.
pub const PROGRAMS: [&str; 2] = ["guestctl", "guestd"];
/// What they are built for.
pub const TARGET: &str = "x86_64-unknown-linux-musl";

/// The document.
///
/// # Errors
/// Cargo cannot tell what the programs are made of.
pub fn document() -> Result<String> {
    let metadata = cargo(&["metadata", "--format-version=1", "--filter-platform", TARGET])?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let lock: toml::Table = std::fs::read_to_string(crate::root().join("Cargo.lock"))?.parse()?;
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    // Of the packages that metadata knows not all are linked: it takes each with the features
    // that anything in the workspace wants.
    let tree = tree()?;
    let linked: BTreeMap<&str, &Value> =
        packages.into_iter().filter(|(_, package)| tree.contains(&key(package))).collect();
    ensure!(linked.len() == tree.len(), "cargo tree and cargo metadata do not agree");
    let mut components = BTreeMap::new();
    let mut dependencies = BTreeMap::new();
    for (id, package) in &linked {
        let name = reference(package);
        let node = nodes.get(id).with_context(|| format!("no node of {id}"))?;
        let needs = normal(node).into_iter().filter_map(|id| linked.get(id));
        let needs: BTreeSet<String> = needs.map(|package| reference(package)).collect();
        dependencies.insert(name.clone(), json!({"ref": name, "dependsOn": needs}));
        components.insert(name, component(package, &lock));
    }
    let version = linked.values().find(|one| one["name"] == "guestd").context("no guestd")?;
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "bom-ref": "guestd",
            "name": "guestd",
            "version": version["version"],
            // CycloneDX has no field for it.
            "properties": [{"name": "guestd:target", "value": TARGET}],
        }},
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies.into_values().collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Standard output of cargo in the workspace.
fn cargo(words: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(cargo).current_dir(crate::root()).args(words).arg("--locked").output();
    let output = output.context("cannot start cargo")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|one| Some((one["id"].as_str()?, one))).collect()
}

/// What is linked into the programs, macros included; see [`key`].
fn tree() -> Result<BTreeSet<String>> {
    let mut words = vec!["tree", "--edges=normal", "--prefix=none", "--target", TARGET];
    words.extend(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    let text = cargo(&words)?;
    let lines = text.lines().filter(|line| !line.is_empty()).map(|line| {
        // `NAME vVERSION`, and more behind it.
        let mut words = line.split(' ');
        let (name, version) = (words.next(), words.next().and_then(|word| word.strip_prefix('v')));
        let (name, version) = name.zip(version).with_context(|| format!("cargo tree: {line}"))?;
        Ok(format!("{name}@{version}"))
    });
    lines.collect()
}

/// The packages that one needs at run time or as macros; not for its tests or build script.
fn normal(node: &Value) -> Vec<&str> {
    let needs = node["deps"].as_array().into_iter().flatten();
    let is_normal = |kinds: &Value| {
        kinds.as_array().is_some_and(|kinds| kinds.iter().any(|one| one["kind"].is_null()))
    };
    let needs = needs.filter(|need| is_normal(&need["dep_kinds"]));
    needs.filter_map(|need| need["pkg"].as_str()).collect()
}

/// A crate among all that the workspace needs.
fn key(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    format!("{}@{}", text("name"), text("version"))
}

/// The package URL of a crate from crates.io (<https://github.com/package-url/purl-spec>). Our own
/// are published nowhere and have none.
fn purl(package: &Value) -> Option<String> {
    let published = !package["source"].is_null();
    published.then(|| format!("pkg:cargo/{}", key(package).replace('+', "%2B")))
}

/// What a crate is called in the document.
fn reference(package: &Value) -> String {
    purl(package).unwrap_or_else(|| key(package))
}

fn component(package: &Value, lock: &toml::Table) -> Value {
    let mut component = json!({
        "type": if PROGRAMS.iter().any(|one| package["name"] == *one) { "application" } else { "library" },
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
    });
    if let Some(purl) = purl(package) {
        component["purl"] = json!(purl);
    }
    if let Some(license) = package["license"].as_str() {
        // Old crates write "MIT/Apache-2.0".
        let expression = license.replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    if let Some(checksum) = checksum(package, lock) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}

/// The checksum of a crate's file, where it is from a registry.
fn checksum<'a>(package: &Value, lock: &'a toml::Table) -> Option<&'a str> {
    let same = |one: &&toml::Value| {
        ["name", "version"].iter().all(|key| one[*key].as_str() == package[*key].as_str())
    };
    lock["package"].as_array()?.iter().find(same)?.get("checksum")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_is_there_once_with_its_licence_checksum_and_needs() {
        let text = super::document().unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let list = |key: &str| document[key].as_array().unwrap().clone();
        let named = |key: &str, part: &str| -> Vec<String> {
            list(key).iter().map(|one| one[part].as_str().unwrap().to_owned()).collect()
        };
        let components = named("components", "bom-ref");
        let keys: BTreeSet<String> = list("components").iter().map(key).collect();
        assert_eq!(keys, tree().unwrap());
        assert_eq!(components.len(), keys.len());
        assert_eq!(document["metadata"]["component"]["properties"][0]["value"], TARGET);
        assert_eq!(named("dependencies", "ref"), components);
        for one in list("components") {
            assert!(one["licenses"][0]["expression"].is_string(), "{one}");
            // A crate of this workspace is published nowhere: no URL, no file with a checksum.
            let ours = one["name"].as_str().unwrap().starts_with("guest");
            let length = one["hashes"][0]["content"].as_str().map(str::len);
            assert_eq!(length, (!ours).then_some(64), "{one}");
            let url = one["purl"].as_str();
            assert_eq!(url, one["bom-ref"].as_str().filter(|_| !ours), "{one}");
            assert!(url.is_none_or(|url| url.starts_with("pkg:cargo/")), "{one}");
        }
        let guestd = list("dependencies")
            .into_iter()
            .find(|one| one["ref"].as_str().unwrap().starts_with("guestd@"));
        let needs = guestd.unwrap()["dependsOn"].to_string();
        assert!(needs.contains("pkg:cargo/tokio@") && !needs.contains("proptest"), "{needs}");
        assert_eq!(super::document().unwrap(), text);
    }
}
