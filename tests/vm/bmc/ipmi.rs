//! A BMC that the guest can ask: QEMU's own, and OpenIPMI's simulator behind QEMU.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::need_guest;
use support::vm::{Builder, Guest};

use super::peer::Placemat;
use super::{Agent, NOTHING, PORT, ask, builder, logged};

/// Answers what the simulator asks of a LAN, a line for each name.
const LAN: &str = "#!/bin/sh
for name; do
    case $name in
    ip_addr) echo ip_addr:10.72.17.4 ;;
    ip_addr_src) echo ip_addr_src:static ;;
    mac_addr) echo mac_addr:02:00:00:00:00:17 ;;
    subnet_mask) echo subnet_mask:255.255.240.0 ;;
    default_gw_ip_addr) echo default_gw_ip_addr:10.72.16.1 ;;
    default_gw_mac_addr) echo default_gw_mac_addr:02:00:00:00:00:01 ;;
    backup_gw_ip_addr) echo backup_gw_ip_addr:0.0.0.0 ;;
    backup_gw_mac_addr) echo backup_gw_mac_addr:00:00:00:00:00:00 ;;
    esac
done
";

/// A BMC at 20h that is there.
pub(super) const COMMANDS: &str =
    "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n";

/// A program in the place of VMware's that never ends.
const HANGS: &str = "#!/bin/sh\nsleep 600\n";

/// OpenIPMI's simulator; ended when dropped.
struct Simulator(Child);

impl Simulator {
    /// Starts it with one LAN, on channel 1, and a port on which QEMU connects.
    fn start(dir: &Path, port: u16, lan: u16) -> Result<Self> {
        let program = dir.join("lan");
        fs::write(&program, LAN)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let configuration = format!(
            "name \"bmc\"\nset_working_mc 0x20\n  startlan 1\n    addr 127.0.0.1 {lan}\n    priv_limit admin\n    lan_config_program \"{}\"\n  endlan\n  serial 15 127.0.0.1 {port} codec VM\n",
            program.display()
        );
        fs::write(dir.join("lan.conf"), configuration)?;
        fs::write(dir.join("sim.emu"), COMMANDS)?;
        fs::create_dir(dir.join("state"))?;
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "ipmi_sim", "-n", "-c"])
            .arg(dir.join("lan.conf"))
            .arg("-f")
            .arg(dir.join("sim.emu"))
            .arg("-s")
            .arg(dir.join("state"))
            .stdin(Stdio::null())
            .stdout(File::create(dir.join("sim.out"))?)
            .stderr(File::create(dir.join("sim.err"))?)
            .spawn()
            .context("cannot start ipmi_sim")?;
        Ok(Self(child))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Our own child, which may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A guest to be with the drivers for a BMC on an ISA KCS.
fn with_bmc(bmc: &[&str]) -> Result<Builder> {
    let builder = builder("")?.every_driver().module("ipmi_si").module("ipmi_devintf");
    let kcs = ["-device", "isa-ipmi-kcs,bmc=bmc"];
    Ok(builder.port(PORT).memory(512).arguments(bmc.iter().copied().chain(kcs)))
}

/// What `guestctl bmc discover` says of one source.
fn finding(guest: &mut Guest, source: &str) -> Result<Value> {
    let (found, _) = ask(guest, &["bmc", "discover"])?;
    let findings = found["findings"].as_array().cloned().unwrap_or_default();
    let one = findings.into_iter().find(|finding| finding["source"] == source);
    one.with_context(|| format!("no {source}: {found}"))
}

#[test]
fn a_bmc_without_lan_is_no_error() -> Result<()> {
    need_guest!();
    let mut guest = with_bmc(&["-device", "ipmi-bmc-sim,id=bmc"])?.boot()?;
    guest
        .shell("for i in $(seq 200); do [ -e /dev/ipmi0 ] && exit; usleep 50000; done; exit 1")?
        .success()?;
    let ipmi = finding(&mut guest, "ipmi")?;
    ensure!(ipmi["why"] == "a BMC without LAN", "{ipmi}");
    let smbios = finding(&mut guest, "smbios")?;
    let interface = smbios["candidates"][0]["interface"].as_str().unwrap_or_default().to_owned();
    ensure!(interface.starts_with("KCS, IPMI 2.0, I/O 0xca2"), "{smbios}");
    Agent::start(&mut guest, &["run"])?;
    logged(&mut guest, "ipmi: a BMC without LAN; smbios: KCS, IPMI 2.0")
}

#[test]
fn the_lan_of_a_bmc_is_read_and_announced() -> Result<()> {
    need_guest!("ipmi_sim");
    let dir = tempfile::tempdir()?;
    let free = || -> Result<u16> { Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port()) };
    let (port, lan) = (free()?, free()?);
    let _simulator = Simulator::start(dir.path(), port, lan)?;
    let chardev = format!("socket,id=bmcdev,host=127.0.0.1,port={port},reconnect=1");
    let bmc = ["-chardev", &chardev, "-device", "ipmi-bmc-extern,id=bmc,chardev=bmcdev"];
    // Nothing waits for a publication that hangs.
    let builder = with_bmc(&bmc)?.file("/usr/bin/vmware-rpctool", 0o755, HANGS);
    let configuration = "[bmc]\nguestinfo = \"guestinfo.bmc.ipv4\"\n";
    let mut guest = builder.file("/etc/guestd/guestd.toml", 0o644, configuration).boot()?;
    guest
        .shell("for i in $(seq 200); do [ -e /dev/ipmi0 ] && exit; usleep 50000; done; exit 1")?
        .success()?;
    let said = || fs::read_to_string(dir.path().join("sim.err")).unwrap_or_default();
    let ipmi = finding(&mut guest, "ipmi")?;
    let lan = &ipmi["candidates"][0];
    ensure!(lan["usable"] == "10.72.17.4", "{ipmi}\n{}", said());
    ensure!(lan["channel"] == 1 && lan["assigned"] == "static", "{ipmi}");
    ensure!(lan["mac"] == "02:00:00:00:00:17", "{ipmi}");
    ensure!(lan["netmask"] == "255.255.240.0" && lan["gateway"] == "10.72.16.1", "{ipmi}");
    ensure!(ipmi["candidates"].as_array().map(Vec::len) == Some(1), "{ipmi}");

    // Its driver is loaded after guestd has looked.
    guest.run(["rmmod", "ipmi_devintf"])?.success()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    logged(&mut guest, "ipmi: there is no /dev/ipmi0")?;
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING);
    let mut host = Placemat::new(guest.port(PORT)?)?;
    guest.run(["insmod", "/lib/modules/ipmi_devintf.ko"])?.success()?;
    ensure!(host.first()? == b"10.72.17.4\n");
    logged(&mut guest, "(from ipmi, /dev/ipmi0) sent")?;
    host.quiet(Duration::from_millis(200))?;
    logged(&mut guest, "vmware-rpctool did not end within 10s and was ended")?;
    guest.shell("! pidof sleep")?.success()?;
    Ok(())
}
