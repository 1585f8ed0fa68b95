//! The programs that tests need and the Debian packages that hold them.

use std::path::{Path, PathBuf};

/// One line per program: its name, its Debian package, why it is needed.
const TABLE: &str = include_str!("../packages.txt");

/// Where administrators' programs lie that a user's PATH may leave out.
const ALSO: [&str; 2] = ["/usr/sbin", "/sbin"];

/// The path of a program, or `None` where it is not installed.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(ALSO.iter().map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|file| is_program(file))
}

/// What is missing of these programs, as a sentence that says how to get it.
pub fn missing(programs: &[&str]) -> Option<String> {
    let missing: Vec<String> = programs
        .iter()
        .filter(|program| find(program).is_none())
        .map(|program| match package(program) {
            Some(package) => format!("{program} (Debian package {package})"),
            None => (*program).to_owned(),
        })
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!("not installed: {}; tests/setup.sh installs them on Debian", missing.join(", ")))
}

/// The Debian package that holds a program of the table.
pub fn package(program: &str) -> Option<&'static str> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::split_whitespace)
        .find_map(|mut words| (words.next() == Some(program)).then(|| words.next())?)
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_package() {
        assert_eq!(package("cc"), Some("gcc"));
        assert_eq!(package("#"), None);
        assert!(find("sh").is_some());
        assert_eq!(missing(&["sh"]), None);
        let text = missing(&["sh", "no-such-program"]).unwrap();
        assert!(text.contains("no-such-program") && !text.contains(" sh"), "{text}");
    }
}
