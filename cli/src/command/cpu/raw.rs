//! `guestctl cpu --raw`: the registers as they are.

use std::io;
use std::str::FromStr;

use introspect::cpuid::registers::LeafIdError;
use introspect::cpuid::{LeafId, Registers};
use serde::{Serialize, Serializer};

use crate::failure::Failure;
use crate::input::{About, Source, Subject};
use crate::output::{Answer, Cell, Table, Text, Tone};

/// A leaf with all its subleaves, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeafChoice {
    leaf: u32,
    subleaf: Option<u32>,
}

impl FromStr for LeafChoice {
    type Err = LeafIdError;

    fn from_str(text: &str) -> Result<Self, LeafIdError> {
        let LeafId { leaf, subleaf } = text.parse()?;
        Ok(Self { leaf, subleaf: text.contains('.').then_some(subleaf) })
    }
}

impl std::fmt::Display for LeafChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.subleaf {
            Some(subleaf) => write!(f, "{}", LeafId::new(self.leaf, subleaf)),
            None => write!(f, "{:#x}", self.leaf),
        }
    }
}

impl LeafChoice {
    /// The leaf, or the one subleaf of it.
    ///
    /// # Errors
    /// `Input` where the source does not have it.
    pub(super) fn among(self, subject: &Subject) -> Result<Vec<(LeafId, Registers)>, Failure> {
        let mut leaves = subject.leaf(self.leaf)?;
        leaves.retain(|(id, _)| self.subleaf.is_none_or(|subleaf| subleaf == id.subleaf));
        if leaves.is_empty() {
            return Err(Failure::input(
                subject.name(),
                format!(
                    "--leaf {self}: there is no such leaf; `guestctl cpu --raw` lists those there are"
                ),
            ));
        }
        Ok(leaves)
    }
}

/// The answer: the leaves of one CPU.
#[derive(Debug, Serialize)]
pub(super) struct Raw {
    source: About,
    leaves: Vec<Row>,
}

/// One leaf and subleaf; JSON has the registers as a dump prints them.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(serialize_with = "hex")]
    leaf: u32,
    subleaf: u32,
    #[serde(serialize_with = "hex")]
    eax: u32,
    #[serde(serialize_with = "hex")]
    ebx: u32,
    #[serde(serialize_with = "hex")]
    ecx: u32,
    #[serde(serialize_with = "hex")]
    edx: u32,
}

impl Raw {
    /// Reads the leaves that are meant, or all.
    ///
    /// # Errors
    /// Those of the source, and `Input` where it has no such leaf.
    pub(super) fn of(
        source: &Source,
        cpu: Option<usize>,
        leaf: Option<LeafChoice>,
    ) -> Result<Self, Failure> {
        let (subject, leaves) = match leaf {
            Some(choice) => {
                let subject = source.subject(cpu)?;
                let leaves = choice.among(&subject)?;
                (subject, leaves)
            }
            None => {
                let subject = source.whole_subject(cpu)?;
                let leaves = subject.dump()?.iter().collect();
                (subject, leaves)
            }
        };
        let leaves = leaves.into_iter().map(|(id, registers)| Row::new(id, registers)).collect();
        Ok(Self { source: subject.about(), leaves })
    }
}

impl Row {
    fn new(id: LeafId, r: Registers) -> Self {
        let LeafId { leaf, subleaf } = id;
        Self { leaf, subleaf, eax: r.eax, ebx: r.ebx, ecx: r.ecx, edx: r.edx }
    }
}

impl Answer for Raw {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = Table::new(["leaf", "sub", "eax", "ebx", "ecx", "edx"]);
        for row in &self.leaves {
            let word = |value: u32| {
                Cell::new(if value == 0 { Tone::Dim } else { Tone::Plain }, format!("{value:08x}"))
            };
            table.row([
                Cell::new(Tone::Strong, format!("{:08x}", row.leaf)),
                row.subleaf.to_string().into(),
                word(row.eax),
                word(row.ebx),
                word(row.ecx),
                word(row.edx),
            ]);
        }
        text.table(&table)?;
        self.source.text(text)
    }
}

fn hex<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:#010x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_without_subleaf_means_all_of_them() {
        let all: LeafChoice = "0xd".parse().unwrap();
        assert_eq!(all, LeafChoice { leaf: 0xd, subleaf: None });
        let one: LeafChoice = "d.1".parse().unwrap();
        assert_eq!(one, LeafChoice { leaf: 0xd, subleaf: Some(1) });
        assert_eq!((all.to_string(), one.to_string()), ("0xd".to_owned(), "0xd.1".to_owned()));
        assert!("7.".parse::<LeafChoice>().is_err());
    }
}
