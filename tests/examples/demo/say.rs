//! How the demo tells what was run.

use anyhow::{Result, ensure};

/// A command as a person would have typed it, and what it said.
///
/// # Errors
/// It failed, or said nothing.
pub(crate) fn show(place: &str, words: &[&str], text: &str, errors: &str, code: i32) -> Result<()> {
    println!("{place}$ {}", words.join(" "));
    for part in [text, errors] {
        if !part.is_empty() {
            println!("{part}");
        }
    }
    // 1 is an answer: no.
    ensure!(code <= 1, "`{}` failed with exit code {code}", words.join(" "));
    ensure!(!text.is_empty(), "`{}` says nothing", words.join(" "));
    println!();
    Ok(())
}

/// A heading.
pub(crate) fn heading(text: &str) {
    println!("\n{text}\n{}\n", "=".repeat(text.len()));
}
