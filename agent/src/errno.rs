//! Errors of the kernel as hosts read them.

use std::io;

/// The system's words for an error, as strerror(3) has them, without the number that
/// Rust adds.
pub(crate) fn text(error: &io::Error) -> String {
    let mut text = error.to_string();
    if let Some(at) = error.raw_os_error().and_then(|_| text.rfind(" (os error ")) {
        text.truncate(at);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_left_out() {
        assert_eq!(text(&io::Error::from_raw_os_error(2)), "No such file or directory");
        assert_eq!(text(&io::Error::other("odd (os error 2)")), "odd (os error 2)");
    }
}
