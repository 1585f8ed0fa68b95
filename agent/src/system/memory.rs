//! Memory blocks as the kernel takes them in and out of use (kernel
//! `Documentation/admin-guide/mm/memory-hotplug.rst`).

use std::io::ErrorKind;

use introspect::Root;
use protocol::Error;
use protocol::qga::memory::{
    MemoryBlock, MemoryBlockInfo, MemoryBlockResponse, MemoryBlockResponseType,
};

use super::{attribute, numbered, reason, set_attribute};

const DIRECTORY: &str = "/sys/devices/system/memory";

/// Every block in ascending order; none on a kernel without memory hot-plug.
///
/// # Errors
/// The kernel knows of hot-plug, but shows no blocks or not their state.
pub(crate) fn list(root: &Root) -> Result<Vec<MemoryBlock>, Error> {
    if !root.exists(DIRECTORY) {
        return Ok(Vec::new());
    }
    let numbers = numbered(root, DIRECTORY, "memory");
    if numbers.is_empty() {
        return Err(Error::generic("guest reported zero memory blocks!"));
    }
    let blocks = numbers.into_iter().map(|number| block(root, number));
    blocks.filter_map(Result::transpose).collect()
}

/// One block; `None` where it was unplugged meanwhile.
fn block(root: &Root, phys_index: u64) -> Result<Option<MemoryBlock>, Error> {
    let directory = format!("{DIRECTORY}/memory{phys_index}");
    let read = |name: &str| {
        let path = format!("{directory}/{name}");
        match attribute(root, &path) {
            Ok(text) if text.is_empty() => Err(Error::generic(format!("{path} is empty"))),
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            // Read while the block goes (device_lock in the kernel's drivers/base).
            Err(error) if error.raw_os_error() == Some(nix::libc::ENODEV) => Ok(None),
            Err(error) => Err(Error::generic(format!("open {path}: {}", reason(&error)))),
        }
    };
    let Some(state) = read("state")? else {
        // A block that has no state is always in use.
        let always = MemoryBlock { phys_index, online: true, can_offline: Some(false) };
        return Ok(root.exists(&directory).then_some(always));
    };
    let removable = read("removable")?;
    Ok(Some(MemoryBlock {
        phys_index,
        online: state == "online",
        can_offline: Some(removable.is_some_and(|text| text != "0")),
    }))
}

/// Takes a block in or out of use; one that is as wanted is left alone.
pub(crate) fn set(root: &Root, wanted: &MemoryBlock) -> MemoryBlockResponse {
    let (response, code) = match change(root, wanted) {
        Ok(()) => (MemoryBlockResponseType::Success, None),
        Err((response, code)) => (response, code),
    };
    let error_code = code.map(i64::from);
    MemoryBlockResponse { phys_index: wanted.phys_index, response, error_code }
}

fn change(root: &Root, wanted: &MemoryBlock) -> Result<(), (MemoryBlockResponseType, Option<i32>)> {
    let directory = format!("{DIRECTORY}/memory{}", wanted.phys_index);
    if !root.exists(&directory) {
        return Err((MemoryBlockResponseType::NotFound, Some(nix::libc::ENOENT)));
    }
    let path = format!("{directory}/state");
    let value = if wanted.online { "online" } else { "offline" };
    match attribute(root, &path) {
        Ok(state) if state == value => Ok(()),
        Ok(_) => set_attribute(root, &path, value)
            .map_err(|error| (MemoryBlockResponseType::OperationFailed, error.raw_os_error())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if wanted.online {
                Ok(())
            } else {
                Err((MemoryBlockResponseType::OperationNotSupported, error.raw_os_error()))
            }
        }
        Err(error) => Err((MemoryBlockResponseType::OperationFailed, error.raw_os_error())),
    }
}

/// The size of every block.
///
/// # Errors
/// The kernel has no memory hot-plug.
pub(crate) fn info(root: &Root) -> Result<MemoryBlockInfo, Error> {
    const FILE: &str = "block_size_bytes";
    let text = attribute(root, &format!("{DIRECTORY}/{FILE}")).map_err(|error| {
        Error::generic(format!("open sysfs file \"{FILE}\": {}", reason(&error)))
    })?;
    match u64::from_str_radix(&text, 16) {
        Ok(size) if !text.starts_with('+') => Ok(MemoryBlockInfo { size }),
        _ => {
            let text: String = text.chars().take(32).collect();
            let desc = format!("sysfs file \"{FILE}\" holds {text:?} instead of a number");
            Err(Error::generic(desc))
        }
    }
}
