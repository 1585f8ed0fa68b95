#![no_main]
guestd_fuzz::importer!(None);
