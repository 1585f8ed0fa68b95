//! Manual pages and completions in packaging/usr/share are what the command line says:
//! `UPDATE=1 cargo test -p guestctl documents` writes them anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Args;

const SHARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/usr/share");

/// Where a shell looks for completions of guestctl, below share.
const COMPLETIONS: [(Shell, &str); 3] = [
    (Shell::Bash, "bash-completion/completions/guestctl"),
    (Shell::Fish, "fish/vendor_completions.d/guestctl.fish"),
    (Shell::Zsh, "zsh/vendor-completions/_guestctl"),
];

/// All that is made, by its path below share.
fn documents() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut made = BTreeMap::new();
    // The width of the terminal must not be part of it.
    let mut command = Args::command().term_width(100);
    command.build();
    page(&command, "guestctl", "guestctl", &mut made);
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        page(verb, &format!("guestctl {}", verb.get_name()), "guestctl", &mut made);
    }
    for (shell, path) in COMPLETIONS {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Args::command(), "guestctl", &mut text);
        made.insert(path.into(), text);
    }
    made
}

/// One page: a command with the options of all the commands below it.
fn page(command: &Command, full: &str, of: &str, made: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let name = full.replace(' ', "-");
    let leaked: &'static str = name.clone().leak();
    let man = Man::new(command.clone().name(leaked))
        .title(name.to_uppercase())
        .section("1")
        .date("")
        .source(concat!("guestd ", env!("CARGO_PKG_VERSION")))
        .manual("guestd");
    let mut text = Vec::new();
    man.render(&mut text).unwrap();
    if full != of {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            subcommand(below, &format!("{full} {}", below.get_name()), &mut text);
        }
    }
    made.insert(format!("man/man1/{name}.1").into(), text);
}

/// What a command below the one of the page takes.
fn subcommand(command: &Command, full: &str, text: &mut Vec<u8>) {
    text.extend(format!(".SH \"{}\"\n", full.to_uppercase()).into_bytes());
    // The options of all verbs are told once, at the top.
    let own = command.clone().mut_args(|arg| {
        let global = arg.is_global_set();
        arg.hide(global)
    });
    let help = own.bin_name(full.to_owned()).term_width(76).render_long_help();
    text.extend(b".nf\n");
    for line in help.to_string().lines() {
        // A dot or a quote at the begin of a line would be an order.
        let line = line.replace('\\', "\\\\").replace('-', "\\-");
        let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
        text.extend(format!("{guard}{}\n", line.trim_end()).into_bytes());
    }
    text.extend(b".fi\n");
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        subcommand(below, &format!("{full} {}", below.get_name()), text);
    }
}

#[test]
fn pages_and_completions_say_what_the_program_takes() {
    let share = Path::new(SHARE);
    let made = documents();
    if std::env::var_os("UPDATE").is_some() {
        for (path, text) in &made {
            let path = share.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &made {
        let shipped = fs::read(share.join(path)).unwrap_or_default();
        assert!(shipped == *text, "{} is not what the program takes; see above", path.display());
    }
    let pages = fs::read_dir(share.join("man/man1")).unwrap().count();
    assert_eq!(pages, made.len() - COMPLETIONS.len(), "a page of a verb that is gone");
}
