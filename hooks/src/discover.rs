//! Finding hooks, and checking them: everything about files, before anything is run.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::dialect::{Dialect, SHIM_MARK};
use crate::hook::{Call, Hook, Kind};
use crate::safe;
use crate::settings::Settings;

/// The order of a name without a number: after those that have one of two digits.
const UNNUMBERED: u32 = 100;
/// Hooks that are looked at, and bytes of one that are searched for our mark.
const MOST: usize = 256;
const HEAD: usize = 4096;
/// Endings of files that editors and package managers leave behind.
const LEFTOVERS: [&str; 8] =
    ["~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave", ".sample", ".swp"];

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What would be run, in the order in which it freezes.
    pub hooks: Vec<Hook>,
    /// What would not be, and why.
    pub problems: Vec<Problem>,
}

impl Found {
    /// What may not be run though it was meant to be: a freeze without it would not be what
    /// its owner counts on, so there must be none.
    pub fn refused(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.weight == Weight::Refused)
    }
}

/// A file that is no hook, or none that may be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct Problem {
    /// Which file or directory.
    pub path: PathBuf,
    /// What is wrong, and what would be right.
    pub what: String,
    /// How much it matters.
    pub weight: Weight,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Somebody meant it to be run, and it is not: a freeze without it is not what was wanted.
    Refused,
    /// It is left out, as it should be.
    Left,
}

/// Looks for hooks below what stands for `/`. Files have to belong to root or to `owner`,
/// which is who runs this; nothing is run.
pub fn discover(root: &Path, settings: &Settings, owner: u32) -> Found {
    let mut search = Search { root, settings, owner, found: Found::default() };
    for dialect in &settings.dialects {
        match dialect {
            Dialect::Guestd => search.own(),
            Dialect::QemuGa => search.qemu_ga(),
            Dialect::OpenVmTools => search.open_vm_tools(),
            Dialect::Nutanix => {
                search.pair("/usr/local/sbin/pre_freeze", "/usr/local/sbin/post_thaw", *dialect);
            }
            Dialect::Google => {
                search.pair(
                    "/etc/google/snapshots/pre.sh",
                    "/etc/google/snapshots/post.sh",
                    *dialect,
                );
            }
        }
    }
    let mut found = search.found;
    found.hooks.sort_by(|a, b| (a.order, a.origin, &a.name).cmp(&(b.order, b.origin, &b.name)));
    found
}

struct Search<'a> {
    root: &'a Path,
    settings: &'a Settings,
    owner: u32,
    found: Found,
}

