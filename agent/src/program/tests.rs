use std::fs;
use std::os::unix::fs::symlink;
use std::time::Instant;

use super::*;

fn shell(script: &str) -> Program {
    Program::new("/bin/sh").arguments(["-c", script])
}

#[test]
fn output_and_status_come_back() {
    let output = shell("echo out; echo err >&2; exit 3").run().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b"out\n"[..], &b"err\n"[..])
    );
}

#[test]
fn it_leads_a_group_in_the_root_directory_with_a_plain_environment() {
    let output = shell("pwd; env; echo $$; ps -o pgid= -p $$").run().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(lines.pop(), lines.pop());
    assert_eq!(lines.remove(0), "/");
    lines.retain(|line| !line.starts_with("_=") && !line.starts_with("PWD="));
    lines.sort_unstable();
    assert_eq!(lines, ["LC_ALL=C".to_owned(), format!("PATH={}", PLACES.join(":"))]);
}

#[test]
fn input_larger_than_a_pipe_arrives_while_output_comes() {
    let input: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let mut cat = Program::new("/bin/cat").input(input.clone());
    cat.kept = 2_000_000;
    assert!(cat.run().unwrap().stdout == input);
}

#[test]
fn a_program_need_not_read_its_input() {
    let output = shell("exit 0").input(vec![b'x'; 1 << 20]).run().unwrap();
    assert!(output.status.success());
    let output = shell("exec <&-; sleep 0.1; echo done").input(vec![b'x'; 1 << 20]).run().unwrap();
    assert_eq!(output.stdout, b"done\n");
    // Without input there is nothing to wait for.
    assert_eq!(shell("cat").run().unwrap().stdout, b"");
}

#[test]
fn of_much_output_the_beginning_is_kept() {
    let mut program =
        shell("printf begin; head -c 50000000 /dev/zero; head -c 5000000 /dev/zero >&2");
    program.kept = 7;
    let output = program.run().unwrap();
    assert_eq!((output.stdout.as_slice(), output.stderr.len()), (&b"begin\0\0"[..], 7));
}

#[test]
fn a_child_left_behind_with_the_pipes_is_not_waited_for() {
    let output = shell("sleep 1000 & echo $!").limit(Duration::from_secs(100)).run().unwrap();
    let pid = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    // It is left alone: it may be a daemon. Here it has to go.
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL)
        .unwrap();
}

#[test]
fn what_takes_too_long_is_ended_with_all_of_its_group() {
    let script =
        "trap '' TERM; echo waiting for $$ >&2; sleep 1000 & echo $! >&2; wait; sleep 1000";
    let failure = shell(script).limit(Duration::from_millis(300)).run().unwrap_err();
    let text = failure.to_string();
    let end = "/bin/sh did not end within 300ms and was ended; it said: waiting for ";
    let pids = text.strip_prefix(end).unwrap_or_else(|| panic!("{text}"));
    for pid in pids.split(' ') {
        // Gone, or a zombie where nobody has asked for it yet; dying takes a moment.
        let stat = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let ended = || stat().is_empty() || stat().contains(") Z ");
        let patience = Instant::now() + Duration::from_secs(10);
        while !ended() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(ended(), "{}", stat());
    }
}

#[test]
fn errors_say_what_failed_and_in_whose_words() {
    let desc = |program: Program| program.run_to("set it").unwrap_err().desc;
    let begin = "child process has failed to set it: ";
    assert_eq!(desc(shell("exit 7")), format!("{begin}exit status 7"));
    assert_eq!(desc(shell("kill -9 $$")), format!("{begin}ended by signal 9"));
    assert_eq!(desc(shell("echo no; exit 1")), format!("{begin}no"));
    assert_eq!(
        desc(shell("printf 'a\\n\\n b\\033[31m\\377' >&2; echo no; exit 1")),
        format!("{begin}a b [31m\u{FFFD}")
    );
    assert_eq!(desc(shell("yes >&2 & sleep 0.2; kill $!; exit 1")).len(), begin.len() + 512);
    assert_eq!(
        desc(Program::new("/does/not/exist")),
        format!("{begin}cannot run /does/not/exist: No such file or directory (os error 2)")
    );
}

#[test]
fn programs_are_found_where_they_are_executable() {
    let dir = tempfile::tempdir().unwrap();
    let root = Root::at(dir.path());
    for (path, mode) in [("usr/sbin/tool", 0o644), ("bin/tool", 0o755), ("sbin/second", 0o755)] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::create_dir_all(dir.path().join("usr/bin/second")).unwrap();
    symlink("nowhere", dir.path().join("usr/bin/tool")).unwrap();
    assert_eq!(find(&root, &["tool"]), Some(dir.path().join("bin/tool")));
    assert_eq!(find(&root, &["first", "second"]), Some(dir.path().join("sbin/second")));
    assert_eq!(find(&root, &["first"]), None);
}
