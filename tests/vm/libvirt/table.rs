//! All calls in the order they are made; a later one may need what an earlier one did.

mod account;
mod clock;
mod cpu;
mod disk;
mod info;
mod passed;

use super::call::Call;

pub(super) const CALLS: [&[Call]; 6] =
    [&info::CALLS, &disk::CALLS, &cpu::CALLS, &account::CALLS, &clock::CALLS, &passed::CALLS];
