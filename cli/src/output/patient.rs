//! Output that goes on when its reader, such as `head`, has seen enough.

use std::io::{self, ErrorKind, Write};

/// A writer that swallows everything once its pipe is closed: the exit code is an answer
/// too, and must not depend on how much of the text was read.
#[derive(Debug)]
pub(crate) struct Patient<W> {
    out: W,
    closed: bool,
}

impl<W: Write> Patient<W> {
    /// Writes to `out` for as long as somebody reads.
    pub(crate) fn new(out: W) -> Self {
        Self { out, closed: false }
    }

    /// What was done, or `done` when nobody reads any more.
    fn unless_closed<T>(&mut self, result: io::Result<T>, done: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(done)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.out.write(bytes);
        self.unless_closed(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.unless_closed(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with the error that it is made of.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_closed_pipe_takes_everything_and_a_full_disk_nothing() {
        let mut closed = Patient::new(Failing(ErrorKind::BrokenPipe));
        assert!(closed.write_all(b"answer").is_ok() && closed.flush().is_ok());
        let mut full = Patient::new(Failing(ErrorKind::StorageFull));
        assert_eq!(full.write_all(b"answer").unwrap_err().kind(), ErrorKind::StorageFull);
        assert!(full.flush().is_err());
    }
}
