#![no_main]
guestd_fuzz::importer!(Some(guestd_fuzz::Format::Native));
