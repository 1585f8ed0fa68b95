//! AMD's numbers: EPYC, Opteron and Ryzen. All words are in lower case.

use super::is_number;

/// The name of the generation.
pub(super) fn name(words: &[&str]) -> Option<&'static str> {
    let after =
        |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1..));
    if let Some(rest) = after("epyc") {
        return epyc(rest.first()?);
    }
    if let Some(rest) = after("opteron") {
        return opteron(rest.iter().find(|word| is_number(word, 4))?);
    }
    ryzen(after("ryzen")?)
}

/// EPYC: the last digit counts the generation.
fn epyc(number: &str) -> Option<&'static str> {
    let model = number.get(..4).filter(|model| is_model(model))?;
    match (model.as_bytes()[0], model.as_bytes()[3]) {
        (b'3' | b'7', b'1') => Some("Zen"),
        (b'7', b'2') => Some("Zen 2"),
        (b'7', b'3') => Some("Zen 3"),
        (b'8' | b'9', b'4') => Some("Zen 4"),
        (b'9', b'5') => Some("Zen 5"),
        // The 4000 series is Ryzen's die.
        (b'4', b'4') => Some("Zen 4 client"),
        (b'4', b'5') => Some("Zen 5 client"),
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

/// Desktop and Threadripper: the first digit tells. Numbers with the letters of mobile
/// and graphics parts mix generations.
fn ryzen(rest: &[&str]) -> Option<&'static str> {
    let number = rest.iter().find(|word| is_number(word, 4))?;
    if !matches!(number.get(4..)?, "" | "x" | "xt" | "wx" | "x3d") {
        return None;
    }
    match (number.as_bytes()[0], rest.contains(&"threadripper")) {
        (b'1', _) => Some("Zen"),
        (b'2', _) => Some("Zen+"),
        (b'3', _) => Some("Zen 2"),
        (b'5', true) => Some("Zen 3"),
        (b'5', false) => Some("Zen 3 client"),
        (b'7', true) => Some("Zen 4"),
        (b'7', false) => Some("Zen 4 client"),
        (b'9', true) => Some("Zen 5"),
        (b'9', false) => Some("Zen 5 client"),
        _ => None,
    }
}
