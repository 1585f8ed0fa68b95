//! One client, from its first byte to its last: requests in their order, replies in theirs.

use std::io;
use std::sync::Arc;

use protocol::Error;
use protocol::frame::{Decoder, Frame};
use protocol::json::Limits;
use protocol::message::write_reply;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::agent::Agent;
use crate::channel::Stream;
use crate::command::Runs;
use crate::dispatch::{self, Client, Ran, Rest};

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

/// Takes a piece of a reply; false when nobody listens any more.
type Send<'a> = &'a mut dyn FnMut(Vec<u8>) -> bool;

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
                Frame::Message(text) => match self.on_the_loop(&text) {
                    Ran::Done => {}
                    Ran::Begun(rest) => self.go_on(rest, stream).await?,
                    Ran::Not => self.on_a_thread(text, stream).await?,
                },
            }
            if self.out.len() > BATCH {
                self.flush(stream).await?;
                // One busy client does not keep the loop from the others.
                tokio::task::yield_now().await;
            }
        }
        self.flush(stream).await
    }

    /// Runs a request as far as it need not wait.
    fn on_the_loop(&mut self, text: &[u8]) -> Ran {
        let Self { agent, client, out, .. } = self;
        match dispatch::place(text) {
            Runs::Inline => dispatch::run(agent, client, text, &mut |mut piece| {
                out.append(&mut piece);
                true
            }),
            Runs::Now(now) => return dispatch::run_now(agent, client, now, text, out),
            Runs::Thread => return Ran::Not,
        }
        Ran::Done
    }

    /// Answers with a reply that has begun: here, until it has to wait for something.
    async fn go_on(&mut self, mut rest: Rest, stream: &mut Stream) -> io::Result<()> {
        loop {
            self.flush(stream).await?;
            tokio::task::yield_now().await;
            match rest.now(&mut self.out) {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => break,
            }
        }
        // It may not be refused any more.
        let permit = Arc::clone(&self.agent.running).acquire_owned().await;
        let permit = permit.map_err(io::Error::other)?;
        self.wait_for(permit, true, move |send| rest.run(send), stream).await
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

    /// Runs a request that may take its time.
    async fn on_a_thread(&mut self, text: Vec<u8>, stream: &mut Stream) -> io::Result<()> {
        self.flush(stream).await?;
        let Ok(permit) = Arc::clone(&self.agent.running).try_acquire_owned() else {
            let error = Error::generic("too many commands are still running; wait for one to end");
            return write_reply(&mut self.out, Err(&error), None);
        };
        let (agent, client) = (Arc::clone(&self.agent), Arc::clone(&self.client));
        let work = move |send: Send<'_>| dispatch::run(&agent, &client, &text, send);
        self.wait_for(permit, false, work, stream).await
    }

    /// Does the work on a thread and sends the pieces that it makes; nothing is left to send
    /// before, and `answered` tells whether some have been sent. If the client goes, the work
    /// still is done to its end, and what it makes is dropped.
    async fn wait_for(
        &mut self,
        permit: OwnedSemaphorePermit,
        mut answered: bool,
        work: impl FnOnce(Send<'_>) + std::marker::Send + 'static,
        stream: &mut Stream,
    ) -> io::Result<()> {
        let (sender, mut pieces) = mpsc::channel::<Vec<u8>>(AHEAD);
        let mut task = tokio::task::spawn_blocking(move || {
            // The last piece is the thread's result, and the channel stays open till then: a
            // reply of one piece wakes the loop up once.
            let mut last: Option<Vec<u8>> = None;
            work(&mut |piece| match last.replace(piece) {
                Some(piece) => sender.blocking_send(piece).is_ok(),
                None => true,
            });
            drop(permit);
            (last, sender)
        });
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
