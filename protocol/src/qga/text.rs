//! Optional strings that stay in the buffer of the message they came in.
//!
//! `#[serde(borrow)]` borrows a `Cow` only where it is the type of a field itself; in an
//! `Option` or a `Vec` serde would copy.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// For `deserialize_with` of an optional string.
pub(crate) fn optional<'de: 'a, 'a, D>(deserializer: D) -> Result<Option<Cow<'a, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Option::<Text<'a>>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0))
}

/// For `deserialize_with` of an optional list of strings.
pub(crate) fn optional_list<'de: 'a, 'a, D>(
    deserializer: D,
) -> Result<Option<Vec<Cow<'a, str>>>, D::Error>
where
    D: Deserializer<'de>,
{
    let list = Option::<Vec<Text<'a>>>::deserialize(deserializer)?;
    Ok(list.map(|list| list.into_iter().map(|text| text.0).collect()))
}
