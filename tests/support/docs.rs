//! What the documents tell a reader to type.

use anyhow::{Context, Result, ensure};

/// What a guest without sudo needs, where one is root anyhow.
const AS_ROOT: &str = "set -e\nsudo() { \"$@\"; }\n";

/// The first block of shell commands in a document that contains a text, as a script for root
/// that ends at the first failure. Lines that contain one of `without` are left out.
///
/// # Errors
/// There is no such document, or no such block in it.
pub fn commands(document: &str, contains: &str, without: &[&str]) -> Result<String> {
    let file = crate::root().join(document);
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let block = blocks(&text).into_iter().find(|block| block.contains(contains));
    let block = block.with_context(|| format!("{document} has no commands with '{contains}'"))?;
    let lines = block.lines().filter(|line| !without.iter().any(|word| line.contains(word)));
    let script: String = lines.map(|line| format!("{line}\n")).collect();
    ensure!(!script.is_empty(), "{document}: nothing is left of\n{block}");
    Ok(format!("{AS_ROOT}{script}"))
}

/// The blocks marked as `sh`, without the indentation of the list that one may stand in.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        let indentation = line.len() - bare.len();
        match open.take() {
            None if bare == "```sh" => open = Some((indentation, String::new())),
            None => {}
            Some((_, block)) if bare == "```" => blocks.push(block),
            Some((skip, mut block)) => {
                block.push_str(line.get(skip.min(indentation)..).unwrap_or_default());
                block.push('\n');
                open = Some((skip, block));
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lose_the_indentation_of_their_list() {
        let text = "a\n```sh\none\n  two\n```\n```\nno\n```\n- b\n\n  ```sh\n  cat <<'END'\n  END\n  ```\n";
        assert_eq!(blocks(text), ["one\n  two\n", "cat <<'END'\nEND\n"]);
    }

    #[test]
    fn commands_of_a_document_are_a_script() {
        let script = commands("README.md", "dpkg -i", &["make deb"]).unwrap();
        assert!(script.starts_with(AS_ROOT) && script.contains("sudo dpkg -i "), "{script}");
        assert!(!script.contains("make deb"), "{script}");
        assert!(commands("README.md", "no such command", &[]).is_err());
    }
}
