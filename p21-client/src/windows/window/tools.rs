//! Tools: what buttons, ribbon and menus do, at three levels.

use p21_model::interactive::{Tool, Tools, ValidValue};
use p21_model::row::{ElementOf, Field, Service};

use super::Window;
use crate::api::Sending;
use crate::error::Error;
use crate::windows::action::{Action, Step};
use crate::windows::session::defined_values;
use crate::windows::wire::{InteractiveFlavour, Op, Place};

impl<S> Window<S> {
    /// The tools of the window: its buttons and its ribbon. Those of a tab appear once the tab was selected, and stay
    /// (verified on 26.1).
    ///
    /// # Errors
    /// P21 refuses.
    pub async fn tools(&mut self) -> Result<Vec<Tool>, Error> {
        self.list(Place::default()).await
    }

    /// Runs a tool of the window: `cb_add`, `hdr_note&&cb_addnote`. It is looked for first, since P21 answers one that
    /// isn't there without a word; two buttons may have the same text, so that a tool is found by its name alone.
    ///
    /// Most tools open a response window: [`or_ask`](Action::or_ask) makes that a value.
    pub fn run_tool(&mut self, tool: impl Into<String>) -> Action<'_> {
        self.running(tool.into(), Place::default(), Vec::new())
    }

    async fn list(&mut self, place: Place) -> Result<Vec<Tool>, Error> {
        let id = self.core.id.clone();
        let tools: Tools = self.core.fetch(Op::Tools(place), &id).await?;
        Ok(tools.0)
    }

    fn running(&mut self, name: String, place: Place, mut steps: Vec<Step>) -> Action<'_> {
        steps.push(Step::Tool { name, place, listed: true });
        Action::new(&mut self.core, steps, |_, done| Ok(done))
    }
}

impl<S: Service> Window<S> {
    /// The values that a field takes, with what they mean. The XML flavour has a call for them; elsewhere they are those of the
    /// server's definition of the service, which has no codes. Empty if any value is taken.
    ///
    /// # Errors
    /// P21 refuses, or the server's definition has no such field.
    pub fn valid_values<E: ElementOf<S>, T>(&mut self, field: Field<E, T>) -> Sending<'_, Vec<ValidValue>> {
        let (_, datawindow) = self.core.place(E::schema());
        let (element, field) = (E::schema(), field.name());
        Box::pin(async move {
            if self.core.link.flavour == InteractiveFlavour::Xml {
                let id = self.core.id.clone();
                return self.core.fetch(Op::Values { datawindow, field: field.to_owned() }, &id).await;
            }
            let client = self.core.link.client.clone();
            let values = defined_values(&client, &S::schema().name, &element.name, field).await?;
            Ok(values.into_iter().map(|value| ValidValue::new("", value)).collect())
        })
    }

    /// The tools of an element: buttons of a grid or form, and what a right click on it offers.
    ///
    /// # Errors
    /// P21 refuses, or the element's tab can't be selected.
    pub fn tools_of<E: ElementOf<S>>(&mut self) -> Sending<'_, Vec<Tool>> {
        let (tab, datawindow) = self.core.place(E::schema());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            self.list(Place { datawindow: Some(datawindow), ..Place::default() }).await
        })
    }

    /// The tools of a field in a row, counted from 1; of a form the row is 1.
    ///
    /// # Errors
    /// P21 refuses, or the element's tab can't be selected.
    pub fn tools_at<E: ElementOf<S>, T>(&mut self, field: Field<E, T>, row: u32) -> Sending<'_, Vec<Tool>> {
        let (tab, datawindow) = self.core.place(E::schema());
        let field = Some(field.name().to_owned());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            self.list(Place { datawindow: Some(datawindow), field, row: Some(row.into()) }).await
        })
    }

    /// Runs a tool of an element.
    pub fn run_tool_of<E: ElementOf<S>>(&mut self, tool: impl Into<String>) -> Action<'_> {
        let (tab, datawindow) = self.core.place(E::schema());
        let front = Step::Front { tab, datawindow: datawindow.clone() };
        self.running(tool.into(), Place { datawindow: Some(datawindow), ..Place::default() }, vec![front])
    }

    /// Runs a tool of a field in a row, counted from 1.
    pub fn run_tool_at<E: ElementOf<S>, T>(
        &mut self,
        field: Field<E, T>,
        row: u32,
        tool: impl Into<String>,
    ) -> Action<'_> {
        let (tab, datawindow) = self.core.place(E::schema());
        let front = Step::Front { tab, datawindow: datawindow.clone() };
        let place = Place { datawindow: Some(datawindow), field: Some(field.name().to_owned()), row: Some(row.into()) };
        self.running(tool.into(), place, vec![front])
    }
}
