//! What guestd.toml says of hooks, so that they run here as they do under the agent.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hooks::{Configured, Settings, config_files};
use serde::Deserialize;

use crate::failure::Failure;

/// Bytes of one file at most, as for the agent.
const MOST: u64 = 1 << 20;

/// The part of a file that counts here. The rest is the agent's; `guestd check` judges it.
#[derive(Debug, Default, Deserialize)]
struct Document {
    #[serde(default)]
    quiesce: Configured,
}

/// The settings below what stands for `/`.
///
/// # Errors
/// A file cannot be read or understood, with its name.
pub(super) fn settings(root: &Path) -> Result<Settings, Failure> {
    let named = |path: &Path, what: &str| Failure::input(path.display().to_string(), what);
    let files = config_files(root).map_err(|(path, error)| named(&path, &error.to_string()))?;
    let mut all = Configured::default();
    for path in files {
        let text = read(&path).map_err(|error| named(&path, &error.to_string()))?;
        let file: Document =
            toml::from_str(&text).map_err(|error| named(&path, error.to_string().trim_end()))?;
        all = file.quiesce.over(all);
    }
    all.settings().map_err(|(_, what)| Failure::input("guestd.toml", what))
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(io::Error::other("is larger than 1 MiB"));
    }
    Ok(text)
}
