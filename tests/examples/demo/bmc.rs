//! A guest that tells its host the address of its BMC, as one of Placemat's does.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use support::bin;
use support::vm::Guest;

use crate::say::show;

const PORT: &str = "placemat";
/// Far more than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Boots the guest, and reads what it says at the other end of the port.
pub(crate) fn show_all() -> Result<()> {
    println!(
        "A guest boots with a virtio-serial port named placemat and, in the file of neco, the\n\
         address of its BMC. guestd judges it and writes one line to the port. The host, which\n\
         here only reads, is where Placemat would start an IPMI and a Redfish server.\n"
    );
    let neco = "{\"ipv4\":{\"address\":\"10.72.17.4\",\"netmask\":\"255.255.240.0\",\"gateway\":\"10.72.16.1\"}}\n";
    let builder = Guest::builder()?.port(PORT).file("/etc/neco/bmc-address.json", 0o644, neco);
    let builder = builder.binary("guestd", &bin::guestd()?)?.guestctl()?;
    let mut guest = builder.boot()?;
    let host = guest.port(PORT)?;
    host.set_read_timeout(Some(PATIENCE))?;
    println!("guest$ guestd run &\n");
    let start = Instant::now();
    guest.shell("guestd run </dev/null >/run/guestd.log 2>&1 &")?.success()?;
    let mut line = String::new();
    BufReader::new(host).read_line(&mut line).context("the guest has said nothing")?;
    let took = start.elapsed().as_secs_f64();
    println!("host$ read line < placemat     # {took:.1} s after the start\n{line}");
    let questions: [&[&str]; 2] = [&["guestctl", "bmc"], &["guestctl", "bmc", "discover"]];
    for words in questions {
        let output = guest.run(words.iter().copied())?;
        show("guest", words, &output.text(), &output.errors(), output.code)?;
    }
    Ok(())
}
