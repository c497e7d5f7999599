//! Asynchronous transactions: sets that are queued, run in a session of their own, and are asked about later.
//!
//! A job never meets the session pool: each gets a fresh window, so nothing an earlier request left behind can reach it.

mod callback;
mod record;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::facts::plan::Service;
use crate::serve::engine::Engine;
use crate::serve::faults;
use crate::serve::pool::Session;
use crate::serve::transaction::request::TransactionSet;
use crate::window::Caller;

use crate::facts::settings::jobs::AsyncSettings;
use callback::Sender;
pub(crate) use callback::{Callback, CallbackRequest};
pub(crate) use record::{Job, is_legacy};

/// The most jobs that are remembered; beyond that the oldest finished ones are forgotten.
const MAX_REMEMBERED: usize = 2_000;

/// The most jobs that are not finished: each holds a whole payload.
const MAX_UNFINISHED: usize = 500;

/// The most jobs that run at once.
const MAX_SLOTS: usize = 1_000;

/// The queue.
pub(crate) struct Jobs {
    /// How many run at once, and how many slots more there are than that: they go when they are given back.
    capacity: Mutex<Capacity>,
    slots: Arc<Semaphore>,
    list: Mutex<List>,
    tasks: Mutex<JoinSet<()>>,
    callbacks: Sender,
}

struct Capacity {
    wanted: usize,
    surplus: usize,
}

#[derive(Default)]
struct List {
    jobs: HashMap<Uuid, Job>,
    /// By submission; the first one is the oldest.
    order: BTreeMap<u64, Uuid>,
    next: u64,
}

/// What is asked for.
pub(crate) struct Submission {
    pub(crate) service: Arc<Service>,
    pub(crate) set: TransactionSet,
    pub(crate) caller: Caller,
    pub(crate) callback: Option<Callback>,
}

/// The queue at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobCount {
    /// How many run at once.
    pub(crate) slots: usize,
    pub(crate) waiting: usize,
    pub(crate) running: usize,
    /// As far as they are remembered.
    pub(crate) finished: usize,
}

/// Too many jobs are waiting.
#[derive(Debug, thiserror::Error)]
#[error("{MAX_UNFINISHED} asynchronous transactions are waiting, which is this local P21's limit")]
pub(crate) struct QueueFull;

