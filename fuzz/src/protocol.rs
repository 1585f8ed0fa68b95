//! The protocol from the host's bytes to the reply.

use std::sync::OnceLock;

use guestd::Agent;
use guestd::config::Settings;
use guestd::config::settings::Channel;
use guestd::policy::{Group, Policy};
use ::protocol::frame::{Decoder, Frame};
use ::protocol::json::Limits;
use ::protocol::message::Request;

const LIMITS: Limits = Limits { bytes: 64 << 10, tokens: 4 << 10, depth: 128 };

/// Cuts a stream into messages, at once and byte by byte: both have to come to the same,
/// and whatever is no request has to be refused.
pub fn frames(data: &[u8]) {
    let whole = all(data.chunks(data.len().max(1)));
    assert_eq!(whole, all(data.chunks(1)));
    for frame in whole {
        if let Frame::Message(text) = frame {
            assert!(text.len() <= LIMITS.bytes);
            if let Err(refused) = Request::parse(&text) {
                assert!(!refused.error.desc.is_empty());
            }
        }
    }
}

fn all<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Frame> {
    let mut decoder = Decoder::new(LIMITS);
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        while let Some(frame) = decoder.next() {
            frames.push(frame);
        }
    }
    frames
}

/// Answers every message of a stream. The channel may ask for information alone, so nothing
/// of the machine is changed; each reply has to be one line.
pub fn dispatch(data: &[u8]) {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    let agent = AGENT.get_or_init(|| {
        let policy = Policy::of_groups([Group::Info], [], []);
        let channel = Channel { policy, ..Channel::unix("/nonexistent") };
        let state_dir = std::env::temp_dir().join("guestd-fuzz");
        std::fs::create_dir_all(&state_dir).expect("a directory for the state");
        Agent::new(Settings { channels: vec![channel], state_dir, ..Settings::default() })
    });
    for frame in all(data.chunks(data.len().max(1))) {
        if let Frame::Message(text) = frame {
            let reply = agent.answer("unix", &text);
            assert!(reply.ends_with(b"\n"));
            assert_eq!(reply.iter().filter(|&&byte| byte == b'\n').count(), 1);
        }
    }
}
