//! Intel's numbers: Core and Xeon. All words are in lower case.

use super::is_number;

/// The name of the generation.
pub(super) fn name(words: &[&str]) -> Option<&'static str> {
    if let Some(word) = words.iter().find(|word| is_core(word)) {
        return core(word);
    }
    let after_xeon = words.iter().position(|word| *word == "xeon").map(|at| &words[at + 1..])?;
    let next = after_xeon.get(1).copied();
    match *after_xeon.first()? {
        "bronze" | "silver" | "gold" | "platinum" => scalable(next?),
        "max" => Some("Sapphire Rapids").filter(|_| next.is_some_and(|n| n.starts_with("94"))),
        number if is_number(number, 4) && number.starts_with('6') => xeon6(number),
        family if ["e3-", "e5-", "e7-"].iter().any(|line| family.starts_with(line)) => {
            numbered_xeon(family, next)
        }
        number => short_xeon(number),
    }
}

fn is_core(word: &str) -> bool {
    ["i3-", "i5-", "i7-", "i9-"].iter().any(|prefix| word.starts_with(prefix))
}

fn core(word: &str) -> Option<&'static str> {
    let (line, number) = word.split_at(3);
    let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (digits, suffix) = number.split_at(digits);
    match digits.len() {
        3 => first_core(line, number),
        4 if digits.starts_with('1') => mobile_core(&digits[..2], suffix),
        4 => core_of_four(line, number, suffix),
        5 => core_of_five(&digits[..2], suffix),
        _ => None,
    }
}

/// Three digits. What is left out are Clarkdale and Arrandale, which have AES or not.
fn first_core(line: &str, number: &str) -> Option<&'static str> {
    match (line, number) {
        ("i7-", "970" | "980") => Some("Westmere"),
        ("i5-", n) if n.len() == 3 && n.starts_with('7') => Some("Nehalem"),
        ("i7-", n) if n.len() == 3 && n.starts_with(['8', '9']) => Some("Nehalem"),
        _ => None,
    }
}

/// The mobile parts from the tenth generation on: `1065G7`, `1135G7`, `1260P`, `1335U`.
fn mobile_core(generation: &str, suffix: &str) -> Option<&'static str> {
    match generation {
        _ if !suffix.starts_with(|c: char| c.is_ascii_alphabetic()) => None,
        "10" if suffix.starts_with(['g', 'n']) => Some("Ice Lake"),
        "11" if suffix.starts_with('g') => Some("Tiger Lake"),
        "12" => Some("Alder Lake"),
        "13" => Some("Raptor Lake"),
        _ => None,
    }
}

fn core_of_four(line: &str, number: &str, suffix: &str) -> Option<&'static str> {
    // Parts for the large sockets are one generation behind their number.
    match number {
        "3820" | "3930k" | "3960x" | "3970x" => return Some("Sandy Bridge"),
        "4820k" | "4930k" | "4960x" => return Some("Ivy Bridge"),
        "5820k" | "5930k" | "5960x" => return Some("Haswell"),
        "6800k" | "6850k" | "6900k" | "6950x" => return Some("Broadwell"),
        "7640x" | "7740x" => return Some("Kaby Lake"),
        "8130u" | "8250u" | "8350u" | "8550u" | "8650u" => return Some("Kaby Lake"),
        // Cannon Lake.
        "8121u" => return None,
        _ => {}
    }
    match number.as_bytes()[0] {
        // The i3 of these two has no AES.
        b'2' | b'3' if line == "i3-" => None,
        b'2' => Some("Sandy Bridge"),
        b'3' => Some("Ivy Bridge"),
        b'4' => Some("Haswell"),
        b'5' => Some("Broadwell"),
        b'6' => Some("Skylake"),
        // Skylake-X: a server die without protection keys.
        b'7' | b'9' if matches!(suffix, "x" | "xe") => None,
        b'7' => Some("Kaby Lake"),
        b'8' if matches!(suffix, "g" | "y") => Some("Kaby Lake"),
        b'8' | b'9' => Some("Coffee Lake"),
        _ => None,
    }
}

fn core_of_five(generation: &str, suffix: &str) -> Option<&'static str> {
    match generation {
        // Cascade Lake-X.
        "10" if matches!(suffix, "x" | "xe") => None,
        "10" => Some("Comet Lake"),
        // Mobile parts, also where they are soldered to a desktop board.
        "11" if suffix.starts_with('h') || suffix.ends_with('b') => Some("Tiger Lake"),
        "11" => Some("Rocket Lake"),
        "12" => Some("Alder Lake"),
        "13" | "14" => Some("Raptor Lake"),
        _ => None,
    }
}

