//! The entry of a user: passwd(5), else whatever else the system knows users from.

use std::path::PathBuf;

use introspect::Root;
use protocol::Error;

use crate::program::{self, Program};

/// A user, as far as files of theirs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) home: PathBuf,
}

impl User {
    /// Looks a user up in /etc/passwd, then with getent(1), which knows LDAP and the like.
    ///
    /// # Errors
    /// There is no such user.
    pub(crate) fn find(root: &Root, name: &str) -> Result<Self, Error> {
        let unknown = || Error::generic(format!("failed to lookup user '{name}': Success"));
        if name.is_empty() || super::is_forbidden(name.as_bytes(), b":\0") {
            return Err(unknown());
        }
        let entry = |text: &str| text.lines().find_map(|line| parse(line, name));
        if let Some(user) = root.text("/etc/passwd").as_deref().and_then(entry) {
            return Ok(user);
        }
        let getent =
            program::find(root, &["getent"]).filter(|_| root.is_live()).ok_or_else(unknown)?;
        // Behind "--" a name that begins with a dash is no option.
        let output = Program::new(getent).arguments(["passwd", "--", name]).run().ok();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        text.as_deref().and_then(entry).ok_or_else(unknown)
    }
}

/// `name:x:uid:gid:comment:home:shell`
fn parse(line: &str, name: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let [login, _, uid, gid, _, home, _] = fields[..] else { return None };
    let home = PathBuf::from(home);
    (login == name && home.is_absolute()).then_some(())?;
    Some(User { uid: uid.parse().ok()?, gid: gid.parse().ok()?, home })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\nbad:x:y:1::/:/\n";
        std::fs::write(dir.path().join("etc/passwd"), passwd).unwrap();
        let root = Root::at(dir.path());
        let ann = User { uid: 1000, gid: 100, home: "/home/ann".into() };
        assert_eq!(User::find(&root, "ann"), Ok(ann));
        for name in ["an", "", "bad", "ann:x", "x\nann", "1000"] {
            let error = User::find(&root, name).unwrap_err();
            assert_eq!(error.desc, format!("failed to lookup user '{name}': Success"));
        }
    }
}
