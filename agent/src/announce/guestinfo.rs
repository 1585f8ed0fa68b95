//! The address in VMware's guestinfo, where whoever manages the hypervisor can read it: by the
//! program of open-vm-tools, on a thread of its own, so that nothing waits for it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bmc::Address;
use introspect::Root;
use introspect::cpuid::live::this_cpu;
use introspect::hypervisor::facts::CpuFacts;
use protocol::guestd::bmc::Guestinfo as Status;
use tracing::{info, warn};

use crate::log;
use crate::program::{Program, find};

/// How long the program may take; with a host it is done in milliseconds.
const LIMIT: Duration = Duration::from_secs(10);
/// What every key begins with (vmware-rpctool(1)).
const PREFIX: &str = "guestinfo.";
/// More than any key has.
const LONGEST: usize = 128;
/// The letters of VMware's hypervisor in CPUID.
const VMWARE: &[u8; 12] = b"VMwareVMware";

/// Checks a key: it becomes a word of VMware's, and the words are parted by spaces.
///
/// # Errors
/// What a key has to be like.
pub(crate) fn check_key(key: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match key.strip_prefix(PREFIX) {
        None => Err("has to begin with guestinfo., such as guestinfo.bmc.ipv4"),
        Some("") => Err("has nothing behind guestinfo."),
        Some(name) if !name.bytes().all(plain) => {
            Err("may have letters, digits, dots, - and _ only")
        }
        Some(_) if key.len() > LONGEST => Err("is longer than 128 characters"),
        Some(_) => Ok(()),
    }
}

/// The key, and what became of it.
#[derive(Debug)]
pub(super) struct Guestinfo {
    root: Root,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    status: Status,
    /// What is to be set next.
    wanted: Option<Address>,
    /// A thread is setting something, and looks here again before it ends.
    working: bool,
}

impl Guestinfo {
    pub(super) fn new(key: String) -> Self {
        Self::at(Root::live(), key)
    }

    fn at(root: Root, key: String) -> Self {
        let status = Status { key, ..Status::default() };
        let inner = Inner { status, wanted: None, working: false };
        Self { root, inner: Arc::new(Mutex::new(inner)) }
    }

    pub(super) fn status(&self) -> Status {
        lock(&self.inner).status.clone()
    }

    /// Has this address set, unless it is already. One that failed is tried again.
    pub(super) fn set(&self, address: Address) {
        let mut inner = lock(&self.inner);
        let there = inner.status.address.as_ref() == Some(&address.to_string());
        if !inner.working && there && inner.status.problem.is_none() {
            return;
        }
        inner.wanted = Some(address);
        if inner.working {
            return;
        }
        inner.working = true;
        let (root, shared) = (self.root.clone(), Arc::clone(&self.inner));
        let work = move || work(&root, &shared);
        if let Err(wrong) = thread::Builder::new().name("guestinfo".to_owned()).spawn(work) {
            inner.working = false;
            inner.status.problem = Some(format!("no thread for it: {wrong}"));
        }
    }
}

fn work(root: &Root, shared: &Mutex<Inner>) {
    loop {
        let mut inner = lock(shared);
        let Some(address) = inner.wanted.take() else {
            inner.working = false;
            return;
        };
        let key = inner.status.key.clone();
        drop(inner);
        let result = set(root, &key, address);
        let status = &mut lock(shared).status;
        match result {
            Ok(()) => {
                info!("BMC: {address} set as {key} in VMware's guestinfo");
                status.address = Some(address.to_string());
                status.at = Some(log::date_now());
                status.problem = None;
            }
            Err(why) => {
                if status.problem.as_ref() != Some(&why) {
                    warn!("BMC: {address} is not in VMware's guestinfo: {why}");
                }
                status.problem = Some(why);
            }
        }
    }
}

/// Runs the program. What it says for itself is told, and whether this is a guest of VMware.
fn set(root: &Root, key: &str, address: Address) -> Result<(), String> {
    let request = format!("info-set {key} {address}");
    let why = match run(root, &request) {
        Ok(()) => return Ok(()),
        Err(why) => why,
    };
    let cpu = CpuFacts::read(&this_cpu());
    let vmware = cpu.interfaces.iter().any(|interface| &interface.letters == VMWARE);
    Err(if vmware { why } else { format!("{why} (this is no guest of VMware)") })
}

