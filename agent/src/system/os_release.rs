//! os-release(5): assignments in the syntax of the shell, without expansion.

/// Hands over each assignment in turn. Lines that are none are passed over, so one bad
/// line hides nothing else; of a name that comes twice the later value counts.
pub(crate) fn parse(text: &str, mut assign: impl FnMut(&str, String)) {
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim();
        if !name.starts_with('#') {
            assign(name, word(value.trim_start()));
        }
    }
}

/// The first word of a shell's line: up to white space or `;` outside of quotes.
fn word(text: &str) -> String {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ';') => break,
            (None, _) if c.is_whitespace() => break,
            (None, '\\') => word.extend(chars.next()),
            (Some('"'), '\\') => {
                // Those that os-release(5) names. The shell keeps the backslash of `\'`,
                // but "quotes" there means both kinds.
                let escaped = chars.next_if(|next| "\"'$`\\".contains(*next));
                word.push(escaped.unwrap_or('\\'));
            }
            _ => word.push(c),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assignments(text: &str) -> Vec<(String, String)> {
        let mut all = Vec::new();
        parse(text, |name, value| all.push((name.to_owned(), value)));
        all
    }

    /// The word after `X=`.
    fn value(text: &str) -> String {
        let mut all = assignments(&format!("X={text}"));
        assert_eq!(all.len(), 1);
        all.remove(0).1
    }

    #[test]
    fn values_are_words_of_the_shell() {
        for (text, expected) in [
            ("debian", "debian"),
            ("\"Debian GNU/Linux 12 (bookworm)\"", "Debian GNU/Linux 12 (bookworm)"),
            ("'single \"x\" $y'", "single \"x\" $y"),
            (
                "\"Unit test \\\"\\'\\$\\`\\\\ and \\\\\\\\ etc.\"",
                "Unit test \"'$`\\ and \\\\ etc.",
            ),
            ("\"a\\nb\"", "a\\nb"),
            ("a\\ b c", "a b"),
            ("'it'\\''s'", "it's"),
            ("bare word", "bare"),
            ("x;y", "x"),
            ("x # comment", "x"),
            ("\"x\"\r", "x"),
            ("", ""),
            ("\"", ""),
            ("\"unterminated", "unterminated"),
            ("\"\\", "\\"),
            ("\\", ""),
            ("ümläut", "ümläut"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn a_bad_line_hides_nothing_else() {
        let text = "# ID=no\nno assignment\n\n  ID = x \n[section]\nNAME=\"a\nNAME=b";
        let expected = [("ID", "x"), ("NAME", "a"), ("NAME", "b")];
        assert_eq!(assignments(text), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
