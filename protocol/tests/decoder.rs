//! Whatever arrives, and in whatever pieces: the decoder neither panics nor keeps more than
//! one message, and the pieces make no difference.

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::frame::{Decoder, Frame};
    use protocol::json::Limits;
    use protocol::message::Request;

    const LIMITS: Limits = Limits { bytes: 512, tokens: 64, depth: 8 };

    /// All frames of a stream that arrives in pieces of these lengths.
    fn frames(bytes: &[u8], pieces: &[usize]) -> Vec<Frame> {
        let mut decoder = Decoder::new(LIMITS);
        let mut frames = Vec::new();
        let mut rest = bytes;
        let mut lengths = pieces.iter().copied().chain(std::iter::repeat(usize::MAX));
        while !rest.is_empty() {
            let length = lengths.next().unwrap_or(usize::MAX).clamp(1, rest.len());
            let (piece, tail) = rest.split_at(length);
            decoder.push(piece);
            while let Some(frame) = decoder.next() {
                frames.push(frame);
            }
            rest = tail;
        }
        frames
    }

    /// Bytes that are often nearly requests: random ones would hardly ever be.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let words = prop::sample::select(vec![
            &b"{\"execute\": \"guest-ping\"}\n"[..],
            b"{'execute': 'guest-sync', 'arguments': {'id': 7}}",
            b"{\"execute\":\"guest-p",
            b"\xFF",
            b"{",
            b"}",
            b"[",
            b"]",
            b"\"",
            b"'",
            b",",
            b":",
            b"\\",
            b"\n",
            b" ",
            b"true",
            b"nul",
            b"-1.5e9",
            b"\"\\ud800\"",
            b"\xC3\xA4",
            b"\xC3",
            b"\x00",
        ]);
        let part = prop_oneof![
            3 => words.prop_map(<[u8]>::to_vec),
            1 => prop::collection::vec(any::<u8>(), 0..40),
            1 => (0_usize..600).prop_map(|count| b"[".repeat(count)),
        ];
        prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            bytes in stream(),
            pieces in prop::collection::vec(1_usize..64, 0..32),
        ) {
            prop_assert_eq!(frames(&bytes, &pieces), frames(&bytes, &[]));
        }

        #[test]
        fn every_message_is_parsed_or_refused_with_a_short_printable_text(bytes in stream()) {
            for frame in frames(&bytes, &[]) {
                let error = match frame {
                    Frame::Message(text) => {
                        prop_assert!(text.len() <= LIMITS.bytes);
                        match Request::parse(&text) {
                            Ok(_) => continue,
                            Err(refused) => refused.error,
                        }
                    }
                    Frame::Error(error) => error,
                };
                prop_assert!(!error.desc.is_empty() && error.desc.len() < 2048);
            }
        }

        #[test]
        fn a_sentinel_makes_a_fresh_start(bytes in stream()) {
            let mut stream = bytes;
            stream.extend_from_slice(b"\xFF{\"execute\": \"guest-ping\"}");
            let last = frames(&stream, &[]).pop();
            prop_assert_eq!(last, Some(Frame::Message(b"{\"execute\": \"guest-ping\"}".to_vec())));
        }
    }
}
