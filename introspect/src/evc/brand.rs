//! From a brand string to the generation of the CPU that carries it.

mod amd;
mod intel;
#[cfg(test)]
mod tests;

use super::generation::{Generation, by_name};

/// The generation behind a brand string such as `Intel(R) Xeon(R) Gold 6150 CPU @ 2.70GHz`.
///
/// `None` for names that clouds and emulators make up, and for number schemes that do
/// not tell the generation: a wrong answer is worse than none. The rules are the vendors'
/// own numbering (Intel "About Intel Processor Numbers", AMD EPYC, Opteron and Ryzen model
/// numbers). Capital letters do not matter: Emerald Rapids prints all of them so.
pub fn generation(brand: &str) -> Option<&'static Generation> {
    let clean = brand.to_ascii_lowercase().replace("(r)", "").replace("(tm)", "");
    let words: Vec<&str> =
        clean.split_whitespace().take(16).filter(|word| *word != "cpu").collect();
    let name = if words.contains(&"intel") {
        intel::name(&words)?
    } else if words.contains(&"amd") {
        amd::name(&words)?
    } else {
        return None;
    };
    by_name(name)
}

/// A word that starts with exactly `count` digits.
fn is_number(word: &str, count: usize) -> bool {
    word.bytes().take_while(u8::is_ascii_digit).count() == count
}
