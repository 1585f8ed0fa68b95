//! A program through `guestd-exec`: input and output pass while it runs.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::Empty;
use protocol::guestd::exec::{
    ExecArguments, ExecKillArguments, ExecRead, ExecReadArguments, ExecWrite, ExecWriteArguments,
    Stream,
};
use protocol::qga::exec::Exec as Started;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{Exec, code, owned};
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Bytes of input in one request.
const CHUNK: usize = 256 << 10;
/// Milliseconds that the agent waits for output in one request: Ctrl-C is seen so late.
const WAIT: i64 = 500;
/// The same while input may have to be passed on.
const WAIT_WITH_INPUT: i64 = 25;

/// Runs it to its end; `None` where the agent has no `guestd-exec`, or does not allow it.
///
/// # Errors
/// The agent cannot, or the connection is lost.
pub(super) fn run(
    exec: &Exec,
    agent: &mut Agent,
    screen: &mut Screen<'_>,
) -> Result<Option<ExitCode>, Failure> {
    let (path, words) = exec.program()?;
    let mut argv = vec![path.to_owned().into()];
    argv.extend(owned(words));
    let arguments = ExecArguments {
        argv,
        env: (!exec.env.is_empty()).then(|| owned(&exec.env)),
        directory: exec.directory.clone().map(Into::into),
        user: exec.user.clone().map(Into::into),
        open_input: exec.input.then_some(true),
        timeout_ms: exec.limit.map(|seconds| i64::from(seconds) * 1000),
        ..ExecArguments::default()
    };
    let signals = signals()?;
    let Some(Started { pid }) = agent.try_call("guestd-exec", arguments)? else {
        return Ok(None);
    };
    let input = exec.input.then(Input::start);
    let end = exec.wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut session = Session { agent, pid, input, signals, killed: 0, offsets: [0, 0] };
    session.run(end, screen).map(Some)
}

/// A count of the SIGINT and SIGTERM that came. From here on they do not end us.
fn signals() -> Result<Arc<AtomicUsize>, Failure> {
    let failed = |error| Failure::Machine(format!("cannot hear signals: {error}"));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let count = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&count);
    thread::spawn(move || {
        for _ in signals.forever() {
            own.fetch_add(1, Ordering::Relaxed);
        }
    });
    Ok(count)
}

struct Session<'a> {
    agent: &'a mut Agent,
    pid: i64,
    input: Option<Input>,
    signals: Arc<AtomicUsize>,
    /// Signals that were passed on.
    killed: usize,
    /// Bytes of standard output and standard error that were shown.
    offsets: [i64; 2],
}

