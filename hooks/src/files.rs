//! Where guestd's configuration files lie, and which of them count: for the agent, and for
//! whoever runs its hooks without it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The file of the administrator, which comes first.
const MAIN: &str = "/etc/guestd/guestd.toml";

/// Directories of further files, the weakest first: the vendor's, this boot's, the
/// administrator's.
const DIRECTORIES: [&str; 3] =
    ["/usr/lib/guestd/conf.d", "/run/guestd/conf.d", "/etc/guestd/conf.d"];

/// The files that count, in the order in which they are read; a later one overrules. A file
/// hides those of the same name in weaker directories; one that is a link to /dev/null
/// hides them and says nothing itself.
///
/// # Errors
/// A directory is there and cannot be read, with its path.
pub fn config_files(root: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut by_name: BTreeMap<OsString, PathBuf> = BTreeMap::new();
    for directory in DIRECTORIES {
        let directory = below(root, directory);
        for name in names(&directory).map_err(|error| (directory.clone(), error))? {
            by_name.insert(name.clone(), directory.join(name));
        }
    }
    let main = Some(below(root, MAIN)).filter(|path| path.symlink_metadata().is_ok());
    let files = main.into_iter().chain(by_name.into_values());
    Ok(files.filter(|path| !is_masked(path)).collect())
}

/// The path of the real system below what stands for `/`.
fn below(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

fn names(directory: &Path) -> io::Result<Vec<OsString>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    let counts = |name: &OsString| {
        let name = name.to_string_lossy();
        name.ends_with(".toml") && !name.starts_with('.')
    };
    names.filter(|name| name.as_ref().map_or(true, counts)).collect()
}

fn is_masked(path: &Path) -> bool {
    fs::read_link(path).is_ok_and(|target| target == Path::new("/dev/null"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_name_counts_once_and_the_strongest_directory_wins() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        assert!(config_files(root).unwrap().is_empty());
        for directory in DIRECTORIES {
            fs::create_dir_all(below(root, directory)).unwrap();
        }
        for file in [
            "usr/lib/guestd/conf.d/50-a.toml",
            "usr/lib/guestd/conf.d/10-off.toml",
            "usr/lib/guestd/conf.d/README",
            "run/guestd/conf.d/50-a.toml",
            "run/guestd/conf.d/.hidden.toml",
            "etc/guestd/conf.d/20-b.toml",
            "etc/guestd/guestd.toml",
        ] {
            fs::write(root.join(file), "").unwrap();
        }
        symlink("/dev/null", root.join("etc/guestd/conf.d/10-off.toml")).unwrap();
        let found = config_files(root).unwrap();
        let found: Vec<_> = found.iter().map(|path| path.strip_prefix(root).unwrap()).collect();
        assert_eq!(
            found,
            [
                Path::new("etc/guestd/guestd.toml"),
                Path::new("etc/guestd/conf.d/20-b.toml"),
                Path::new("run/guestd/conf.d/50-a.toml"),
            ]
        );
    }
}
