//! guestctl: what machine is this really?

fn main() {}
