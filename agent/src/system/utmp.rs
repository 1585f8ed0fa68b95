//! utmp(5): who is logged in. The record is the one of glibc on 64-bit x86 and ARM, where
//! times have 32 bits for the sake of 32-bit programs.

use protocol::qga::account::User;

/// Bytes of a record.
const RECORD: usize = 384;
/// `USER_PROCESS`: a session of a user.
const USER_PROCESS: i16 = 7;

/// The users of all sessions, each once, with the earliest login, in the order in which
/// they are first met. A record that is cut off is left out.
pub(crate) fn parse(file: &[u8]) -> Vec<User> {
    let mut users: Vec<User> = Vec::new();
    for found in file.chunks_exact(RECORD).filter_map(session) {
        match users.iter_mut().find(|known| known.user == found.user) {
            Some(known) => known.login_time = known.login_time.min(found.login_time),
            None => users.push(found),
        }
    }
    users
}

fn session(record: &[u8]) -> Option<User> {
    let kind = i16::from_ne_bytes(record.get(..2)?.try_into().ok()?);
    if kind != USER_PROCESS {
        return None;
    }
    // Type, process, line[32], id[4], then the name; it need not end in a zero.
    let name = record.get(44..76)?.split(|&byte| byte == 0).next()?;
    let number = |at: usize| Some(i32::from_ne_bytes(record.get(at..at + 4)?.try_into().ok()?));
    let (seconds, micros) = (number(340)?, number(344)?);
    Some(User {
        user: String::from_utf8_lossy(name).into_owned(),
        login_time: f64::from(seconds) + f64::from(micros) / 1e6,
        domain: None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One record, laid out as `struct utmpx` is.
    pub(crate) fn record(kind: i16, name: &str, seconds: i32, micros: i32) -> Vec<u8> {
        let mut record = vec![0; RECORD];
        record[..2].copy_from_slice(&kind.to_ne_bytes());
        record[44..44 + name.len()].copy_from_slice(name.as_bytes());
        record[340..344].copy_from_slice(&seconds.to_ne_bytes());
        record[344..348].copy_from_slice(&micros.to_ne_bytes());
        record
    }

    #[test]
    fn each_user_is_told_once_with_the_earliest_login() {
        let file = [
            record(2, "reboot", 1, 0),
            record(7, "ann", 300, 500_000),
            record(7, "bob", 200, 0),
            record(7, "ann", 100, 0),
            record(8, "old", 50, 0),
            record(7, &"x".repeat(32), 400, 0),
            vec![7; 100],
        ]
        .concat();
        let users = parse(&file);
        let told: Vec<(&str, f64)> =
            users.iter().map(|user| (user.user.as_str(), user.login_time)).collect();
        let long = "x".repeat(32);
        assert_eq!(told, [("ann", 100.0), ("bob", 200.0), (long.as_str(), 400.0)]);
        assert!(parse(b"").is_empty());
    }
}
