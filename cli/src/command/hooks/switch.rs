//! `guestctl hooks enable` and `disable`: links in /etc/guestd/hooks.d.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::below;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Where the hooks lie that are shipped, off until enabled.
const AVAILABLE: &str = "/usr/lib/guestd/hooks-available";
/// Where those lie that an administrator wants.
const ENABLED: &str = "/etc/guestd/hooks.d";
/// Where packages and other programs put theirs.
const OTHERS: [&str; 2] = ["/usr/lib/guestd/hooks.d", "/run/guestd/hooks.d"];

/// Which hook.
#[derive(Debug, clap::Args)]
pub(super) struct Name {
    /// Its file name, such as 20-postgresql; for `enable` without the number too
    #[arg(value_name = "NAME")]
    name: String,
}

impl Name {
    pub(super) fn enable(&self, root: &Path, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        let file = self.available(root)?;
        let link = below(root, ENABLED).join(&file);
        let target = format!("{AVAILABLE}/{file}");
        match fs::read_link(&link) {
            Ok(to) if to == Path::new(&target) => return say(screen, &file, "is enabled already"),
            Ok(to) if to == Path::new("/dev/null") => remove(&link)?,
            Ok(_) => return Err(foreign(&link)),
            Err(_) if link.exists() => return Err(foreign(&link)),
            Err(_) => {}
        }
        fs::create_dir_all(below(root, ENABLED)).map_err(|error| failed(&link, &error))?;
        symlink(&target, &link).map_err(|error| failed(&link, &error))?;
        say(screen, &file, "is enabled")
    }

    /// Takes our link away; a hook of a package is masked by a link to /dev/null.
    pub(super) fn disable(
        &self,
        root: &Path,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        plain(&self.name)?;
        let available = self.available(root).unwrap_or_else(|_| self.name.clone());
        for file in [&self.name, &available] {
            let link = below(root, ENABLED).join(file);
            let masks = OTHERS.iter().any(|dir| below(root, dir).join(file).exists());
            match fs::read_link(&link) {
                Ok(to) if to == Path::new("/dev/null") => {
                    return say(screen, file, "is disabled already");
                }
                Ok(to) if to.starts_with(AVAILABLE) => {
                    remove(&link)?;
                    if !masks {
                        return say(screen, file, "is disabled");
                    }
                }
                Ok(_) => return Err(foreign(&link)),
                Err(_) if link.exists() => return Err(foreign(&link)),
                Err(_) => {}
            }
            if masks {
                fs::create_dir_all(below(root, ENABLED)).map_err(|error| failed(&link, &error))?;
                symlink("/dev/null", &link).map_err(|error| failed(&link, &error))?;
                return say(screen, file, "is disabled");
            }
        }
        say(screen, &self.name, "is not enabled")
    }

    /// The file that was meant, with or without its number.
    fn available(&self, root: &Path) -> Result<String, Failure> {
        plain(&self.name)?;
        let dir = below(root, AVAILABLE);
        let entries = fs::read_dir(&dir).map_err(|error| failed(&dir, &error))?;
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        let fits = |file: &str| {
            let bare = file.strip_suffix(".session").unwrap_or(file);
            let after = bare.split_once('-').map_or(bare, |(_, after)| after);
            [file, bare, after].contains(&self.name.as_str())
        };
        let found = names.iter().find(|file| fits(file)).cloned();
        found.ok_or_else(|| {
            Failure::input(&self.name, format!("no such hook in {AVAILABLE}: {}", names.join(" ")))
        })
    }
}

/// A name, not a path.
fn plain(name: &str) -> Result<(), Failure> {
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err(Failure::Usage(format!("{name:?} is no name of a hook")));
    }
    Ok(())
}

fn say(screen: &mut Screen<'_>, file: &str, what: &str) -> Result<ExitCode, Failure> {
    writeln!(screen.raw(), "{file} {what}")?;
    Ok(ExitCode::Ok)
}

fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| failed(path, &error))
}

fn foreign(path: &Path) -> Failure {
    let what = "is not ours, so it stays as it is; remove it by hand";
    Failure::input(path.display().to_string(), what)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::input(path.display().to_string(), error)
}
