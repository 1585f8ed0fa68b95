//! Reads configuration files, each for itself and then together.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::fragment::Fragment;
use super::nearest::nearest;
use super::origin::{self, Origins};
use super::{Settings, resolve};
use crate::system::reason;

/// Bytes of one file at most.
const MOST: u64 = 1 << 20;

/// A configuration as it counts.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// What follows from it.
    pub(crate) settings: Settings,
    /// The files, in the order in which they were read.
    pub(crate) files: Vec<PathBuf>,
    /// Where a key is from. What is not here is a default.
    pub(crate) origins: Origins,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A file or directory cannot be read.
    #[error("{}: {}", path.display(), reason(source))]
    Read {
        /// Which.
        path: PathBuf,
        /// What the kernel says.
        source: io::Error,
    },
    /// What a file says is wrong.
    #[error("{}:{line}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// All files together do not make sense.
    #[error("{}{what}", of(path.as_deref()))]
    Sense {
        /// The file that says it, where there is one.
        path: Option<PathBuf>,
        /// What is wrong, and what would be right.
        what: String,
    },
}

fn of(path: Option<&Path>) -> String {
    path.map(|path| format!("{}: ", path.display())).unwrap_or_default()
}

/// The configuration below what stands for `/`, or that of one file alone.
///
/// # Errors
/// A file cannot be read, or says what it may not.
pub(crate) fn load(root: &Path, only: Option<&Path>) -> Result<Loaded, ConfigError> {
    let files = match only {
        Some(file) => vec![file.to_owned()],
        None => hooks::config_files(root)
            .map_err(|(path, source)| ConfigError::Read { path, source })?,
    };
    let mut merged = Table::new();
    let mut origins = Origins::new();
    for path in &files {
        let text = read(path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        let table = parse(&text).map_err(|(line, what)| ConfigError::Content {
            path: path.clone(),
            line,
            what,
        })?;
        merge(&mut merged, table);
        origins.extend(origin::of(path, &text));
    }
    let fragment: Fragment = merged.try_into().map_err(|error: toml::de::Error| {
        ConfigError::Sense { path: None, what: error.message().to_owned() }
    })?;
    let settings = resolve::settings(fragment).map_err(|(key, what)| ConfigError::Sense {
        path: origins
            .iter()
            .find(|(own, _)| **own == key || own.starts_with(&format!("{key}.")))
            .map(|(_, origin)| origin.path.clone()),
        what,
    })?;
    Ok(Loaded { settings, files, origins })
}

fn read(path: &Path) -> io::Result<String> {
    // Before it is opened, which would wait for ever for the other end of a pipe.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is no regular file"));
    }
    let mut text = String::new();
    File::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(io::Error::other("is larger than 1 MiB"));
    }
    Ok(text)
}

/// One file, checked for itself; else the line and what is wrong.
fn parse(text: &str) -> Result<Table, (usize, String)> {
    let wrong = |error: toml::de::Error| (line(text, error.span()), explain(error.message()));
    toml::from_str::<Fragment>(text).map_err(wrong)?;
    toml::from_str(text).map_err(wrong)
}

fn line(text: &str, span: Option<Range<usize>>) -> usize {
    origin::line(text, span.map_or(0, |span| span.start))
}

/// The parser's words, and of what is unknown the nearest that is known. Its words put each
/// name between backticks: the wrong one first, then those there are.
fn explain(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    match names.split_first() {
        Some((wrong, known)) if unknown => {
            let what = if message.starts_with("unknown field") { "key" } else { "value" };
            let hint = nearest(wrong, known.iter().copied());
            let hint = hint.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
            let known = known.join(", ");
            format!("unknown {what} `{wrong}`{hint} (known here: {known})")
        }
        _ => message.lines().collect::<Vec<_>>().join(" "),
    }
}

