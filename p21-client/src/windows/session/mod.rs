//! Sessions.

mod alive;
mod builder;
mod end;
mod probe;
mod start;

use std::sync::Arc;

use p21_model::Version;
use p21_model::commands::Unbound;
use p21_model::definition::FieldDefinition;
use p21_model::interactive::{OpenRequest, SessionCreated};
use p21_model::row::{Element, Field, Service};
use p21_model::schema::ServiceSchema;
use serde_json::Value;

pub use alive::KeepAlive;
pub use builder::SessionBuilder;

use super::link::Link;
use super::window::{Core, Window};
use super::wire::{InteractiveFlavour, Op};
use crate::api::Sending;
use crate::client::Client;
use crate::error::{Error, WindowContext};

/// A session of P21's Interactive API: one of the few that the server has.
///
/// [`end`](Self::end) ends it and says whether that worked; [`SessionBuilder::run`] does so whatever happens. A session that
/// is dropped is ended as well as can be: by a task of the runtime, or, where the runtime is about to go, by a thread that is
/// waited for briefly.
#[must_use = "a session that is dropped ends"]
pub struct Session {
    link: Arc<Link>,
    created: SessionCreated,
    _alive: Option<alive::Task>,
}

impl Client {
    /// A session of the Interactive API, to be started. It uses one of the server's few sessions until it ends, and the
    /// client's token, which isn't renewed meanwhile.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let session = client.session().app("price pages").start().await?;
    /// let window = session.open_named("SalesPricePage").await?;
    /// window.close().await?;
    /// session.end().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(self.clone())
    }
}

impl Session {
    /// Its id, which nothing but logs needs: calls find their session by the token.
    pub fn id(&self) -> &str {
        self.created.session().unwrap_or_default()
    }

    /// What the server said of it: its version, how many sessions it has, when it removes those that nobody ended. 25.2 says
    /// nothing of that.
    pub fn created(&self) -> &SessionCreated {
        &self.created
    }

    /// Which Interactive API it speaks: the one that was said, or that the server was [found](SessionBuilder::probed) to have.
    pub fn flavour(&self) -> InteractiveFlavour {
        self.link.flavour
    }

    /// The client that it belongs to.
    pub fn client(&self) -> &Client {
        &self.link.client
    }

