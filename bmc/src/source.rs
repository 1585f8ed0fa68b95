//! Where an address can come from: one file for each source, a parser and what reads for it.

pub mod cmdline;
pub mod command;
pub mod config;
pub mod ipmi;
pub mod neco;
pub mod smbios;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::network::Network;

/// A source of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The configuration, or the command line of whoever asks.
    Config,
    /// The file of cybozu-go/neco.
    Neco,
    /// The kernel's command line.
    Cmdline,
    /// The BMC itself, through the kernel.
    Ipmi,
    /// The firmware's tables.
    Smbios,
    /// A program.
    Command,
}

impl Source {
    /// Every source, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::Config, Self::Neco, Self::Cmdline, Self::Ipmi, Self::Smbios, Self::Command];

    /// Its name in the configuration and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Neco => "neco",
            Self::Cmdline => "cmdline",
            Self::Ipmi => "ipmi",
            Self::Smbios => "smbios",
            Self::Command => "command",
        }
    }
}

/// What a source says, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Values {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The mask of its network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netmask: Option<String>,
    /// The gateway of its network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The hardware address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    /// The IPMI channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u8>,
    /// How the BMC has got its address: static, dhcp, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<&'static str>,
    /// Where the Redfish service is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name that the Redfish service has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// How this machine reaches the BMC without a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
}

/// One address that a source offers, or what it has in the place of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// All that it says.
    #[serde(flatten)]
    pub values: Values,
    /// The address, where it may be announced.
    pub usable: Option<Address>,
    /// Why it may not.
    pub refused: Option<String>,
}

/// What one source came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// What it offers, the best first.
    pub candidates: Vec<Candidate>,
    /// Why there is nothing, or what went wrong beside it.
    pub why: Option<String>,
}

impl Candidate {
    /// Judges the address that the values have.
    pub(crate) fn judge(values: Values, network: Option<Network>) -> Self {
        let judged = match &values.address {
            None => Err("has no address".to_owned()),
            Some(text) => {
                let address = text.parse::<Address>().and_then(|address| address.within(network));
                address.map_err(|refused| refused.to_string())
            }
        };
        let (usable, refused) = match judged {
            Ok(address) => (Some(address), None),
            Err(refused) => (None, Some(refused)),
        };
        Self { values, usable, refused }
    }
}

impl Look {
    pub(crate) fn nothing(why: impl Into<String>) -> Self {
        Self { candidates: Vec::new(), why: Some(why.into()) }
    }

    pub(crate) fn one(candidate: Candidate) -> Self {
        Self { candidates: vec![candidate], why: None }
    }
}

/// A path of the machine, below what stands for `/`.
pub(crate) fn below(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// True where the root is that of the running machine, whose devices may be asked.
pub(crate) fn is_live(root: &Path) -> bool {
    root == Path::new("/")
}

/// A whole file of at most so many bytes. Of a captured tree only regular files are read.
pub(crate) fn read(root: &Path, path: &str, most: u64) -> io::Result<Vec<u8>> {
    let place = below(root, path);
    if !std::fs::metadata(&place)?.is_file() {
        return Err(io::Error::other("is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(place)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// Why a file told nothing.
pub(crate) fn unread(path: &str, error: &io::Error) -> Look {
    Look::nothing(match error.kind() {
        io::ErrorKind::NotFound => format!("there is no {path}"),
        _ => format!("{path}: {error}"),
    })
}

/// Text of a stranger, cut and made fit for a log and a terminal.
pub(crate) fn printable(bytes: &[u8]) -> String {
    const MOST: usize = 64;
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text.chars().take(MOST).collect::<String>().escape_debug().collect();
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_no_file_of_a_sane_size_is_not_read_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("/dev/zero", at("endless")).unwrap();
        fs::write(at("large"), vec![b'x'; 101]).unwrap();
        fs::write(at("whole"), vec![b'x'; 100]).unwrap();
        let read = |name: &str| read(dir.path(), name, 100);
        for name in ["pipe", "endless", "."] {
            assert_eq!(read(name).unwrap_err().to_string(), "is no regular file", "{name}");
        }
        assert_eq!(read("large").unwrap_err().to_string(), "is larger than 100 bytes");
        assert_eq!(read("loop").unwrap_err().raw_os_error(), Some(nix::libc::ELOOP));
        assert_eq!(read("whole").unwrap().len(), 100);
    }
}
