//! How far each server has come, as its client tells the host.

/// The servers, in the order of all that follows.
pub(super) const SERVERS: [&str; 3] = ["postgresql", "mariadb", "redis"];

/// A number of rows for each server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts(pub(super) [u64; 3]);

impl Counts {
    pub(super) fn values(&self) -> [u64; 3] {
        self.0
    }

    pub(super) fn named(&self) -> [(&'static str, u64); 3] {
        [0, 1, 2].map(|index| (SERVERS[index], self.0[index]))
    }

    /// Each server has come further than this.
    pub(super) fn beyond(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(here, there)| *here > there)
    }
}
