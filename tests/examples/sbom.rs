//! Prints the bill of materials of our programs, as CycloneDX 1.5: `make sbom`.

use anyhow::Result;

fn main() -> Result<()> {
    print!("{}", support::sbom::document()?);
    Ok(())
}
