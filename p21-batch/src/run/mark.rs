//! Noting in the journal that records leave, before they do.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use p21_client::resilience::Marking;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::engine::Work;
use crate::journal::{AnyJournal, Attempt, JournalError, Worker};

/// Between noting and leaving there may be so much, and less where less lands later.
const SLACK: Duration = Duration::from_secs(4);

/// Notes that records of a set leave.
pub(super) struct Marker {
    journal: Arc<dyn AnyJournal>,
    worker: Worker,
    attempts: Arc<[Attempt]>,
    lands_within: Duration,
    marks: Arc<Mutex<Marks>>,
}

#[derive(Default)]
struct Marks {
    /// Which of the set may have left the process.
    sent: HashSet<usize>,
    failed: Option<JournalError>,
    /// What is noted just now.
    noting: Option<JoinHandle<()>>,
}

impl Work<'_> {
    pub(super) fn marker(&self, attempts: impl Iterator<Item = Attempt>) -> Marker {
        Marker {
            journal: Arc::clone(&self.batch.journal),
            worker: self.worker.clone(),
            attempts: attempts.collect(),
            lands_within: self.batch.client.lands_within(&self.batch.how),
            marks: Arc::default(),
        }
    }
}

impl Clone for Marker {
    fn clone(&self) -> Self {
        let (journal, attempts, marks) =
            (Arc::clone(&self.journal), Arc::clone(&self.attempts), Arc::clone(&self.marks));
        Self { journal, worker: self.worker.clone(), attempts, lands_within: self.lands_within, marks }
    }
}

impl Marker {
    /// Notes that these of the set leave.
    pub(super) fn mark(&self, leaving: &[usize]) -> Marking {
        let (this, leaving) = (self.clone(), leaving.to_vec());
        Box::pin(async move {
            let attempts: Vec<Attempt> = leaving.iter().filter_map(|at| this.attempts.get(*at).copied()).collect();
            // Whoever waits for this may stop waiting; what is begun is noted to its end all the same, so that it is known.
            let noting = tokio::spawn({
                let this = this.clone();
                async move { this.note(&attempts).await }
            });
            let (told, done) = tokio::sync::oneshot::channel();
            let marks = Arc::clone(&this.marks);
            let noted = tokio::spawn(async move {
                let done = noting.await.unwrap_or_else(|error| Err(JournalError::store("note what is sent", error)));
                let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
                let text = done.as_ref().err().map(ToString::to_string);
                match done {
                    Ok(()) => marks.sent.extend(leaving),
                    Err(error) => marks.failed = Some(error),
                }
                let _ = told.send(text);
            });
            this.marks().noting = Some(noted);
            match done.await {
                Ok(None) => Ok(()),
                Ok(Some(text)) => Err(text.into()),
                Err(gone) => Err(gone.into()),
            }
        })
    }

    /// What takes too long to be noted, because the journal was slow or this process hung, is noted anew: the time in which
    /// it may land begins when it leaves.
    async fn note(&self, attempts: &[Attempt]) -> Result<(), JournalError> {
        let slack = (self.lands_within / 4).clamp(SLACK / 4, SLACK);
        loop {
            let since = Instant::now();
            self.journal.sent(&self.worker, attempts, self.lands_within.saturating_add(slack)).await?;
            if since.elapsed() <= slack {
                return Ok(());
            }
        }
    }

    /// Which of the set may have left.
    ///
    /// # Errors
    /// The journal failed: nothing more may be sent, and the next who resumes the run settles what is.
    pub(super) async fn sent(&self) -> Result<HashSet<usize>, JournalError> {
        let noting = self.marks().noting.take();
        if let Some(noting) = noting {
            noting.await.map_err(|error| JournalError::store("note what is sent", error))?;
        }
        let mut marks = self.marks();
        match marks.failed.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut marks.sent)),
        }
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
