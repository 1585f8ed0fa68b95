//! Kernel modules with all they depend on, in the order in which they must be loaded.
//!
//! modules.dep is only made when a kernel is installed, so the dependencies are read
//! from the modules themselves (section .modinfo: `depends=`, `softdep=`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A module ready to be loaded.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// These modules and their dependencies, each after what it needs. What is built into
/// the kernel needs no loading and is left out.
///
/// # Errors
/// The kernel has no module of that name, or a file cannot be read.
pub(super) fn resolve(dir: &Path, names: &[String]) -> Result<Vec<Module>> {
    let index = Index {
        loadable: listed(dir, "modules.order")?,
        built_in: listed(dir, "modules.builtin")?.into_keys().collect(),
    };
    let mut order = Order { index: &index, seen: BTreeSet::new(), modules: Vec::new() };
    for name in names {
        order.add(name)?;
    }
    Ok(order.modules)
}

struct Index {
    loadable: BTreeMap<String, PathBuf>,
    built_in: BTreeSet<String>,
}

struct Order<'a> {
    index: &'a Index,
    seen: BTreeSet<String>,
    modules: Vec<Module>,
}

impl Order<'_> {
    fn add(&mut self, name: &str) -> Result<()> {
        let name = name.replace('-', "_");
        if self.index.built_in.contains(&name) || !self.seen.insert(name.clone()) {
            return Ok(());
        }
        let file = self.index.loadable.get(&name);
        let file = file.with_context(|| format!("the kernel has no module {name}"))?;
        let bytes = read(file)?;
        for needed in depends(&bytes) {
            self.add(&needed)?;
        }
        for wanted in wants(&bytes) {
            // A soft dependency may name what this kernel does not have.
            if self.index.loadable.contains_key(&wanted) {
                self.add(&wanted)?;
            }
        }
        self.modules.push(Module { name, bytes });
        Ok(())
    }
}

/// Module names and their files, from a list of the kernel's own.
fn listed(dir: &Path, list: &str) -> Result<BTreeMap<String, PathBuf>> {
    let path = dir.join(list);
    let text = fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
    let named = |line: &str| {
        let file = line.rsplit('/').next()?;
        let (name, _) = file.split_once('.')?;
        Some((name.replace('-', "_"), dir.join(line)))
    };
    Ok(text.lines().filter_map(named).collect())
}

/// A module's ELF file; Debian 13 compresses them with xz.
fn read(file: &Path) -> Result<Vec<u8>> {
    if file.exists() {
        return Ok(fs::read(file)?);
    }
    let packed = file.with_added_extension("xz");
    let output = Command::new("xz").arg("-dc").arg(&packed).output().context("cannot run xz")?;
    ensure!(output.status.success(), "xz cannot unpack {}", packed.display());
    Ok(output.stdout)
}

fn depends(module: &[u8]) -> Vec<String> {
    let values = modinfo(module, b"depends=");
    let names = values.iter().flat_map(|value| value.split(','));
    names.filter(|name| !name.is_empty()).map(|name| name.replace('-', "_")).collect()
}

fn wants(module: &[u8]) -> Vec<String> {
    let values = modinfo(module, b"softdep=");
    let before = |value: &String| value.strip_prefix("pre:").map(str::to_owned);
    let before: Vec<String> = values.iter().filter_map(before).collect();
    let names = before.iter().flat_map(|value| value.split_whitespace());
    names.take_while(|name| *name != "post:").map(|name| name.replace('-', "_")).collect()
}

/// The values of one key among the NUL-terminated strings of .modinfo. No other section
/// holds such a string, so the section table need not be read.
fn modinfo(module: &[u8], key: &[u8]) -> Vec<String> {
    module
        .split(|byte| *byte == 0)
        .filter_map(|string| string.strip_prefix(key))
        .map(|value| String::from_utf8_lossy(value).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_loaded_first_and_built_in_ones_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let kernel = dir.path().join("kernel");
        fs::create_dir(&kernel).unwrap();
        fs::write(kernel.join("top.ko"), b"\x7fELF\0depends=mid-dle,base\0name=top\0").unwrap();
        fs::write(kernel.join("mid-dle.ko"), b"\0depends=base,inside\0").unwrap();
        fs::write(kernel.join("base.ko"), b"\0depends=\0softdep=pre: gone\0").unwrap();
        let order = "kernel/top.ko\nkernel/mid-dle.ko\nkernel/base.ko\n";
        fs::write(dir.path().join("modules.order"), order).unwrap();
        fs::write(dir.path().join("modules.builtin"), "kernel/lib/inside.ko\n").unwrap();

        let modules = resolve(dir.path(), &["top".into(), "inside".into()]).unwrap();
        let names: Vec<&str> = modules.iter().map(|module| module.name.as_str()).collect();
        assert_eq!(names, ["base", "mid_dle", "top"]);
        let error = resolve(dir.path(), &["absent".into()]).unwrap_err().to_string();
        assert!(error.contains("absent"), "{error}");
    }
}
