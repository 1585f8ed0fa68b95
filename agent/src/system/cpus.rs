//! CPUs as the kernel takes them in and out of use (kernel
//! `Documentation/ABI/testing/sysfs-devices-system-cpu`).

use std::io::ErrorKind;

use introspect::Root;
use protocol::Error;
use protocol::qga::cpu::LogicalProcessor;

use super::{attribute, numbered, reason, set_attribute};

const DIRECTORY: &str = "/sys/devices/system/cpu";

/// Every CPU that is there, used or not, in ascending order.
///
/// # Errors
/// There is none, or the kernel does not tell of one.
pub(crate) fn list(root: &Root) -> Result<Vec<LogicalProcessor>, Error> {
    let numbers = numbered(root, DIRECTORY, "cpu");
    if numbers.is_empty() {
        return Err(Error::generic(format!("there is no CPU in {DIRECTORY}")));
    }
    let cpu = |number: u64| {
        let logical_id = i64::try_from(number).map_err(|_| out_of_range(number))?;
        let online = online(root, logical_id)?;
        let can_offline = Some(online.is_some());
        Ok(LogicalProcessor { logical_id, online: online.unwrap_or(true), can_offline })
    };
    numbers.into_iter().map(cpu).collect()
}

/// Takes a CPU in or out of use; one that is as wanted is left alone.
///
/// # Errors
/// There is no such CPU, it is always in use, or the kernel refuses.
pub(crate) fn set(root: &Root, wanted: &LogicalProcessor) -> Result<(), Error> {
    let number = wanted.logical_id;
    match online(root, number)? {
        Some(online) if online == wanted.online => Ok(()),
        None if wanted.online => Ok(()),
        None => Err(Error::generic(format!("logical processor #{number} can't be offlined"))),
        Some(_) => {
            let path = format!("{DIRECTORY}/cpu{number}/online");
            let value = if wanted.online { "1" } else { "0" };
            set_attribute(root, &path, value)
                .map_err(|error| Error::generic(format!("write(\"{path}\"): {}", reason(&error))))
        }
    }
}

/// Whether a CPU is in use; `None` for one that always is.
fn online(root: &Root, number: i64) -> Result<Option<bool>, Error> {
    let directory = format!("{DIRECTORY}/cpu{number}/");
    if !root.exists(&directory) {
        let text = format!("open(\"{directory}\"): No such file or directory");
        return Err(Error::generic(text));
    }
    let path = format!("{directory}online");
    match attribute(root, &path).as_deref() {
        Ok("0") => Ok(Some(false)),
        Ok("1") => Ok(Some(true)),
        Ok(other) => {
            let other: String = other.chars().take(32).collect();
            Err(Error::generic(format!("{path} holds {other:?} instead of 0 or 1")))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::generic(format!("open(\"{path}\"): {}", reason(error)))),
    }
}

fn out_of_range(number: u64) -> Error {
    Error::generic(format!("{DIRECTORY}/cpu{number} has a number beyond the protocol's"))
}
