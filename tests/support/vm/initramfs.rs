//! The first and only root filesystem of a small guest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};

use super::cpio::Writer;
use super::debian;
use super::modules::Module;

const INIT: &[u8] = include_bytes!("init.sh");
const SERVE: &[u8] = include_bytes!("serve.sh");
const SERVICE: &[u8] = include_bytes!("serve.service");

/// A tree of files in memory, laid out like Debian with everything below /usr.
#[derive(Debug, Default)]
pub(super) struct Tree {
    entries: BTreeMap<String, Entry>,
    /// The directory that all paths are taken below.
    below: &'static str,
}

#[derive(Debug)]
enum Entry {
    Directory,
    File { mode: u32, bytes: Vec<u8> },
    Link(String),
}

impl Tree {
    /// busybox, our init, and the empty directories that it mounts on.
    pub(super) fn base() -> Result<Self> {
        let mut tree = Self::default();
        for dir in ["/dev", "/proc", "/run", "/sys", "/tmp", "/usr/lib/modules", "/etc"] {
            tree.directory(dir);
        }
        for merged in MERGED {
            tree.directory(&format!("/usr{merged}"));
            tree.entries.insert(merged.to_owned(), Entry::Link(format!("usr{merged}")));
        }
        let busybox = debian::unpacked("busybox-static")?;
        let busybox = ["bin/busybox", "usr/bin/busybox"].map(|path| busybox.join(path));
        let busybox = busybox.iter().find(|path| path.is_file());
        tree.copy("/usr/bin/busybox", busybox.context("no busybox in busybox-static")?)?;
        tree.file("/init", 0o755, INIT.to_vec());
        tree.file("/etc/small-guest/serve.sh", 0o644, SERVE.to_vec());
        Ok(tree)
    }

    /// From here on files are for the disk that becomes the root of a full guest.
    pub(super) fn full(&mut self) {
        self.file("/etc/small-guest/serve.service", 0o644, SERVICE.to_vec());
        self.file("/etc/small-guest/full", 0o644, Vec::new());
        self.directory("/full");
        self.below = "/full";
    }

    /// From here on files are for the initramfs again.
    pub(super) fn first(&mut self) {
        self.below = "";
    }

    /// Puts a file at an absolute path; its directories are made.
    pub(super) fn file(&mut self, path: &str, mode: u32, bytes: Vec<u8>) {
        let path = format!("{}{}", self.below, place(path));
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.directory(parent);
        }
        self.entries.insert(path, Entry::File { mode, bytes });
    }

    /// Puts a symbolic link at an absolute path.
    pub(super) fn link(&mut self, path: &str, target: &str) {
        let path = format!("{}{}", self.below, place(path));
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.directory(parent);
        }
        self.entries.insert(path, Entry::Link(target.to_owned()));
    }

    /// Copies an executable or library of the host.
    pub(super) fn copy(&mut self, path: &str, from: &Path) -> Result<()> {
        let bytes =
            std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.file(path, 0o755, bytes);
        Ok(())
    }

    /// The modules, and the list in which init finds the order to load them in.
    pub(super) fn modules(&mut self, modules: Vec<Module>) {
        let list: String = modules.iter().map(|module| format!("{}\n", module.name)).collect();
        self.file("/etc/small-guest/modules", 0o644, list.into_bytes());
        for module in modules {
            self.file(&format!("/lib/modules/{}.ko", module.name), 0o644, module.bytes);
        }
    }

    /// Writes the tree as a cpio archive.
    pub(super) fn write(&self, archive: &Path) -> Result<()> {
        let mut writer = Writer::new(BufWriter::new(File::create(archive)?));
        // Sorted by path, so a directory precedes its contents.
        for (path, entry) in &self.entries {
            match entry {
                Entry::Directory => writer.directory(path)?,
                Entry::File { mode, bytes } => writer.file(path, *mode, bytes)?,
                Entry::Link(target) => writer.link(path, target)?,
            }
        }
        writer.finish()?;
        Ok(())
    }

    fn directory(&mut self, path: &str) {
        if path.is_empty() || self.entries.contains_key(path) {
            return;
        }
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.directory(parent);
        }
        self.entries.insert(path.to_owned(), Entry::Directory);
    }
}

const MERGED: [&str; 4] = ["/bin", "/lib", "/lib64", "/sbin"];

/// Where a path really lies when /bin and its like are links into /usr.
fn place(path: &str) -> String {
    let below = |dir: &str| path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
    if MERGED.into_iter().any(below) { format!("/usr{path}") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_merged_directories_lie_below_usr() {
        assert_eq!(place("/bin/sh"), "/usr/bin/sh");
        assert_eq!(place("/lib64/ld.so"), "/usr/lib64/ld.so");
        assert_eq!(place("/library/x"), "/library/x");
        let mut tree = Tree::default();
        tree.file("/sbin/a", 0o755, Vec::new());
        let paths: Vec<&String> = tree.entries.keys().collect();
        assert_eq!(paths, ["/usr", "/usr/sbin", "/usr/sbin/a"]);
    }
}