/// Puts one table over another, key by key; a list is replaced as a whole.
fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    fn write(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn wrong(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "guestd.toml", text);
        let error = load(dir.path(), Some(&dir.path().join("guestd.toml"))).unwrap_err();
        error.to_string().replace(&format!("{}/", dir.path().display()), "")
    }

    #[test]
    fn without_files_everything_is_as_compiled() {
        let dir = tempfile::tempdir().unwrap();
        let loaded = load(dir.path(), None).unwrap();
        assert_eq!(loaded.settings, Settings::default());
        assert!(loaded.files.is_empty() && loaded.origins.is_empty());
    }

    #[test]
    fn later_files_overrule_key_by_key() {
        let dir = tempfile::tempdir().unwrap();
        write(
            dir.path(),
            "etc/guestd/guestd.toml",
            "[quiesce]\ndeadline = 60\nexclude = [\"/a\"]\n[log]\nlevel = \"debug\"\n",
        );
        write(
            dir.path(),
            "etc/guestd/conf.d/10-site.toml",
            "[quiesce]\ndeadline = 0\n[channel.unix]\ngroups = [\"info\"]\n",
        );
        let loaded = load(dir.path(), None).unwrap();
        let freeze = &loaded.settings.freeze;
        assert_eq!((freeze.deadline, &freeze.exclude), (None, &vec!["/a".into()]));
        let of = |key: &str| {
            let origin = &loaded.origins[key];
            (origin.path.file_name().unwrap().to_str().unwrap(), origin.line)
        };
        assert_eq!(of("quiesce.deadline"), ("10-site.toml", 2));
        assert_eq!(of("quiesce.exclude"), ("guestd.toml", 3));
        assert_eq!(of("channel.unix.groups"), ("10-site.toml", 4));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        let text = wrong("[quiesce]\naccept-frozen = true\ndeadlien = 60\n");
        assert!(
            text.starts_with("guestd.toml:3: unknown key `deadlien`; did you mean `deadline`?"),
            "{text}"
        );
        let text = wrong("[quiece]\n");
        assert!(
            text.starts_with("guestd.toml:1: unknown key `quiece`; did you mean `quiesce`?"),
            "{text}"
        );
        let text = wrong("[channel.x]\nkind = \"unix\"\n");
        assert!(
            text.starts_with("guestd.toml:2: unknown key `kind` (known here: enabled, type,"),
            "{text}"
        );
        let text = wrong("[channel.unix]\ngroups = [\n\"info\",\n\"exce\"]\n");
        assert!(text.contains("unknown value `exce`; did you mean `exec`?"), "{text}");
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line_and_what_is_right() {
        let text = wrong("[limits]\nopen-files = 0\n");
        assert!(text.starts_with("guestd.toml:2: ") && text.contains("at least 1"), "{text}");
        let text = wrong("[quiesce]\ndeadline = -1\n");
        assert!(text.starts_with("guestd.toml:2: ") && text.contains("seconds"), "{text}");
        let text = wrong("[channel.unix]\nmode = \"0999\"\n");
        assert!(text.contains("permission bits in octal"), "{text}");
        let text = wrong("watchdog = 1\n");
        assert!(text.starts_with("guestd.toml:1: ") && text.contains("boolean"), "{text}");
        let text = wrong("[log\n");
        assert!(text.starts_with("guestd.toml:1: "), "{text}");
        assert_eq!(Duration::from_millis(1500), {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), "x", "[timeouts]\nexec = 1.5\n");
            load(dir.path(), Some(&dir.path().join("x"))).unwrap().settings.timeouts.exec.unwrap()
        });
    }

    #[test]
    fn what_makes_no_sense_together_names_the_file_that_says_it() {
        let text = wrong("[channel.host]\ntype = \"vsock\"\n");
        assert_eq!(text, "guestd.toml: channel.host: a vsock channel needs a port");
    }

    #[test]
    fn a_file_that_is_none_or_huge_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = load(dir.path(), Some(dir.path())).unwrap_err().to_string();
        assert!(error.ends_with("is no regular file"), "{error}");
        let error = load(dir.path(), Some(&dir.path().join("none"))).unwrap_err().to_string();
        assert!(error.ends_with("/none: No such file or directory"), "{error}");
        write(dir.path(), "huge", &"#".repeat(2 << 20));
        let error = load(dir.path(), Some(&dir.path().join("huge"))).unwrap_err().to_string();
        assert!(error.ends_with("is larger than 1 MiB"), "{error}");
        fs::write(dir.path().join("binary"), [0xFF, 0xFE]).unwrap();
        assert!(load(dir.path(), Some(&dir.path().join("binary"))).is_err());
    }
}
