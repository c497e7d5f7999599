//! A record by window commands: its values, the steps that its caller adds, and a save, in one call.
//!
//! No rule says what such a window wants beside the values of a record, and a transaction has no place for it: the areas of a
//! note are picked from a list. So the caller says those steps, and a record without them is refused before anything is sent.

use p21_model::commands::{Commands, CommandsOutcome, Step};
use p21_model::interactive::{ActionResult, Event};
use p21_model::payload;
use p21_model::schema::ElementKind;
use serde_json::json;

use super::outcome::{Ambiguous, EntryProof, NotEntered, PartlyStored};
use super::store::{Key, Store, StoredBy};
use super::{Route, read, settle};
use crate::api::transaction::passed;
use crate::error::Error;
use crate::resilience::{Sought, Verdict, is_same, seek};

/// What says that a save went through.
const SAVED: &str = "savesucceeded";

impl Store<'_> {
    pub(super) async fn by_commands(
        &self,
        before: Option<payload::Transaction>,
        route: Route,
    ) -> Result<StoredBy, NotEntered> {
        let commands = self.commands(before.as_ref()).map_err(NotEntered::Refused)?;
        let schema = Some(self.schema);
        let checked = self.client.checking(schema, |options| passed(commands.check(schema, options))).await;
        checked.map_err(NotEntered::Refused)?;
        let key = self.key_in(&self.sent);
        if let (None, Some(lookup)) = (&key, &self.said.lookup) {
            let fits = settle::nothing_fits(self.client, self.schema, &self.sent, lookup).await;
            fits.map_err(NotEntered::Refused)?;
        }
        let done: Vec<String> = commands.steps().iter().map(ToString::to_string).collect();
        let outcome = match self.client.run_commands_unchecked(&commands).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_ambiguous() || error.is_silent() => {
                return self.look(key, before.as_ref(), (done, error), route).await;
            }
            Err(error) => return Err(NotEntered::Refused(error)),
        };
        let key = key.or_else(|| self.key_given(&outcome));
        let mut saves = outcome.steps.iter().filter(|step| step.step == Step::Save);
        let has_saved = saves.next_back().is_some_and(|save| save.has_event(SAVED));
        match (outcome.saved(), has_saved) {
            (Ok(()), _) => {}
            (Err(not_saved), true) => {
                let failed = outcome.steps.iter().filter(|step| step.failed());
                return Err(NotEntered::PartlyStored(Box::new(PartlyStored {
                    key: key.unwrap_or_default(),
                    stored: outcome.steps.iter().filter(|step| !step.failed()).map(|s| s.step.to_string()).collect(),
                    left: failed.map(|step| step.step.to_string()).collect(),
                    error: Error::input(not_saved.to_string()).because(not_saved),
                })));
            }
            (Err(not_saved), false) => {
                let is_refused = outcome.steps.iter().any(|step| step.step == Step::Save && step.failed());
                let error = Error::input(not_saved.to_string()).because(not_saved);
                if is_refused {
                    return Err(NotEntered::Refused(error));
                }
                // Neither that it was saved nor that it wasn't.
                return self.look(key, before.as_ref(), (done, error), route).await;
            }
        }
        let key = match key {
            Some(key) => Some(key),
            None => match self.sought().await {
                Ok(Sought::One(key)) => Some(key),
                _ => None,
            },
        };
        let Some(key) = key else {
            let unread = "P21's answer has no key by which the record is read".to_owned();
            return Ok(StoredBy { route, key: Vec::new(), proof: EntryProof::NotProven(vec![unread]), done });
        };
        let (typed, unread) = self.typed();
        let proof = self.proof_by_read(&key, &typed, before.as_ref()).await;
        let proof = match (proof, unread.is_empty()) {
            (proof, true) => proof,
            (EntryProof::NotProven(why), false) => EntryProof::NotProven(why.into_iter().chain(unread).collect()),
            (_, false) => EntryProof::NotProven(unread),
        };
        Ok(StoredBy { route, key, proof, done })
    }

    /// The record as it is typed, with what the caller's steps type into its forms behind it. What they type into rows of
    /// lists, which no read can tell apart, comes in words.
    fn typed(&self) -> (payload::Transaction, Vec<String>) {
        let (mut typed, mut unread) = (self.sent.clone(), Vec::new());
        for step in self.steps.iter().flatten() {
            let Step::Set { datawindow, field, value } = step else { continue };
            let known = self.schema.elements.iter().find(|element| element.datawindow() == datawindow.as_str());
            let Some(form) = known.filter(|element| element.kind != ElementKind::List) else {
                unread
                    .push(format!("no read shows which row it was that a step typed `{field}` of `{datawindow}` into"));
                continue;
            };
            let at = typed.data_elements.iter().position(|of| of.name == *form.name).unwrap_or_else(|| {
                typed.data_elements.push(payload::DataElement::new(&*form.name, ElementKind::Form, Vec::new()));
                typed.data_elements.len() - 1
            });
            let rows = &mut typed.data_elements[at].rows;
            if rows.is_empty() {
                rows.push(payload::Row::default());
            }
            // The last value counts.
            rows[0].edits.retain(|edit| edit.name != field.as_str());
            rows[0].edits.push(payload::Edit::new(field.as_str(), value.as_str()));
        }
        (typed, unread)
    }

    /// The steps of the record: its values in P21's order, those of its caller, and the save.
    fn commands(&self, before: Option<&payload::Transaction>) -> Result<Commands, Error> {
        let service = &*self.schema.name;
        let Some(steps) = &self.steps else {
            return Err(Error::input(format!(
                "a record of `{service}` goes through the commands endpoint, and its window wants steps that no transaction \
                 has, such as picking the areas of a note: say with `.steps(..)` what comes between the values and the save, \
                 for example `.steps(|steps| steps.run_tool(\"cb_selectall\", 1))`"
            )));
        };
        if let Some((question, _)) = self.said.answers.first() {
            return Err(Error::input(format!("commands can't be asked `{question}`: they are played in one call")));
        }
        let given = self.key_in(&self.sent);
        let mut commands = Commands::of(service);
        for element in &self.sent.data_elements {
            let known = self.schema.element(&element.name);
            let (is_list, rows) = (known.is_some_and(|of| of.kind == ElementKind::List), element.rows.len());
            if is_list || rows > 1 {
                return Err(Error::input(format!(
                    "the rows of `{}` can't be typed by commands: none of those that are known adds a row to a list",
                    element.name
                )));
            }
            let shown = before.and_then(|before| before.data_elements.iter().find(|of| of.name == element.name));
            for edit in element.rows.iter().flat_map(|row| &row.edits) {
                let is_key = given.iter().flatten().any(|(field, _)| *field == edit.name);
                let field = known.and_then(|known| known.field(&edit.name)).map(|(_, field)| field);
                let is_there = field.zip(shown.and_then(|shown| shown.value(&edit.name)));
                // Of a record that is there only what differs is typed: equal values may stand in columns that are shut.
                if is_key || !is_there.is_some_and(|(field, shown)| is_same(field, &edit.value, shown)) {
                    commands = commands.set_named(&element.name, edit.name.as_str(), edit.value.as_str());
                }
            }
        }
        let added = steps.iter().fold(commands, |commands, step| match step {
            Step::Set { datawindow, field, value } => commands.set_named(datawindow, field.as_str(), value.as_str()),
            Step::SelectRow { datawindow, row } => commands.select_row_named(datawindow, *row),
            Step::RunTool { tool, row } => commands.run_tool(tool.as_str(), *row),
            Step::Save => commands.save(),
            _ => commands,
        });
        Ok(added.save())
    }

    /// The key that P21 gave, where it has one field.
    fn key_given(&self, outcome: &CommandsOutcome) -> Option<Key> {
        let (_, fields) = self.schema.record_key()?;
        let [field] = fields[..] else { return None };
        let of_save = outcome.steps.iter().filter(|step| step.step == Step::Save).flat_map(|step| &step.events);
        let events = of_save
            .filter_map(|event| serde_json::from_value::<Event>(json!({"Name": event.name, "Data": event.data})).ok());
        let value = ActionResult::of_events(events.collect()).generated_key()?;
        Some(vec![(field.to_owned(), value)])
    }

    async fn sought(&self) -> Result<Sought, Error> {
        match &self.said.lookup {
            Some(lookup) => seek(self.client, lookup, &self.sent, self.schema).await,
            None => {
                let why = "its key isn't known, and nothing was said to look it up by (`lookup`)";
                Ok(Sought::Unclear(why.to_owned()))
            }
        }
    }

    /// What became of commands whose answer doesn't tell.
    async fn look(
        &self,
        key: Option<Key>,
        before: Option<&payload::Transaction>,
        (done, error): (Vec<String>, Error),
        route: Route,
    ) -> Result<StoredBy, NotEntered> {
        let (key, look) = match key {
            Some(key) => (key, None),
            None => match self.sought().await {
                Ok(Sought::One(key)) => (key, None),
                // P21 may still be at work on it.
                Ok(Sought::None) => (Vec::new(), Some("the lookup finds nothing yet".to_owned())),
                Ok(Sought::Several(which)) => (Vec::new(), Some(format!("the lookup finds several records: {which}"))),
                Ok(Sought::Unclear(why)) => (Vec::new(), Some(why)),
                Err(unread) => (Vec::new(), Some(format!("it can't be read: {unread}"))),
            },
        };
        let look = match look {
            Some(look) => look,
            None => match read::record(self.client, self.schema, &key).await {
                Ok(now) => match read::shows(self.schema, &self.typed().0, before, now.as_ref()) {
                    Verdict::Stored => {
                        return Ok(StoredBy { route, key, proof: EntryProof::Proven, done });
                    }
                    Verdict::NotStored => {
                        "the record shows nothing of it, but P21 may still be at work on it".to_owned()
                    }
                    Verdict::Unknown(unresolved) => unresolved.to_string(),
                },
                Err(unread) => format!("it can't be read: {unread}"),
            },
        };
        Err(NotEntered::Ambiguous(Box::new(Ambiguous { key, done, stored: Vec::new(), look: Some(look), error })))
    }
}
