//! TZif, the files of the tz database (RFC 9636).

use super::Local;
use super::posix::Rule;

/// A zone: what changed when, and how it goes on.
#[derive(Debug)]
pub(super) struct Zone {
    /// Instants in ascending order, and which of `kinds` begins there.
    transitions: Vec<(i64, u8)>,
    kinds: Vec<Local>,
    /// What counts after the last transition.
    rule: Option<Rule>,
}

impl Zone {
    /// Reads a file of any version; `None` for what is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let (version, counts) = header(&mut bytes)?;
        if version == 0 {
            return block(&mut bytes, &counts, 4);
        }
        // The same once more, for readers of version 1.
        bytes.take(counts.size(4)?)?;
        let (_, counts) = header(&mut bytes)?;
        let mut zone = block(&mut bytes, &counts, 8)?;
        let footer = std::str::from_utf8(bytes.0).ok()?.strip_prefix('\n')?;
        let (rule, _) = footer.split_once('\n')?;
        zone.rule = Rule::parse(rule);
        Some(zone)
    }

    /// What counts at an instant, in seconds since 1970.
    pub(super) fn at(&self, instant: i64) -> Option<Local> {
        let past = self.transitions.partition_point(|(start, _)| *start <= instant);
        if past == self.transitions.len()
            && let Some(rule) = &self.rule
        {
            return Some(rule.at(instant));
        }
        // Before the first transition the first kind counts (RFC 9636 section 3.2).
        let kind = past.checked_sub(1).map_or(0, |last| self.transitions[last].1);
        self.kinds.get(usize::from(kind)).cloned()
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
}

/// How much of each there is, in the order of the header.
struct Counts {
    ut_indicators: usize,
    standard_indicators: usize,
    leap_seconds: usize,
    transitions: usize,
    kinds: usize,
    characters: usize,
}

impl Counts {
    /// Bytes of the data block with times of `width` bytes.
    fn size(&self, width: usize) -> Option<usize> {
        let parts = [
            (self.transitions, width + 1),
            (self.kinds, 6),
            (self.characters, 1),
            (self.leap_seconds, width + 4),
            (self.standard_indicators, 1),
            (self.ut_indicators, 1),
        ];
        parts
            .into_iter()
            .try_fold(0_usize, |sum, (count, each)| sum.checked_add(count.checked_mul(each)?))
    }
}

fn header(bytes: &mut Bytes<'_>) -> Option<(u8, Counts)> {
    if bytes.take(4)? != b"TZif" {
        return None;
    }
    let [version] = bytes.array()?;
    bytes.take(15)?;
    let mut count = || usize::try_from(u32::from_be_bytes(bytes.array()?)).ok();
    let counts = Counts {
        ut_indicators: count()?,
        standard_indicators: count()?,
        leap_seconds: count()?,
        transitions: count()?,
        kinds: count()?,
        characters: count()?,
    };
    Some((version, counts))
}

fn block(bytes: &mut Bytes<'_>, counts: &Counts, width: usize) -> Option<Zone> {
    let mut block = Bytes(bytes.take(counts.size(width)?)?);
    let times = block.take(counts.transitions.checked_mul(width)?)?;
    let indices = block.take(counts.transitions)?;
    let kinds = block.take(counts.kinds.checked_mul(6)?)?;
    let characters = block.take(counts.characters)?;
    let time = |bytes: &[u8]| match width {
        4 => bytes.try_into().ok().map(|bytes| i64::from(i32::from_be_bytes(bytes))),
        _ => bytes.try_into().ok().map(i64::from_be_bytes),
    };
    let times = times.chunks_exact(width).map(time).collect::<Option<Vec<i64>>>()?;
    let kind = |bytes: &[u8]| {
        let (offset, rest) = bytes.split_first_chunk::<4>()?;
        let [_is_dst, name] = rest else { return None };
        let name = characters.get(usize::from(*name)..)?;
        let name = name.split(|byte| *byte == 0).next()?;
        let name = String::from_utf8_lossy(name).into_owned();
        Some(Local { offset: i32::from_be_bytes(*offset), name })
    };
    let kinds = kinds.chunks_exact(6).map(kind).collect::<Option<Vec<Local>>>()?;
    let transitions = times.into_iter().zip(indices.iter().copied()).collect();
    Some(Zone { transitions, kinds, rule: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &[u8] = include_bytes!("../../../tests/fixtures/zoneinfo/Berlin");
    const NEW_YORK: &[u8] = include_bytes!("../../../tests/fixtures/zoneinfo/New_York.slim");
    const VERSION_1: &[u8] = include_bytes!("../../../tests/fixtures/zoneinfo/New_York.v1");

    fn at(file: &[u8], instant: i64) -> (String, i32) {
        let local = Zone::parse(file).unwrap().at(instant).unwrap();
        (local.name, local.offset)
    }

    #[test]
    fn transitions_and_then_the_rule_count() {
        for (instant, name, offset) in [
            (i64::MIN, "LMT", 3208),
            (-2_422_054_409, "LMT", 3208),
            (-2_422_054_408, "CET", 3600),
            // Midsummer time of 1945.
            (-772_800_000, "CEMT", 10_800),
            (1_774_745_999, "CET", 3600),
            (1_774_746_000, "CEST", 7200),
            (1_792_889_999, "CEST", 7200),
            (1_792_890_000, "CET", 3600),
            // Far behind the last transition of the file.
            (4_118_000_000, "CEST", 7200),
            (4_130_000_000, "CET", 3600),
        ] {
            assert_eq!(at(BERLIN, instant), (name.to_owned(), offset), "{instant}");
        }
    }

    #[test]
    fn short_files_and_old_ones_say_the_same() {
        for instant in [-2_000_000_000, 0, 1_174_000_000, 1_700_000_000, 1_720_000_000] {
            assert_eq!(at(NEW_YORK, instant), at(VERSION_1, instant), "{instant}");
        }
        assert_eq!(at(NEW_YORK, 4_118_000_000), ("EDT".to_owned(), -14_400));
        assert_eq!(VERSION_1[4], 0);
    }

    #[test]
    fn a_part_of_a_file_is_none() {
        for file in [BERLIN, NEW_YORK, VERSION_1] {
            for length in 0..file.len() {
                assert!(Zone::parse(&file[..length]).is_none(), "{length}");
            }
        }
    }

    #[test]
    fn changed_bytes_never_panic() {
        for place in 0..NEW_YORK.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut file = NEW_YORK.to_vec();
                file[place] = byte;
                if let Some(zone) = Zone::parse(&file) {
                    for instant in [i64::MIN, 0, 1_700_000_000, i64::MAX] {
                        let _ = zone.at(instant);
                    }
                }
            }
        }
    }
}
