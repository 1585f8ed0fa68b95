//! The guest as the kernel and the files of the system show it. Parsers take text; what
//! reads files takes the root they are under.

pub(crate) mod civil;
pub(crate) mod cpu_stats;
pub(crate) mod cpus;
pub(crate) mod disk_stats;
pub(crate) mod hardware_clock;
pub(crate) mod memory;
pub(crate) mod os_release;
pub(crate) mod timezone;
pub(crate) mod utmp;

use std::fs::OpenOptions;
use std::io::{self, Write};

use introspect::Root;

pub(crate) use crate::errno::text as reason;

/// The content of an attribute in sysfs, without white space around it.
pub(crate) fn attribute(root: &Root, path: &str) -> io::Result<String> {
    // No attribute is larger than a page.
    let bytes = root.head(path, 4096)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// Sets an attribute in sysfs, which must be there, in one write(2).
fn set_attribute(root: &Root, path: &str, value: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(root.join(path))?;
    match file.write(value.as_bytes())? {
        written if written == value.len() => Ok(()),
        _ => Err(io::Error::from(io::ErrorKind::WriteZero)),
    }
}

/// The numbers N of all entries PREFIX N of a directory, in ascending order.
fn numbered(root: &Root, directory: &str, prefix: &str) -> Vec<u64> {
    let number = |name: &String| {
        let digits = name.strip_prefix(prefix)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| plain && (digits == "0" || !digits.starts_with('0')))
    };
    let mut numbers: Vec<u64> = root.names(directory).iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_count() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["cpu10", "cpu2", "cpu0", "cpu", "cpu3x", "cpu+4", "cpu05", "cpufreq", "xcpu1"]
        {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let root = Root::at(dir.path());
        assert_eq!(numbered(&root, "/", "cpu"), [0, 2, 10]);
        assert!(numbered(&root, "/nowhere", "cpu").is_empty());
    }
}
