//! Requests, replies and errors.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

use crate::json::{self, Object, Value};

/// The class of an error: the only part of it that hosts tell apart (QEMU
/// `qapi/error.json`, `QapiErrorClass`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorClass {
    /// Anything that went wrong.
    GenericError,
    /// The command is unknown, or not allowed. libvirt takes it as "unsupported".
    CommandNotFound,
    /// Never sent by us; kept because a client may meet it.
    DeviceNotActive,
    /// Never sent by us; kept because a client may meet it.
    DeviceNotFound,
    /// Never sent by us; kept because a client may meet it.
    KVMMissingCap,
}

/// An error reply: `{"error": {"class": ..., "desc": ...}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{desc}")]
pub struct Error {
    /// What hosts act on.
    pub class: ErrorClass,
    /// What a person reads.
    pub desc: String,
}

impl Error {
    /// An error of class `GenericError`.
    pub fn generic(desc: impl Into<String>) -> Self {
        Self { class: ErrorClass::GenericError, desc: desc.into() }
    }

    /// An error of class `CommandNotFound`.
    pub fn not_found(desc: impl Into<String>) -> Self {
        Self { class: ErrorClass::CommandNotFound, desc: desc.into() }
    }
}

/// A request: `{"execute": NAME, "arguments": {...}, "id": ANY}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Request<'a> {
    /// The name of the command.
    pub execute: Cow<'a, str>,
    /// Its arguments; an object, empty where the request has none.
    pub arguments: Value<'a>,
    /// What the reply has to repeat.
    pub id: Option<Value<'a>>,
}

/// Why a text is no request, with the id that the reply repeats all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused<'a> {
    /// What is wrong.
    pub error: Error,
    /// The id, if the text is an object with one.
    pub id: Option<Value<'a>>,
}

impl<'a> Request<'a> {
    /// Reads one message, as [`crate::frame::Decoder`] cuts it out.
    ///
    /// # Errors
    /// It is no JSON or no request; the words are QEMU's (`qapi/qmp-dispatch.c`).
    pub fn parse(text: &'a [u8]) -> Result<Self, Refused<'a>> {
        let value =
            json::parse(text).map_err(|desc| Refused { error: Error::generic(desc), id: None })?;
        let Value::Object(mut members) = value else {
            return Err(Refused {
                error: Error::generic("QMP input must be a JSON object"),
                id: None,
            });
        };
        let id = members.remove("id");
        match Self::envelope(members) {
            Ok((execute, arguments)) => Ok(Self { execute, arguments, id }),
            Err(desc) => Err(Refused { error: Error::generic(desc), id }),
        }
    }

    fn envelope(mut members: Object<'a>) -> Result<(Cow<'a, str>, Value<'a>), String> {
        let execute = members.remove("execute");
        let arguments = members.remove("arguments");
        let execute = match execute {
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err("QMP input member 'execute' must be a string".to_owned()),
            None => None,
        };
        let arguments = match arguments {
            Some(arguments @ Value::Object(_)) => arguments,
            Some(_) => return Err("QMP input member 'arguments' must be an object".to_owned()),
            None => Value::Object(Object::default()),
        };
        if let Some(key) = members.first_key() {
            let key: String = key.chars().take(256).collect();
            return Err(format!("QMP input member '{key}' is unexpected"));
        }
        let execute = execute.ok_or("QMP input lacks member 'execute'")?;
        Ok((execute, arguments))
    }
}

/// Writes the line of a reply that is whole: `{"return": ...}` or `{"error": ...}`.
///
/// # Errors
/// The writer's.
pub fn write_reply(
    out: &mut impl io::Write,
    result: Result<&[u8], &Error>,
    id: Option<&Value<'_>>,
) -> io::Result<()> {
    match result {
        Ok(text) => {
            out.write_all(b"{\"return\": ")?;
            out.write_all(text)?;
        }
        Err(error) => {
            out.write_all(b"{\"error\": ")?;
            json::write(out, error)?;
        }
    }
    if let Some(id) = id {
        out.write_all(b", \"id\": ")?;
        json::write(out, id)?;
    }
    out.write_all(b"}\n")
}
