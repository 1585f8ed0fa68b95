//! `guestd check`: is the configuration well, and what does it come to.

use std::fmt::Write;
use std::path::Path;

use super::keys::{commented, show};
use super::{ConfigError, Settings, load};

/// What to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tell {
    /// Whether all is well, and which files count.
    Verdict,
    /// What is in force, and from which file.
    Everything,
    /// The commented file with all defaults.
    Defaults,
    /// What is about the BMC, as JSON for guestctl.
    Bmc,
}

/// The answer.
///
/// # Errors
/// What is wrong with the configuration.
pub(crate) fn check(root: &Path, only: Option<&Path>, tell: Tell) -> Result<String, ConfigError> {
    if tell == Tell::Defaults {
        return Ok(commented());
    }
    let loaded = load(root, only)?;
    if tell == Tell::Bmc {
        let Settings { bmc, state_dir, .. } = loaded.settings;
        let announce = bmc.announce.name().to_owned();
        let setup = bmc::Setup { announce, port: bmc.port, plan: bmc.plan, state_dir };
        return Ok(format!("{}\n", serde_json::json!(setup)));
    }
    let mut out = String::new();
    if tell == Tell::Everything {
        let _ = writeln!(out, "# {}", summary(&loaded.files));
        out.push_str(&show(&loaded.settings, &loaded.origins));
    } else {
        for file in &loaded.files {
            let _ = writeln!(out, "{}", file.display());
        }
        let _ = writeln!(out, "well: {}", summary(&loaded.files));
    }
    Ok(out)
}

fn summary(files: &[std::path::PathBuf]) -> String {
    match files.len() {
        0 => "no configuration files, everything as compiled".to_owned(),
        1 => "1 configuration file".to_owned(),
        count => format!("{count} configuration files"),
    }
}
