//! What goes wrong on purpose: answers that are errors, connections that break, time that passes.
//!
//! Chance starts from a seed, and every request draws the same amount of it, so that a run of requests, one after the
//! other, meets the same faults every time, and one more kind of fault does not move the others.

mod connection;
mod family;
mod latency;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State as Extract};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::task::JoinSet;

use crate::facts::settings::faults::{Chances, Fault, FaultSettings, Latency, QueuedFault};
use crate::serve::http::State;
pub(crate) use connection::{CuttableListener, Peer};

/// The faults of a sandbox.
pub(crate) struct Faults {
    shared: Mutex<Shared>,
    /// Requests whose connections are gone, and that are still to be done.
    late: Mutex<JoinSet<()>>,
}

struct Shared {
    chances: Chances,
    latency: Latency,
    random: fastrand::Rng,
    queue: Vec<QueuedFault>,
}

/// How many rows an answer has, for those who make it take its time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowCount(pub(crate) usize);

/// What goes wrong in the session of a request of the Interactive API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Injected {
    /// It is gone when the request arrives.
    SessionLost,
    /// A response window comes up behind the request.
    Popup,
}

/// The most faults that wait.
const MAX_QUEUED: usize = 10_000;

/// The pool starts from the same seed: another sequence is wanted here.
fn sequence(random_seed: u64) -> fastrand::Rng {
    fastrand::Rng::with_seed(random_seed ^ 0x5eed_fa17)
}

impl Faults {
    pub(crate) fn new(settings: FaultSettings, random_seed: u64) -> Self {
        let random = sequence(random_seed);
        let FaultSettings { chances, queue, latency } = settings;
        Self { shared: Mutex::new(Shared { chances, latency, random, queue }), late: Mutex::default() }
    }

    /// Starts chance again, from a seed.
    pub(crate) fn reseed(&self, random_seed: u64) {
        self.lock().random = sequence(random_seed);
    }

    /// Does something later, for nobody who waits for it.
    fn do_late(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        while late.try_join_next().is_some() {}
        late.spawn(work);
    }

