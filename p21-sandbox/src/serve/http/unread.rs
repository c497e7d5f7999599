//! Bodies that nobody has read when the answer is there: a refusal, a path that does not exist, an injected fault.
//!
//! HTTP/1 has one stream for both directions, so what is left of a request stands before the next one. A server that
//! closes such a connection without a word breaks the next request of a client that keeps its connections. So the rest is
//! read and thrown away; where it is too much, or does not come, the answer says `Connection: close`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use super::State;

/// The longest wait for the rest of a body.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads what the handlers have left of a request's body, or says that the connection ends.
pub(super) async fn layer(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let keeps_alive = request.version() == Version::HTTP_11 && !request.body().is_end_stream();
    if !keeps_alive {
        return next.run(request).await;
    }
    // Whoever asks first whether to send is answered: nothing of the body is on its way.
    let waits = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let (back, left) = oneshot::channel();
    let body = Body::new(Lent { body: Some(body), touched: false, back: Some(back) });
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let is_over = match left.await {
        // Read to its end.
        Err(_) => true,
        Ok(Left { touched: false, .. }) if waits => false,
        Ok(Left { body, .. }) => drain(body, state.engine.config.max_body).await,
    };
    if !is_over {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Throws the rest of a body away; whether its end was reached.
async fn drain(mut body: Body, most: usize) -> bool {
    if body.size_hint().lower() > most as u64 {
        return false;
    }
    let read = async {
        let mut seen = 0;
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let Ok(frame) = frame else { return false };
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > most {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(false)
}

/// A body that goes back to the layer when its reader drops it before its end.
struct Lent {
    body: Option<Body>,
    /// Somebody has begun to read it.
    touched: bool,
    back: Option<oneshot::Sender<Left>>,
}

/// What is left of a body.
struct Left {
    body: Body,
    touched: bool,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        self.touched = true;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.as_ref().map_or_else(|| http_body::SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take())
            && !body.is_end_stream()
        {
            // The layer may be gone, with its connection.
            drop(back.send(Left { body, touched: self.touched }));
        }
    }
}