impl Search<'_> {
    fn real(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    fn problem(&mut self, path: &Path, what: impl Into<String>, weight: Weight) {
        self.found.problems.push(Problem { path: path.to_owned(), what: what.into(), weight });
    }

    /// The names in a directory, in order. One that is a link is refused: who may change
    /// where it leads may run anything as root.
    fn names(&mut self, dir: &Path) -> Vec<OsString> {
        let real = self.real(dir);
        let Ok(meta) = fs::symlink_metadata(&real) else { return Vec::new() };
        if !meta.is_dir() {
            self.problem(dir, "is no directory, or a link to one", Weight::Refused);
            return Vec::new();
        }
        if let Err(what) = safe::check(self.root, dir, self.owner) {
            self.problem(dir, what, Weight::Refused);
            return Vec::new();
        }
        let names = match fs::read_dir(&real) {
            Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
            Err(error) => {
                self.problem(dir, error.to_string(), Weight::Refused);
                Vec::new()
            }
        };
        let mut names: Vec<OsString> = names;
        names.sort_unstable();
        if names.len() > MOST {
            self.problem(
                dir,
                format!("more than {MOST} files; the rest is not looked at"),
                Weight::Refused,
            );
            names.truncate(MOST);
        }
        names
    }

    /// Whether a file can be run as a hook. `None` where it is not one, which is told.
    fn runnable(&mut self, path: &Path) -> Option<()> {
        let real = self.real(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || is_leftover(&name) || name.starts_with("README") {
            self.problem(path, "is taken for no hook by its name", Weight::Left);
            return None;
        }
        let meta = match fs::metadata(&real) {
            Ok(meta) => meta,
            Err(error) => {
                self.problem(path, error.to_string(), Weight::Refused);
                return None;
            }
        };
        if !meta.is_file() {
            self.problem(path, "is no file", Weight::Left);
            return None;
        }
        // The file that a link leads to has to be as safe as one that lies here.
        let target = fs::canonicalize(&real).ok()?;
        let target = target.strip_prefix(fs::canonicalize(self.root).ok()?).ok()?;
        let target = Path::new("/").join(target);
        if let Err(what) = safe::check(self.root, &target, self.owner) {
            self.problem(path, what, Weight::Refused);
            return None;
        }
        if meta.permissions().mode() & 0o111 == 0 {
            let what = format!("cannot be executed: chmod +x {}", path.display());
            self.problem(path, what, Weight::Refused);
            return None;
        }
        Some(())
    }

    /// `NN-name` and `NN-name.session`, the same name in a later directory instead.
    fn own(&mut self) {
        let mut by_name: BTreeMap<OsString, PathBuf> = BTreeMap::new();
        for dir in &self.settings.dirs {
            for name in self.names(dir) {
                by_name.insert(name.clone(), dir.join(name));
            }
        }
        for (name, path) in by_name {
            if fs::read_link(self.real(&path)).is_ok_and(|to| to == Path::new("/dev/null")) {
                self.problem(&path, "is disabled", Weight::Left);
                continue;
            }
            if self.runnable(&path).is_none() {
                continue;
            }
            let name = name.to_string_lossy().into_owned();
            let session = name.ends_with(".session");
            let [freeze, thaw, failed] = Dialect::Guestd.words();
            let real = self.real(&path);
            let call = |word: &str| Call::new(&real, &[word]);
            let hook = Hook {
                order: number(&name),
                kind: if session { Kind::Session } else { Kind::Program },
                freeze: Some(call(freeze)),
                thaw: (!session).then(|| call(thaw)),
                undo: (!session).then(|| call(failed)),
                ..self.blank(&name, &path, Dialect::Guestd)
            };
            self.add(hook);
        }
    }

    /// One program, which on most systems runs those of a directory beside it; without that
    /// program they are run by us.
    fn qemu_ga(&mut self) {
        let dispatcher = Path::new("/etc/qemu/fsfreeze-hook");
        let one = self.settings.qemu_ga_hook.clone().unwrap_or_else(|| dispatcher.to_owned());
        if self.settings.qemu_ga_hook.is_some() || self.real(&one).exists() {
            self.program(&one, Dialect::QemuGa, 0);
            return;
        }
        let dir = Path::new("/etc/qemu/fsfreeze-hook.d");
        for name in self.names(dir) {
            let order = number(&name.to_string_lossy());
            self.program(&dir.join(name), Dialect::QemuGa, order);
        }
    }

    /// The two old scripts first, then a directory in the order of its names, one by one.
    fn open_vm_tools(&mut self) {
        let dialect = Dialect::OpenVmTools;
        let old = ["/usr/sbin/pre-freeze-script", "/usr/sbin/post-thaw-script"].map(Path::new);
        if old.iter().any(|path| self.real(path).exists()) {
            let [freeze, thaw, failed] = dialect.words();
            let [before, after] = old;
            let mut call = |path: &Path, word: &str| {
                let there = self.real(path).exists() && self.runnable(path).is_some();
                there.then(|| self.vmware_call(path, word))
            };
            let (freeze, thaw, undo) =
                (call(before, freeze), call(after, thaw), call(after, failed));
            let blank = self.blank("pre-freeze-script", before, dialect);
            self.add(Hook { freeze, thaw, undo, ..blank });
        }
        let dir = Path::new("/etc/vmware-tools/backupScripts.d");
        for (name, order) in self.names(dir).into_iter().zip(1..) {
            self.program(&dir.join(name), dialect, order);
        }
    }

    fn vmware_call(&self, path: &Path, word: &str) -> Call {
        let argument = self.settings.script_argument.as_deref();
        let words: Vec<&str> = [Some(word), argument].into_iter().flatten().collect();
        Call::new(self.real(path), &words)
    }

    /// A file that is called with a word for each step.
    fn program(&mut self, path: &Path, dialect: Dialect, order: u32) {
        if self.is_shim(path) || self.runnable(path).is_none() {
            return;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let call = |word: &str| match dialect {
            Dialect::OpenVmTools => self.vmware_call(path, word),
            _ => Call::new(self.real(path), &[word]),
        };
        let [freeze, thaw, undo] = dialect.words().map(|word| Some(call(word)));
        let blank = self.blank(&name, path, dialect);
        self.add(Hook { order, freeze, thaw, undo, ..blank });
    }

    /// A program for before and one for after.
    fn pair(&mut self, before: &str, after: &str, dialect: Dialect) {
        let mut call = |path: &str| {
            let path = Path::new(path);
            let there = self.real(path).exists();
            if !there || self.is_shim(path) || self.runnable(path).is_none() {
                return None;
            }
            Some(Call::new(self.real(path), &[]))
        };
        let (freeze, thaw) = (call(before), call(after));
        if freeze.is_some() || thaw.is_some() {
            let path = Path::new(before);
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let undo = thaw.clone();
            let blank = self.blank(&name, path, dialect);
            self.add(Hook { freeze, thaw, undo, ..blank });
        }
    }

    /// True for a shim of ours, which would call us back.
    fn is_shim(&mut self, path: &Path) -> bool {
        use std::io::Read;
        let mut head = Vec::new();
        let read = fs::File::open(self.real(path))
            .and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
        let mark = SHIM_MARK.as_bytes();
        let shim = read.is_ok() && head.windows(mark.len()).any(|window| window == mark);
        if shim {
            self.problem(path, "runs our own hooks, so that it is not run by us", Weight::Left);
        }
        shim
    }

    fn blank(&self, name: &str, path: &Path, origin: Dialect) -> Hook {
        let name = match origin {
            Dialect::Guestd => name.to_owned(),
            other => format!("{other}/{name}"),
        };
        Hook {
            name,
            path: path.to_owned(),
            order: 0,
            kind: Kind::Program,
            origin,
            timeout: self.settings.timeout,
            on_failure: crate::OnFailure::default(),
            user: None,
            freeze: None,
            thaw: None,
            undo: None,
        }
    }

    /// Adds a hook, with what the settings say of it.
    fn add(&mut self, mut hook: Hook) {
        if let Some(special) = self.settings.per_hook.get(&hook.name) {
            hook.timeout = special.timeout.unwrap_or(hook.timeout);
            hook.on_failure = special.on_failure.unwrap_or(hook.on_failure);
            hook.order = special.order.unwrap_or(hook.order);
            hook.user.clone_from(&special.user);
        }
        self.found.hooks.push(hook);
    }
}

/// The number before the first dash of a name.
fn number(name: &str) -> u32 {
    let digits = name.split('-').next().unwrap_or_default();
    digits.parse().ok().filter(|&number| number < UNNUMBERED).unwrap_or(UNNUMBERED)
}

fn is_leftover(name: &str) -> bool {
    LEFTOVERS.iter().any(|ending| name.ends_with(ending)) || name.contains(".dpkg-")
}

#[cfg(test)]
mod tests;