impl Jobs {
    pub(crate) fn new(settings: &AsyncSettings) -> Self {
        let capacity = settings.capacity.min(MAX_SLOTS);
        Self {
            slots: Arc::new(Semaphore::new(capacity)),
            capacity: Mutex::new(Capacity { wanted: capacity, surplus: 0 }),
            callbacks: Sender::default(),
            list: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// Lets another number of jobs run from now on; what runs is not interrupted.
    pub(crate) fn set_slots(&self, settings: &AsyncSettings) {
        let capacity = &mut *lock(&self.capacity);
        let wanted = settings.capacity.min(MAX_SLOTS);
        if wanted > capacity.wanted {
            let more = wanted - capacity.wanted;
            let kept = more.min(capacity.surplus);
            capacity.surplus -= kept;
            self.slots.add_permits(more - kept);
        } else {
            let fewer = capacity.wanted - wanted;
            capacity.surplus += fewer - self.slots.forget_permits(fewer);
        }
        capacity.wanted = wanted;
    }

    /// Gives a slot back, or lets it go where there are too many.
    fn give_back(&self, slot: OwnedSemaphorePermit) {
        let capacity = &mut *lock(&self.capacity);
        if capacity.surplus > 0 {
            capacity.surplus -= 1;
            slot.forget();
        }
    }

    /// Queues a set; the job as it is now. It runs when one of the slots is free.
    pub(crate) fn submit(self: &Arc<Self>, engine: Arc<Engine>, submission: Submission) -> Result<Job, QueueFull> {
        let job = Job::new(Uuid::new_v4(), engine.config.clock.local());
        self.list().add(job.clone())?;
        let (jobs, id) = (Arc::clone(self), job.id);
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move { jobs.run(engine, submission, id).await });
        Ok(job)
    }

    /// A job, as it is now.
    pub(crate) fn get(&self, id: Uuid) -> Option<Job> {
        self.list().jobs.get(&id).cloned()
    }

    /// How many jobs there are.
    pub(crate) fn count(&self) -> JobCount {
        let list = self.list();
        let finished = list.jobs.values().filter(|job| job.is_finished()).count();
        let unfinished = list.jobs.len() - finished;
        let capacity = lock(&self.capacity);
        let busy = (capacity.wanted + capacity.surplus).saturating_sub(self.slots.available_permits());
        let running = busy.min(unfinished);
        JobCount { slots: capacity.wanted, waiting: unfinished - running, running, finished }
    }

    /// Ends everything that runs or waits: the sandbox stops.
    pub(crate) fn stop(&self) {
        self.slots.close();
        lock(&self.tasks).abort_all();
    }

    async fn run(self: Arc<Self>, engine: Arc<Engine>, submission: Submission, id: Uuid) {
        let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else { return };
        let told = Arc::clone(&engine);
        let Submission { service, set, caller, callback } = submission;
        let settings = &told.config.asynchronous;
        let documented = faults::time_of_job(told.config.faults.latency, service.name(), set.transactions.0.len());
        told.config.clock.sleep(settings.duration.max(documented)).await;
        let work = tokio::task::spawn_blocking(move || {
            // Asynchronous transactions have a session of their own: the pool never contaminates it.
            engine.run(&service, &set, &caller, &mut Session::dedicated())
        });
        let finished = match work.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        self.give_back(slot);
        let Some(job) = self.change(id, |job| job.finish(finished, told.config.clock.local())) else { return };
        if let Some(callback) = callback {
            let result = self.callbacks.send(&callback, &job.to_json(&told.config), settings).await;
            self.change(id, |job| job.callback_result = Some(result));
        }
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Job)) -> Option<Job> {
        let mut list = self.list();
        let job = list.jobs.get_mut(&id)?;
        change(job);
        Some(job.clone())
    }

    fn list(&self) -> MutexGuard<'_, List> {
        lock(&self.list)
    }
}

impl List {
    fn add(&mut self, job: Job) -> Result<(), QueueFull> {
        if self.jobs.values().filter(|job| !job.is_finished()).count() >= MAX_UNFINISHED {
            return Err(QueueFull);
        }
        while self.jobs.len() >= MAX_REMEMBERED {
            let finished = |id: &Uuid| self.jobs.get(id).is_none_or(Job::is_finished);
            let Some((place, id)) = self.order.iter().find(|(_, id)| finished(id)).map(|(place, id)| (*place, *id))
            else {
                return Err(QueueFull);
            };
            self.order.remove(&place);
            self.jobs.remove(&id);
        }
        self.order.insert(self.next, job.id);
        self.next += 1;
        self.jobs.insert(job.id, job);
        Ok(())
    }
}

/// What a task that panicked left behind is whole: changes are made in one go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;

    use super::*;
    use crate::serve::engine::Answer;

    #[test]
    fn the_oldest_finished_jobs_are_forgotten_first() {
        let mut list = List::default();
        let mut ids = Vec::new();
        for number in 0..MAX_REMEMBERED {
            let mut job = Job::new(Uuid::new_v4(), Zoned::now());
            ids.push(job.id);
            if number != 0 {
                job.finish(Ok(Answer { json: "{}".to_owned(), has_own_words: false }), Zoned::now());
            }
            list.add(job).unwrap();
        }
        list.add(Job::new(Uuid::new_v4(), Zoned::now())).unwrap();
        assert_eq!(list.jobs.len(), MAX_REMEMBERED);
        assert!(list.jobs.contains_key(&ids[0]), "it is not finished");
        assert!(!list.jobs.contains_key(&ids[1]) && list.jobs.contains_key(&ids[2]));
    }

    #[test]
    fn unfinished_jobs_are_bounded() {
        let mut list = List::default();
        for _ in 0..MAX_UNFINISHED {
            list.add(Job::new(Uuid::new_v4(), Zoned::now())).unwrap();
        }
        assert!(list.add(Job::new(Uuid::new_v4(), Zoned::now())).is_err());
    }
}