    /// Opens the window of a service whose bindings say what is on it.
    ///
    /// # Errors
    /// The window can't be opened ([`CannotOpen`](super::WindowProblem::CannotOpen)), or the session leaves response windows
    /// to P21, which answers them unseen: then only [`open_named`](Self::open_named) and its kin are taken.
    pub fn open<S: Service>(&self) -> Sending<'_, Window<S>> {
        let opening = self.open_typed(OpenRequest::service(&*S::schema().name), S::schema());
        Box::pin(async move { opening.await.map(Window::new) })
    }

    fn refuse_unhandled(&self) -> Result<(), Error> {
        if !self.link.handled {
            return Err(Error::input(
                "this session has P21 answer response windows unseen, with whatever it has as a default; typed windows want \
                 them handled: start it without `answered_by_p21`, or open the window by name",
            ));
        }
        Ok(())
    }

    /// Opens the window of a service for what types by rules.
    pub(crate) fn open_typed<'c>(&'c self, request: OpenRequest, schema: &'static ServiceSchema) -> Sending<'c, Core> {
        Box::pin(async move {
            self.refuse_unhandled()?;
            self.open_as(request, Some(schema)).await
        })
    }

    /// Opens the window of a service by its name: what has no bindings is typed by names.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_named(&self, service: impl Into<String>) -> Sending<'_, Window<Unbound>> {
        self.open_unbound(OpenRequest::service(service))
    }

    /// Opens a window by the text in the menu: `Sales Price Page Entry`. The service's name is the dependable way
    /// (verified on 26.1).
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_titled(&self, title: impl Into<String>) -> Sending<'_, Window<Unbound>> {
        self.open_unbound(OpenRequest::title(title))
    }

    /// Opens a window by its class: `w_sales_price_page`. The service's name is the dependable way.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_class(&self, class: impl Into<String>) -> Sending<'_, Window<Unbound>> {
        self.open_unbound(OpenRequest::name(class))
    }

    /// Opens a window by the number of its menu entry. The service's name is the dependable way.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_menu(&self, id: u64) -> Result<Window<Unbound>, Error> {
        self.open_unbound(OpenRequest::menu_id(id)).await
    }

    fn open_unbound(&self, request: OpenRequest) -> Sending<'_, Window<Unbound>> {
        Box::pin(async move { self.open_as(request, None).await.map(Window::new) })
    }

    fn open_as<'c>(&'c self, request: OpenRequest, schema: Option<&'static ServiceSchema>) -> Sending<'c, Core> {
        Box::pin(async move {
            let schema = match schema {
                Some(schema) => Some((schema, self.version(schema).await)),
                None => None,
            };
            let request = match self.link.flavour {
                InteractiveFlavour::Xml => {
                    let said = request.service_name.as_ref().and_then(|service| self.link.menus.get(service));
                    super::xml::window_type(request, said, schema)?
                }
                _ => request,
            };
            let opened = super::window::open(&self.link, &request).await;
            let opened = opened.map_err(|error| match error.window_problem() {
                // P21 doesn't say what it was that it doesn't know.
                Some(super::WindowProblem::CannotOpen { .. }) => error.in_window(WindowContext {
                    window: super::window::named(&request).unwrap_or_default().to_owned(),
                    step: "open the window".to_owned(),
                    holds: "P21 holds no such window".to_owned(),
                    log: Vec::new(),
                    batch: None,
                }),
                _ => error,
            })?;
            // Not every answer says the title.
            let title = match (opened.title, schema) {
                (title, Some((schema, version))) if title.is_empty() => {
                    schema.window(version).opening().map(|(opening, _)| opening.title.to_string()).unwrap_or_default()
                }
                (title, _) => title,
            };
            let mut core = Core::new(Arc::clone(&self.link), opened.window_id, title, request, schema);
            if let Some(result) = opened.result
                && result.status == p21_model::interactive::Status::Blocked
            {
                // The window is there, and asks first: whoever types next is told, and `pending` is the question.
                core.opened_by(&result).await?;
            }
            Ok(core)
        })
    }

    /// The server's version, as far as it says: rules about windows depend on it.
    async fn version(&self, schema: &ServiceSchema) -> Version {
        match self.created.version().and_then(|version| version.parse().ok()) {
            Some(version) => version,
            None => self.link.client.p21_version().await.unwrap_or(schema.version),
        }
    }

    /// The values that a field takes, from the server's definition of the service: versions 1 and 2 of the Interactive API
    /// have no call for them, and windows don't say (verified on 26.1.5910). Empty if any value is taken.
    ///
    /// # Errors
    /// See [`Client::definition`]; or the server's definition has no such field.
    pub fn valid_values<E: Element, T>(&self, field: Field<E, T>) -> Sending<'_, Vec<String>> {
        let (service, element, field) = (E::Service::schema(), E::schema(), field.name());
        Box::pin(async move { self.valid_values_named(&service.name, &element.name, field).await })
    }

    /// The same by names.
    ///
    /// # Errors
    /// As [`valid_values`](Self::valid_values).
    pub async fn valid_values_named(&self, service: &str, element: &str, field: &str) -> Result<Vec<String>, Error> {
        defined_values(&self.link.client, service, element, field).await
    }

    /// The sessions that the server has, those of others too, as it shows them: what an entry looks like isn't known.
    ///
    /// # Errors
    /// P21 refuses.
    pub async fn list(&self) -> Result<serde_json::Value, Error> {
        self.link.call(Op::Sessions, "").await?.json()
    }

    /// Ends it, and with it every window that is open.
    ///
    /// # Errors
    /// P21 can't be reached, or refuses; then the session lives until the server removes it. That it is gone already is no
    /// error.
    pub async fn end(self) -> Result<(), Error> {
        self.finish().await
    }

    pub(super) fn finish(&self) -> Sending<'_, ()> {
        Box::pin(async move {
            // In a task: whoever stops waiting leaves no session behind.
            let ended = tokio::spawn(end::Ending::of(&self.link).run()).await;
            ended.unwrap_or_else(|_| Err(Error::input("the runtime that the session lives on is gone")))
        })
    }

    /// Whether the session answers. It costs a call.
    ///
    /// # Errors
    /// It is gone, or can't be reached.
    pub async fn check(&self) -> Result<(), Error> {
        let list = self.link.check().await?;
        if list.is_some_and(|list| lacks(&list, self.id())) {
            return Err(Error::of_window(super::WindowProblem::SessionLost, None));
        }
        Ok(())
    }
}

