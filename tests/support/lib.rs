//! What the tests share: the programs they need, the programs under test, agents on
//! sockets, servers, and booted guests, alone or under a libvirt.

pub mod acknowledged;
pub mod agent;
pub mod bin;
pub mod docs;
pub mod ext4;
pub mod libvirt;
pub mod packaged;
pub mod packages;
pub mod record;
pub mod sbom;
pub mod server;
pub mod skip;
pub mod vm;

use std::path::{Path, PathBuf};

/// The top of the source tree.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A file of tests/fixtures, by its path there.
pub fn fixture(path: &str) -> PathBuf {
    root().join("tests/fixtures").join(path)
}