impl Session<'_> {
    fn run(&mut self, end: Option<Instant>, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        loop {
            self.pass_signals()?;
            let passed = self.pass_input()?;
            let wait = match &self.input {
                _ if passed => 0,
                Some(_) => WAIT_WITH_INPUT,
                None => WAIT,
            };
            let read = self.read(wait)?;
            let out = self.show(0, read.out, screen.raw())?;
            screen.raw().flush()?;
            let err = self.show(1, read.err, &mut io::stderr())?;
            let quiet = out.nothing && err.nothing;
            // What a daemon left behind may keep streams open for ever: an end and nothing
            // new is enough.
            if read.exited && (quiet || out.eof && err.eof) {
                self.release();
                if read.timed_out {
                    let _ = writeln!(io::stderr(), "guestctl: its time was over, and it was ended");
                }
                return Ok(code(read.exitcode, read.signal));
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                let pid = self.pid;
                return Err(Failure::Agent(format!(
                    "process {pid} still runs; `guestctl agent call guestd-exec-read \
                     '{{\"pid\": {pid}}}'` asks again"
                )));
            }
        }
    }

    fn read(&mut self, wait: i64) -> Result<ExecRead, Failure> {
        let [out, err] = self.offsets;
        let arguments = ExecReadArguments {
            pid: self.pid,
            out_offset: Some(out),
            err_offset: Some(err),
            count: Some(1 << 20),
            wait_ms: Some(wait),
            release: None,
        };
        self.agent.call("guestd-exec-read", arguments)
    }

    /// Shows what is new.
    fn show(
        &mut self,
        which: usize,
        stream: Option<Stream>,
        out: &mut dyn Write,
    ) -> Result<Shown, Failure> {
        let Some(stream) = stream else { return Ok(Shown { nothing: true, eof: true }) };
        let bytes = STANDARD.decode(&stream.buf_b64).map_err(|error| {
            Failure::Agent(format!("guestd-exec-read: output that is no base64: {error}"))
        })?;
        out.write_all(&bytes)?;
        self.offsets[which] = stream.offset;
        Ok(Shown { nothing: bytes.is_empty(), eof: stream.eof })
    }

    /// The first signal is passed on as SIGINT, and whoever sends another means it.
    fn pass_signals(&mut self) -> Result<(), Failure> {
        let came = self.signals.load(Ordering::Relaxed);
        if came > self.killed {
            self.killed = came;
            let signal = if came == 1 { "INT" } else { "KILL" };
            let arguments = ExecKillArguments { pid: self.pid, signal: Some(signal.into()) };
            self.agent.call::<Empty>("guestd-exec-kill", arguments)?;
        }
        Ok(())
    }

    /// Passes on what has been read, without waiting for more; true where there may be more
    /// at once. A program that does not read gets it later; one that has closed its input
    /// never does.
    fn pass_input(&mut self) -> Result<bool, Failure> {
        let Some(input) = &mut self.input else { return Ok(false) };
        let Some(close) = input.fill()? else { return Ok(false) };
        let arguments = ExecWriteArguments {
            pid: self.pid,
            buf_b64: STANDARD.encode(&input.waiting).into(),
            wait_ms: Some(WAIT_WITH_INPUT),
            close: close.then_some(true),
        };
        match self.agent.call::<ExecWrite>("guestd-exec-write", arguments) {
            Ok(written) => {
                let count = usize::try_from(written.count).unwrap_or(0);
                input.waiting.drain(..count.min(input.waiting.len()));
                let all = input.waiting.is_empty();
                if close && all {
                    self.input = None;
                }
                Ok(all && !close)
            }
            // It has ended, or reads no more; its own end says the rest.
            Err(Failure::Agent(_)) => {
                self.input = None;
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    /// The agent need not keep it any longer; if it cannot be told, it forgets it in time.
    fn release(&mut self) {
        let [out, err] = self.offsets;
        let arguments = ExecReadArguments {
            pid: self.pid,
            out_offset: Some(out),
            err_offset: Some(err),
            release: Some(true),
            ..ExecReadArguments::default()
        };
        let _ = self.agent.call::<ExecRead>("guestd-exec-read", arguments);
    }
}

/// What came of one look at a stream.
struct Shown {
    nothing: bool,
    eof: bool,
}

/// Standard input, read by a thread of its own, since reading may wait.
struct Input {
    chunks: Receiver<io::Result<Vec<u8>>>,
    waiting: Vec<u8>,
    ended: bool,
}

impl Input {
    fn start() -> Self {
        let (sender, chunks) = mpsc::sync_channel(2);
        thread::spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = match io::stdin().lock().read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(0) => return,
                    Ok(count) => {
                        chunk.truncate(count);
                        Ok(chunk)
                    }
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                if sender.send(read).is_err() || failed {
                    return;
                }
            }
        });
        Self { chunks, waiting: Vec::new(), ended: false }
    }

    /// Takes in what has been read: whether that is all, or `None` where there is nothing to
    /// pass on.
    fn fill(&mut self) -> Result<Option<bool>, Failure> {
        if self.waiting.is_empty() && !self.ended {
            match self.chunks.try_recv() {
                Ok(chunk) => {
                    self.waiting =
                        chunk.map_err(|error| Failure::input("standard input", error))?;
                }
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => self.ended = true,
            }
        }
        Ok(Some(self.ended))
    }
}
