//! Opening the window of a record, loading the record again, and leaving it.

use p21_model::interactive::OpenRequest;

use super::plan::Value;
use super::run::{Run, Stop};
use crate::error::Error;
use crate::windows::TARGET;

impl Run<'_> {
    /// Leaves the window of a record that is stored and read: one that won't close is closed with its session.
    pub(super) async fn leave(&mut self) {
        let Some(mut core) = self.core.take() else { return };
        if let Some(kept) = &mut self.kept {
            **kept = Some(core);
        } else if let Err(error) = core.close().await {
            tracing::warn!(target: TARGET, %error, "the window of a stored record can't be closed");
        }
    }

    pub(super) async fn open(&mut self) -> Result<(), Error> {
        if let Some(mut core) = self.kept.as_mut().and_then(|kept| kept.take()) {
            let is_it = core.schema.is_some_and(|of| std::ptr::eq(of, self.task.schema));
            if is_it && core.clear().await.is_ok() {
                self.core = Some(core);
                return Ok(());
            }
            core.discard().await;
        }
        let request = OpenRequest::service(&*self.task.schema.name);
        self.core = Some(self.task.session.open_typed(request, self.task.schema).await?);
        Ok(())
    }

    pub(super) async fn load_again(&mut self) -> Result<(), Stop> {
        if let Some(mut core) = self.core.take() {
            core.close().await?;
        }
        self.open().await?;
        let Some((entry, _)) = self.facts().key_entry() else { return Ok(()) };
        let form = self.element(entry.element)?;
        for field in entry.fields.iter() {
            let name = &form.fields[usize::from(*field)].name;
            let value = self.key.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let Some(value) = value else {
                return Err(Error::input(format!("nobody knows the record's `{name}`")).into());
            };
            self.change(entry.element, &[Value { field: *field, value }]).await?;
        }
        Ok(())
    }

    /// Leaves the window without saving it, and says whether it is known to be gone.
    pub(super) async fn give_up(&mut self) -> bool {
        match self.core.take() {
            Some(mut core) => core.discard().await,
            None => false,
        }
    }
}
