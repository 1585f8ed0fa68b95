//! Where a disk is plugged in, so that a host finds it among those it gave the guest. The
//! numbers are those of libvirt's disk addresses.

use introspect::Root;
use protocol::qga::disk::{BusType, CcwAddress, DiskAddress, PciAddress};

use super::{Block, udev};
use crate::system::attribute;

/// What a place in sysfs tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    pci: PciAddress,
    ccw: Option<CcwAddress>,
    bus_type: BusType,
    bus: i64,
    target: i64,
    unit: i64,
}

impl Place {
    /// A disk that has its controller to itself.
    const fn alone(bus_type: BusType) -> Self {
        Self { pci: PciAddress::UNKNOWN, ccw: None, bus_type, bus: 0, target: 0, unit: 0 }
    }
}

/// The address of a disk, or of the disk of a partition; of type `unknown` where nothing
/// is known but the name.
pub(crate) fn of(root: &Root, device: &Block) -> DiskAddress {
    let disk = device.disk(root);
    let disk = disk.as_ref().unwrap_or(device);
    let place = place(root, &disk.path).unwrap_or(Place::alone(BusType::Unknown));
    let Place { pci, ccw, bus_type, bus, target, unit } = place;
    DiskAddress {
        pci_controller: pci,
        bus_type,
        bus,
        target,
        unit,
        serial: serial(root, device, disk),
        dev: Some(device.node()),
        ccw_address: ccw,
    }
}

/// What udev made of the serial number: often with vendor and model before it. Without
/// udev only virtio has one in the same form.
fn serial(root: &Root, device: &Block, disk: &Block) -> Option<String> {
    let known = |block: &Block| udev::property(root, block.number(root)?, "ID_SERIAL");
    let other = || (disk != device).then(|| known(disk)).flatten();
    let serial = known(device).or_else(other).or_else(|| disk.attribute(root, "serial"));
    serial.filter(|serial| !serial.is_empty())
}

fn place(root: &Root, path: &str) -> Option<Place> {
    let parts: Vec<&str> = path.split('/').collect();
    if let Some(controller) = nvme_controller(root, &parts) {
        return place(root, &controller);
    }
    let Some(at) = parts.iter().rposition(|part| pci(part).is_some()) else {
        let at = parts.iter().position(|part| is_numbered(part, "virtio"))?;
        return Some(Place { ccw: ccw(&parts[..at]), ..virtio(&parts[at..])? });
    };
    let controller = parts[..=at].join("/");
    let driver = root.sysfs_link(&format!("{controller}/driver")).ok()?;
    let rest = &parts[at + 1..];
    let place = match driver.rsplit('/').next()? {
        "virtio-pci" => virtio(rest),
        "ata_piix" => {
            let (bus, [_, _, unit, _]) = (ata_port(root, &controller, rest)?, scsi(rest)?);
            Some(Place { bus, unit, ..Place::alone(BusType::Ide) })
        }
        "ahci" => {
            let unit = ata_port(root, &controller, rest)?;
            Some(Place { unit, ..Place::alone(BusType::Sata) })
        }
        // A narrow bus: one unit for each target, and libvirt calls the target the unit.
        "sym53c8xx" => {
            let [_, bus, unit, _] = scsi(rest)?;
            Some(Place { bus, unit, ..Place::alone(BusType::Scsi) })
        }
        "nvme" => Some(Place::alone(BusType::Nvme)),
        "ehci-pci" | "xhci_hcd" => Some(Place::alone(BusType::Usb)),
        _ => None,
    }?;
    Some(Place { pci: pci(parts[at])?, ..place })
}

/// `virtio3/block/vda`, or `virtio3/host15/target15:0:5/15:0:5:2/block/sdh`.
fn virtio(rest: &[&str]) -> Option<Place> {
    if let Some([_, bus, target, lun]) = scsi(rest) {
        // From 256 on the kernel shows a unit with the bit of its flat addressing (SAM-5,
        // 4.7.3), which is not part of the number.
        let unit = if lun & 0xC000 == 0x4000 { lun & 0x3FFF } else { lun };
        return Some(Place { bus, target, unit, ..Place::alone(BusType::Scsi) });
    }
    let [virtio, "block", _] = rest else { return None };
    is_numbered(virtio, "virtio").then_some(Place::alone(BusType::Virtio))
}

/// The number of a port of an ATA controller, from 0; the kernel counts from 1.
fn ata_port(root: &Root, controller: &str, rest: &[&str]) -> Option<i64> {
    let ata = rest.first().filter(|part| is_numbered(part, "ata"))?;
    let port = attribute(root, &format!("{controller}/{ata}/ata_port/{ata}/port_no")).ok()?;
    port.parse::<u32>().ok()?.checked_sub(1).map(i64::from)
}

/// `host:channel:target:unit` in the name of a SCSI device.
fn scsi(rest: &[&str]) -> Option<[i64; 4]> {
    rest.iter().find_map(|part| {
        let mut numbers = part.split(':').map(|number| number.parse::<u32>().map(i64::from).ok());
        let mut next = || numbers.next().flatten();
        let device = [next()?, next()?, next()?, next()?];
        numbers.next().is_none().then_some(device)
    })
}

/// Where the kernel counts several controllers as paths to one disk, it puts the disk
/// apart from them: the first of the controllers.
fn nvme_controller(root: &Root, parts: &[&str]) -> Option<String> {
    let at = parts.iter().position(|part| is_numbered(part, "nvme-subsys"))?;
    let subsystem = parts[..=at].join("/");
    let names = root.names(&subsystem);
    let controller = names.iter().find(|name| is_numbered(name, "nvme"))?;
    let path = root.canonical(&format!("{subsystem}/{controller}")).ok()?;
    // Such as nvme over a network.
    (!path.contains("/nvme-subsys")).then_some(path)
}

/// `0000:00:1f.2`
fn pci(part: &str) -> Option<PciAddress> {
    let (rest, function) = part.split_once('.')?;
    let (rest, slot) = rest.rsplit_once(':')?;
    let (domain, bus) = rest.split_once(':')?;
    if domain.len() < 4 || (bus.len(), slot.len(), function.len()) != (2, 2, 1) {
        return None;
    }
    let [domain, bus, slot, function] = [domain, bus, slot, function].map(hexadecimal);
    Some(PciAddress { domain: domain?, bus: bus?, slot: slot?, function: function? })
}

/// `css0/0.0.0000/0.0.0815` (kernel `Documentation/arch/s390/driver-model.rst`): a channel
/// subsystem image, a subchannel with the number of its set, and a device.
fn ccw(parts: &[&str]) -> Option<CcwAddress> {
    let [.., css, subchannel, device] = parts else { return None };
    let numbers = |part: &str| {
        let mut numbers = part.split('.').map(hexadecimal);
        let mut next = || numbers.next().flatten();
        Some((next()?, next()?, next()?))
    };
    let (_, ssid, subchno) = numbers(subchannel)?;
    let (_, _, devno) = numbers(device)?;
    Some(CcwAddress { cssid: hexadecimal(css.strip_prefix("css")?)?, ssid, subchno, devno })
}

fn hexadecimal(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| plain).map(i64::from)
}

/// True for the prefix and a number after it.
fn is_numbered(name: &str, prefix: &str) -> bool {
    let digits = name.strip_prefix(prefix);
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;
