//! What hosts are told about arguments that do not fit the types of the commands: the
//! texts of qemu-ga 11.1.3 of Debian for the same arguments.

#![allow(clippy::tests_outside_test_module, reason = "all of this crate is a test")]

use protocol::json::{from_value, parse};
use protocol::qga::{account, cpu, exec, file};
use serde::Deserialize;

/// What is wrong with these arguments.
#[track_caller]
fn refused<'a, T: Deserialize<'a> + std::fmt::Debug>(json: &'a str) -> String {
    let value = parse(json.as_bytes()).expect("JSON");
    from_value::<T>(value).expect_err("arguments that do not fit").desc
}

#[test]
fn whence() {
    for (whence, text) in [
        (r#""zzz""#, "Parameter 'whence' does not accept value 'zzz'"),
        ("true", "Invalid parameter type for 'whence', expected: GuestFileWhence"),
        ("null", "Invalid parameter type for 'whence', expected: GuestFileWhence"),
        ("{}", "Invalid parameter type for 'whence', expected: GuestFileWhence"),
        ("1.5", "Invalid parameter type for 'whence', expected: integer"),
        ("1.0", "Invalid parameter type for 'whence', expected: integer"),
        ("9223372036854775808", "Invalid parameter type for 'whence', expected: integer"),
    ] {
        let json = format!(r#"{{"handle": 1000, "offset": 1, "whence": {whence}}}"#);
        assert_eq!(refused::<file::FileSeekArguments>(&json), text, "{whence}");
    }
    let json = r#"{"handle": 1000, "offset": 1}"#;
    assert_eq!(refused::<file::FileSeekArguments>(json), "Parameter 'whence' is missing");
}

#[test]
fn capture_output() {
    let alternate = "Invalid parameter type for 'capture-output', expected: GuestExecCaptureOutput";
    for (output, text) in [
        (r#""zz""#, "Parameter 'capture-output' does not accept value 'zz'"),
        ("5", alternate),
        ("null", alternate),
        (r#"["none"]"#, alternate),
        ("{}", alternate),
    ] {
        let json = format!(r#"{{"path": "/bin/sh", "capture-output": {output}}}"#);
        assert_eq!(refused::<exec::ExecArguments<'_>>(&json), text, "{output}");
    }
}

#[test]
fn strings_that_are_lent() {
    for (json, text) in [
        (r#"{"path": "/bin/sh", "arg": "x"}"#, "Invalid parameter type for 'arg', expected: array"),
        (
            r#"{"path": "/bin/sh", "arg": [1]}"#,
            "Invalid parameter type for 'arg[0]', expected: string",
        ),
        (r#"{"path": 5}"#, "Invalid parameter type for 'path', expected: string"),
    ] {
        assert_eq!(refused::<exec::ExecArguments<'_>>(json), text, "{json}");
    }
    let json = r#"{"username": "nobody", "password": "@@"}"#;
    let text = "Parameter 'crypted' is missing";
    assert_eq!(refused::<account::SetUserPasswordArguments<'_>>(json), text);
}

#[test]
fn an_optional_argument_may_be_left_out_but_not_null() {
    let json = r#"{"handle": 1000, "count": null}"#;
    let text = "Invalid parameter type for 'count', expected: integer";
    assert_eq!(refused::<file::FileReadArguments>(json), text);
}

#[test]
fn members_of_a_list() {
    for (vcpu, text) in [
        (r#"{"logical-id": 0}"#, "Parameter 'vcpus[0].online' is missing"),
        (
            r#"{"logical-id": "x", "online": true}"#,
            "Invalid parameter type for 'vcpus[0].logical-id', expected: integer",
        ),
        (r#"{"logical-id": 0, "online": true, "zz": 1}"#, "Parameter 'vcpus[0].zz' is unexpected"),
        ("5", "Invalid parameter type for 'vcpus[0]', expected: object"),
    ] {
        let json = format!(r#"{{"vcpus": [{vcpu}]}}"#);
        assert_eq!(refused::<cpu::SetVcpusArguments>(&json), text, "{vcpu}");
    }
}

/// A memory block may be given by a negative number, which qemu-ga answers for by the
/// unsigned one.
#[test]
fn unsigned_numbers() {
    use protocol::qga::memory::SetMemoryBlocksArguments;
    for (index, taken) in
        [("-1", u64::MAX), ("-9223372036854775808", 1 << 63), ("18446744073709551615", u64::MAX)]
    {
        let json = format!(r#"{{"mem-blks": [{{"phys-index": {index}, "online": true}}]}}"#);
        let value = parse(json.as_bytes()).unwrap();
        let arguments: SetMemoryBlocksArguments = from_value(value).unwrap();
        assert_eq!(arguments.mem_blks[0].phys_index, taken);
    }
}

#[test]
fn of_several_faults_the_first_in_the_order_of_the_type_is_told() {
    for (json, desc) in [
        (r#"{"whence": "zz"}"#, "Parameter 'handle' is missing"),
        (r#"{"whence": "zz", "handle": 1}"#, "Parameter 'offset' is missing"),
        (
            r#"{"whence": "zz", "offset": [], "handle": 1}"#,
            "Invalid parameter type for 'offset', expected: integer",
        ),
        (
            r#"{"foo": 1, "whence": "zz", "offset": 1, "handle": 1}"#,
            "Parameter 'whence' does not accept value 'zz'",
        ),
        (
            r#"{"foo": 1, "whence": "set", "offset": 1, "handle": 1}"#,
            "Parameter 'foo' is unexpected",
        ),
    ] {
        assert_eq!(refused::<file::FileSeekArguments>(json), desc, "{json}");
    }
}
