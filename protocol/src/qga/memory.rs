//! `guest-get-memory-blocks`, `guest-set-memory-blocks` and
//! `guest-get-memory-block-info`: memory as the kernel takes it in and out of use
//! (kernel `Documentation/admin-guide/mm/memory-hotplug.rst`).

use serde::{Deserialize, Serialize};

/// A memory block: an entry of the result of `guest-get-memory-blocks` and of
/// [`SetMemoryBlocksArguments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MemoryBlock {
    /// N of `/sys/devices/system/memory/memoryN`: the physical address of the block,
    /// divided by [`MemoryBlockInfo::size`].
    pub phys_index: u64,
    /// Whether it is, or is to be, in use.
    pub online: bool,
    /// Whether the kernel may take it out of use. Means nothing in an argument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_offline: Option<bool>,
}

/// Arguments of `guest-set-memory-blocks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetMemoryBlocksArguments {
    /// What to change, in this order.
    pub mem_blks: Vec<MemoryBlock>,
}

/// An entry of the result of `guest-set-memory-blocks`: one for each block asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MemoryBlockResponse {
    /// As in the argument.
    pub phys_index: u64,
    /// What became of it.
    pub response: MemoryBlockResponseType,
    /// The errno behind a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i64>,
}

/// What became of a memory block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryBlockResponseType {
    /// It is as asked for, perhaps was before.
    Success,
    /// There is no such block.
    NotFound,
    /// This kernel cannot change it.
    OperationNotSupported,
    /// The kernel refused.
    OperationFailed,
}

/// Result of `guest-get-memory-block-info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MemoryBlockInfo {
    /// Bytes in each block.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::MemoryBlockResponseType::{NotFound, OperationFailed, Success};
    use super::*;

    #[test]
    fn blocks() {
        let block = |phys_index| MemoryBlock { phys_index, online: true, can_offline: Some(true) };
        wire(
            r#"[{"online": true, "can-offline": true, "phys-index": 3},
                {"online": true, "can-offline": true, "phys-index": 1}]"#,
            &vec![block(3), block(1)],
        );
    }

    #[test]
    fn set() {
        let block =
            |phys_index, online, can_offline| MemoryBlock { phys_index, online, can_offline };
        wire(
            r#"{"mem-blks": [{"phys-index": 0, "online": true},
                {"phys-index": 2, "online": false, "can-offline": true}]}"#,
            &SetMemoryBlocksArguments {
                mem_blks: vec![block(0, true, None), block(2, false, Some(true))],
            },
        );
        wire(
            r#"{"mem-blks": [{"phys-index": 18446744073709551615, "online": true}]}"#,
            &SetMemoryBlocksArguments { mem_blks: vec![block(u64::MAX, true, None)] },
        );
    }

    #[test]
    fn responses() {
        let entry = |phys_index, response, error_code| MemoryBlockResponse {
            phys_index,
            response,
            error_code,
        };
        wire(
            r#"[{"response": "success", "phys-index": 0},
                {"response": "operation-failed", "error-code": 16, "phys-index": 1},
                {"response": "not-found", "error-code": 2, "phys-index": 9999}]"#,
            &vec![
                entry(0, Success, None),
                entry(1, OperationFailed, Some(16)),
                entry(9999, NotFound, Some(2)),
            ],
        );
    }

    /// Not captured: it takes a kernel without memory hot-unplug.
    #[test]
    fn not_supported() {
        wire(r#""operation-not-supported""#, &MemoryBlockResponseType::OperationNotSupported);
    }

    #[test]
    fn info() {
        wire(r#"{"size": 134217728}"#, &MemoryBlockInfo { size: 128 << 20 });
    }
}
