//! What each channel may ask for, now: it can change while the agent runs.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::settings::Channel;
use crate::policy::Policy;

/// The policies of all channels, by their names.
#[derive(Debug)]
pub(crate) struct Policies(RwLock<BTreeMap<String, Arc<Policy>>>);

impl Policies {
    /// Those of the settings.
    pub(crate) fn new(channels: &[Channel]) -> Self {
        let policies = channels.iter().map(|one| (one.name.clone(), Arc::new(one.policy.clone())));
        Self(RwLock::new(policies.collect()))
    }

    /// That of one channel; one that nobody knows may ask for nothing.
    pub(crate) fn of(&self, channel: &str) -> Arc<Policy> {
        let policies = self.0.read().unwrap_or_else(PoisonError::into_inner);
        policies.get(channel).cloned().unwrap_or_else(|| Arc::new(Policy::of_groups([], [], [])))
    }

    /// Takes over those of channels that there are already.
    pub(crate) fn take_over(&self, channels: &[Channel]) {
        let mut policies = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for channel in channels {
            if let Some(policy) = policies.get_mut(&channel.name) {
                *policy = Arc::new(channel.policy.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Group;

    #[test]
    fn a_policy_changes_for_channels_that_are_there() {
        let mut channel = Channel::unix("/x");
        let policies = Policies::new(std::slice::from_ref(&channel));
        let may =
            |policies: &Policies, name| policies.of(name).allows("guest-exec", Group::Exec).is_ok();
        assert!(may(&policies, "unix") && !may(&policies, "other"));
        channel.policy = Policy::of_groups([Group::Info], [], []);
        let other = Channel { name: "other".to_owned(), ..Channel::unix("/y") };
        policies.take_over(&[channel, other]);
        assert!(!may(&policies, "unix") && !may(&policies, "other"));
    }
}