/// Xeon Scalable: the second digit counts the generation.
fn scalable(number: &str) -> Option<&'static str> {
    if !is_number(number, 4) || !number.starts_with(['3', '4', '5', '6', '8', '9']) {
        return None;
    }
    match number.as_bytes()[1] {
        b'1' => Some("Skylake-SP"),
        b'2' => Some("Cascade Lake"),
        b'3' if number.contains('h') => Some("Cooper Lake"),
        b'3' => Some("Ice Lake-SP"),
        b'4' => Some("Sapphire Rapids"),
        b'5' => Some("Emerald Rapids"),
        _ => None,
    }
}

/// Xeon 6: P with 5, 7 or 9 is Granite Rapids, E is another core, 63xxP a desktop part.
fn xeon6(number: &str) -> Option<&'static str> {
    let suffix = &number[4..];
    let is_p = suffix == "p" || suffix.starts_with("p-");
    Some("Granite Rapids").filter(|_| is_p && matches!(number.as_bytes()[1], b'5' | b'7' | b'9'))
}

/// Xeon E3, E5, E7: no suffix is the first generation, then v2 to v6.
fn numbered_xeon(family: &str, next: Option<&str>) -> Option<&'static str> {
    let version = next.filter(|word| word.starts_with('v')).unwrap_or("v1");
    match (&family[..2], version) {
        ("e7", "v1") => Some("Westmere"),
        ("e7", "v2") => Some("Ivy Bridge"),
        ("e3" | "e5", "v1") => Some("Sandy Bridge"),
        ("e3" | "e5", "v2") => Some("Ivy Bridge"),
        (_, "v3") => Some("Haswell"),
        (_, "v4") => Some("Broadwell"),
        ("e3", "v5") => Some("Skylake"),
        ("e3", "v6") => Some("Kaby Lake"),
        _ => None,
    }
}

/// Xeon D, E and W, where the first two digits tell.
const SHORT: &[(&str, &str)] = &[
    ("d-15", "Broadwell"),
    ("d-16", "Broadwell"),
    ("d-17", "Ice Lake-SP"),
    ("d-18", "Ice Lake-SP"),
    ("d-21", "Skylake-SP"),
    ("d-27", "Ice Lake-SP"),
    ("d-28", "Ice Lake-SP"),
    ("e-21", "Coffee Lake"),
    ("e-22", "Coffee Lake"),
    ("e-23", "Rocket Lake"),
    ("e-24", "Raptor Lake"),
    ("w-10", "Comet Lake"),
    ("w-11", "Tiger Lake"),
    ("w-12", "Comet Lake"),
    ("w-13", "Rocket Lake"),
    ("w-21", "Skylake-SP"),
    ("w-22", "Cascade Lake"),
    ("w-31", "Skylake-SP"),
    ("w-32", "Cascade Lake"),
    ("w-33", "Ice Lake-SP"),
];

fn short_xeon(number: &str) -> Option<&'static str> {
    if let Some((_, name)) = SHORT.iter().find(|(start, _)| number.starts_with(start)) {
        return Some(name);
    }
    let workstation = ["w3-", "w5-", "w7-", "w9-"];
    if let Some(number) = workstation.iter().find_map(|line| number.strip_prefix(line)) {
        let is_known = ["24", "25", "34", "35"].iter().any(|start| number.starts_with(start));
        return Some("Sapphire Rapids").filter(|_| is_known);
    }
    old_xeon(number)
}

/// Xeons before the E families: a letter for power and four digits.
fn old_xeon(number: &str) -> Option<&'static str> {
    let digits = number.strip_prefix(['e', 'l', 'x', 'w']).unwrap_or(number);
    // The first E3 were printed without a dash: E31230.
    if number.starts_with("e31") && is_number(&number[1..], 5) {
        return Some("Sandy Bridge");
    }
    // L3406 is a Clarkdale among Lynnfields.
    if digits.len() != 4 || !is_number(digits, 4) || digits == "3406" {
        return None;
    }
    match &digits[..2] {
        "30" | "32" | "51" | "53" | "72" | "73" => Some("Merom"),
        "31" | "33" | "52" | "54" | "74" => Some("Penryn"),
        "34" | "35" | "55" | "65" | "75" => Some("Nehalem"),
        "36" | "56" => Some("Westmere"),
        _ => None,
    }
}
