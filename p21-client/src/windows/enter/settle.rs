//! What became of a save that nobody has an answer to: the record's key tells, a lookup, or the window that is still open.

use p21_model::payload::Transaction;
use p21_model::schema::ServiceSchema;

use super::outcome::{Ambiguous, NotEntered};
use super::read;
use super::run::Run;
use crate::client::Client;
use crate::error::Error;
use crate::resilience::{LookupPlan, Sought, Unresolved, Verdict, seek};

impl Run<'_> {
    /// A save of which nobody knows the outcome. `Ok` if it is stored.
    pub(super) async fn settle(&mut self, at: usize, error: Error) -> Result<(), Box<NotEntered>> {
        if self.key.is_empty() {
            // The window shows the key of what it saved, if it saved and answers still.
            let _ = self.take_key_shown().await;
        }
        let mut look = self.look(at).await;
        if matches!(look, Ok(Verdict::NotStored)) {
            if error.is_settled() {
                return Err(Box::new(self.stopped(error)));
            }
            // P21 may be at work on it until its window is gone.
            let is_gone = self.give_up().await;
            look = self.look(at).await;
            if is_gone && matches!(look, Ok(Verdict::NotStored)) {
                return Err(Box::new(self.stopped(error)));
            }
        }
        let look = match look {
            Ok(Verdict::Stored) => {
                self.note_saved(at);
                return Ok(());
            }
            Ok(Verdict::NotStored) => {
                "the record shows nothing of it, but P21 may still be at work on the save".to_owned()
            }
            Ok(Verdict::Unknown(unresolved)) => unresolved.to_string(),
            Err(unread) => format!("it can't be read: {unread}"),
        };
        Err(Box::new(NotEntered::Ambiguous(Box::new(Ambiguous {
            key: self.key.clone(),
            done: self.task.plan.lines(0..at),
            stored: self.task.plan.lines(0..self.saved().unwrap_or_default()),
            look: Some(look),
            error,
        }))))
    }

    /// What is there of what a save was to store.
    async fn look(&mut self, at: usize) -> Result<Verdict, Error> {
        if self.key.is_empty() {
            match self.look_up().await? {
                Sought::One(key) => self.key = key,
                Sought::None => return Ok(Verdict::NotStored),
                Sought::Several(which) => {
                    let several = format!("the lookup finds several records: {which}");
                    return Ok(Verdict::Unknown(Unresolved::new(several)));
                }
                Sought::Unclear(why) => return Ok(Verdict::Unknown(Unresolved::new(why))),
            }
        }
        let now = read::record(self.task.session.client(), self.task.schema, &self.key).await?;
        let sent = self.sent();
        let record = read::shows(self.task.schema, &sent, self.task.before.as_ref(), now.as_ref());
        let Some(popups) = self.popups_since(self.saved().unwrap_or_default(), at).await else { return Ok(record) };
        Ok(match (record, popups) {
            (Verdict::Unknown(why), _) | (_, Verdict::Unknown(why)) => Verdict::Unknown(why),
            (Verdict::Stored, Verdict::Stored) => Verdict::Stored,
            (Verdict::NotStored, Verdict::NotStored) => Verdict::NotStored,
            // What is read was there before this save.
            (Verdict::Stored, Verdict::NotStored) if self.saved().is_some() || self.is_as_before(&sent) => {
                Verdict::NotStored
            }
            _ => Verdict::Unknown(Unresolved::new("of the record and the rows that popups added a part is there")),
        })
    }

    /// Refuses a lookup that finds something before the record is there: that would be taken for it.
    pub(super) async fn nothing_fits(&self, lookup: &LookupPlan) -> Result<(), Error> {
        nothing_fits(self.task.session.client(), self.task.schema, &self.sent(), lookup).await
    }

    /// The record by what its caller knows of it.
    pub(super) async fn look_up(&self) -> Result<Sought, Error> {
        match &self.task.said.lookup {
            Some(plan) => seek(self.task.session.client(), plan, &self.sent(), self.task.schema).await,
            None => {
                let why = "its key isn't known, and nothing was said to look it up by (`lookup`)";
                Ok(Sought::Unclear(why.to_owned()))
            }
        }
    }
}

/// # Errors
/// A lookup finds something before the record is there, or can't be made.
pub(super) async fn nothing_fits(
    client: &Client,
    schema: &'static ServiceSchema,
    sent: &Transaction,
    lookup: &LookupPlan,
) -> Result<(), Error> {
    let found = match seek(client, lookup, sent, schema).await? {
        Sought::One(key) => key.iter().map(|(field, value)| format!("{field} `{value}`")).collect::<Vec<_>>().join(" "),
        Sought::Several(which) => which,
        Sought::None | Sought::Unclear(_) => return Ok(()),
    };
    Err(Error::input(format!(
        "the lookup finds a record already, so it can't tell a new one ({found}): if it is stored, give its key; if it is \
         another one, look for more than that"
    )))
}
