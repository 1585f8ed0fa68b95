use super::*;

/// Lines of Linux 6.1 and 6.18: a Debian guest under QEMU, and a namespace with loop
/// devices, an overlay, and names that need escapes.
const LINES: &[u8] = br"22 27 0:20 / /sys rw,nosuid,nodev,noexec,relatime - sysfs sysfs rw
27 1 254:48 / / rw,relatime - ext4 /dev/vdd rw
25 24 0:22 / /dev/pts rw,nosuid,noexec,relatime shared:3 - devpts devpts rw,gid=5,mode=620
32 27 0:28 / /s rw,relatime - 9p share rw,sync,dirsync,access=client,trans=virtio
33 31 252:0 / /tmp/m/lv rw,relatime shared:1 master:7 - ext4 /dev/mapper/vg--x-l--v rw,stripe=128
36 31 8:66 / /tmp/m/s2 rw,relatime - vfat /dev/sde2 rw,fmask=0022,utf8,errors=remount-ro
68 63 0:40 /sv /t/m/bs rw,relatime - btrfs /dev/loop2 rw,ssd,space_cache=v2,subvolid=256,subvol=/sv
66 63 7:4 / /t/m/r ro,relatime - ext4 /dev/loop4 ro
69 63 7:0 /sub /t/m/bind ro,relatime - ext4 /dev/loop0 rw
71 63 7:6 / /t/m/sp\040ace rw,relatime - ext4 /dev/loop6 rw
66 63 0:40 / /t/merged rw,relatime - overlay over rw,lowerdir=low,upperdir=up\134\054\040a=b,workdir=work
67 63 0:42 / /t/m\012nl\134x rw,relatime - tmpfs  rw
68 63 0:43 / /t/h#x rw,relatime - ramfs a\043b\040c rw
";

fn mounts() -> Vec<Mount> {
    parse(LINES).unwrap()
}

fn at(point: &str) -> Mount {
    mounts().into_iter().find(|mount| mount.point == std::path::Path::new(point)).unwrap()
}

#[test]
fn a_line_is_read_word_for_word() {
    assert_eq!(mounts().len(), 13);
    assert_eq!(
        at("/tmp/m/lv"),
        Mount {
            id: 33,
            device: Device { major: 252, minor: 0 },
            point: "/tmp/m/lv".into(),
            kind: "ext4".to_owned(),
            source: "/dev/mapper/vg--x-l--v".into(),
            read_only: false,
        }
    );
}

#[test]
fn escapes_are_undone() {
    assert_eq!(at("/t/m/sp ace").id, 71);
    assert_eq!(at("/t/m\nnl\\x").source, PathBuf::new());
    assert_eq!(at("/t/h#x").source, PathBuf::from("a#b c"));
    for (escaped, plain) in [
        (r"\134", &b"\\"[..]),
        (r"\377", b"\xff"),
        (r"\400", br"\400"),
        (r"\04", br"\04"),
        (r"\+40", br"\+40"),
        (r"\089", br"\089"),
        (r"\", br"\"),
        ("\\\u{e9}\u{e9}", "\\\u{e9}\u{e9}".as_bytes()),
    ] {
        let path = unescape(escaped.as_bytes()).into_os_string().into_vec();
        assert_eq!(path, plain, "{escaped}");
    }
}

#[test]
fn what_lies_on_disks_is_told_from_the_rest() {
    let on_disk: Vec<String> = mounts()
        .iter()
        .filter(|mount| mount.is_on_disk())
        .map(|mount| mount.point.display().to_string())
        .collect();
    assert_eq!(
        on_disk,
        ["/", "/tmp/m/lv", "/tmp/m/s2", "/t/m/bs", "/t/m/r", "/t/m/bind", "/t/m/sp ace"]
    );
}

#[test]
fn a_filesystem_counts_once_by_its_first_mount() {
    let lines = br"64 63 7:0 / /t/m/a rw - ext4 /dev/loop0 rw
67 63 0:40 / /t/m/b rw - btrfs /dev/loop2 rw,subvolid=5,subvol=/
68 63 0:40 /sv /t/m/bs rw - btrfs /dev/loop2 rw,subvolid=256,subvol=/sv
69 63 7:0 /sub /t/m/bind rw - ext4 /dev/loop0 rw
70 63 0:41 / /t rw - tmpfs t rw
";
    let mounts = parse(lines).unwrap();
    let ids: Vec<u64> = filesystems(&mounts).iter().map(|mount| mount.id).collect();
    assert_eq!(ids, [64, 67]);
}

#[test]
fn a_read_only_mount_of_a_writable_filesystem_is_not_read_only() {
    assert!(at("/t/m/r").read_only);
    assert!(!at("/t/m/bind").read_only);
    // errors=remount-ro is no ro.
    assert!(!at("/tmp/m/s2").read_only);
}

#[test]
fn only_fuse_is_fuse() {
    let fuse = |kind: &str| Mount { kind: kind.to_owned(), ..at("/") }.is_fuse();
    assert!(fuse("fuse") && fuse("fuseblk") && fuse("fuse.sshfs"));
    assert!(!fuse("fusectl") && !fuse("ext4"));
}

#[test]
fn what_is_no_list_of_mounts_is_refused_with_its_line() {
    for bad in [
        &b"22 27 0:20 / /sys rw - sysfs sysfs rw\nhello"[..],
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:20 / /sys rw sysfs sysfs rw",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:20 / /sys rw - sysfs sysfs",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 020 / /sys rw - sysfs sysfs rw",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:99999999999 / /sys rw - s s rw",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n-1 27 0:20 / /sys rw - sysfs sysfs rw",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:20 / /sys rw - \xff sysfs rw",
        b"22 27 0:20 / /sys rw - sysfs sysfs rw\n\0",
    ] {
        let error = parse(bad).unwrap_err().to_string();
        assert_eq!(error, "line 2 of /proc/self/mountinfo is no mount", "{}", bad.escape_ascii());
    }
    assert_eq!(parse(b"").unwrap(), []);
}

#[test]
fn this_machine_has_a_root() {
    let mounts = read(&Root::live()).unwrap();
    assert!(mounts.iter().any(|mount| mount.point == std::path::Path::new("/")));
}
