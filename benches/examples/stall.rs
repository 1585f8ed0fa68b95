//! Writes to one file over and over, and tells the longest time that a write took: what an
//! application feels of a freeze. Runs in the guest that the bench freezes.
//!
//! `stall FILE STOP BYTES PAUSE`: writes BYTES, waits PAUSE microseconds, until the file
//! STOP exists; prints microseconds.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The file grows to this size, then is written from its beginning again.
const MOST: u64 = 64 << 20;

fn main() -> io::Result<()> {
    let usage = || io::Error::new(io::ErrorKind::InvalidInput, "stall FILE STOP BYTES PAUSE");
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, stop, bytes, pause] = &words[..] else { return Err(usage()) };
    let number = |word: &String| word.parse::<u32>().map_err(|_| usage());
    let (bytes, pause) = (number(bytes)?, Duration::from_micros(number(pause)?.into()));
    let (file, stop) = (File::create(file)?, PathBuf::from(stop));
    let data = vec![7; usize::try_from(bytes).map_err(|_| usage())?];
    let mut offset = 0;
    let mut longest = Duration::ZERO;
    while !stop.exists() {
        let start = Instant::now();
        file.write_all_at(&data, offset)?;
        longest = longest.max(start.elapsed());
        offset = (offset + u64::from(bytes)) % MOST;
        std::thread::sleep(pause);
    }
    println!("{}", longest.as_micros());
    Ok(())
}
