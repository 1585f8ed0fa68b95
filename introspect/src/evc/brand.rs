//! From a brand string to the generation of the CPU that carries it.

use super::generation::{Generation, by_name};

/// The generation behind a brand string such as `Intel(R) Xeon(R) Gold 6150 CPU @ 2.70GHz`.
///
/// `None` for names that clouds and emulators make up, and for number schemes that do
/// not tell the generation. The rules are the vendors' own numbering (Intel "About
/// Intel Processor Numbers", AMD EPYC, Opteron and Ryzen model numbers).
pub fn generation(brand: &str) -> Option<&'static Generation> {
    let clean = brand.replace("(R)", "").replace("(TM)", "").replace("(r)", "").replace("(tm)", "");
    let words: Vec<&str> =
        clean.split_whitespace().take(16).filter(|word| *word != "CPU").collect();
    let name = if words.contains(&"Intel") {
        intel(&words)?
    } else if words.contains(&"AMD") {
        amd(&words)?
    } else {
        return None;
    };
    by_name(name)
}

fn intel(words: &[&str]) -> Option<&'static str> {
    if let Some(word) = words.iter().find(|word| is_core(word)) {
        return core(word);
    }
    let after_xeon = words.iter().position(|word| *word == "Xeon").map(|at| &words[at + 1..])?;
    match *after_xeon.first()? {
        "Bronze" | "Silver" | "Gold" | "Platinum" => scalable(after_xeon.get(1)?),
        // Xeon 6: 67xxP and 69xxP are Granite Rapids; the E models have other cores.
        number if is_number(number, 4) && number.starts_with('6') && number.ends_with('P') => {
            Some("Granite Rapids")
        }
        "6" => None,
        family
            if family.starts_with("E3-")
                || family.starts_with("E5-")
                || family.starts_with("E7-") =>
        {
            numbered_xeon(family, after_xeon.get(1).copied())
        }
        number => w_or_old_xeon(number),
    }
}

fn is_core(word: &str) -> bool {
    ["i3-", "i5-", "i7-", "i9-"].iter().any(|prefix| word.starts_with(prefix))
}

fn core(word: &str) -> Option<&'static str> {
    let digits: String = word.chars().skip(3).take_while(char::is_ascii_digit).collect();
    let suffix = word.get(3 + digits.len()..).unwrap_or_default();
    let generation = match digits.len() {
        3 => return Some("Nehalem").filter(|_| suffix.is_empty()),
        4 => &digits[..1],
        5 => &digits[..2],
        _ => return None,
    };
    // Four digits and a G are the mobile parts of the tenth and eleventh generation.
    let mobile = digits.len() == 4 && suffix.starts_with('G');
    match (generation, mobile) {
        ("2", _) => Some("Sandy Bridge"),
        ("3", _) => Some("Ivy Bridge"),
        ("4", _) => Some("Haswell"),
        ("5", _) => Some("Broadwell"),
        ("6", _) => Some("Skylake"),
        ("7", _) => Some("Kaby Lake"),
        ("8" | "9", _) => Some("Coffee Lake"),
        ("1", true) if digits.starts_with("10") => Some("Ice Lake"),
        ("1", true) if digits.starts_with("11") => Some("Tiger Lake"),
        ("10", _) => Some("Comet Lake"),
        // Desktop parts; the mobile ones with H and G suffixes are Tiger Lake.
        ("11", _) if suffix.starts_with('H') => Some("Tiger Lake"),
        ("11", _) => Some("Rocket Lake"),
        ("12", _) => Some("Alder Lake"),
        ("13" | "14", _) => Some("Raptor Lake"),
        _ => None,
    }
}

