//! One line of an agent as text that can be compared.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

/// How closely two answers have to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// In everything but the order of keys.
    Words,
    /// As [`By::Words`]; of an error the class alone, of a result the shape.
    Class,
    /// In everything but the order of keys and of lists, and but for the members of these
    /// names, which change from one moment to the next and have to agree in type.
    Facts(&'static [&'static str]),
}

/// The text of one line. 0xFF before it is kept, as is the id.
///
/// # Errors
/// The line is no reply at all.
pub(super) fn text(line: &[u8], by: By) -> Result<String> {
    let (mark, line) = match line.split_first() {
        Some((0xFF, rest)) => ("<FF>", rest),
        _ => ("", line),
    };
    let Ok(Value::Object(mut reply)) = serde_json::from_slice(line) else {
        // An id may be nested deeper than serde_json reads, or hold qemu-ga's `inf`.
        return Ok(format!("{mark}{}", line.escape_ascii()));
    };
    let id = reply.remove("id").map(|id| format!(" id {id}")).unwrap_or_default();
    let body = match (reply.remove("return"), reply.remove("error")) {
        (Some(value), None) => result(value, by),
        (None, Some(error)) => refusal(&error, by)?,
        _ => bail!("'{}' is no reply", line.escape_ascii()),
    };
    ensure!(reply.is_empty(), "'{}' has a member too many", line.escape_ascii());
    Ok(format!("{mark}{body}{id}"))
}

fn refusal(error: &Value, by: By) -> Result<String> {
    let (Some(class), Some(desc)) = (error["class"].as_str(), error["desc"].as_str()) else {
        bail!("'{error}' has no class or no desc");
    };
    Ok(match by {
        By::Class => class.to_owned(),
        By::Words | By::Facts(_) => format!("{class}: {desc}"),
    })
}

fn result(mut value: Value, by: By) -> String {
    match by {
        By::Words => value.to_string(),
        By::Class => shape(&value),
        By::Facts(volatile) => {
            settle(&mut value, volatile);
            value.to_string()
        }
    }
}

/// The types of a value: `{"count":number,"eof":bool}`.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, value)| format!("{key:?}:{}", shape(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let mut shapes: Vec<String> = items.iter().map(shape).collect();
            shapes.sort_unstable();
            shapes.dedup();
            format!("[{}]", shapes.join(","))
        }
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

/// Replaces what changes by its type, and sorts lists.
fn settle(value: &mut Value, volatile: &[&str]) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if volatile.contains(&key.as_str()) {
                    *value = Value::String(format!("<{}>", shape(value)));
                } else {
                    settle(value, volatile);
                }
            }
        }
        Value::Array(items) => {
            for item in &mut *items {
                settle(item, volatile);
            }
            items.sort_by_cached_key(Value::to_string);
        }
        _ if volatile == ["*"] => *value = Value::String(format!("<{}>", shape(value))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_as_closely_as_asked() -> Result<()> {
        let reply = br#"{"return": [{"b": 1, "a": "x"}, {"a": "w", "b": 2}], "id": 7}"#;
        assert_eq!(text(reply, By::Words)?, r#"[{"a":"x","b":1},{"a":"w","b":2}] id 7"#);
        assert_eq!(text(reply, By::Class)?, r#"[{"a":string,"b":number}] id 7"#);
        assert_eq!(
            text(reply, By::Facts(&["b"]))?,
            r#"[{"a":"w","b":"<number>"},{"a":"x","b":"<number>"}] id 7"#
        );
        let error = br#"{"error": {"class": "GenericError", "desc": "no"}}"#;
        assert_eq!(text(error, By::Words)?, "GenericError: no");
        assert_eq!(text(error, By::Class)?, "GenericError");
        assert_eq!(text(b"\xff{\"return\": 5}", By::Words)?, "<FF>5");
        assert!(text(b"{}", By::Words).is_err());
        assert!(text(b"{\"return\": 1, \"x\": 2}", By::Words).is_err());
        Ok(())
    }
}
