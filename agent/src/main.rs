//! guestd: the guest agent.

fn main() {}