    /// What is still to be done for nobody: dropping it ends it.
    pub(crate) fn take_late(&self) -> JoinSet<()> {
        std::mem::take(&mut *self.late.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes other chances and latencies from now on; what waits goes on waiting.
    pub(crate) fn change(&self, settings: &FaultSettings) {
        let mut shared = self.lock();
        shared.chances.clone_from(&settings.chances);
        shared.latency = settings.latency;
    }

    /// Puts a fault behind those that wait. `false` if too many wait already.
    pub(crate) fn queue(&self, fault: QueuedFault) -> bool {
        if fault.times == 0 {
            return true;
        }
        let mut shared = self.lock();
        let has_room = shared.queue.len() < MAX_QUEUED;
        if has_room {
            shared.queue.push(fault);
        }
        has_room
    }

    /// The faults that wait.
    pub(crate) fn queued(&self) -> Vec<QueuedFault> {
        self.lock().queue.clone()
    }

    /// Forgets the faults that wait.
    pub(crate) fn clear(&self) {
        self.lock().queue.clear();
    }

    /// Lets a set of transactions take its time, as long as its session is held. It blocks.
    pub(crate) fn take_time(&self, service: &str, transactions: usize, started: Instant) {
        let mut shared = self.lock();
        let wanted = match shared.latency {
            Latency::None => return,
            Latency::Fixed(time) => time,
            Latency::Documented => latency::transactions(service, transactions, shared.random.f64()),
        };
        drop(shared);
        std::thread::sleep(wanted.saturating_sub(started.elapsed()));
    }

    /// What happens to a request.
    fn fate(&self, method: &Method, path: &str) -> Option<Fault> {
        let shared = &mut *self.lock();
        let drawn: Vec<f64> = shared.chances.faults.iter().map(|_| shared.random.f64()).collect();
        let means = |queued: &QueuedFault| {
            queued.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
                && queued.path.as_deref().is_none_or(|end| is_meant(end, path))
        };
        if let Some(place) = shared.queue.iter().position(means) {
            let queued = &mut shared.queue[place];
            let fault = queued.fault.clone();
            queued.times = queued.times.saturating_sub(1);
            if queued.times == 0 {
                shared.queue.remove(place);
            }
            return Some(fault);
        }
        if path.starts_with("/api/security/") {
            return None;
        }
        let chances = shared.chances.faults.iter().zip(drawn);
        chances.into_iter().find(|((_, share), drawn)| drawn < share).map(|((fault, _), _)| fault.clone())
    }

    /// How long an answer should take in all.
    fn time_of(&self, method: &Method, path: &str, response: &Response) -> Duration {
        match self.lock().latency {
            Latency::None => Duration::ZERO,
            Latency::Fixed(time) => time,
            Latency::Documented => match response.extensions().get::<RowCount>() {
                Some(RowCount(rows)) => latency::rows(*rows),
                None => latency::of(method, path),
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a job of the queue takes as documented: what its transactions would.
pub(crate) fn time_of_job(latency: Latency, service: &str, transactions: usize) -> Duration {
    match latency {
        Latency::Documented => latency::transactions(service, transactions, 0.5),
        Latency::None | Latency::Fixed(_) => Duration::ZERO,
    }
}

/// Whether a path is the one that a fault names by its end, or lies below the one that it names with a slash behind.
fn is_meant(named: &str, path: &str) -> bool {
    let starts_part = |at: usize| named.starts_with('/') || at == 0 || path.as_bytes()[at - 1] == b'/';
    let mut found = path.match_indices(named).map(|(at, _)| at);
    named.is_empty()
        || found.any(|at| {
            starts_part(at) && (named.ends_with('/') || path[at + named.len()..].trim_matches('/').is_empty())
        })
}

/// Every request passes through here first.
pub(crate) async fn pass(Extract(state): Extract<State>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.clone());
    let fault = state.faults.fate(&method, &path);
    match &fault {
        Some(Fault::Answer(family)) => return family::answer(*family),
        Some(Fault::Drop) => return dropped(peer.as_ref()),
        Some(Fault::Late(time)) => {
            let (time, (parts, body)) = (*time, request.into_parts());
            // Read now: the connection is gone when the work is done.
            if let Ok(body) = axum::body::to_bytes(body, state.engine.config.max_body).await {
                state.faults.do_late(async move {
                    tokio::time::sleep(time).await;
                    next.run(Request::from_parts(parts, body.into())).await;
                });
            }
            return dropped(peer.as_ref());
        }
        Some(Fault::SessionLost) => {
            request.extensions_mut().insert(Injected::SessionLost);
        }
        Some(Fault::Popup) => {
            request.extensions_mut().insert(Injected::Popup);
        }
        _ => {}
    }
    let response = next.run(request).await;
    pause(state.faults.time_of(&method, &path, &response).saturating_sub(started.elapsed())).await;
    match fault {
        Some(Fault::AnswerAfter(family)) => family::answer(family),
        Some(Fault::DropAfter) => dropped(peer.as_ref()),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            response
        }
        _ => response,
    }
}

/// Lets time pass. Even a sleep of no time lasts until the timer's next millisecond, which is longer than most requests
/// take.
pub(crate) async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// An answer that never leaves: writing it fails, and the connection ends.
fn dropped(peer: Option<&Peer>) -> Response {
    if let Some(peer) = peer {
        peer.cut();
    }
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn a_fault_means_the_path_that_ends_as_it_says_and_none_below_it() {
        for (named, path, is_it) in [
            ("/transaction", "/uiserver0/api/v2/transaction", true),
            ("/transaction", "/uiserver0/api/v2/transaction/", true),
            ("transaction", "/uiserver0/api/v2/transaction", true),
            ("/transaction", "/uiserver0/api/v2/transaction/get", false),
            ("/transaction", "/uiserver0/api/v2/transaction/async", false),
            ("/transaction/", "/uiserver0/api/v2/transaction/get", true),
            ("/transaction/get", "/uiserver0/api/v2/transaction/get", true),
            ("action", "/uiserver0/api/v2/transaction", false),
            ("/odata/", "/odataservice/odata/table/po_hdr", true),
            ("", "/uiserver0/api/v2/services", true),
        ] {
            assert_eq!(is_meant(named, path), is_it, "{named} {path}");
        }
    }

    #[tokio::test]
    async fn no_time_is_no_millisecond() {
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(pause(Duration::ZERO)).poll(&mut context).is_ready());
        assert!(pin!(pause(Duration::from_millis(1))).poll(&mut context).is_pending());
    }
}
