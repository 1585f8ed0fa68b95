//! The parsers of what firmware and a BMC say.

use std::collections::VecDeque;

use bmc::source::{cmdline, ipmi, smbios};

/// A DMI table. What comes out is fit to be shown, and no more than went in.
pub fn firmware(data: &[u8]) {
    let firmware = smbios::parse(data);
    assert!(firmware.services.len() + firmware.interfaces.len() <= data.len() / 4);
    let names = firmware.services.iter().filter_map(|service| service.hostname.as_ref());
    for text in names.chain(&firmware.interfaces) {
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '), "{text:?}");
    }
    if let Some(value) = cmdline::value(data) {
        assert!(!value.iter().any(u8::is_ascii_whitespace));
    }
}

/// Answers of a BMC, each with its length before it; what is left out is an empty answer.
pub fn lan(data: &[u8]) {
    let mut answers = VecDeque::new();
    let mut rest = data;
    while let Some((&length, more)) = rest.split_first() {
        let (answer, next) = more.split_at(more.len().min(length.into()));
        answers.push_back(answer.to_vec());
        rest = next;
    }
    let (lans, _) = ipmi::lans(|_| Ok(answers.pop_front().unwrap_or_default()))
        .expect("every question is answered");
    assert!(lans.len() <= 11);
    assert!(lans.windows(2).all(|pair| pair[0].channel < pair[1].channel));
}