/// The values that a field takes by the server's definition of the service.
pub(super) fn defined_values<'c>(
    client: &'c Client,
    service: &'c str,
    element: &'c str,
    field: &'c str,
) -> Sending<'c, Vec<String>> {
    Box::pin(async move {
        let definition = client.definition(service).await?;
        let found: Option<&FieldDefinition> = definition
            .elements
            .iter()
            .find(|of| of.name == element)
            .and_then(|of| of.fields.iter().find(|of| of.name == field));
        let Some(found) = found else {
            return Err(Error::input(format!("the server's definition of `{service}` has no `{element}` `{field}`")));
        };
        Ok(found.valid_values.iter().flatten().map(ToString::to_string).collect())
    })
}

impl Session {
    /// Whether every call in it came to an end.
    pub fn is_sound(&self) -> bool {
        self.link.is_sound()
    }

    /// Whether the program has said by which menu entry a service's window opens.
    pub(super) fn knows_menu_of(&self, service: &str) -> bool {
        self.link.menus.contains_key(service)
    }

    /// How long nothing was said in it.
    pub fn idle(&self) -> std::time::Duration {
        self.link.idle()
    }

    /// Closes what was left open.
    pub(super) async fn close_windows(&self) -> Result<(), Error> {
        // A call that nobody waits for any more may be opening another.
        self.link.quiet().await;
        for window in self.link.take_leftover() {
            self.link.opened(&window);
        }
        while let Some(window) = self.link.some_window() {
            self.link.call(Op::Close, &window).await?;
        }
        Ok(())
    }
}

impl Link {
    /// A call that changes nothing: a look at a window, else the list of sessions, which it answers.
    pub(super) fn check<'c>(self: &'c Arc<Self>) -> Sending<'c, Option<Value>> {
        Box::pin(async move {
            match self.some_window() {
                Some(window) => match self.call(Op::State, &window).await {
                    // The session is there, and asks something.
                    Err(error) if matches!(error.window_problem(), Some(super::WindowProblem::Blocked { .. })) => {
                        Ok(None)
                    }
                    answer => answer.map(|_| None),
                },
                None => self.call(Op::Sessions, "").await?.json().map(Some),
            }
        })
    }

    /// A call that changes nothing, made so that the session counts as used. The list of sessions may be nobody's call, so
    /// that without a window the windows' address is asked for, which is refused. The XML flavour has no such call.
    pub(super) async fn use_idly(self: &Arc<Self>) -> Result<(), Error> {
        if self.some_window().is_some() {
            return self.check().await.map(drop);
        }
        if self.flavour == InteractiveFlavour::Xml {
            return Ok(());
        }
        match self.call(Op::Probe, "").await {
            Err(error) if error.window_problem() == Some(&super::WindowProblem::SessionLost) => Err(error),
            Err(error) if error.own_status().is_some_and(|status| status.is_client_error()) => Ok(()),
            answer => answer.map(drop),
        }
    }
}

/// Whether a list of sessions, of which nobody knows what an entry looks like, shows ids and this one not among them.
fn lacks(list: &Value, id: &str) -> bool {
    let Value::Array(items) = list else { return false };
    let ids: Vec<&str> = items
        .iter()
        .filter_map(|item| match item {
            Value::String(id) => Some(id.as_str()),
            Value::Object(members) => {
                let is_id = |name: &str| ["id", "sessionid"].iter().any(|known| name.eq_ignore_ascii_case(known));
                members.iter().find(|(name, _)| is_id(name)).and_then(|(_, id)| id.as_str())
            }
            _ => None,
        })
        .collect();
    (items.is_empty() || !ids.is_empty()) && !ids.iter().any(|known| known.eq_ignore_ascii_case(id))
}

impl Drop for Session {
    fn drop(&mut self) {
        end::on_drop(&self.link);
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("id", &self.id()).field("flavour", &self.flavour()).finish_non_exhaustive()
    }
}
