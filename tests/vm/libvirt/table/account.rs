//! A user's password and keys.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 12] = [
    Call {
        name: "set-user-password",
        virsh: &["set-user-password", "--user", "alice", "--password", PASSWORD],
        // The password in base64.
        sends: &[concat!(
            r#"{"execute": "guest-set-user-password", "arguments": {"username": "alice", "#,
            r#""password": "Y29ycmVjdCBob3JzZQ==", "crypted": false}}"#
        )],
        says: Says::Checked(password_set),
        then: Some((HASH, Says::Checked(hash_of_password))),
        ..Call::NEW
    },
    Call {
        name: "set-user-password encrypted",
        virsh: &["set-user-password", "--user", "alice", "--encrypted", "--password", MADE_UP],
        sends: &[concat!(
            r#"{"execute": "guest-set-user-password", "arguments": {"username": "alice", "#,
            r#""password": "JDYkc2FsdCRoYXNo", "crypted": true}}"#
        )],
        says: Says::Checked(password_set),
        then: Some((HASH, Says::Text(MADE_UP))),
        ..Call::NEW
    },
    Call {
        name: "set-user-password of nobody",
        virsh: &["set-user-password", "--user", "nobody", "--password", PASSWORD],
        sends: &["guest-set-user-password"],
        says: Says::Error("unable to execute QEMU agent command 'guest-set-user-password'"),
        then: Some((HASH, Says::Text(MADE_UP))),
        ..Call::NEW
    },
    Call {
        name: "get-user-sshkeys without a file",
        virsh: &["get-user-sshkeys", "--user", "alice"],
        sends: &[GET],
        says: Says::Error("/home/alice/.ssh/authorized_keys"),
        ..Call::NEW
    },
    Call {
        name: "set-user-sshkeys",
        virsh: &["set-user-sshkeys", "--user", "alice", "--file", "{keys}/one"],
        // libvirt 9.0 makes a key of the end of the last line, too.
        sends: &[concat!(
            r#"{"execute": "guest-ssh-add-authorized-keys", "arguments": {"username": "alice", "#,
            r#""keys": ["ssh-ed25519 AAAAone alice@one", ""], "reset": false}}"#
        )],
        then: Some((KEYS, Says::Text("700 1000\n600 1000\nssh-ed25519 AAAAone alice@one"))),
        ..Call::NEW
    },
    Call {
        name: "get-user-sshkeys",
        virsh: &["get-user-sshkeys", "--user", "alice"],
        sends: &[GET],
        says: Says::Text("ssh-ed25519 AAAAone alice@one"),
        ..Call::NEW
    },
    Call {
        name: "set-user-sshkeys again and more",
        virsh: &["set-user-sshkeys", "--user", "alice", "--file", "{keys}/all"],
        sends: &["guest-ssh-add-authorized-keys"],
        then: Some((
            KEYS,
            Says::Text(
                "700 1000\n600 1000\nssh-ed25519 AAAAone alice@one\n\
                 ssh-ed25519 AAAAtwo alice@two\nssh-ed25519 AAAAthree alice@three",
            ),
        )),
        ..Call::NEW
    },
    Call {
        name: "set-user-sshkeys remove",
        virsh: &["set-user-sshkeys", "--user", "alice", "--remove", "--file", "{keys}/one"],
        sends: &[concat!(
            r#"{"execute": "guest-ssh-remove-authorized-keys", "#,
            r#""arguments": {"username": "alice", "keys": ["ssh-ed25519 AAAAone alice@one", ""]}}"#
        )],
        then: Some((
            KEYS,
            Says::Text(
                "700 1000\n600 1000\nssh-ed25519 AAAAtwo alice@two\n\
                 ssh-ed25519 AAAAthree alice@three",
            ),
        )),
        ..Call::NEW
    },
    Call {
        name: "get-user-sshkeys of two",
        virsh: &["get-user-sshkeys", "--user", "alice"],
        sends: &[GET],
        // libvirt 9.0 leaves out the ends of lines, and qemu-ga tells the last key first.
        says: Says::Checked(two_keys),
        ..Call::NEW
    },
    Call {
        name: "set-user-sshkeys reset",
        virsh: &["set-user-sshkeys", "--user", "alice", "--reset", "--file", "{keys}/one"],
        sends: &[concat!(
            r#"{"execute": "guest-ssh-add-authorized-keys", "arguments": {"username": "alice", "#,
            r#""keys": ["ssh-ed25519 AAAAone alice@one", ""], "reset": true}}"#
        )],
        then: Some((KEYS, Says::Text("700 1000\n600 1000\nssh-ed25519 AAAAone alice@one"))),
        ..Call::NEW
    },
    Call {
        name: "set-user-sshkeys reset to none",
        virsh: &["set-user-sshkeys", "--user", "alice", "--reset"],
        sends: &[concat!(
            r#"{"execute": "guest-ssh-add-authorized-keys", "#,
            r#""arguments": {"username": "alice", "keys": [], "reset": true}}"#
        )],
        then: Some((KEYS, Says::Text("700 1000\n600 1000"))),
        ..Call::NEW
    },
    Call {
        name: "get-user-sshkeys of nobody",
        virsh: &["get-user-sshkeys", "--user", "nobody"],
        sends: &["guest-ssh-get-authorized-keys"],
        says: Says::Error("nobody"),
        ..Call::NEW
    },
];

const PASSWORD: &str = "correct horse";
/// The shape of a hash: whoever takes it may not look into it.
const MADE_UP: &str = "$6$salt$hash";
const HASH: &str = "awk -F: '$1 == \"alice\" { print $2 }' /etc/shadow";
const GET: &str =
    r#"{"execute": "guest-ssh-get-authorized-keys", "arguments": {"username": "alice"}}"#;
/// The owner and mode of the directory and of the file, and the lines that count in it.
const KEYS: &str = "
cd /home/alice/.ssh
stat -c '%a %u' . authorized_keys
sed '/^$/d' authorized_keys";

fn password_set(text: &str) -> Result<()> {
    ensure!(text.starts_with("Password set successfully for alice in "));
    Ok(())
}

fn two_keys(text: &str) -> Result<()> {
    for key in ["ssh-ed25519 AAAAtwo alice@two", "ssh-ed25519 AAAAthree alice@three"] {
        ensure!(text.contains(key), "no {key}");
    }
    ensure!(!text.contains("AAAAone"), "a key that was removed");
    Ok(())
}

/// crypt(5): a password hashed with a hash of it as the setting is that hash.
fn hash_of_password(hash: &str) -> Result<()> {
    ensure!(hash.starts_with("$y$"), "no hash of yescrypt, which the guest's PAM is told to make");
    let script = "print crypt($ARGV[0], $ARGV[1])";
    let output = Command::new("perl")
        .args(["-e", script, PASSWORD, hash])
        .output()
        .context("cannot run perl")?;
    ensure!(output.stdout == hash.as_bytes(), "it is no hash of the password");
    Ok(())
}
