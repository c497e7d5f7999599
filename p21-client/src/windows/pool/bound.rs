//! How many sessions a server has at all, which the answer to a start says from 26.1 on: no more are asked for.

use std::pin::pin;
use std::sync::Arc;

use reqwest::Url;

use super::{Inner, State};
use crate::windows::TARGET;

impl Inner {
    /// Takes what the server of a slot says of its sessions for the most that this pool may have there, whoever's they are.
    pub(super) fn bound(&self, slot: usize, most: usize) {
        let Some(server) = self.server(slot) else { return };
        let mut state = self.lock();
        state.most.insert(Arc::clone(&server), most.max(1));
        let mut dropped = 0;
        for _ in 0..self.beyond(&state, &server) {
            let Some(at) = state.free.iter().position(|slot| self.server(*slot).as_ref() == Some(&server)) else {
                break;
            };
            // Whoever has a turn finds a slot: they go together.
            if self.turns.forget_permits(1) == 0 {
                break;
            }
            let slot = state.free.remove(at);
            state.refused.push(slot);
            dropped += 1;
        }
        drop(state);
        if dropped > 0 {
            tracing::warn!(
                target: TARGET, most, dropped,
                "the server has fewer sessions than the pool was to have; the pool goes on with those"
            );
        }
        self.bounded.notify_waiters();
    }

    /// Until it is known that the server has no place for a session that is being started. Then its slot is given up.
    pub(super) async fn is_beyond(&self, slot: usize) {
        loop {
            let mut changed = pin!(self.bounded.notified());
            changed.as_mut().enable();
            if self.give_up(slot) {
                return;
            }
            changed.await;
        }
    }

    fn give_up(&self, slot: usize) -> bool {
        let Some(server) = self.server(slot) else { return false };
        let mut state = self.lock();
        let is_beyond = self.beyond(&state, &server) > 0;
        if is_beyond {
            state.refused.push(slot);
        }
        is_beyond
    }

    /// How many slots are too many for a server.
    fn beyond(&self, state: &State, server: &Url) -> usize {
        let Some(most) = state.most.get(server) else { return 0 };
        let is_there =
            |slot: &usize| !state.refused.contains(slot) && self.server(*slot).is_some_and(|known| *known == *server);
        (0..self.slots.len()).filter(is_there).count().saturating_sub(*most)
    }

    /// The server that a slot's sessions are of, once its address is known.
    fn server(&self, slot: usize) -> Option<Arc<Url>> {
        self.slots.get(slot)?.client.inner().known_ui_url()
    }
}
