//! The text of a number to a number.

use super::value::Value;

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
