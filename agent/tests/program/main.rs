//! The program with its own configuration, from outside.

#[cfg(test)]
mod check;
#[cfg(test)]
mod run;
#[cfg(test)]
mod thaw;

#[cfg(test)]
mod support {
    //! The program, with a directory for its configuration.

    use std::fs;
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::net::UnixStream;
    use std::path::PathBuf;
    use std::process::{Child, Command, Output, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use tempfile::TempDir;

    /// Far more than anything takes here.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// The program under test.
    pub(crate) fn guestd() -> Command {
        Command::new(env!("CARGO_BIN_EXE_guestd"))
    }

    /// What a command said on stdout and stderr, and its exit code.
    pub(crate) fn said(output: &Output) -> (String, String, Option<i32>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr), output.status.code())
    }

    /// Waits for something that has to come.
    pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done() {
            assert!(Instant::now() < end, "{what} does not come");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// An agent with one channel, a socket; it ends with the test.
    pub(crate) struct Agent {
        process: Child,
        pub(crate) dir: TempDir,
    }

    impl Agent {
        /// Starts `guestd run` with the settings of a channel `unix`, and more.
        pub(crate) fn start(channel: &str, more: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let agent = |process, dir| Self { process, dir };
            write(&dir, channel, more);
            let process = guestd()
                .args(["run", "--config"])
                .arg(dir.path().join("guestd.toml"))
                .stdin(Stdio::null())
                .stderr(fs::File::create(dir.path().join("log")).unwrap())
                .spawn()
                .unwrap();
            let agent = agent(process, dir);
            until("the socket", || UnixStream::connect(agent.socket()).is_ok());
            agent
        }

        /// Changes the configuration, and says so.
        pub(crate) fn reload(&self, channel: &str, more: &str) {
            write(&self.dir, channel, more);
            self.signal(Signal::SIGHUP);
        }

        pub(crate) fn signal(&self, signal: Signal) {
            kill(Pid::from_raw(i32::try_from(self.process.id()).unwrap()), signal).unwrap();
        }

        pub(crate) fn socket(&self) -> PathBuf {
            self.dir.path().join("socket")
        }

        pub(crate) fn log(&self) -> String {
            fs::read_to_string(self.dir.path().join("log")).unwrap()
        }

        /// The reply to a command without arguments.
        pub(crate) fn ask(&self, command: &str) -> String {
            self.send(&format!("{{\"execute\": \"{command}\"}}"))
        }

        /// The reply to a request, which is one line.
        pub(crate) fn send(&self, request: &str) -> String {
            let mut stream = UnixStream::connect(self.socket()).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            writeln!(stream, "{request}").unwrap();
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        }

        /// The exit code, once it has ended by itself.
        pub(crate) fn ends(&mut self) -> Option<i32> {
            let mut status = None;
            until("the end", || {
                status = self.process.try_wait().unwrap();
                status.is_some()
            });
            status.unwrap().code()
        }
    }

    impl Drop for Agent {
        fn drop(&mut self) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    fn write(dir: &TempDir, channel: &str, more: &str) {
        let path = dir.path().display();
        let text = format!(
            "state-dir = \"{path}/state\"\n{more}\n[channel.virtio-serial]\nenabled = false\n\
             [channel.unix]\npath = \"{path}/socket\"\n{channel}\n"
        );
        fs::write(dir.path().join("guestd.toml"), text).unwrap();
    }
}
