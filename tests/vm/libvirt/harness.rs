//! The private libvirt itself: that it leaves nothing behind, and says what went wrong.

use std::path::Path;
use std::time::Duration;
use std::{mem, thread};

use anyhow::Result;
use support::libvirt::{Agent, Libvirt};
use support::need_libvirt;

#[test]
fn nothing_outlives_a_host() -> Result<()> {
    need_libvirt!();
    let host = Libvirt::start()?;
    let domain = host.domain(&Agent::QemuGa)?.boot()?;
    let qemu = Path::new("/proc").join(domain.qemu()?.to_string());
    let dir = host.dir().to_owned();
    assert!(qemu.exists());

    // As after a killed test: nobody destroys the domain.
    mem::forget(domain);
    drop(host);
    assert!(!dir.exists());
    // It has been killed, and goes when its memory is given back.
    let gone = (0..500).any(|_| {
        thread::sleep(Duration::from_millis(20));
        !runs(&qemu)
    });
    assert!(gone, "QEMU still runs");
    Ok(())
}

/// Whether a process is there and no zombie, which waits for a parent that may be slow.
fn runs(process: &Path) -> bool {
    let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}
