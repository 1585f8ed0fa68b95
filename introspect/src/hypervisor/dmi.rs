//! What the firmware's tables say about the machine: the strings under /sys/class/dmi/id.

use super::facts::line;
use crate::root::Root;

/// Where Linux shows the strings of SMBIOS types 0 to 3.
const DIRECTORY: &str = "/sys/class/dmi/id";
/// SMBIOS type 0 as it lies in memory, for root only.
const BIOS_ENTRY: &str = "/sys/firmware/dmi/entries/0-0/raw";

/// The DMI strings that tell machines apart; an empty one counts as absent.
///
/// Whoever starts the machine may set them to anything, so they are cut to 128
/// printable characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dmi {
    /// SMBIOS type 1, Manufacturer.
    pub sys_vendor: Option<String>,
    /// Type 1, Product Name.
    pub product_name: Option<String>,
    /// Type 1, Version.
    pub product_version: Option<String>,
    /// Type 1, Serial Number; for root only.
    pub product_serial: Option<String>,
    /// Type 1, UUID; for root only.
    pub product_uuid: Option<String>,
    /// Type 2, Manufacturer.
    pub board_vendor: Option<String>,
    /// Type 2, Product Name.
    pub board_name: Option<String>,
    /// Type 0, Vendor.
    pub bios_vendor: Option<String>,
    /// Type 0, Version.
    pub bios_version: Option<String>,
    /// Type 3, Manufacturer.
    pub chassis_vendor: Option<String>,
    /// Type 3, Version.
    pub chassis_version: Option<String>,
    /// Type 3, Asset Tag.
    pub chassis_asset_tag: Option<String>,
    /// Type 0, BIOS characteristics extension byte 2 bit 4: the table describes a virtual
    /// machine (SMBIOS 3.0, 7.1.2.2). `None` where the table cannot be read.
    pub smbios_vm: Option<bool>,
}

impl Dmi {
    /// Reads the strings; all absent on a machine without SMBIOS.
    pub fn read(root: &Root) -> Self {
        if !root.exists(DIRECTORY) {
            return Self::default();
        }
        let field = |name: &str| line(root, &format!("{DIRECTORY}/{name}"));
        Self {
            sys_vendor: field("sys_vendor"),
            product_name: field("product_name"),
            product_version: field("product_version"),
            product_serial: field("product_serial"),
            product_uuid: field("product_uuid"),
            board_vendor: field("board_vendor"),
            board_name: field("board_name"),
            bios_vendor: field("bios_vendor"),
            bios_version: field("bios_version"),
            chassis_vendor: field("chassis_vendor"),
            chassis_version: field("chassis_version"),
            chassis_asset_tag: field("chassis_asset_tag"),
            smbios_vm: root.head(BIOS_ENTRY, 64).ok().and_then(|raw| vm_bit(&raw)),
        }
    }

    /// The string of one field.
    pub fn get(&self, field: Field) -> Option<&str> {
        let text = match field {
            Field::SysVendor => &self.sys_vendor,
            Field::ProductName => &self.product_name,
            Field::ProductVersion => &self.product_version,
            Field::ProductSerial => &self.product_serial,
            Field::ProductUuid => &self.product_uuid,
            Field::BoardVendor => &self.board_vendor,
            Field::BoardName => &self.board_name,
            Field::BiosVendor => &self.bios_vendor,
            Field::BiosVersion => &self.bios_version,
            Field::ChassisVendor => &self.chassis_vendor,
            Field::ChassisVersion => &self.chassis_version,
            Field::ChassisAssetTag => &self.chassis_asset_tag,
        };
        text.as_deref()
    }

    /// True when the field starts with these letters, upper and lower case told apart.
    pub fn starts(&self, field: Field, prefix: &str) -> bool {
        self.get(field).is_some_and(|text| text.starts_with(prefix))
    }

    /// True when one of the fields starts with these letters.
    pub fn any_starts(&self, fields: &[Field], prefix: &str) -> bool {
        fields.iter().any(|field| self.starts(*field, prefix))
    }

    /// True when the firmware said nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A DMI string, by the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `sys_vendor`.
    SysVendor,
    /// `product_name`.
    ProductName,
    /// `product_version`.
    ProductVersion,
    /// `product_serial`.
    ProductSerial,
    /// `product_uuid`.
    ProductUuid,
    /// `board_vendor`.
    BoardVendor,
    /// `board_name`.
    BoardName,
    /// `bios_vendor`.
    BiosVendor,
    /// `bios_version`.
    BiosVersion,
    /// `chassis_vendor`.
    ChassisVendor,
    /// `chassis_version`.
    ChassisVersion,
    /// `chassis_asset_tag`.
    ChassisAssetTag,
}

impl Field {
    /// What dmidecode prints as `Manufacturer:` of types 1 to 3.
    pub const MANUFACTURER: &'static [Self] =
        &[Self::SysVendor, Self::BoardVendor, Self::ChassisVendor];
    /// What dmidecode prints as `Product Name:`.
    pub const PRODUCT: &'static [Self] = &[Self::ProductName, Self::BoardName];
    /// What dmidecode prints as `Version:` of types 0, 1 and 3.
    pub const VERSION: &'static [Self] =
        &[Self::BiosVersion, Self::ProductVersion, Self::ChassisVersion];

    /// The name of the file under /sys/class/dmi/id.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SysVendor => "sys_vendor",
            Self::ProductName => "product_name",
            Self::ProductVersion => "product_version",
            Self::ProductSerial => "product_serial",
            Self::ProductUuid => "product_uuid",
            Self::BoardVendor => "board_vendor",
            Self::BoardName => "board_name",
            Self::BiosVendor => "bios_vendor",
            Self::BiosVersion => "bios_version",
            Self::ChassisVendor => "chassis_vendor",
            Self::ChassisVersion => "chassis_version",
            Self::ChassisAssetTag => "chassis_asset_tag",
        }
    }
}

/// Byte 0x13 bit 4 of SMBIOS type 0, whose formatted length is byte 1.
fn vm_bit(raw: &[u8]) -> Option<bool> {
    let length = *raw.get(1)?;
    (length > 0x13).then_some(raw.get(0x13)? & 1 << 4 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_virtual_machine_bit_is_read_where_the_table_has_it() {
        let mut raw = [0; 0x1a];
        raw[1] = 0x18;
        assert_eq!(vm_bit(&raw), Some(false));
        raw[0x13] = 0x10;
        assert_eq!(vm_bit(&raw), Some(true));
        raw[1] = 0x12;
        assert_eq!(vm_bit(&raw), None, "SMBIOS before 2.4");
        assert_eq!(vm_bit(&raw[..3]), None);
        assert_eq!(vm_bit(&[]), None);
    }
}
