//! Whose cloud this is, by the marks each provider leaves in the firmware.

use serde::Serialize;

use super::dmi::Field;
use super::facts::Facts;
use super::names;
use super::virt_what::is_amazon_version;

/// A cloud, or a private one's platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cloud {
    /// A short name that scripts compare, such as `aws`.
    pub id: &'static str,
    /// The name a person uses.
    pub name: &'static str,
    /// The string that says so, and where it stands.
    pub evidence: String,
}

/// A mark: a DMI field that starts with these letters.
struct Mark {
    id: &'static str,
    name: &'static str,
    field: Field,
    prefix: &'static str,
}

const fn mark(id: &'static str, name: &'static str, field: Field, prefix: &'static str) -> Mark {
    Mark { id, name, field, prefix }
}

/// Azure's chassis asset tag: the letters `MSFT AZURE VM` as decimal numbers.
const AZURE_TAG: &str = "7783-7084-3265-9085-8269-3286-77";

/// The marks, those of a brand before those of the software it runs.
///
/// Sources: cloud-init's datasource documentation (how each platform is identified),
/// the providers' own pages, and DMI strings that users posted.
const MARKS: &[Mark] = &[
    mark("aws", "Amazon EC2", Field::SysVendor, "Amazon EC2"),
    mark("aws", "Amazon EC2", Field::BiosVendor, "Amazon EC2"),
    mark("gcp", "Google Compute Engine", Field::ProductName, "Google Compute Engine"),
    mark("gcp", "Google Compute Engine", Field::ProductSerial, "GoogleCloud-"),
    mark("azure", "Microsoft Azure", Field::ChassisAssetTag, AZURE_TAG),
    mark("alibaba", "Alibaba Cloud", Field::ProductName, "Alibaba Cloud ECS"),
    mark("alibaba", "Alibaba Cloud", Field::SysVendor, "Alibaba Cloud"),
    mark("oracle", "Oracle Cloud Infrastructure", Field::ChassisAssetTag, "OracleCloud.com"),
    mark("digitalocean", "DigitalOcean", Field::SysVendor, "DigitalOcean"),
    mark("hetzner", "Hetzner Cloud", Field::SysVendor, "Hetzner"),
    mark("akamai", "Akamai (Linode)", Field::SysVendor, "Linode"),
    mark("akamai", "Akamai (Linode)", Field::SysVendor, "Akamai"),
    mark("vultr", "Vultr", Field::SysVendor, "Vultr"),
    mark("scaleway", "Scaleway", Field::SysVendor, "Scaleway"),
    mark("upcloud", "UpCloud", Field::SysVendor, "UpCloud"),
    mark("tencent", "Tencent Cloud", Field::SysVendor, "Tencent Cloud"),
    mark("ibm", "IBM Cloud", Field::SysVendor, "IBM:Cloud Compute Server"),
    mark("ibm", "IBM Cloud", Field::ChassisVendor, "IBM:Cloud Compute Server"),
    mark("exoscale", "Exoscale", Field::ProductName, "Exoscale"),
    mark("outscale", "3DS Outscale", Field::ProductName, "3DS Outscale VM"),
    mark("cloudsigma", "CloudSigma", Field::ProductName, "CloudSigma"),
    mark("cloudcix", "CloudCIX", Field::ProductName, "CloudCIX"),
    mark("triton", "Triton (SmartDC)", Field::ProductName, "SmartDC"),
    mark("nwcs", "NWCS", Field::SysVendor, "NWCS"),
    mark("e24cloud", "e24cloud", Field::SysVendor, "e24cloud"),
    mark("huawei", "Huawei Cloud", Field::ChassisAssetTag, "HUAWEICLOUD"),
    mark("otc", "Open Telekom Cloud", Field::ChassisAssetTag, "OpenTelekomCloud"),
    mark("sap", "SAP Converged Cloud", Field::ChassisAssetTag, "SAP CCloud VM"),
    mark("samsung", "Samsung Cloud Platform", Field::ChassisAssetTag, "Samsung Cloud Platform"),
    mark("cloudstack", "Apache CloudStack", Field::ProductName, "CloudStack"),
    mark("nutanix", "Nutanix", Field::SysVendor, "Nutanix"),
    mark("openstack", "OpenStack", Field::ProductName, "OpenStack Nova"),
    mark("openstack", "OpenStack", Field::ProductName, "OpenStack Compute"),
    mark("openstack", "OpenStack", Field::ChassisAssetTag, "OpenStack Nova"),
    mark("openstack", "OpenStack", Field::ChassisAssetTag, "OpenStack Compute"),
];

