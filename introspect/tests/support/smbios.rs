//! SMBIOS tables made of a case's DMI strings, for dmidecode to read.

use std::fs;
use std::path::Path;

/// Writes the entry point and the table under `sys`, from `sys/class/dmi/id`; nothing
/// where the machine has no DMI.
pub(crate) fn write(sys: &Path) {
    let id = sys.join("class/dmi/id");
    if !id.exists() {
        return;
    }
    let text = |name: &str| {
        let bytes = fs::read(id.join(name)).unwrap_or_default();
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.iter().copied().take_while(|byte| *byte != 0).take(200).collect::<Vec<u8>>()
    };
    let entry = fs::read(sys.join("firmware/dmi/entries/0-0/raw")).unwrap_or_default();
    let virtual_machine = entry.get(0x13).copied().unwrap_or_default();
    let mut table = Vec::new();

    let mut bios = Structure::new(0);
    bios.string(text("bios_vendor")).string(text("bios_version")).bytes(&[0, 0xe8]);
    bios.string(Vec::new()).bytes(&[
        0,
        8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        virtual_machine,
        0,
        0,
        0xff,
        0xff,
    ]);
    bios.end(&mut table);

    let mut system = Structure::new(1);
    for name in ["sys_vendor", "product_name", "product_version", "product_serial"] {
        system.string(text(name));
    }
    system.bytes(&[0x11; 16]).bytes(&[6, 0, 0]);
    system.end(&mut table);

    let mut board = Structure::new(2);
    board
        .string(text("board_vendor"))
        .string(text("board_name"))
        .bytes(&[0, 0, 0, 1, 0, 0, 3, 10, 0]);
    board.end(&mut table);

    let mut chassis = Structure::new(3);
    chassis.string(text("chassis_vendor")).bytes(&[1]).string(text("chassis_version")).bytes(&[0]);
    chassis.string(text("chassis_asset_tag")).bytes(&[3, 3, 3, 2, 0, 0, 0, 0]);
    chassis.end(&mut table);

    Structure::new(127).end(&mut table);

    let tables = sys.join("firmware/dmi/tables");
    fs::create_dir_all(&tables).unwrap();
    fs::write(tables.join("smbios_entry_point"), entry_point(table.len())).unwrap();
    fs::write(tables.join("DMI"), table).unwrap();
}

/// The 64-bit entry point (SMBIOS 3.0, 5.2.2); its bytes sum up to zero.
fn entry_point(length: usize) -> Vec<u8> {
    let mut point = b"_SM3_\0\x18\x03\0\0\x01\0".to_vec();
    point.extend(u32::try_from(length).unwrap().to_le_bytes());
    point.extend([0; 8]);
    let sum = point.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    point[5] = sum.wrapping_neg();
    point
}

/// One structure: the formatted bytes, then the strings that they number from 1.
struct Structure {
    kind: u8,
    formatted: Vec<u8>,
    strings: Vec<Vec<u8>>,
}

impl Structure {
    fn new(kind: u8) -> Self {
        Self { kind, formatted: Vec::new(), strings: Vec::new() }
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.formatted.extend(bytes);
        self
    }

    fn string(&mut self, text: Vec<u8>) -> &mut Self {
        if text.is_empty() {
            return self.bytes(&[0]);
        }
        self.strings.push(text);
        let number = u8::try_from(self.strings.len()).unwrap();
        self.bytes(&[number])
    }

    fn end(&mut self, table: &mut Vec<u8>) {
        let length = u8::try_from(self.formatted.len() + 4).unwrap();
        table.extend([self.kind, length, self.kind, 0x10]);
        table.extend(&self.formatted);
        for text in &self.strings {
            table.extend(text);
            table.push(0);
        }
        if self.strings.is_empty() {
            table.push(0);
        }
        table.push(0);
    }
}
