//! `guestctl agent file`: files to and from the inside, through the agent alone.

mod progress;
mod remote;
mod whole;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;
use progress::Progress;
use remote::Remote;

/// Bytes of one request: base64 of them stays far below the 10 MiB that libvirt takes.
const CHUNK: usize = 1 << 20;

/// Copy files to and from the inside
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Fetch a file from the inside
    Get {
        /// Its path inside
        #[arg(value_name = "FROM")]
        remote: String,
        /// Where to put it; - is standard output, a directory keeps its name
        #[arg(value_name = "TO", default_value = ".")]
        local: PathBuf,
    },
    /// Bring a file to the inside; an existing one is overwritten
    Put {
        /// The file; - is standard input
        #[arg(value_name = "FROM")]
        local: PathBuf,
        /// Its path inside
        #[arg(value_name = "TO")]
        remote: String,
    },
    /// Show a file from the inside
    Cat {
        /// Its path inside
        path: String,
    },
}

impl Files {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match &self.verb {
            Verb::Get { remote, local } if local != Path::new("-") => get(agent, remote, local)?,
            Verb::Get { remote: path, .. } | Verb::Cat { path } => {
                fetch(agent, path, screen.raw())?
            }
            Verb::Put { local, remote } => put(agent, local, remote)?,
        }
        Ok(ExitCode::Ok)
    }
}

/// Copies between here and the inside: `:path` is inside.
#[derive(Debug, clap::Args)]
pub(super) struct Cp {
    /// What to copy; with : before it, a path inside
    #[arg(value_name = "FROM")]
    source: String,
    /// Where to; with : before it, a path inside
    #[arg(value_name = "TO")]
    target: String,
}

impl Cp {
    pub(super) fn run(&self, agent: &mut Agent) -> Result<ExitCode, Failure> {
        match (self.source.strip_prefix(':'), self.target.strip_prefix(':')) {
            (Some(from), None) => get(agent, from, Path::new(&self.target))?,
            (None, Some(to)) => put(agent, Path::new(&self.source), to)?,
            _ => {
                let hint =
                    "cp copies between here and the inside: give exactly one path a : in front";
                return Err(Failure::Usage(hint.to_owned()));
            }
        }
        Ok(ExitCode::Ok)
    }
}

/// Into a file beside its place, which takes the place when it is whole.
fn get(agent: &mut Agent, from: &str, to: &Path) -> Result<(), Failure> {
    let name = from.rsplit('/').next().filter(|name| !name.is_empty());
    let to = match name {
        Some(name) if to.is_dir() => to.join(name),
        _ => to.to_owned(),
    };
    let mut partial = to.clone().into_os_string();
    partial.push(".part");
    let partial = PathBuf::from(partial);
    let fault = |error: io::Error| Failure::input(partial.display().to_string(), error);
    let mut file = File::create(&partial).map_err(fault)?;
    let fetched =
        fetch(agent, from, &mut file).and_then(|()| fs::rename(&partial, &to).map_err(fault));
    if fetched.is_err() {
        // The first failure is the one to tell.
        let _ = fs::remove_file(&partial);
    }
    fetched
}

/// By the whole-file commands where the agent has them, else by those of every agent.
fn fetch(agent: &mut Agent, path: &str, out: &mut dyn Write) -> Result<(), Failure> {
    if whole::get(agent, path, out)? { Ok(()) } else { fetch_by_handle(agent, path, out) }
}

fn fetch_by_handle(agent: &mut Agent, path: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let mut remote = Remote::open(agent, path, "r")?;
    let mut progress = Progress::start(path, None);
    let copied = loop {
        match remote.read(CHUNK) {
            Ok(bytes) if bytes.is_empty() => break Ok(()),
            Ok(bytes) => {
                if let Err(error) = out.write_all(&bytes) {
                    break Err(error.into());
                }
                progress.add(bytes.len());
            }
            Err(failure) => break Err(failure),
        }
    };
    progress.end();
    remote.close(copied)
}

fn put(agent: &mut Agent, from: &Path, to: &str) -> Result<(), Failure> {
    let name = from.display().to_string();
    let (mut input, size): (Box<dyn Read>, _) = if from == Path::new("-") {
        (Box::new(io::stdin().lock()), None)
    } else {
        let file = File::open(from).map_err(|error| Failure::input(&name, error))?;
        let size = file.metadata().ok().map(|metadata| metadata.len());
        (Box::new(file), size)
    };
    if whole::put(agent, &name, &mut input, size, to)? {
        return Ok(());
    }
    let mut remote = Remote::open(agent, to, "w")?;
    let mut progress = Progress::start(to, size);
    let mut chunk = vec![0; CHUNK];
    let copied = loop {
        match input.read(&mut chunk) {
            Ok(0) => break remote.flush(),
            Ok(count) => {
                if let Err(failure) = remote.write(&chunk[..count]) {
                    break Err(failure);
                }
                progress.add(count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Err(Failure::input(&name, error)),
        }
    };
    progress.end();
    remote.close(copied)
}
