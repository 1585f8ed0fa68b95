//! Each call of libvirt that a guest agent answers, made by a real libvirt, with Debian's
//! qemu-ga and then with guestd in the same guest.

mod call;
mod compare;
mod databases;
mod ending;
mod harness;
mod later;
mod stable;
mod table;

use anyhow::{Result, ensure};
use support::libvirt::{Agent, Libvirt};
use support::{bin, need_libvirt};

use call::{Answers, Keys};

#[test]
fn typed_calls_are_answered_by_guestd_as_by_qemu_ga() -> Result<()> {
    need_libvirt!("perl");
    let guestd = Agent::Guestd(bin::guestd()?);
    let host = Libvirt::start()?;
    compare::compare(&answers(&host, &Agent::QemuGa)?, &answers(&host, &guestd)?)
}

/// What an agent answers to all calls; an error when something is not as expected.
fn answers(host: &Libvirt, agent: &Agent) -> Result<Answers> {
    let keys = Keys::new()?;
    let mut domain = host.domain(agent)?.boot()?;
    let mut answers = Answers::default();
    let mut wrong = Vec::new();
    for call in table::CALLS.into_iter().flatten() {
        let answer = call.make(&mut domain, &keys)?;
        if let Err(error) = call.judge(&answer) {
            wrong.push(format!("{}: {error:#}\n{answer:#?}", call.name));
        }
        answers.insert(call.name, answer);
    }
    ensure!(wrong.is_empty(), "{agent:?}:\n{}", wrong.join("\n"));
    ending::restart(&mut domain)?;
    ending::reboot(&mut domain)?;
    ending::shutdown(&domain)?;
    Ok(answers)
}
