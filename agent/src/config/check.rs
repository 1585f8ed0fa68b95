//! `guestd check`: is the configuration well, and what does it come to.

use std::fmt::Write;
use std::path::Path;

use super::keys::commented;
use super::show::{places, show};
use super::{ConfigError, Settings, load};

/// What to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tell {
    /// Whether all is well, and which files count.
    Verdict,
    /// What is in force, and from which file and line.
    Everything,
    /// The same, one line for each key, defaults as well.
    Places,
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
    let (settings, origins) = (&loaded.settings, &loaded.origins);
    let summary = summary(&loaded.files);
    Ok(match tell {
        Tell::Defaults => commented(),
        Tell::Everything => format!("# {summary}\n{}", show(settings, origins)),
        Tell::Places => places(settings, origins),
        Tell::Bmc => format!("{}\n", serde_json::json!(bmc_setup(settings))),
        Tell::Verdict => {
            let mut out = String::new();
            for file in &loaded.files {
                let _ = writeln!(out, "{}", file.display());
            }
            let _ = writeln!(out, "well: {summary}");
            out
        }
    })
}

fn bmc_setup(settings: &Settings) -> bmc::Setup {
    let Settings { bmc, state_dir, .. } = settings.clone();
    let announce = bmc.announce.name().to_owned();
    bmc::Setup { announce, port: bmc.port, plan: bmc.plan, state_dir }
}

fn summary(files: &[std::path::PathBuf]) -> String {
    match files.len() {
        0 => "no configuration files, everything as compiled".to_owned(),
        1 => "1 configuration file".to_owned(),
        count => format!("{count} configuration files"),
    }
}
