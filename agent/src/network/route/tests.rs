use std::fs;

use serde_json::{Value, json};

use super::*;

/// Both tables of a network namespace, Linux 6.18.
const ROUTE: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
va\t00000000\tFE00010A\t0003\t0\t0\t0\t00000000\t0\t0\t0
va\t0209090A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
va\t0000140A\t0200010A\t0003\t0\t0\t77\t0000FFFF\t0\t5000\t100
*\t00001E0A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0
";
const IPV6_ROUTE: &str = "\
fd020000000000000000000000000000 30 00000000000000000000000000000000 00 fd010000000000000000000000000099 00001234 00000002 00000000 00000003       va
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
fd010000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001       va
";

fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("proc/net")).unwrap();
    for (name, text) in files {
        fs::write(dir.path().join("proc/net").join(name), text).unwrap();
    }
    dir
}

fn told(files: &[(&str, &str)]) -> Result<Value, RouteError> {
    let dir = machine(files);
    list(&Root::at(dir.path())).map(|routes| json!(routes))
}

/// But for the two numbers that it extends, what qemu-ga 11.1.3 said of the same tables.
#[test]
fn the_tables_are_told_as_qemu_tells_them() {
    assert_eq!(
        told(&[("route", ROUTE), ("ipv6_route", IPV6_ROUTE)]).unwrap(),
        json!([
            {"destination": "0.0.0.0", "flags": 3, "gateway": "10.1.0.254", "iface": "va",
             "irtt": 0, "mask": "0.0.0.0", "metric": 0, "mtu": 0, "refcnt": 0, "use": 0,
             "version": 4, "window": 0},
            {"destination": "10.9.9.2", "flags": 5, "gateway": "0.0.0.0", "iface": "va",
             "irtt": 0, "mask": "255.255.255.255", "metric": 0, "mtu": 0, "refcnt": 0,
             "use": 0, "version": 4, "window": 0},
            {"destination": "10.20.0.0", "flags": 3, "gateway": "10.1.0.2", "iface": "va",
             "irtt": 100, "mask": "255.255.0.0", "metric": 77, "mtu": 0, "refcnt": 0,
             "use": 0, "version": 4, "window": 5000},
            {"destination": "10.30.0.0", "flags": 513, "gateway": "0.0.0.0", "iface": "*",
             "irtt": 0, "mask": "255.255.0.0", "metric": 0, "mtu": 0, "refcnt": 0, "use": 0,
             "version": 4, "window": 0},
            {"desprefixlen": "48", "destination": "fd02::", "flags": 3, "iface": "va",
             "metric": 4660, "nexthop": "fd01::99", "refcnt": 2, "source": "::",
             "srcprefixlen": "0", "use": 0, "version": 6},
            {"desprefixlen": "0", "destination": "::", "flags": 2_097_664, "iface": "lo",
             "metric": 0xFFFF_FFFF_u32, "nexthop": "::", "refcnt": 1, "source": "::",
             "srcprefixlen": "0", "use": 0, "version": 6},
            {"desprefixlen": "128", "destination": "fd01::1", "flags": 0x8020_0001_u32,
             "iface": "va", "metric": 0, "nexthop": "::", "refcnt": 3, "source": "::",
             "srcprefixlen": "0", "use": 0, "version": 6},
        ])
    );
}

#[test]
fn a_table_that_is_missing_has_no_routes() {
    let count = |files: &[_]| told(files).unwrap().as_array().unwrap().len();
    assert_eq!(count(&[("route", ROUTE)]), 4);
    assert_eq!(count(&[("ipv6_route", IPV6_ROUTE)]), 3);
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&[("route", ""), ("ipv6_route", "")]), 0);
}

#[test]
fn a_line_that_is_no_route_is_named() {
    for (file, line, bad) in [
        ("route", 6, format!("{ROUTE}va\t00000000\tFE00010A\t0003\t0\t0\t0\t00000000\t0\t0\n")),
        ("route", 2, ROUTE.replace("FE00010A", "FE00010G")),
        ("route", 2, ROUTE.replace("FE00010A", "1FE00010A")),
        ("route", 4, ROUTE.replace("77", "7x7")),
        ("ipv6_route", 4, format!("{IPV6_ROUTE}rubbish\n")),
        ("ipv6_route", 1, IPV6_ROUTE.replacen("fd02", "fd0", 1)),
        ("ipv6_route", 2, IPV6_ROUTE.replacen("ffffffff", "fffffffff", 1)),
    ] {
        let error = told(&[(file, bad.as_str())]).unwrap_err().to_string();
        assert_eq!(error, format!("line {line} of /proc/net/{file} is no route"));
    }
}

#[test]
fn a_table_that_cannot_be_read_is_an_error() {
    let dir = machine(&[]);
    fs::create_dir(dir.path().join("proc/net/route")).unwrap();
    let error = list(&Root::at(dir.path())).unwrap_err().to_string();
    assert_eq!(error, "failed to read /proc/net/route: it is no regular file");
}
