//! Telling that one host has gone and another has come since we last looked.
//!
//! When a second program waits for QEMU's chardev, the first one's leave and the second
//! one's arrival are microseconds apart, and a poll of the port shows a host all the time.
//! But the kernel also sends a signal for each of both, and for each time data comes
//! (drivers/char/virtio_console.c, `handle_control_message` and `in_intr`). The signals of
//! data can be told from the number of buffers read, as long as there is one at a time:
//! with more of them unread, an interrupt that the port shares with another device makes
//! more signals. Then this says nothing, rather than take a host for gone that is there:
//! such a host would wait for ever for the answer that is then dropped.

/// A leave and an arrival. One alone may be the arrival of the host that we serve, whose
/// signal comes after it can be seen.
const CHANGE: u32 = 2;

/// The signals of a port and what explains them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Changes {
    /// Signals at the last quiet point.
    last: u32,
    /// Buffers read since then.
    buffers: u32,
    /// Signals before then that no buffer explains.
    unexplained: u32,
}

impl Changes {
    /// A host is served from now on.
    pub(crate) fn start(count: u32) -> Self {
        Self { last: count, ..Self::default() }
    }

    /// Data has been read, all that one buffer held.
    pub(crate) fn buffer_read(&mut self) {
        self.buffers = self.buffers.saturating_add(1);
    }

    /// True if nothing has been read since the last quiet point.
    pub(crate) fn is_quiet(&self) -> bool {
        self.buffers == 0
    }

    /// True if `count` signals would be a change, were this a quiet point.
    pub(crate) fn suspects(&self, count: u32) -> bool {
        self.unexplained_at(count) >= CHANGE
    }

    /// A quiet point: there was nothing to read any more after `count` had been taken.
    /// True if the host has changed.
    pub(crate) fn quiet(&mut self, count: u32) -> bool {
        match self.buffers {
            // All is as it should be. What was left over came late, from a buffer that had
            // been found without its signal, or told of the arrival of the host we serve;
            // half a change is none. On a busy machine they would add up.
            1 if count.wrapping_sub(self.last) == 1 => self.unexplained = 0,
            0 | 1 => self.unexplained = self.unexplained_at(count),
            _ => {}
        }
        self.buffers = 0;
        self.last = count;
        self.unexplained >= CHANGE
    }

    fn unexplained_at(&self, count: u32) -> u32 {
        // A buffer may come without a signal: found by the kernel before its interrupt.
        let signals = count.wrapping_sub(self.last);
        self.unexplained.saturating_add(signals).saturating_sub(self.buffers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_host_are_no_change() {
        let mut changes = Changes::start(u32::MAX - 1);
        // Its own arrival, signalled late.
        let mut count = u32::MAX;
        for _ in 0..1000 {
            count = count.wrapping_add(1);
            changes.buffer_read();
            assert!(!changes.quiet(count));
            assert!(!changes.quiet(count));
        }
        // A buffer without a signal, then a signal that is behind.
        changes.buffer_read();
        assert!(!changes.quiet(count));
        // That again and again, with requests between them.
        for _ in 0..1000 {
            changes.buffer_read();
            assert!(!changes.quiet(count));
            count = count.wrapping_add(1);
            assert!(!changes.quiet(count));
            count = count.wrapping_add(1);
            changes.buffer_read();
            assert!(!changes.quiet(count));
        }
        // Many buffers, and signals for none of them.
        for _ in 0..3 {
            changes.buffer_read();
        }
        assert!(!changes.quiet(count.wrapping_add(40)));
    }

    #[test]
    fn a_leave_and_an_arrival_are_a_change() {
        let mut changes = Changes::start(7);
        assert!(!changes.suspects(8) && changes.suspects(9));
        assert!(changes.quiet(9));

        // With the first request of the next host.
        let mut changes = Changes::start(7);
        changes.buffer_read();
        assert!(changes.quiet(10));

        // One after the other.
        let mut changes = Changes::start(7);
        assert!(!changes.quiet(8));
        assert!(changes.quiet(9));
    }
}
