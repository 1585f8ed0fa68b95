//! A decoded structure as rows of names and values, by the names it has in JSON, so that
//! text never shows less than JSON.

use serde::Serialize;
use serde_json::Value;

use crate::output::{Cell, Table, Tone};

/// The rows of a structure; what a CPU does not have is left out.
pub(super) fn outline(structure: &impl Serialize) -> Table {
    let mut table = Table::headless();
    // A structure of plain fields always becomes a value; otherwise there is nothing to show.
    let value = serde_json::to_value(structure).unwrap_or_default();
    add(&mut table, "", &value);
    table
}

/// The word that JSON has for a unit variant, such as `load-only`.
pub(super) fn word(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn add(table: &mut Table, name: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let field = field.replace('_', " ");
                add(
                    table,
                    &if name.is_empty() { field } else { format!("{name}, {field}") },
                    value,
                );
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                let line = one_line(item);
                if !line.is_empty() {
                    row(table, &format!("{name} {index}"), &line);
                }
            }
        }
        value => {
            let text = scalar(value);
            if !text.is_empty() {
                row(table, name, &text);
            }
        }
    }
}

fn row(table: &mut Table, name: &str, value: &str) {
    table.row([Cell::new(Tone::Dim, name), value.into()]);
}

/// The fields of one item of a list, side by side.
fn one_line(item: &Value) -> String {
    let Value::Object(fields) = item else { return scalar(item) };
    let said = fields.iter().map(|(name, value)| (name.replace('_', " "), value));
    said.filter_map(|(name, value)| match value {
        Value::Bool(true) => Some(name),
        Value::Bool(false) | Value::Null => None,
        value => Some(format!("{name} {}", scalar(value))),
    })
    .collect::<Vec<_>>()
    .join(", ")
}

/// The value in words; empty where there is none.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(" "),
        Value::Object(_) => one_line(value),
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Palette, Text};

    fn render(value: &Value) -> String {
        let mut out = Vec::new();
        Text::new(&mut out, Palette::Mono, usize::MAX).table(&outline(value)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_value_is_a_row_and_nothing_is_none() {
        let value = serde_json::json!({
            "max_k": 16,
            "names": ["int8", "bf16"],
            "none": null,
            "palette": { "rows": 16, "usable": false },
            "sections": [{ "base": "0x1000", "shared": true, "split": false }],
        });
        assert_eq!(
            render(&value),
            "max k            16\n\
             names            int8 bf16\n\
             palette, rows    16\n\
             palette, usable  no\n\
             sections 0       base 0x1000, shared\n"
        );
        assert_eq!(render(&Value::Null), "");
    }
}
