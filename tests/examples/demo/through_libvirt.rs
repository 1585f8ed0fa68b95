//! guestd under libvirt, which is told nothing of it.

use anyhow::Result;
use support::bin;
use support::libvirt::{Agent, Libvirt};

use crate::say::show;

/// Boots a domain and makes libvirt ask its agent.
pub(crate) fn show_all() -> Result<()> {
    println!(
        "A libvirt of our own starts, and a domain with guestd in it. libvirt believes that it\n\
         talks to qemu-ga.\n"
    );
    let host = Libvirt::start()?;
    let domain = host.domain(&Agent::Guestd(bin::guestd()?))?.boot()?;
    let questions: [&[&str]; 6] = [
        &["domhostname", "--source", "agent"],
        &["domifaddr", "--source", "agent"],
        &["domfsinfo"],
        &["guestinfo", "--os", "--filesystem"],
        &["domfsfreeze"],
        &["domfsthaw"],
    ];
    for words in questions {
        let output = domain.virsh(words.iter().copied())?;
        let typed = [&["virsh"], words].concat();
        show("host", &typed, &output.text(), &output.errors(), output.code)?;
    }
    Ok(())
}