/// The cloud, or `None` where nothing speaks of one.
pub fn detect(facts: &Facts) -> Option<Cloud> {
    let marked = MARKS.iter().find(|mark| facts.dmi.starts(mark.field, mark.prefix));
    if let Some(mark) = marked {
        let evidence = evidence(facts, mark);
        return Some(Cloud { id: mark.id, name: mark.name, evidence });
    }
    aws_on_xen(facts).or_else(|| zstack(facts))
}

/// The field and what stands in it; a serial number is cut to the mark itself, since it
/// names the machine's owner.
fn evidence(facts: &Facts, mark: &Mark) -> String {
    let text = match mark.field {
        Field::ProductSerial => mark.prefix,
        field => facts.dmi.get(field).unwrap_or_default(),
    };
    format!("{} \"{text}\"", mark.field.name())
}

/// EC2's older machines show Xen's own strings, with Amazon in the version and `ec2` at
/// the start of the UUID. One random UUID in 4096 starts so too, hence Xen is asked for.
fn aws_on_xen(facts: &Facts) -> Option<Cloud> {
    let found = |evidence| Some(Cloud { id: "aws", name: "Amazon EC2", evidence });
    let versions = Field::VERSION.iter();
    let amazon = |field: &&Field| facts.dmi.get(**field).is_some_and(is_amazon_version);
    if let Some(field) = versions.copied().find(|field| amazon(&field)) {
        return found(format!("{} \"{}\"", field.name(), facts.dmi.get(field)?));
    }
    let xen = facts.has_interface(names::XEN)
        || facts.xen.sys_type.as_deref() == Some("xen")
        || facts.dmi.starts(Field::SysVendor, "Xen");
    if xen && facts.xen.uuid.as_deref().is_some_and(is_ec2_uuid) {
        return found("/sys/hypervisor/uuid starts with ec2".to_owned());
    }
    if xen && facts.dmi.product_uuid.as_deref().is_some_and(is_ec2_uuid) {
        return found("product_uuid starts with ec2".to_owned());
    }
    None
}

/// `ec2...`, or the same with the first field's bytes swapped, as SMBIOS 2.6 has it: `xxxx2xec-`.
pub(super) fn is_ec2_uuid(uuid: &str) -> bool {
    let lower = uuid.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    lower.starts_with("ec2") || (bytes.get(4) == Some(&b'2') && bytes.get(6..9) == Some(b"ec-"))
}

/// ZStack's asset tag ends in its domain name.
fn zstack(facts: &Facts) -> Option<Cloud> {
    let tag = facts.dmi.chassis_asset_tag.as_deref()?;
    tag.ends_with(".zstack.io").then(|| Cloud {
        id: "zstack",
        name: "ZStack",
        evidence: format!("chassis_asset_tag \"{tag}\""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hypervisor::dmi::Dmi;

    #[test]
    fn ec2_uuids_are_read_in_both_byte_orders() {
        assert!(is_ec2_uuid("ec2e1916-9099-7caf-fd21-012345abcdef"));
        assert!(is_ec2_uuid("EC2E1916-9099-7CAF-FD21-012345ABCDEF"));
        assert!(is_ec2_uuid("45e12aec-dcd1-b213-94ed-01234abcdef"));
        for other in ["", "ec", "11112aed-", "45e12aecdcd1"] {
            assert!(!is_ec2_uuid(other), "{other}");
        }
    }

    #[test]
    fn a_random_uuid_makes_no_cloud() {
        let uuid = Some("ec2e1916-9099-7caf-fd21-012345abcdef".to_owned());
        let dmi = Dmi { product_uuid: uuid, ..Dmi::default() };
        let mut facts = Facts { dmi, ..Facts::default() };
        assert_eq!(detect(&facts), None);
        facts.xen.sys_type = Some("xen".to_owned());
        assert_eq!(detect(&facts).map(|cloud| cloud.id), Some("aws"));
    }

    #[test]
    fn a_serial_number_is_not_shown() {
        let mut facts = Facts::default();
        facts.dmi.product_serial = Some("GoogleCloud-0123456789ABCDEF".to_owned());
        let cloud = detect(&facts).expect("Google");
        assert_eq!(cloud.evidence, "product_serial \"GoogleCloud-\"");
    }
}
