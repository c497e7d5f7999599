//! Window commands.

use p21_model::commands::{Commands, CommandsOutcome, CommandsResult};
use reqwest::StatusCode;

use super::call::{Call, Silence};
use super::transaction::passed;
use crate::client::Client;
use crate::error::Error;

const COMMANDS: &str = "/api/v2/commands";

impl Client {
    /// Plays steps on a window of a service: the way for services that the transaction endpoint can't serve, such as
    /// `ItemNotepad`. The window is opened first and closed last.
    ///
    /// **`Ok` does not mean that anything is saved**: ask [`CommandsOutcome::saved`]. Never sent twice, unless no
    /// connection came to be. The steps are checked first, against the bindings' definition or that of
    /// [`ClientBuilder::service`](crate::ClientBuilder::service), else as far as is known without one.
    ///
    /// # Errors
    /// The check found something ([`Error::findings`]), and nothing was sent.
    /// [`Error::is_silent`] if P21 answers 204 or an empty 500: one bad step voids the whole answer (verified on 26.1).
    /// Then, and with [`Error::is_ambiguous`] in general, the window may have been saved: read the record back.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use p21_model::commands::Commands;
    ///
    /// let note = Commands::of("ItemNotepad")
    ///     .set_named("tp_1_dw_1", "item_id", "WIDGET-001")
    ///     .set_named("tp_1_dw_1", "topic", "Fragile")
    ///     .set_named("tp_1_dw_1", "note", "Keep upright")
    ///     .select_row_named("tp_17_dw_dragdrop", 1)
    ///     .run_tool("cb_select", 1)
    ///     .save();
    /// let outcome = client.run_commands(&note).await?;
    /// outcome.saved()?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_commands<S>(&self, commands: &Commands<S>) -> Result<CommandsOutcome, Error> {
        let schema = commands.schema().or_else(|| self.known(commands.service()));
        self.checking(schema, |options| passed(commands.check(schema, options))).await?;
        self.run_commands_unchecked(commands).await
    }

    /// The same without the check: for windows that differ from what is known of them, and for finding out what they do.
    ///
    /// # Errors
    /// As [`run_commands`](Self::run_commands), but for the check.
    pub async fn run_commands_unchecked<S>(&self, commands: &Commands<S>) -> Result<CommandsOutcome, Error> {
        let call = Call { silence: Silence::ResultsLost, ..Call::write(COMMANDS, commands.to_json()) };
        let answer = self.run(&call).await?;
        if answer.status == StatusCode::NO_CONTENT || answer.body.is_empty() {
            return Err(self.refusal(&call, &answer));
        }
        let result: CommandsResult = self.read_json(&call, &answer)?;
        let outcome = CommandsOutcome::new(commands, result).map(|mut outcome| {
            outcome.map_said(&|text| self.inner.redactor.without_secrets(text));
            outcome
        });
        outcome.ok_or_else(|| self.misshapen(&call, &answer, "Results", "not one result a command"))
    }
}
