//! `LISTEN` and `NOTIFY`: a hint that something may have changed. Who doesn't get it asks a little later.

use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failed::in_words;
use crate::journal::RunId;

/// After how long somebody listens again whose connection is gone.
const AGAIN: Duration = Duration::from_secs(2);

/// A connection of its own that listens, from when somebody first wants a hint.
pub(super) struct Hint {
    config: Config,
    tls: MakeRustlsConnect,
    told: watch::Sender<u64>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl Hint {
    pub(super) fn new(config: Config, tls: MakeRustlsConnect) -> Self {
        Self { config, tls, told: watch::Sender::default(), listener: Mutex::default() }
    }

    /// The next hint, about any run.
    pub(super) async fn next(&self) {
        let mut told = self.told.subscribe();
        self.listen();
        // The sender is this one's own.
        if told.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    fn listen(&self) {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.as_ref().is_none_or(JoinHandle::is_finished) {
            let (config, tls, told) = (self.config.clone(), self.tls.clone(), self.told.clone());
            *listener = Some(tokio::spawn(async move {
                loop {
                    if let Err(error) = hear(&config, &tls, &told).await {
                        tracing::debug!(reason = in_words(&error), "nothing is heard from the journal; it is asked");
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            }));
        }
    }
}

impl Drop for Hint {
    fn drop(&mut self) {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = listener.take() {
            listener.abort();
        }
    }
}

/// Passes on what is told, until the connection is gone.
async fn hear(
    config: &Config,
    tls: &MakeRustlsConnect,
    told: &watch::Sender<u64>,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(tls.clone()).await?;
    let mut listening = std::pin::pin!(client.batch_execute("LISTEN p21_batch"));
    let mut is_listening = false;
    loop {
        tokio::select! {
            listens = &mut listening, if !is_listening => {
                listens?;
                is_listening = true;
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => told.send_modify(|count| *count += 1),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
        }
    }
}

/// Gives a hint. One that fails is no failure of what it is about.
pub(super) async fn tell(client: &Client, run: RunId) {
    if let Err(error) = client.execute("SELECT pg_notify('p21_batch', $1)", &[&run.0.to_string()]).await {
        tracing::debug!(reason = in_words(&error), "no hint could be given");
    }
}
