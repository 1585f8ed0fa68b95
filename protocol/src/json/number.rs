//! The text of a number to a number.

use super::value::Value;

/// How many bytes at the start of `text` are of one number: `1-2` are two of them. QEMU
/// takes an exponent after a fraction or a digit that is not 0, so `0e1` is no number.
pub(super) fn length(text: &[u8]) -> usize {
    let at = |index: usize| text.get(index).copied().unwrap_or_default();
    let digits = |from: usize| {
        from + text[from.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(at(0) == b'-');
    let zero = at(start) == b'0';
    let mut end = if zero { start + 1 } else { digits(start) };
    let fraction = at(end) == b'.';
    if fraction {
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') && (fraction || !zero) {
        let signed = matches!(at(end + 1), b'+' | b'-');
        end = digits(end + 1 + usize::from(signed));
    }
    end.min(text.len())
}

/// Reads a number whose form the scanner has checked.
pub(super) fn number(text: &str) -> Value<'static> {
    if let Ok(value) = text.parse() {
        return Value::Int(value);
    }
    // QEMU reads `-` only into the signed type.
    if let Ok(value) = text.parse() {
        return Value::UInt(value);
    }
    Value::Float(text.parse().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_ends_where_the_scanner_ends_it() {
        for (text, expected) in [
            ("1-2", 1),
            ("12,", 2),
            ("-7", 2),
            ("1.5.5", 3),
            ("1e5e5", 3),
            ("1E-5+", 4),
            ("1.5e+3x", 6),
            ("0e1", 1),
            ("-0e1", 2),
            ("0.0e1 ", 5),
        ] {
            assert_eq!(length(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_whole_range_of_both_types_is_kept() {
        assert_eq!(number("-9223372036854775808"), Value::Int(i64::MIN));
        assert_eq!(number("9223372036854775807"), Value::Int(i64::MAX));
        assert_eq!(number("9223372036854775808"), Value::UInt(1 << 63));
        assert_eq!(number("18446744073709551616"), Value::Float(18446744073709551616.0));
        assert_eq!(number("-0"), Value::Int(0));
        assert_eq!(number("5.0"), Value::Float(5.0));
        assert_eq!(number("1e2"), Value::Float(100.0));
    }
}
