#![no_main]
guestd_fuzz::libfuzzer_sys::fuzz_target!(|data: &[u8]| guestd_fuzz::firmware(data));
