//! Where a run is, and what may come next: pure, so that every edge can be tested.
//!
//! ```text
//! Thawed --Asked--> Hooks --HooksDone--> Syncing --Synced--> Freezing --AllFrozen--> Frozen
//!    ^                |                     |                   |                      |
//!    |              Failed                Failed              Failed           Asked to thaw, or Broken
//!    |                +---------------------+-------------------+----------------------+
//!    |                                                                                 v
//!    +------------------------------------Undone----------------------------------- Thawing
//! ```

use protocol::guestd::quiesce::Phase;

/// What can happen to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// A host asks for a freeze.
    Asked,
    /// Every hook has made its application quiet.
    HooksDone,
    /// Dirty data is written out.
    Synced,
    /// The last filesystem is frozen.
    AllFrozen,
    /// A hook, a filesystem or the guard fails, or a thaw is asked for before all is frozen.
    Failed,
    /// The host asks to thaw.
    ThawAsked,
    /// All that was frozen is thawed without the host: the deadline, or the guard's death.
    Broken,
    /// Nothing is frozen any more, and the hooks know.
    Undone,
}

/// An event that cannot happen where the run is: a bug of ours, told as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("inside the agent: {event:?} in phase {phase:?}")]
pub(super) struct WrongTransition {
    phase: Phase,
    event: Event,
}

/// Where the run is after the event.
///
/// # Errors
/// The event cannot happen there.
pub(super) fn next(phase: Phase, event: Event) -> Result<Phase, WrongTransition> {
    match (phase, event) {
        (Phase::Thawed, Event::Asked) => Ok(Phase::Hooks),
        (Phase::Hooks, Event::HooksDone) => Ok(Phase::Syncing),
        (Phase::Syncing, Event::Synced) => Ok(Phase::Freezing),
        (Phase::Freezing, Event::AllFrozen) => Ok(Phase::Frozen),
        (Phase::Hooks | Phase::Syncing | Phase::Freezing, Event::Failed)
        | (Phase::Frozen, Event::ThawAsked | Event::Broken) => Ok(Phase::Thawing),
        (Phase::Thawing, Event::Undone) => Ok(Phase::Thawed),
        (phase, event) => Err(WrongTransition { phase, event }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 6] = [
        Phase::Thawed,
        Phase::Hooks,
        Phase::Syncing,
        Phase::Freezing,
        Phase::Frozen,
        Phase::Thawing,
    ];
    const EVENTS: [Event; 8] = [
        Event::Asked,
        Event::HooksDone,
        Event::Synced,
        Event::AllFrozen,
        Event::Failed,
        Event::ThawAsked,
        Event::Broken,
        Event::Undone,
    ];

    fn walk(events: &[Event]) -> Phase {
        events.iter().fold(Phase::Thawed, |phase, &event| next(phase, event).unwrap())
    }

    #[test]
    fn a_run_goes_through_all_phases_and_ends_thawed() {
        let freeze = [Event::Asked, Event::HooksDone, Event::Synced, Event::AllFrozen];
        assert_eq!(walk(&freeze), Phase::Frozen);
        for end in [Event::ThawAsked, Event::Broken] {
            let run: Vec<Event> = freeze.iter().copied().chain([end, Event::Undone]).collect();
            assert_eq!(walk(&run), Phase::Thawed);
        }
    }

    #[test]
    fn a_failure_on_the_way_leads_through_the_undoing() {
        let way = [Event::Asked, Event::HooksDone, Event::Synced];
        for length in 1..=way.len() {
            let mut run = way[..length].to_vec();
            run.push(Event::Failed);
            assert_eq!(walk(&run), Phase::Thawing, "{run:?}");
            run.push(Event::Undone);
            assert_eq!(walk(&run), Phase::Thawed);
        }
    }

    #[test]
    fn from_no_phase_can_frozen_be_skipped_into_or_out_of() {
        let edges = PHASES
            .iter()
            .flat_map(|&phase| EVENTS.iter().map(move |&event| (phase, event)))
            .filter_map(|(phase, event)| Some((phase, event, next(phase, event).ok()?)));
        let edges: Vec<(Phase, Event, Phase)> = edges.collect();
        assert_eq!(edges.len(), 10);
        for (from, _, to) in edges {
            assert!(to != Phase::Frozen || from == Phase::Freezing);
            assert!(from != Phase::Frozen || to == Phase::Thawing);
            assert!(to != Phase::Thawed || from == Phase::Thawing);
        }
    }

    #[test]
    fn a_wrong_event_is_an_error_that_names_both() {
        let wrong = next(Phase::Thawed, Event::AllFrozen).unwrap_err();
        assert_eq!(wrong.to_string(), "inside the agent: AllFrozen in phase Thawed");
    }
}
