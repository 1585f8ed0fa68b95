//! `guestctl support-bundle`: what whoever helps wants to see, in one file.

mod parts;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;
use parts::Part;

/// Bytes of one part at most; of the journal the last ones are kept, of the others none.
const MOST: usize = 4 << 20;

/// Put all that helps others to help into one tar: report, freezes, configuration, metrics, journal
///
/// What may be secret is removed from the configuration; guestd's log has no secrets. The file
/// MANIFEST inside says what each part is, and which could not be had and why. Only its owner can
/// read the file.
#[derive(Debug, clap::Args)]
pub(crate) struct SupportBundle {
    /// The file to write, which must not be there yet
    #[arg(default_value = "guestd-support.tar")]
    file: PathBuf,
}

impl SupportBundle {
    /// Collects and writes.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("support-bundle is about this machine")?;
        let named = |wrong: io::Error| Failure::input(self.file.display().to_string(), wrong);
        // Before the work: there may be no place for it.
        let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        let file = open.map_err(named)?;
        let parts = parts::collect();
        write(file, &parts).map_err(named)?;
        writeln!(screen.raw(), "{}", self.file.display())?;
        Ok(ExitCode::Ok)
    }
}

/// The tar: the manifest, then what could be had.
fn write(out: impl Write, parts: &[Part]) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, format!("guestd-support/{name}"), bytes)
    };
    add("MANIFEST", manifest(parts).as_bytes())?;
    for part in parts {
        match &part.content {
            Ok(bytes) if bytes.len() <= MOST => add(part.name, bytes)?,
            _ => {}
        }
    }
    tar.into_inner()?.flush()
}

/// One line for each part.
fn manifest(parts: &[Part]) -> String {
    let lines = parts.iter().map(|Part { name, what, content }| match content {
        Ok(bytes) if bytes.len() > MOST => format!("{name}: missing: larger than {MOST} bytes\n"),
        Ok(bytes) => format!("{name}: {what}, {} bytes\n", bytes.len()),
        Err(why) => format!("{name}: missing: {why}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_cannot_be_had_is_named_inside() {
        let part = |name, content| Part { name, what: "a test", content };
        let parts = [
            part("one.txt", Ok(b"1".to_vec())),
            part("two.txt", Err("no agent".to_owned())),
            part("three.txt", Ok(vec![0; MOST + 1])),
        ];
        let mut bytes = Vec::new();
        write(&mut bytes, &parts).unwrap();
        let mut tar = tar::Archive::new(bytes.as_slice());
        let mut found = Vec::new();
        for entry in tar.entries().unwrap() {
            let mut entry = entry.unwrap();
            assert_eq!(entry.header().mode().unwrap(), 0o600);
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            found.push((entry.path().unwrap().display().to_string(), text));
        }
        let manifest = "one.txt: a test, 1 bytes\ntwo.txt: missing: no agent\n\
                        three.txt: missing: larger than 4194304 bytes\n";
        assert_eq!(
            found,
            [
                ("guestd-support/MANIFEST".to_owned(), manifest.to_owned()),
                ("guestd-support/one.txt".to_owned(), "1".to_owned()),
            ]
        );
    }
}