fn run(root: &Root, request: &str) -> Result<(), String> {
    let (path, words) = program(root, request).ok_or(
        "neither vmware-rpctool nor vmtoolsd is installed: they are of the package open-vm-tools",
    )?;
    let name = path.display().to_string();
    match Program::new(path).arguments(words).limit(LIMIT).run() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{name}: {}", output.complaint())),
        Err(failure) => Err(failure.to_string()),
    }
}

/// The program there is, and its arguments: the whole request is one of them.
fn program(root: &Root, request: &str) -> Option<(PathBuf, Vec<String>)> {
    let tool = find(root, &["vmware-rpctool"]).map(|path| (path, vec![request.to_owned()]));
    tool.or_else(|| {
        let path = find(root, &["vmtoolsd"])?;
        Some((path, vec!["--cmd".to_owned(), request.to_owned()]))
    })
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A tree in which this program does this, and tells its arguments in a file.
    fn tree(name: &str, script: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("usr/bin")).unwrap();
        let file = dir.path().join("usr/bin").join(name);
        let told = dir.path().join("told");
        let text = format!(
            "#!/bin/sh\nfor word; do echo \"<$word>\"; done >> {}\n{script}\n",
            told.display()
        );
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        dir
    }

    /// The status once all is done.
    fn done(guestinfo: &Guestinfo) -> Status {
        while lock(&guestinfo.inner).working {
            thread::sleep(Duration::from_millis(5));
        }
        guestinfo.status()
    }

    fn guestinfo(tree: &tempfile::TempDir) -> Guestinfo {
        Guestinfo::at(Root::at(tree.path()), "guestinfo.bmc.ipv4".to_owned())
    }

    #[test]
    fn a_key_is_one_word_below_guestinfo() {
        for good in ["guestinfo.bmc", "guestinfo.bmc.ipv4", "guestinfo.A_b-9"] {
            assert_eq!(check_key(good), Ok(()), "{good}");
        }
        let long = format!("guestinfo.{}", "x".repeat(128));
        for wrong in
            ["", "bmc", "guestinfo.", "guestinfo.a b", "guestinfo.a\n", "guestinfo.\u{e9}", &long]
        {
            assert!(check_key(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_request_is_one_word_and_the_same_is_not_set_twice() {
        for (name, before) in [("vmware-rpctool", ""), ("vmtoolsd", "<--cmd>\n")] {
            let tree = tree(name, "exit 0");
            let guestinfo = guestinfo(&tree);
            for _ in 0..2 {
                guestinfo.set("10.0.0.1".parse().unwrap());
                let status = done(&guestinfo);
                assert_eq!((status.address.as_deref(), status.problem), (Some("10.0.0.1"), None));
                assert!(status.at.is_some());
            }
            let one = format!("{before}<info-set guestinfo.bmc.ipv4 10.0.0.1>\n");
            assert_eq!(fs::read_to_string(tree.path().join("told")).unwrap(), one);
            guestinfo.set("10.0.0.2".parse().unwrap());
            assert_eq!(done(&guestinfo).address.as_deref(), Some("10.0.0.2"));
        }
    }

    #[test]
    fn what_fails_is_told_and_tried_again() {
        let tree = tree("vmware-rpctool", "echo no such host >&2; exit 1");
        let guestinfo = guestinfo(&tree);
        for _ in 0..2 {
            guestinfo.set("10.0.0.1".parse().unwrap());
            let status = done(&guestinfo);
            let problem = status.problem.unwrap();
            assert!(problem.contains("vmware-rpctool: no such host"), "{problem}");
            assert_eq!(status.address, None);
        }
        let told = fs::read_to_string(tree.path().join("told")).unwrap();
        assert_eq!(told.lines().count(), 2);

        let nothing = tempfile::tempdir().unwrap();
        let problem = set(&Root::at(nothing.path()), "guestinfo.x", "10.0.0.1".parse().unwrap());
        assert!(problem.unwrap_err().contains("package open-vm-tools"));
    }
}
