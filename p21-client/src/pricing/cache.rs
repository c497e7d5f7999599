//! What was read, for a while.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// Values by uid, each good for a while, and no more than so many.
pub(super) struct Cache<V> {
    ttl: Duration,
    capacity: usize,
    state: Mutex<State<V>>,
}

struct State<V> {
    values: HashMap<i64, (Instant, V)>,
    /// When what was put in, oldest first; with uids that were put in again since.
    order: VecDeque<(Instant, i64)>,
    /// How often everything was forgotten.
    cleared: u64,
}

impl<V: Clone + Default> Cache<V> {
    pub(super) fn new(ttl: Duration, capacity: usize) -> Self {
        let state = State { values: HashMap::new(), order: VecDeque::new(), cleared: 0 };
        Self { ttl, capacity, state: Mutex::new(state) }
    }

    pub(super) fn ttl(&self) -> Duration {
        self.ttl
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.values.clear();
        state.order.clear();
        state.cleared += 1;
    }

    /// The values of all uids. Those that aren't known are fetched together; what `fetch` doesn't give is remembered as
    /// the default. No lock is held meanwhile: two callers may fetch the same.
    pub(super) async fn many<F>(
        &self,
        uids: BTreeSet<i64>,
        fetch: impl FnOnce(Vec<i64>) -> F,
    ) -> Result<BTreeMap<i64, V>, Error>
    where
        F: Future<Output = Result<HashMap<i64, V>, Error>>,
    {
        let (mut known, unknown, cleared) = self.known(uids);
        if unknown.is_empty() {
            return Ok(known);
        }
        let mut fetched = fetch(unknown.clone()).await?;
        let values: Vec<(i64, V)> =
            unknown.into_iter().map(|uid| (uid, fetched.remove(&uid).unwrap_or_default())).collect();
        self.remember(&values, cleared);
        known.extend(values);
        Ok(known)
    }

    fn known(&self, uids: BTreeSet<i64>) -> (BTreeMap<i64, V>, Vec<i64>, u64) {
        let state = self.state();
        let now = Instant::now();
        let mut known = BTreeMap::new();
        let mut unknown = Vec::new();
        for uid in uids {
            match state.values.get(&uid) {
                Some((since, value)) if now.duration_since(*since) < self.ttl => drop(known.insert(uid, value.clone())),
                _ => unknown.push(uid),
            }
        }
        (known, unknown, state.cleared)
    }

    /// Keeps what was read, unless everything was forgotten since the reading began.
    fn remember(&self, values: &[(i64, V)], cleared: u64) {
        let mut state = self.state();
        if state.cleared != cleared || self.ttl.is_zero() {
            return;
        }
        let now = Instant::now();
        for (uid, value) in values {
            state.values.insert(*uid, (now, value.clone()));
            state.order.push_back((now, *uid));
        }
        while let Some((since, uid)) = state.order.front().copied() {
            let current = state.values.get(&uid).is_some_and(|(at, _)| *at == since);
            let stale = now.duration_since(since) >= self.ttl;
            if current && !stale && state.values.len() <= self.capacity {
                break;
            }
            state.order.pop_front();
            if current {
                state.values.remove(&uid);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Asks for uids; returns those that had to be fetched. The value of an odd uid is its square.
    async fn fetched(cache: &Cache<i64>, uids: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let asked = RefCell::new(Vec::new());
        let values = cache
            .many(uids.into_iter().collect(), |uids| {
                asked.borrow_mut().clone_from(&uids);
                async move { Ok(uids.into_iter().filter(|uid| uid % 2 == 1).map(|uid| (uid, uid * uid)).collect()) }
            })
            .await
            .unwrap();
        assert!(values.iter().all(|(uid, value)| *value == if uid % 2 == 1 { uid * uid } else { 0 }));
        asked.into_inner()
    }

    #[tokio::test]
    async fn what_is_known_is_not_fetched_again_what_is_not_there_neither() {
        let cache = Cache::new(Duration::from_secs(60), 100);
        assert_eq!(fetched(&cache, [3, 1, 2, 1]).await, [1, 2, 3]);
        assert_eq!(fetched(&cache, [1, 2, 3, 4]).await, [4]);
        cache.clear();
        assert_eq!(fetched(&cache, [1]).await, [1]);
    }

    #[tokio::test]
    async fn values_grow_old() {
        let cache = Cache::new(Duration::from_millis(30), 100);
        fetched(&cache, [1]).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
        assert_eq!(fetched(&cache, [1]).await, [1]);
        assert_eq!(cache.state().order.len(), 1);
        let nothing = Cache::new(Duration::ZERO, 100);
        fetched(&nothing, [1]).await;
        assert_eq!(fetched(&nothing, [1]).await, [1]);
    }

    #[tokio::test]
    async fn the_oldest_go_when_there_are_too_many() {
        let cache = Cache::new(Duration::from_secs(60), 10);
        for uid in 0..1_000 {
            fetched(&cache, [uid]).await;
            assert!(cache.state().values.len() <= 10 && cache.state().order.len() <= 10);
        }
        assert_eq!(fetched(&cache, [990, 989, 999]).await, [989]);
        fetched(&cache, 0..50).await;
        assert_eq!(cache.state().values.len(), 10);
    }

    #[tokio::test]
    async fn what_was_on_its_way_when_all_was_forgotten_is_not_kept() {
        let cache: Cache<i64> = Cache::new(Duration::from_secs(60), 10);
        let read = cache.many(BTreeSet::from([1]), |_| async {
            cache.clear();
            Ok(HashMap::from([(1, 1)]))
        });
        assert_eq!(read.await.unwrap()[&1], 1);
        assert_eq!(fetched(&cache, [1]).await, [1]);
    }
}
