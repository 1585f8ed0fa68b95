//! The keys of one mode.

use super::Grade;

/// Key names with their grades, sorted by name.
#[derive(Debug, Clone)]
pub struct Features(Vec<(&'static str, Grade)>);

impl Features {
    /// Sorts the keys.
    pub fn new(mut keys: Vec<(&'static str, Grade)>) -> Self {
        keys.sort_unstable();
        Self(keys)
    }

    /// How it is known that the mode has a key; `None` where it has not.
    pub fn grade(&self, key: &str) -> Option<Grade> {
        let at = self.0.binary_search_by_key(&key, |(name, _)| name).ok()?;
        Some(self.0[at].1)
    }

    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().map(|(name, _)| *name)
    }

    /// The grades, in the order of the names.
    pub fn grades(&self) -> impl Iterator<Item = Grade> + '_ {
        self.0.iter().map(|(_, grade)| *grade)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for a mode without keys, which the data does not have.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
