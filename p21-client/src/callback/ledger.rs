//! Who is expected, who came early, who came already.

use std::collections::{HashMap, HashSet, VecDeque};

use p21_model::asynchronous::AsyncRequest;
use p21_model::schema::ServiceSchema;

use crate::api::asynchronous::Ticket;

/// How many ids of requests that are over are remembered.
const REMEMBERED: usize = 10_000;
/// How many results are kept that nobody expects yet, and how many bytes they may have together.
const EARLY: usize = 100;
const EARLY_BYTES: usize = 32 * 1024 * 1024;
/// How many requests are expected at most; beyond that the oldest give way, whose callbacks never came.
const EXPECTED: usize = 10_000;

/// A request that is expected.
pub(super) struct Entry {
    pub(super) ticket: Ticket,
    pub(super) schema: Option<&'static ServiceSchema>,
}

/// What an arrival is.
pub(super) enum Arrival {
    Expected(Entry),
    Unknown,
    /// It was there before.
    Again,
}

/// Ids are GUIDs, which may be spelt in either case.
#[derive(Default)]
pub(super) struct Ledger {
    expected: HashMap<String, Entry>,
    /// Ids in the order they were expected; some have come since.
    in_order: VecDeque<String>,
    early: VecDeque<(String, AsyncRequest)>,
    over: HashSet<String>,
    oldest: VecDeque<String>,
}

impl Ledger {
    /// Expects a request; gives it back if its result is here already.
    pub(super) fn expect(&mut self, entry: Entry) -> Option<(Entry, AsyncRequest)> {
        let id = key(entry.ticket.request_id());
        if let Some(at) = self.early.iter().position(|(early, _)| *early == id) {
            let (id, request) = self.early.remove(at)?;
            self.remember(id);
            return Some((entry, request));
        }
        if !self.over.contains(&id) && self.expected.insert(id.clone(), entry).is_none() {
            self.in_order.push_back(id);
            if self.in_order.len() > EXPECTED
                && let Some(oldest) = self.in_order.pop_front()
                && self.expected.remove(&oldest).is_some()
            {
                tracing::warn!(request_id = oldest, "its callback never came; it is expected no longer");
            }
        }
        None
    }

    /// Sorts a result.
    pub(super) fn arrive(&mut self, request: &AsyncRequest) -> Arrival {
        let id = key(&request.request_id);
        if let Some(entry) = self.expected.remove(&id) {
            self.remember(id);
            return Arrival::Expected(entry);
        }
        if self.over.contains(&id) || self.early.iter().any(|(early, _)| *early == id) {
            return Arrival::Again;
        }
        self.early.push_back((id, request.clone()));
        while self.early.len() > EARLY
            || self.early.iter().map(|(_, request)| size(request)).sum::<usize>() > EARLY_BYTES
        {
            self.early.pop_front();
        }
        Arrival::Unknown
    }

    /// Expects a request no longer. A result that comes all the same is one that came twice.
    pub(super) fn forget(&mut self, ticket: &Ticket) {
        let id = key(ticket.request_id());
        self.expected.remove(&id);
        self.early.retain(|(early, _)| *early != id);
        if !self.over.contains(&id) {
            self.remember(id);
        }
    }

    fn remember(&mut self, id: String) {
        if self.oldest.len() == REMEMBERED
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.over.remove(&oldest);
        }
        self.oldest.push_back(id.clone());
        self.over.insert(id);
    }
}

fn size(request: &AsyncRequest) -> usize {
    request.messages.as_ref().map_or(0, String::len) + request.callback_result.as_ref().map_or(0, String::len)
}

fn key(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(id: usize) -> AsyncRequest {
        let mut request = AsyncRequest::default();
        request.request_id = format!("Id-{id}");
        request
    }

    fn entry(id: usize) -> Entry {
        Entry { ticket: Ticket::new(format!("ID-{id}"), "Order", 1), schema: None }
    }

    #[test]
    fn what_comes_early_is_kept_within_bounds() {
        let mut ledger = Ledger::default();
        for id in 0..=EARLY {
            assert!(matches!(ledger.arrive(&request(id)), Arrival::Unknown));
        }
        assert!(ledger.expect(entry(0)).is_none(), "the oldest gave way");
        assert!(ledger.expect(entry(1)).is_some());
        assert!(matches!(ledger.arrive(&request(1)), Arrival::Again));
        assert!(matches!(ledger.arrive(&request(0)), Arrival::Expected(_)));
    }

    #[test]
    fn early_results_are_bounded_in_bytes_too() {
        let mut ledger = Ledger::default();
        let large = |id| {
            let mut request = request(id);
            request.messages = Some("x".repeat(EARLY_BYTES / 2));
            request
        };
        for id in 0..3 {
            assert!(matches!(ledger.arrive(&large(id)), Arrival::Unknown));
        }
        assert_eq!(ledger.early.len(), 2);
        assert!(ledger.expect(entry(0)).is_none(), "the oldest gave way");
    }

    #[test]
    fn what_never_comes_gives_way_and_what_is_forgotten_came_already() {
        let mut ledger = Ledger::default();
        for id in 0..=EXPECTED {
            assert!(ledger.expect(entry(id)).is_none());
        }
        assert_eq!(ledger.expected.len(), EXPECTED);
        assert!(matches!(ledger.arrive(&request(0)), Arrival::Unknown), "the oldest gave way");
        ledger.forget(&entry(1).ticket);
        assert!(matches!(ledger.arrive(&request(1)), Arrival::Again));
    }

    #[test]
    fn what_is_over_is_forgotten_in_the_end() {
        let mut ledger = Ledger::default();
        for id in 0..=REMEMBERED {
            assert!(ledger.expect(entry(id)).is_none());
            assert!(matches!(ledger.arrive(&request(id)), Arrival::Expected(_)));
        }
        assert_eq!((ledger.over.len(), ledger.oldest.len(), ledger.expected.len()), (REMEMBERED, REMEMBERED, 0));
        assert!(matches!(ledger.arrive(&request(REMEMBERED)), Arrival::Again));
    }
}
