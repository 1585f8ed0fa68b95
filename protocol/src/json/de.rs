//! Values to the types of commands, with QEMU's words for what does not fit.
//!
//! Members are handed over in the order of the type, not of the text, and a member that
//! the type does not have is an error after all others: the order in which QEMU looks.

use std::borrow::Cow;
use std::fmt::{self, Display};

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::value::{Object, Value};
use crate::message::Error;

/// Turns the arguments of a command into their type.
///
/// # Errors
/// `Parameter 'x' is missing`, `Parameter 'x' is unexpected`,
/// `Invalid parameter type for 'x', expected: ...` or
/// `Parameter 'x' does not accept value '...'`, whichever QEMU's visitor finds.
pub fn from_value<'de, T: Deserialize<'de>>(value: Value<'de>) -> Result<T, Error> {
    T::deserialize(Source(value)).map_err(|wrong| Error::generic(wrong.to_string()))
}

/// What does not fit, and where: a path such as `vcpus[0].online`.
#[derive(Debug)]
enum Wrong {
    Missing(String),
    Unexpected(String),
    Type {
        path: String,
        expected: String,
    },
    /// What QEMU says of a number that is out of its type's range or no number.
    Range {
        path: String,
        expects: &'static str,
    },
    Variant {
        path: String,
        value: String,
    },
    Other(String),
}

impl Wrong {
    /// The same, one level further out.
    fn below(mut self, outer: &str) -> Self {
        let (Self::Missing(path)
        | Self::Unexpected(path)
        | Self::Type { path, .. }
        | Self::Range { path, .. }
        | Self::Variant { path, .. }) = &mut self
        else {
            return self;
        };
        *path = match path.as_bytes().first() {
            None => outer.to_owned(),
            Some(b'[') => format!("{outer}{path}"),
            Some(_) => format!("{outer}.{path}"),
        };
        self
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "Parameter '{path}' is missing"),
            Self::Unexpected(path) => write!(f, "Parameter '{path}' is unexpected"),
            Self::Type { path, expected } => {
                write!(f, "Invalid parameter type for '{path}', expected: {expected}")
            }
            Self::Range { path, expects } => write!(f, "Parameter '{path}' expects {expects}"),
            Self::Variant { path, value } => {
                write!(f, "Parameter '{path}' does not accept value '{value}'")
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(text: T) -> Self {
        Self::Other(text.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Type { path: String::new(), expected: expected.to_string() }
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Self {
        Self::Variant { path: String::new(), value: variant.chars().take(256).collect() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }
}

fn wrong_type<T>(expected: &str) -> Result<T, Wrong> {
    Err(Wrong::Type { path: String::new(), expected: expected.to_owned() })
}

/// A value that is being turned into a type.
struct Source<'de>(Value<'de>);

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Int(value) => visitor.visit_i64(value),
            Value::UInt(value) => visitor.visit_u64(value),
            Value::Float(value) => visitor.visit_f64(value),
            Value::String(Cow::Borrowed(value)) => visitor.visit_borrowed_str(value),
            Value::String(Cow::Owned(value)) => visitor.visit_string(value),
            Value::List(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            Value::Object(object) => visitor.visit_map(Members::in_order(object)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => wrong_type("boolean"),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Int(value) => visitor.visit_i64(value),
            _ => wrong_type("integer"),
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_i64(visitor)
    }

    /// QEMU takes a negative number for an unsigned parameter, modulo 2^64.
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Int(value) => visitor.visit_u64(value.cast_unsigned()),
            Value::UInt(value) => visitor.visit_u64(value),
            _ => Err(Wrong::Range { path: String::new(), expects: "uint64" }),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Float(_) | Value::Int(_) | Value::UInt(_) => self.deserialize_any(visitor),
            _ => wrong_type("number"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(_) => self.deserialize_any(visitor),
            _ => wrong_type("string"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::List(_) => self.deserialize_any(visitor),
            _ => wrong_type("array"),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Value::Object(object) = self.0 else { return wrong_type("object") };
        let mut members = Members::of_type(object, fields);
        let value = visitor.visit_map(&mut members)?;
        match members.unknown {
            Some(key) => Err(Wrong::Unexpected(key.into_owned())),
            None => Ok(value),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(Variant(variant)),
            _ => wrong_type("string"),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u128 f32 char bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items<'de> {
    items: std::vec::IntoIter<Value<'de>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Source(item)).map(Some).map_err(|wrong| wrong.below(&format!("[{index}]")))
    }
}

/// The members of an object. Those of a type come in its order, absent ones too: the first
/// that is absent or wrong is told, as QEMU does.
struct Members<'de> {
    members: std::vec::IntoIter<Member<'de>>,
    value: Option<Member<'de>>,
    unknown: Option<Cow<'de, str>>,
}

type Member<'de> = (Cow<'de, str>, Option<Value<'de>>);

impl<'de> Members<'de> {
    fn in_order(object: Object<'de>) -> Self {
        let members = object.0.into_iter().map(|(key, value)| (key, Some(value)));
        Self { members: members.collect::<Vec<_>>().into_iter(), value: None, unknown: None }
    }

    fn of_type(mut object: Object<'de>, fields: &'static [&'static str]) -> Self {
        let members: Vec<Member<'de>> =
            fields.iter().map(|field| (Cow::Borrowed(*field), object.remove(field))).collect();
        let unknown = object.0.into_iter().next().map(|(key, _)| key);
        Self { members: members.into_iter(), value: None, unknown }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        self.value = self.members.next();
        let Some((key, _)) = &self.value else { return Ok(None) };
        match key {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key.clone())),
        }
        .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        match self.value.take() {
            Some((key, Some(value))) => {
                seed.deserialize(Source(value)).map_err(|wrong| wrong.below(&key))
            }
            Some((key, None)) => seed.deserialize(Absent(key)),
            None => Err(Wrong::custom("a value was asked for before its key")),
        }
    }
}

/// A member that is not there: `None` for an `Option`, an error for all else.
struct Absent<'de>(Cow<'de, str>);

impl<'de> Deserializer<'de> for Absent<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wrong> {
        Err(Wrong::Missing(self.0.into_owned()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct Variant<'de>(Cow<'de, str>);

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Wrong> {
        let name = StringDeserializer::<Wrong>::new(self.0.clone().into_owned());
        seed.deserialize(name).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Wrong> {
        wrong_type("string")
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Wrong> {
        wrong_type("string")
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Wrong> {
        wrong_type("string")
    }
}
