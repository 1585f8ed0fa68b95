//! JSON as QEMU reads and writes it.
//!
//! Strict JSON (RFC 8259) with two liberties on the way in: strings may stand in single
//! quotes, and `\'` is an escape. On the way out separators are `": "` and `", "`, and
//! all that is not ASCII is escaped. Error texts are QEMU's, as observed on its agent
//! 7.2 and 10.2; a number, key or string that is refused there is refused here.

mod de;
mod number;
mod parse;
mod scan;
mod ser;
mod string;
mod value;

pub use de::from_value;
pub use parse::parse;
pub use scan::{Limits, Scanned, Scanner};
pub use ser::{to_vec, write};
pub use value::{Object, Value};
