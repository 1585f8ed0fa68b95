//! One client, from its first byte to its last: requests in their order, replies in theirs.

use std::io;
use std::sync::Arc;

use protocol::Error;
use protocol::frame::{Decoder, Frame};
use protocol::json::Limits;
use protocol::message::write_reply;
use tokio::sync::mpsc;

use crate::agent::Agent;
use crate::channel::Stream;
use crate::command::Runs;
use crate::dispatch::{self, Client};

/// Bytes of one read: more than a request with 64 KiB of a file, the size that hosts use.
const READ: usize = 128 << 10;
/// Replies of requests that came together go out together, up to this many bytes.
const BATCH: usize = 64 << 10;
/// What is kept for the next replies at most: one of 64 KiB of a file, the size that hosts
/// use, needs no new memory.
const KEPT: usize = 192 << 10;
/// Pieces of a long reply that are made ahead of the client.
const AHEAD: usize = 2;

/// Serves the client until it goes.
///
/// # Errors
/// The channel's; that the client has gone is none.
pub(crate) async fn serve(
    agent: &Arc<Agent>,
    client: Client,
    mut stream: Stream,
) -> io::Result<()> {
    let limits = &agent.settings.limits;
    let limits =
        Limits { bytes: limits.message_bytes, tokens: limits.tokens, depth: limits.nesting };
    let mut session = Session {
        agent: Arc::clone(agent),
        client: Arc::new(client),
        decoder: Decoder::new(limits),
        out: Vec::new(),
    };
    let mut buffer = vec![0; READ];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        session.decoder.push(&buffer[..read]);
        session.answer(&mut stream).await?;
    }
}

struct Session {
    agent: Arc<Agent>,
    client: Arc<Client>,
    decoder: Decoder,
    /// Replies that are not sent yet.
    out: Vec<u8>,
}

impl Session {
    /// Runs all requests that are whole.
    async fn answer(&mut self, stream: &mut Stream) -> io::Result<()> {
        while let Some(frame) = self.decoder.next() {
            match frame {
                Frame::Error(error) => write_reply(&mut self.out, Err(&error), None)?,
                Frame::Message(text) => {
                    if !self.on_the_loop(&text) {
                        self.flush(stream).await?;
                        self.on_a_thread(text, stream).await?;
                    }
                }
            }
            if self.out.len() > BATCH {
                self.flush(stream).await?;
                // One busy client does not keep the loop from the others.
                tokio::task::yield_now().await;
            }
        }
        self.flush(stream).await
    }

    /// Runs a request that need not wait; false if it has to run on a thread.
    fn on_the_loop(&mut self, text: &[u8]) -> bool {
        let Self { agent, client, out, .. } = self;
        match dispatch::place(text) {
            Runs::Inline => dispatch::run(agent, client, text, &mut |mut piece| {
                out.append(&mut piece);
                true
            }),
            Runs::Now(now) => return dispatch::run_now(agent, client, now, text, out),
            Runs::Thread => return false,
        }
        true
    }

    async fn flush(&mut self, stream: &mut Stream) -> io::Result<()> {
        if !self.out.is_empty() {
            stream.write_all(&self.out).await?;
            self.out.clear();
            if self.out.capacity() > KEPT {
                self.out = Vec::new();
            }
        }
        Ok(())
    }

    /// Runs a request that may take its time, with nothing left to send before. If the
    /// client goes, the command still runs to its end, and what it answers is dropped.
    async fn on_a_thread(&mut self, text: Vec<u8>, stream: &mut Stream) -> io::Result<()> {
        let Ok(permit) = Arc::clone(&self.agent.running).try_acquire_owned() else {
            let error = Error::generic("too many commands are still running; wait for one to end");
            return write_reply(&mut self.out, Err(&error), None);
        };
        let (sender, mut pieces) = mpsc::channel::<Vec<u8>>(AHEAD);
        let (agent, client) = (Arc::clone(&self.agent), Arc::clone(&self.client));
        let mut task = tokio::task::spawn_blocking(move || {
            // The last piece is the thread's result, and the channel stays open till then: a
            // reply of one piece wakes the loop up once.
            let mut last: Option<Vec<u8>> = None;
            dispatch::run(&agent, &client, &text, &mut |piece| match last.replace(piece) {
                Some(piece) => sender.blocking_send(piece).is_ok(),
                None => true,
            });
            drop(permit);
            (last, sender)
        });
        let mut answered = false;
        let done = loop {
            tokio::select! {
                biased;
                Some(piece) = pieces.recv() => {
                    answered = true;
                    stream.write_all(&piece).await?;
                }
                done = &mut task => break done,
                () = stream.left() => return Err(io::ErrorKind::BrokenPipe.into()),
            }
        };
        match done {
            Ok((last, _sender)) => {
                while let Ok(piece) = pieces.try_recv() {
                    stream.write_all(&piece).await?;
                }
                // What was there before has been sent.
                self.out = last.unwrap_or_default();
            }
            Err(_) if !answered => {
                let error =
                    Error::generic("the command failed inside the agent; its log says more");
                write_reply(&mut self.out, Err(&error), None)?;
            }
            Err(_) => {}
        }
        Ok(())
    }
}
