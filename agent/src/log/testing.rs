//! For tests of what is logged: the records of one thread, as the journal takes them.

use std::sync::{Arc, Mutex};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::journal;

/// What a function logs on this thread, of every level.
pub(crate) fn records(run: impl FnOnce()) -> Vec<String> {
    let kept = Kept::default();
    let records = Arc::clone(&kept.0);
    tracing::subscriber::with_default(kept, run);
    let records = records.lock().unwrap();
    records.clone()
}

#[derive(Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl Subscriber for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(String::from_utf8(journal::record(event)).unwrap());
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
