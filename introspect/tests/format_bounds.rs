//! Files of any size are read in bounded memory. A test binary of its own, for it
//! measures the memory of its process.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{self, BufRead, BufReader, Read};

    use introspect::cpuid::ImportError;
    use introspect::cpuid::format::import;

    /// The size of the files, none of which ever exists as a whole.
    const FILE: u64 = 200 << 20;
    /// What all imports may take at their peak: a document of 64 MiB while its buffer
    /// grows, and the code.
    const MEMORY: u64 = 260 << 20;

    /// A head, then one block after the other, each made from its number.
    struct Endless<F> {
        block: F,
        number: u64,
        pending: Vec<u8>,
        place: usize,
    }

    impl<F: Fn(u64) -> String> Endless<F> {
        fn new(head: &str, block: F) -> BufReader<io::Take<Self>> {
            let pending = head.as_bytes().to_vec();
            BufReader::new(Self { block, number: 0, pending, place: 0 }.take(FILE))
        }
    }

    impl<F: Fn(u64) -> String> Read for Endless<F> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.place == self.pending.len() {
                self.pending = (self.block)(self.number).into_bytes();
                self.place = 0;
                self.number += 1;
            }
            let count = buffer.len().min(self.pending.len() - self.place);
            buffer[..count].copy_from_slice(&self.pending[self.place..self.place + count]);
            self.place += count;
            Ok(count)
        }
    }

    fn error(input: impl BufRead) -> ImportError {
        import(input).expect_err("no such file is a capture")
    }

    fn peak_memory() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib << 10
    }

    #[test]
    fn a_huge_file_ends_in_an_error_and_in_little_memory() {
        let zeros = "0".repeat(4000);
        let leaf = |leaf: u64| {
            format!(
                "   {leaf:#010x} 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
            )
        };
        let first = leaf(0);
        let json = |n: u64| format!("\"{n:#x}.0\": null,");
        let cases: Vec<(&str, ImportError)> = vec![
            ("start", error(Endless::new("", |_| format!("{zeros}\n")))),
            ("binary data", error(BufReader::new(io::repeat(0).take(FILE)))),
            ("65536", error(BufReader::new(io::repeat(b'x').take(FILE)))),
            ("white space", error(BufReader::new(io::repeat(b'\n').take(FILE)))),
            ("too many leaves of one CPU", error(Endless::new("CPU 0:\n", leaf))),
            ("too many CPUs", error(Endless::new("", |n| format!("CPU {n}:\n{first}")))),
            (
                "the end of the file",
                error(Endless::new("Log for VMware ESX\n", |_| format!("vmx| {zeros}\n"))),
            ),
            (
                "the end of the file",
                error(Endless::new("VirtualBox VM 6.1\n", |_| format!("00:00 {zeros}\n"))),
            ),
            (
                "too many CPUs",
                error(Endless::new("", |n| {
                    let flags: String = (0..300).map(|flag| format!("flag{flag} ")).collect();
                    format!(
                        "processor\t: {n}\nflags\t\t: {}\n\n",
                        if n % 4 == 0 { &flags } else { "" }
                    )
                })),
            ),
            ("67108864", error(Endless::new("{\"guestd-cpuid\":1,\"cpus\":[{", json))),
            ("67108864", error(Endless::new("{\"a\":\"", |_| zeros.clone()))),
            ("67108864", error(Endless::new("<cpudata arch='x86'>", |_| "<msr/>\n".repeat(500)))),
        ];
        for (words, error) in &cases {
            let text = error.to_string();
            assert!(text.contains(words), "{words}: {text}");
        }
        let peak = peak_memory();
        assert!(peak < MEMORY, "{} MiB at the peak", peak >> 20);
    }
}
