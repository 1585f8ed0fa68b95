//! Reads a capture from standard input and says what it is: `import < dump.txt`.

use std::io;
use std::process::ExitCode;
use std::time::Instant;

use introspect::cpuid::format::import;

fn main() -> ExitCode {
    let begin = Instant::now();
    match import(io::stdin().lock()) {
        Ok(capture) => {
            let leaves: usize = capture.guest.cpus.iter().map(|cpu| cpu.len()).sum();
            let cpus = capture.guest.cpus.len();
            println!("{}: {cpus} CPUs, {leaves} leaves, {:?}", capture.format, begin.elapsed());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
