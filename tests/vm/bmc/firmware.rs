//! The firmware's tables: type 42 as QEMU passes it on from a file.

use std::fs;

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::peer::Placemat;
use super::{Agent, PORT, ask, builder, logged};

/// A network host interface with one Redfish service, and the double zero behind it.
fn table(service: [u8; 4], name: &[u8]) -> Result<Vec<u8>> {
    let mut record = vec![0; 91];
    record[50] = 1;
    record[51] = 1;
    record[52..56].copy_from_slice(&service);
    record[68..72].copy_from_slice(&[255, 255, 240, 0]);
    record[84..86].copy_from_slice(&443_u16.to_le_bytes());
    record[90] = name.len().try_into()?;
    record.extend_from_slice(name);
    let mut table = vec![42, 0, 0, 0x2A, 0x40, 2, 4, 0, 1, 4];
    table.push(record.len().try_into()?);
    table.extend(record);
    table[1] = table.len().try_into()?;
    table.extend([0, 0]);
    Ok(table)
}

fn boot(table: &[u8]) -> Result<Guest> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("type42.bin");
    fs::write(&file, table)?;
    builder("")?.port(PORT).smbios(&format!("file={}", file.display())).boot()
}

#[test]
fn a_redfish_service_of_the_firmware_is_announced() -> Result<()> {
    need_guest!();
    let mut guest = boot(&table([10, 72, 17, 4], b"bmc.example")?)?;
    let (found, code) = ask(&mut guest, &["bmc", "discover"])?;
    ensure!(code == 0 && found["source"] == "smbios", "{found}");
    let findings = found["findings"].as_array().cloned().unwrap_or_default();
    let smbios = findings.iter().find(|finding| finding["source"] == "smbios").cloned();
    let service = &smbios.unwrap_or_default()["candidates"][0];
    ensure!(service["url"] == "https://10.72.17.4/redfish/v1/", "{found}");
    ensure!(service["netmask"] == "255.255.240.0", "{found}");
    ensure!(service["hostname"] == "bmc.example", "{found}");
    let text = guest.run(["guestctl", "bmc", "discover"])?.success()?.text();
    eprintln!("{text}");
    ensure!(text.starts_with("10.72.17.4, from smbios"), "{text}");

    let mut host = Placemat::new(guest.port(PORT)?)?;
    Agent::start(&mut guest, &["run"])?;
    ensure!(host.first()? == b"10.72.17.4\n");
    Ok(())
}

#[test]
fn tables_that_lie_are_passed_over() -> Result<()> {
    need_guest!();
    // The record says that it is longer than the structure.
    let mut long = table([10, 72, 17, 4], b"bmc")?;
    long[10] = 255;
    // A link-local service, and a name that would steer a terminal.
    let nasty = table([169, 254, 1, 1], b"\x1b[31mbmc")?;
    for (table, why) in [(long, "tells of no BMC"), (nasty, "169.254.1.1 is link-local")] {
        let mut guest = boot(&table)?;
        let (found, code) = ask(&mut guest, &["bmc", "discover"])?;
        ensure!(code == 1 && found["address"].is_null(), "{found}");
        ensure!(!found.to_string().contains("\\u001b"), "{found}");
        Agent::start(&mut guest, &["run"])?;
        logged(&mut guest, why)?;
    }
    Ok(())
}
