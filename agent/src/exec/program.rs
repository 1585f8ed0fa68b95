//! Which file is the program, as g_spawn(3) of GLib finds it for QEMU's agent.

use std::ffi::{CString, NulError, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::sys::exec::Image;

/// Where programs are looked for without a `PATH`.
const DEFAULT_PATH: &[u8] = b"/usr/bin:/bin";

/// A program with its arguments and its environment.
///
/// `name` is a path, or something to look for along the `PATH` of that environment.
/// Directories that are not absolute are left out: the agent's own is nobody's choice.
///
/// # Errors
/// A string holds a NUL, which no program can be given.
pub(crate) fn image<'a>(
    name: &'a str,
    arguments: impl IntoIterator<Item = &'a str>,
    environment: Vec<OsString>,
) -> Result<Image, NulError> {
    let path = environment.iter().find_map(|entry| entry.as_bytes().strip_prefix(b"PATH="));
    let programs = if name.is_empty() || name.contains('/') {
        vec![CString::new(name)?]
    } else {
        let directories = path.unwrap_or(DEFAULT_PATH).split(|&byte| byte == b':');
        let absolute = directories.filter(|directory| directory.starts_with(b"/"));
        absolute
            .map(|directory| CString::new([directory, b"/", name.as_bytes()].concat()))
            .collect::<Result<_, _>>()?
    };
    let arguments = [name].into_iter().chain(arguments).map(CString::new);
    let environment = environment.into_iter().map(|entry| CString::new(entry.into_vec()));
    Ok(Image::new(
        programs,
        arguments.collect::<Result<_, _>>()?,
        environment.collect::<Result<_, _>>()?,
    ))
}

/// The agent's own environment, as entries.
pub(crate) fn own_environment() -> Vec<OsString> {
    std::env::vars_os().map(|(name, value)| entry(&name, &value)).collect()
}

/// An entry of an environment.
pub(crate) fn entry(name: &OsStr, value: &OsStr) -> OsString {
    let mut entry = name.to_owned();
    entry.push("=");
    entry.push(value);
    entry
}

/// Puts entries in the place of those with the same name, or behind all.
pub(crate) fn set(environment: &mut Vec<OsString>, entry: OsString) {
    let name_of = |entry: &OsStr| {
        let name = entry.as_bytes().split(|&byte| byte == b'=').next();
        name.unwrap_or_default().to_owned()
    };
    let name = name_of(&entry);
    environment.retain(|old| name_of(old) != name);
    environment.push(entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_set_by_name() {
        let mut environment = vec!["A=1".into(), "AB=2".into(), "A=3".into()];
        set(&mut environment, "A=4=5".into());
        assert_eq!(environment, ["AB=2", "A=4=5"]);
    }

    #[test]
    fn no_string_is_cut_at_a_nul() {
        assert!(image("/bin/true\0", [], Vec::new()).is_err());
        assert!(image("true", ["a\0b"], Vec::new()).is_err());
        assert!(image("true", [], vec!["A=\0".into()]).is_err());
        assert!(image("true", ["ab"], vec!["A=b".into()]).is_ok());
    }
}