/// Xeon Scalable: the second digit counts the generation.
fn scalable(number: &str) -> Option<&'static str> {
    let digits: Vec<char> = number.chars().take_while(char::is_ascii_digit).collect();
    if digits.len() != 4 {
        return None;
    }
    let cooper = number.ends_with('H') || number.ends_with("HL");
    match digits[1] {
        '1' => Some("Skylake-SP"),
        '2' => Some("Cascade Lake"),
        '3' if cooper => Some("Cooper Lake"),
        '3' => Some("Ice Lake-SP"),
        '4' => Some("Sapphire Rapids"),
        '5' => Some("Emerald Rapids"),
        _ => None,
    }
}

/// Xeon E3, E5, E7: no suffix is the first generation, then v2 to v6.
fn numbered_xeon(family: &str, next: Option<&str>) -> Option<&'static str> {
    let version = next.filter(|word| word.starts_with('v')).unwrap_or("v1");
    match (&family[..2], version) {
        ("E7", "v1") => Some("Westmere"),
        ("E7", "v2") => Some("Ivy Bridge"),
        ("E3" | "E5", "v1") => Some("Sandy Bridge"),
        ("E3" | "E5", "v2") => Some("Ivy Bridge"),
        (_, "v3") => Some("Haswell"),
        (_, "v4") => Some("Broadwell"),
        ("E3", "v5") => Some("Skylake"),
        ("E3", "v6") => Some("Kaby Lake"),
        _ => None,
    }
}

fn w_or_old_xeon(number: &str) -> Option<&'static str> {
    match number {
        n if n.starts_with("D-15") => Some("Broadwell"),
        n if n.starts_with("D-21") => Some("Skylake-SP"),
        n if n.starts_with("D-17") || n.starts_with("D-27") => Some("Ice Lake-SP"),
        n if n.starts_with("W-21") || n.starts_with("W-31") => Some("Skylake-SP"),
        n if n.starts_with("W-22") || n.starts_with("W-32") => Some("Cascade Lake"),
        n if n.starts_with("W-33") => Some("Ice Lake-SP"),
        n if n.starts_with("E-21") || n.starts_with("E-22") => Some("Coffee Lake"),
        n if n.starts_with("E-23") => Some("Rocket Lake"),
        n => old_xeon(n),
    }
}

/// Xeons before the E families: a letter for power and four digits.
fn old_xeon(number: &str) -> Option<&'static str> {
    let digits = number.trim_start_matches(['E', 'L', 'X', 'W']);
    if !is_number(digits, 4) {
        return None;
    }
    match digits.get(..2)? {
        "30" | "32" | "51" | "53" | "72" | "73" => Some("Merom"),
        "31" | "33" | "52" | "54" | "74" => Some("Penryn"),
        "34" | "35" | "55" | "65" | "75" => Some("Nehalem"),
        "36" | "56" => Some("Westmere"),
        _ => None,
    }
}

fn amd(words: &[&str]) -> Option<&'static str> {
    let after =
        |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1..));
    if let Some(rest) = after("EPYC") {
        return epyc(rest.first()?);
    }
    if let Some(rest) = after("Opteron") {
        return opteron(rest.iter().find(|word| is_number(word, 4))?);
    }
    ryzen(after("Ryzen")?)
}

/// EPYC: the last digit counts the generation.
fn epyc(number: &str) -> Option<&'static str> {
    let model = number.get(..4).filter(|model| is_model(model))?;
    match (model.as_bytes()[0], model.as_bytes()[3]) {
        (b'3' | b'7', b'1') => Some("Zen"),
        (b'7', b'2') => Some("Zen 2"),
        (b'7', b'3') => Some("Zen 3"),
        (b'4' | b'8' | b'9', b'4') => Some("Zen 4"),
        (b'4' | b'9', b'5') => Some("Zen 5"),
        _ => None,
    }
}

/// `7R32`, `9B14`, `7763`: the first and the last of four characters are digits.
fn is_model(model: &str) -> bool {
    let bytes = model.as_bytes();
    bytes[0].is_ascii_digit()
        && bytes[3].is_ascii_digit()
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}

