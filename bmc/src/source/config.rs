//! An address that was given: in the configuration, or by whoever asks.

use super::{Candidate, Look, Values};
use crate::network::Network;

/// Judges it.
pub(crate) fn look(given: Option<&str>, network: Option<Network>) -> Look {
    match given {
        None => Look::nothing("no address is configured"),
        Some(text) => {
            let values = Values { address: Some(text.to_owned()), ..Values::default() };
            Look::one(Candidate::judge(values, network))
        }
    }
}
