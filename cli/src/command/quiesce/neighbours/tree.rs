//! A directory that stands for `/` in tests, with processes and ports.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use introspect::Root;
use tempfile::TempDir;

pub(super) struct Tree(TempDir);

impl Tree {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn root(&self) -> Root {
        Root::at(self.0.path())
    }

    fn path(&self, path: &str) -> PathBuf {
        let path = self.0.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub(super) fn file(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    /// A port as /sys shows it.
    pub(super) fn port(&self, device: &str, name: &str) {
        self.file(&format!("/sys/class/virtio-ports/{device}/name"), name);
    }

    /// A process that has these open beside its standard streams.
    pub(super) fn process(&self, pid: u32, name: &str, open: &[&str]) {
        self.file(&format!("/proc/{pid}/comm"), &format!("{name}\n"));
        for stream in 0..3 {
            self.standard_stream(pid, stream, "/dev/null");
        }
        for (fd, link) in (3..).zip(open) {
            symlink(link, self.path(&format!("/proc/{pid}/fd/{fd}"))).unwrap();
        }
    }

    pub(super) fn standard_stream(&self, pid: u32, fd: u32, link: &str) {
        let path = self.path(&format!("/proc/{pid}/fd/{fd}"));
        drop(fs::remove_file(&path));
        symlink(link, path).unwrap();
    }

    /// A process whose descriptors cannot be read. A file in their place is an error for root as
    /// well, who may read every directory.
    pub(super) fn closed_process(&self, pid: u32, name: &str) {
        self.file(&format!("/proc/{pid}/comm"), name);
        self.file(&format!("/proc/{pid}/fd"), "");
    }

    pub(super) fn command_line(&self, pid: u32, words: &str) {
        self.file(&format!("/proc/{pid}/cmdline"), words);
    }

    pub(super) fn program(&self, pid: u32, path: &str) {
        symlink(path, self.path(&format!("/proc/{pid}/exe"))).unwrap();
    }

    /// A socket that listens, as the process's network namespace shows it.
    pub(super) fn listening(&self, pid: u32, inode: u64, path: &str) {
        let table = self.path(&format!("/proc/{pid}/net/unix"));
        let mut table = OpenOptions::new().create(true).append(true).open(table).unwrap();
        if table.metadata().unwrap().len() == 0 {
            writeln!(table, "Num       RefCount Protocol Flags    Type St Inode Path").unwrap();
        }
        let line = format!("00000000: 00000002 00000000 00010000 0001 01 {inode:5} {path}");
        writeln!(table, "{line}").unwrap();
    }
}
