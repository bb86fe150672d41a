//! Ends connections, in so many words, on which a body was not read to its end.
//!
//! hyper closes such a connection after the reply. A proxy that was not told so
//! would send the next visitor's submission on it, which would be lost.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response as HttpResponse;
use hyper::body::{Frame, SizeHint};

/// Adds `Connection: close` to replies before whose end the request's was not reached.
pub(crate) async fn tell(request: Request, next: Next) -> HttpResponse {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let has_ended = Arc::new(AtomicBool::new(false));
    let watched = request.map(|body| {
        let has_ended = Arc::clone(&has_ended);
        Body::new(Watched { body, has_ended })
    });
    let mut reply = next.run(watched).await;
    if !has_ended.load(Ordering::Relaxed) {
        let close = HeaderValue::from_static("close");
        reply.headers_mut().insert(header::CONNECTION, close);
    }
    reply
}

/// A body that notes when it has been read to its end.
struct Watched {
    body: Body,
    has_ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.has_ended.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
