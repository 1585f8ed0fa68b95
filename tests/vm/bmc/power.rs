//! From the announced line to `ipmipower --stat`, with a stand-in for Placemat: no Placemat
//! runs here. As Placemat does with its first line, the stand-in adds the address to the host
//! and starts a BMC there; the BMC is OpenIPMI's simulator, which is asked by FreeIPMI.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result};

use super::ipmi::COMMANDS;

/// What has to be installed.
pub(super) const NEEDS: [&str; 5] = ["ipmi_sim", "ipmipower", "unshare", "ip", "timeout"];

/// Answers what the simulator asks of the machine's power: it is on.
const CHASSIS: &str =
    "#!/bin/sh\n[ \"$1\" = get ] && for name; do [ $name = power ] && echo power:1; done\nexit 0\n";

/// Without one the simulator speaks IPMI 1.5 only.
const GUID: &str = "a123456789abcdefa123456789abcdef";

/// The host, in a network of its own, so that nothing is left of the address. The simulator
/// tells no privilege when a session is opened, for which ipmipower has its work-around.
const HOST: &str = "
ip link set lo up && ip address add $address/32 dev lo || exit 90
setpriv --pdeathsig KILL ipmi_sim -n -c lan.conf -f bmc.emu -s state </dev/null >sim.log 2>&1 &
simulator=$!
tries=0
until grep -q ':026F ' /proc/net/udp; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] && kill -0 $simulator || { cat sim.log >&2; exit 91; }
    sleep 0.1
done
timeout 60 ipmipower -D LAN_2_0 -W opensesspriv -h $address -u cybozu -p cybozu --stat
code=$?
kill $simulator
exit $code
";

/// What `ipmipower --stat` says of a BMC that listens at this address.
pub(super) fn stat(address: Ipv4Addr) -> Result<String> {
    let dir = tempfile::tempdir()?;
    let chassis = dir.path().join("chassis");
    fs::write(&chassis, CHASSIS)?;
    fs::set_permissions(&chassis, fs::Permissions::from_mode(0o755))?;
    fs::create_dir(dir.path().join("state"))?;
    fs::write(dir.path().join("bmc.emu"), COMMANDS)?;
    let allowed: String = ["callback", "user", "operator", "admin"]
        .map(|privilege| format!("allowed_auths_{privilege} md5 straight\n"))
        .concat();
    // The user and the password of Placemat's BMCs.
    let configuration = format!(
        "name \"bmc\"\nset_working_mc 0x20\nstartlan 1\naddr {address} 623\nguid {GUID}\npriv_limit admin\n\
         {allowed}endlan\nchassis_control \"{}\"\nuser 2 true \"cybozu\" \"cybozu\" admin 10\n",
        chassis.display()
    );
    fs::write(dir.path().join("lan.conf"), configuration)?;
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "sh", "-c", HOST])
        .env("address", address.to_string())
        .current_dir(dir.path())
        .output()
        .context("cannot run unshare")?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{}: {said} {errors}", output.status);
    Ok(said)
}
