//! Real freezes, on loop devices in namespaces of their own: what guestd promises when
//! something goes wrong. Process 1 there is a shell of the test, so that its mounts are the
//! ones that count, and nothing of this machine is named to the agent.

mod broken;
mod hooks;
mod order;
mod rules;
mod yard;
