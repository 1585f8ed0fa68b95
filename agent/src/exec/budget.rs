//! Bytes that all processes together may have in memory: what they wrote and nobody has
//! asked for yet, and what they have still to read.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that may still be kept.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    /// How many are left.
    pub(super) fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes up to `want`, and says how many.
    pub(super) fn take(&self, want: usize) -> usize {
        let before = self
            .0
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                Some(left.saturating_sub(want))
            })
            .unwrap_or_default();
        before.min(want)
    }

    /// Gives back what was taken.
    pub(super) fn give(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is() {
        let budget = Budget::new(10);
        assert_eq!((budget.take(7), budget.take(7), budget.take(1)), (7, 3, 0));
        budget.give(4);
        assert_eq!((budget.left(), budget.take(9)), (4, 4));
    }
}
