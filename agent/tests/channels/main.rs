//! The channels that need no virtual machine, from outside.

#[cfg(test)]
mod inherited;
#[cfg(test)]
mod serial;
#[cfg(test)]
mod unix;

#[cfg(test)]
mod support {
    //! Settings, and the two ends of a channel.

    use std::future::Future;
    use std::io;
    use std::time::Duration;

    use guestd::channel::{Channel, Stream};
    use guestd::config::settings::{self, ChannelKind};
    use guestd::policy::Policy;
    use tokio::time::timeout;

    /// Far more than anything takes here.
    const PATIENCE: Duration = Duration::from_secs(20);

    pub(crate) fn settings(kind: ChannelKind, wait: bool) -> settings::Channel {
        settings::Channel { name: "test".to_owned(), kind, policy: Policy::everything(), wait }
    }

    /// Runs a test on a runtime like the agent's.
    pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { timeout(PATIENCE, test).await.expect("hangs") })
    }

    /// True if nothing comes of it for a while.
    pub(crate) async fn waits<T>(future: impl Future<Output = T>) -> bool {
        timeout(Duration::from_millis(100), future).await.is_err()
    }

    /// The next client of a channel.
    pub(crate) async fn next(channel: &mut Channel) -> Stream {
        channel.accept().await.unwrap()
    }

    /// Reads exactly so many bytes.
    pub(crate) async fn read(stream: &mut Stream, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while bytes.len() < size {
            match stream.read(&mut buffer).await? {
                0 => break,
                read => bytes.extend_from_slice(&buffer[..read]),
            }
        }
        Ok(bytes)
    }
}
