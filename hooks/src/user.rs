//! The user that a hook runs as, from /etc/passwd and /etc/group.
//!
//! Read as files: a static program has no other name service, and a hook that depends on a
//! directory server could wait for the network while a freeze waits for it.

use std::fs;
use std::path::Path;

/// What a process needs to become a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// All groups, the first one included.
    pub(crate) groups: Vec<u32>,
    pub(crate) home: String,
}

impl User {
    /// Looks a user up.
    ///
    /// # Errors
    /// There is none of that name, or a file cannot be read.
    pub(crate) fn find(root: &Path, name: &str) -> Result<Self, String> {
        let read = |path: &str| {
            fs::read_to_string(root.join(path)).map_err(|error| format!("/{path}: {error}"))
        };
        let passwd = read("etc/passwd")?;
        let user = of_passwd(&passwd, name);
        let mut user = user.ok_or_else(|| format!("/etc/passwd has no user {name}"))?;
        user.groups.extend(of_group(&read("etc/group")?, name));
        user.groups.dedup();
        Ok(user)
    }
}

/// passwd(5): name:password:uid:gid:comment:home:shell.
fn of_passwd(text: &str, name: &str) -> Option<User> {
    let fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let fields = fields.filter(|fields| fields.len() >= 6);
    let line = fields.into_iter().find(|fields| fields[0] == name)?;
    let (uid, gid) = (line[2].parse().ok()?, line[3].parse().ok()?);
    let home = line[5].to_owned();
    Some(User { name: name.to_owned(), uid, gid, groups: vec![gid], home })
}

/// group(5): name:password:gid:member,member.
fn of_group(text: &str, user: &str) -> Vec<u32> {
    let groups = text.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [_, _, gid, members] = fields[..] else { return None };
        members.split(',').any(|member| member == user).then(|| gid.parse().ok())?
    });
    groups.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_all_their_groups() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("etc")).unwrap();
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbad\npg:x:5:6::/var/pg:/bin/sh\n";
        fs::write(dir.path().join("etc/passwd"), passwd).unwrap();
        fs::write(dir.path().join("etc/group"), "root:x:0:\nssl:x:9:a,pg\nx:x:10:pgx\n").unwrap();
        let user = User::find(dir.path(), "pg").unwrap();
        assert_eq!((user.uid, user.gid, user.groups), (5, 6, vec![6, 9]));
        assert_eq!(user.home, "/var/pg");
        assert_eq!(User::find(dir.path(), "bad"), Err("/etc/passwd has no user bad".to_owned()));
    }
}
