//! guestd beside QEMU's own agent: both get the same bytes, and each answer has to be the
//! same in class, words and shape. Where guestd differs on purpose, the case says so, with
//! guestd's answer; the reasons are in [`deviation`].
//!
//! `QEMU_GA=FILE` runs the whole beside another build of qemu-ga, `GUESTD=FILE` runs it
//! with another guestd.

mod accounts;
mod answer;
mod arguments;
mod case;
mod clients;
mod deviation;
mod envelope;
mod exec;
mod files;
mod framing;
mod pair;
mod random;
mod report;
mod results;
mod tokens;
