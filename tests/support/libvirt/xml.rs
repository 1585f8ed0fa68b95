//! A small guest as libvirt describes it, <https://libvirt.org/formatdomain.html>.

use std::fmt::Write;
use std::path::Path;

use super::agent;
use crate::vm::{self, Image};

/// The address of the guest's network card: QEMU's prefix, and the rest made up.
pub(super) const MAC: &str = "52:54:00:12:34:56";

/// The description of a domain. Its disks lie below `dir`.
pub(super) fn domain(name: &str, guest: &vm::Builder, image: &Image, dir: &Path) -> String {
    let mut devices = String::new();
    for (letter, disk) in ('a'..='z').zip(&guest.disks) {
        let file = escaped(&disk.path(dir));
        let (serial, format) = (&disk.serial, disk.format());
        let _ = writeln!(
            devices,
            "<disk type='file' device='disk'>\
             <driver name='qemu' type='{format}' cache='unsafe' discard='unmap'/>\
             <source file='{file}'/><target dev='vd{letter}' bus='virtio'/>\
             <serial>{serial}</serial></disk>"
        );
    }
    for port in &guest.ports {
        // Without a source libvirt makes the socket, and is the one who connects.
        let source = if port == agent::PORT { String::new() } else { bound(dir, port) };
        let _ = writeln!(
            devices,
            "<channel type='unix'>{source}<target type='virtio' name='{port}'/></channel>"
        );
    }
    let kernel = escaped(&image.kernel);
    let initramfs = escaped(&image.initramfs);
    let commands = escaped(&image.commands);
    let commands_port = vm::COMMANDS_PORT;
    let console = escaped(&image.console.serial);
    let (cpus, memory, machine) = (guest.cpus, guest.memory, &guest.machine);
    // A kernel that panics stops there (panic=0), else it would boot for ever.
    format!(
        "<domain type='qemu'>
<name>{name}</name>
<memory unit='MiB'>{memory}</memory>
<vcpu>{cpus}</vcpu>
<cpu mode='maximum'/>
<os>
<type arch='x86_64' machine='{machine}'>hvm</type>
<kernel>{kernel}</kernel><initrd>{initramfs}</initrd>
<cmdline>console=ttyS0 panic=0 quiet</cmdline>
</os>
<features><acpi/></features>
<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
<devices>
<controller type='usb' model='none'/>
<memballoon model='none'/>
<interface type='user'><mac address='{MAC}'/><model type='virtio'/></interface>
<serial type='file'><source path='{console}'/></serial>
<channel type='unix'><source mode='connect' path='{commands}'/>\
<target type='virtio' name='{commands_port}'/></channel>
{devices}</devices>
</domain>
"
    )
}

fn bound(dir: &Path, port: &str) -> String {
    format!("<source mode='bind' path='{}'/>", escaped(&dir.join(format!("port.{port}"))))
}

/// A path inside an attribute or element.
fn escaped(path: &Path) -> String {
    let path = path.display().to_string();
    path.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_attribute() {
        assert_eq!(escaped(Path::new("/a&b/<'>")), "/a&amp;b/&lt;&apos;>");
    }
}
