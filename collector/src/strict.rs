//! A connection that is held to the letter of HTTP, and to taking its replies.

mod heads;

use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use heads::Heads;

/// Most bytes of a request's head: what browsers send is a tenth of it.
pub(crate) const MAX_HEAD_BYTES: usize = 16_384;

/// A stream whose ambiguous requests no parser takes, and that ends when its
/// other side does not read.
pub(crate) struct Strict<S> {
    stream: S,
    heads: Heads,
    /// Longest time that the other side may take nothing of a reply.
    write_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    lingering: Option<Lingering>,
}

/// The end of a connection on which somebody may still be sending.
///
/// A socket that is closed with something unread takes the reply back, and the
/// sender never learns what was wrong. So what still comes is thrown away for a while.
struct Lingering {
    until: Pin<Box<Sleep>>,
    bytes_left: usize,
}

/// How long, and how much.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 4 << 20;

impl<S> Strict<S> {
    pub(crate) fn new(stream: S, write_timeout: Duration) -> Self {
        Self {
            stream,
            heads: Heads::new(),
            write_timeout,
            stalled: None,
            lingering: None,
        }
    }

    /// Passes on what a write came to, and lets none wait for too long.
    fn timed<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let limit = self.write_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> Strict<S> {
    /// Throws away what comes, until nobody sends any more or the time is up.
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(lingering) = &mut self.lingering else {
            return Poll::Ready(());
        };
        let mut space = [0; 4_096];
        while lingering.until.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            let read = Pin::new(&mut self.stream).poll_read(context, &mut buffer);
            let has_ended = ready!(read).is_err() || buffer.filled().is_empty();
            let count = buffer.filled().len();
            if has_ended || lingering.bytes_left < count {
                break;
            }
            lingering.bytes_left -= count;
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let arrived = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        let looked = self.heads.look(arrived);
        Poll::Ready(looked.map_err(|_| ErrorKind::InvalidData.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.timed(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.timed(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.timed(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            let shut = Pin::new(&mut self.stream).poll_shutdown(context);
            ready!(self.timed(context, shut))?;
            if self.heads.are_between_requests() {
                return Poll::Ready(Ok(()));
            }
            self.lingering = Some(Lingering {
                until: Box::pin(sleep(LINGER)),
                bytes_left: LINGER_BYTES,
            });
        }
        self.linger(context).map(Ok)
    }
}
