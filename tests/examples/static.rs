//! Builds a program of this workspace as a static release binary and prints its path:
//! `cargo run -p guestd-tests --example static guestctl`.

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let package = std::env::args().nth(1).context("which package?")?;
    println!("{}", support::bin::build(&package)?.display());
    Ok(())
}
