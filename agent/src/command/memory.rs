//! Memory blocks in and out of use.

use protocol::Error;
use protocol::qga::memory::{
    MemoryBlock, MemoryBlockInfo, MemoryBlockResponse, SetMemoryBlocksArguments,
};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::policy::Group;
use crate::system::memory;

pub(super) const COMMANDS: &[Command] = &[
    // There may be many thousand files of blocks, and the kernel moves pages meanwhile.
    Command {
        runs: Runs::Thread,
        ..inline("guest-get-memory-blocks", Group::Info, |call| call.plain(get))
    },
    Command {
        runs: Runs::Thread,
        audited: true,
        ..inline("guest-set-memory-blocks", Group::Tuning, |call| call.with(set))
    },
    inline("guest-get-memory-block-info", Group::Info, |call| call.plain(info)),
];

fn get(agent: &Agent) -> Result<Vec<MemoryBlock>, Error> {
    memory::list(&agent.root())
}

fn set(
    agent: &Agent,
    arguments: SetMemoryBlocksArguments,
) -> Result<Vec<MemoryBlockResponse>, Error> {
    let root = agent.root();
    Ok(arguments.mem_blks.iter().map(|wanted| memory::set(&root, wanted)).collect())
}

fn info(agent: &Agent) -> Result<MemoryBlockInfo, Error> {
    memory::info(&agent.root())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;

    fn guest() -> Guest {
        let guest = Guest::new();
        for (block, state, removable) in [
            (0, Some("online\n"), Some("0\n")),
            (1, Some("offline\n"), Some("1\n")),
            (2, Some("going-offline\n"), Some("1\n")),
            (3, None, Some("1\n")),
            (10, Some("online\n"), None),
        ] {
            let directory = format!("sys/devices/system/memory/memory{block}");
            guest.file(&format!("{directory}/uevent"), "");
            for (name, content) in [("state", state), ("removable", removable)] {
                if let Some(content) = content {
                    guest.file(&format!("{directory}/{name}"), content);
                }
            }
        }
        guest
    }

    /// As qemu-ga 7.2 tells of the same files, in another order.
    #[test]
    fn blocks_come_in_order() {
        let block = |index: u32, online: bool, can_offline: bool| json!({"phys-index": index, "online": online, "can-offline": can_offline});
        let expected = [
            block(0, true, false),
            block(1, false, true),
            block(2, false, true),
            block(3, true, false),
            block(10, true, false),
        ];
        assert_eq!(guest().returns("guest-get-memory-blocks"), json!(expected));
    }

    #[test]
    fn a_kernel_without_hot_plug_has_no_blocks() {
        let guest = Guest::new();
        assert_eq!(guest.returns("guest-get-memory-blocks"), json!([]));
        let missing = "open sysfs file \"block_size_bytes\": No such file or directory";
        assert_eq!(guest.refuses("guest-get-memory-block-info", &json!({})), missing);
        guest.file("sys/devices/system/memory/block_size_bytes", "8000000\n");
        let none = "guest reported zero memory blocks!";
        assert_eq!(guest.refuses("guest-get-memory-blocks", &json!({})), none);
        assert_eq!(guest.returns("guest-get-memory-block-info"), json!({"size": 134_217_728}));
        for text in ["", "x", "+1", "fffffffffffffffff"] {
            guest.file("sys/devices/system/memory/block_size_bytes", text);
            let desc = guest.refuses("guest-get-memory-block-info", &json!({}));
            assert!(desc.contains(&format!("{text:?}")), "{desc}");
        }
    }

    #[test]
    fn every_block_asked_for_gets_its_own_answer() {
        let guest = guest();
        let block = |index: u64, online: bool| json!({"phys-index": index, "online": online});
        let blocks = json!({"mem-blks": [
            block(0, true), block(1, true), block(3, true), block(3, false), block(99, true),
            block(u64::MAX, false),
        ]});
        let success = |index: u64| json!({"phys-index": index, "response": "success"});
        let failure = |index: u64, response: &str| json!({"phys-index": index, "response": response, "error-code": 2});
        let expected = json!([
            success(0),
            success(1),
            success(3),
            failure(3, "operation-not-supported"),
            failure(99, "not-found"),
            failure(u64::MAX, "not-found"),
        ]);
        let reply = guest.ask("guest-set-memory-blocks", &blocks);
        assert_eq!(reply["return"], expected);
        assert!(guest.text("sys/devices/system/memory/memory1/state").starts_with("online"));
        assert_eq!(
            guest.ask("guest-set-memory-blocks", &json!({"mem-blks": []}))["return"],
            json!([])
        );
    }

    #[test]
    fn the_kernels_refusal_is_told_by_its_number() {
        let guest = Guest::new();
        let state = guest.file("sys/devices/system/memory/memory5/state/not-a-file", "");
        assert!(state.exists());
        let blocks = json!({"mem-blks": [{"phys-index": 5, "online": true}]});
        let reply: Value = guest.ask("guest-set-memory-blocks", &blocks);
        assert_eq!(reply["return"][0]["response"], "operation-failed");
    }
}