fn opteron(number: &str) -> Option<&'static str> {
    match number.get(..2)? {
        "12" | "22" | "82" => Some("K8 rev F"),
        "13" | "23" | "24" | "83" | "84" | "41" | "61" => Some("K10"),
        "32" | "42" | "62" => Some("Bulldozer"),
        "33" | "43" | "63" => Some("Piledriver"),
        _ => None,
    }
}

fn ryzen(rest: &[&str]) -> Option<&'static str> {
    let number = rest.iter().find(|word| is_number(word, 4))?;
    // From the 7040 series on, the third digit of a mobile number is the core's generation.
    match (number.as_bytes()[0], number.get(4..)?) {
        (b'1', "" | "X") => Some("Zen"),
        (b'2', "" | "X") => Some("Zen+"),
        (b'3', "" | "X" | "XT") => Some("Zen 2"),
        (b'5', "" | "X" | "X3D") => Some("Zen 3"),
        (b'7', "" | "X" | "X3D") => Some("Zen 4"),
        (b'9', "" | "X" | "X3D") => Some("Zen 5"),
        _ => None,
    }
}

/// A word that starts with exactly `count` digits.
fn is_number(word: &str, count: usize) -> bool {
    word.bytes().take_while(u8::is_ascii_digit).count() == count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_tell_their_generation() {
        for (brand, expected) in [
            ("Intel(R) Core(TM) i3-7100U CPU @ 2.40GHz", "Kaby Lake"),
            ("Intel(R) Xeon(R) CPU E5-2697 v2 @ 2.70GHz", "Ivy Bridge"),
            ("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz", "Haswell"),
            ("Intel(R) Xeon(R) CPU E5-2699 v4 @ 2.20GHz", "Broadwell"),
            ("Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", "Sandy Bridge"),
            ("Intel(R) Xeon(R) CPU X5650 @ 2.67GHz", "Westmere"),
            ("Intel(R) Xeon(R) Gold 6140 CPU @ 2.30GHz", "Skylake-SP"),
            ("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", "Cascade Lake"),
            ("Intel(R) Xeon(R) Gold 6258R CPU @ 2.70GHz", "Cascade Lake"),
            ("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", "Ice Lake-SP"),
            ("Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz", "Cooper Lake"),
            ("Intel(R) Xeon(R) Platinum 8481C", "Sapphire Rapids"),
            ("INTEL(R) XEON(R) GOLD 6548Y+", ""),
            ("Intel(R) Xeon(R) 6972P", "Granite Rapids"),
            ("Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", "Tiger Lake"),
            ("11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz", "Tiger Lake"),
            ("12th Gen Intel(R) Core(TM) i9-12900K", "Alder Lake"),
            ("AMD EPYC 7R32", "Zen 2"),
            ("AMD EPYC 7763 64-Core Processor", "Zen 3"),
            ("AMD EPYC 9B14", "Zen 4"),
            ("AMD EPYC 9575F 64-Core Processor", "Zen 5"),
            ("AMD Opteron(tm) Processor 6276", "Bulldozer"),
            ("AMD Opteron(TM) Processor 6376", "Piledriver"),
            ("AMD Ryzen 9 5950X 16-Core Processor", "Zen 3"),
            ("AMD EPYC", ""),
            ("Intel(R) Xeon(R) CPU @ 2.20GHz", ""),
            ("Intel Xeon Processor (Skylake, IBRS)", ""),
            ("QEMU TCG CPU version 2.5+", ""),
            ("", ""),
        ] {
            let found = generation(brand).map_or("", |g| g.name);
            assert_eq!(found, expected, "{brand}");
        }
    }

    #[test]
    fn hostile_brands_do_not_panic() {
        for brand in [
            "Intel Xeon",
            "Intel Xeon Gold",
            "AMD EPYC é€7",
            "Intel i3-é",
            "AMD Opteron 6",
            "Intel Xeon CPU",
            "AMD Ryzen 1234é",
        ] {
            generation(brand);
        }
    }
}
