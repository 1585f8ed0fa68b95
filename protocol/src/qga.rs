//! Arguments and results of the commands (QEMU `qga/qapi-schema.json`).
