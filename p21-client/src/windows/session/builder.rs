//! What a session is to be like.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use p21_model::interactive::{SessionRequest, SessionType, xml};
use secrecy::ExposeSecret as _;

use super::Session;
use super::alive::KeepAlive;
use super::{probe, start};
use crate::api::Sending;
use crate::client::Client;
use crate::credentials::Kind as Login;
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::WindowTimeouts;
use crate::windows::policy::Policy;
use crate::windows::wire::{InteractiveFlavour, no_form};

/// How long the server leaves a session that nobody ended, where it doesn't say (measured on several), and some more.
const CLEANUP: Duration = Duration::from_secs(7 * 60);

/// A session that isn't started yet; see [`Client::session`](crate::Client::session).
#[derive(Debug, Clone)]
#[must_use = "nothing is started yet"]
pub struct SessionBuilder {
    pub(super) client: Client,
    pub(super) request: SessionRequest,
    /// None where the server is asked.
    pub(super) flavour: Option<InteractiveFlavour>,
    pub(super) limits: WindowTimeouts,
    pub(super) company: Option<String>,
    pub(super) menus: BTreeMap<String, String>,
    pub(super) policy: Policy,
    pub(super) alive: KeepAlive,
    pub(super) transcript: Option<PathBuf>,
    pub(super) own_login: bool,
    pub(super) patience: Duration,
}

impl SessionBuilder {
    pub(super) fn new(client: Client) -> Self {
        let mut request = SessionRequest::default();
        // Sources disagree on the default.
        request.response_window_handling_enabled = Some(true);
        Self {
            client,
            request,
            flavour: Some(InteractiveFlavour::default()),
            limits: WindowTimeouts::default(),
            company: None,
            menus: BTreeMap::new(),
            policy: Policy::new(),
            alive: KeepAlive::Never,
            transcript: None,
            own_login: false,
            patience: CLEANUP,
        }
    }

    /// Whose session it is, which decides what licence it uses: a user's, unless something is said. Programs that run by
    /// themselves use [`SessionType::Auto`].
    pub fn session_type(mut self, of: SessionType) -> Self {
        self.request.session_type = Some(of);
        self
    }

    /// After how long without a call P21 ends it: 60 s by P21's documented default; some servers wait longer. Whole
    /// seconds, at least one.
    pub fn idle_limit(mut self, limit: Duration) -> Self {
        self.request.session_timeout = Some(limit.as_secs().max(1));
        self
    }

    /// What the program is called in the server's logs.
    pub fn app(mut self, name: impl Into<String>) -> Self {
        self.request.client_platform_app = Some(name.into());
        self
    }

    /// What the machine is called.
    pub fn workstation(mut self, name: impl Into<String>) -> Self {
        self.request.workstation_id = Some(name.into());
        self
    }

    /// Has P21 answer response windows itself, unseen, with whatever each has as its default: usually yes, also to
    /// questions such as whether the accounts of an item are to be overwritten. What isn't a message box is a refusal then
    /// ([`UnexpectedResponseWindow`](crate::windows::WindowProblem::UnexpectedResponseWindow)). Typed windows can't be opened
    /// in such a session.
    pub fn answered_by_p21(mut self) -> Self {
        self.request.response_window_handling_enabled = Some(false);
        self
    }

    /// How response windows are answered where a call doesn't say: not at all, unless something is said.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The company, which a session of the XML flavour wants and the others have no place for.
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// The menu entry of a service's window, as P21's menu maintenance has it (`OE-I-1`): the XML flavour opens windows by
    /// it, and its description has that of `Order` alone. Other flavours don't need it.
    pub fn menu_id(mut self, service: impl Into<String>, entry: impl Into<String>) -> Self {
        self.menus.insert(service.into(), entry.into());
        self
    }

    /// In the XML flavour, whether the program has said by which menu entry a service's window opens.
    pub(in crate::windows) fn xml_menu(&self, service: &str) -> Option<bool> {
        (self.spoken() == Some(InteractiveFlavour::Xml)).then(|| self.menus.contains_key(service))
    }

    /// What the XML flavour's session is asked with; what it has no form for is refused here.
    pub(in crate::windows) fn xml_login(&self) -> Result<Option<xml::SessionRequest>, Error> {
        let request = &self.request;
        if self.flavour != Some(InteractiveFlavour::Xml) {
            return if self.company.is_none() { Ok(None) } else { Err(no_form("a company of the session")) };
        }
        let unknown = [
            ("the type of the session", request.session_type.is_some()),
            ("an idle limit", request.session_timeout.is_some()),
            ("the name of the program", request.client_platform_app.is_some()),
            ("the name of the machine", request.workstation_id.is_some()),
            ("response windows that P21 answers", request.response_window_handling_enabled == Some(false)),
        ];
        if let Some((what, _)) = unknown.iter().find(|(_, is_said)| *is_said) {
            return Err(no_form(what));
        }
        let Some(company) = &self.company else {
            return Err(Error::input("a session of the XML flavour is in a company: say which with `company`"));
        };
        match &self.client.inner().credentials.0 {
            Login::Password { user, password } => {
                Ok(Some(xml::SessionRequest::new(user.as_str(), password.expose_secret(), company.as_str())))
            }
            Login::ConsumerKey(_) => Err(no_form("a session of a consumer key: it wants a user and a password")),
        }
    }

    /// Which Interactive API is spoken: version 2, unless something is said.
    pub fn flavour(mut self, flavour: InteractiveFlavour) -> Self {
        self.flavour = Some(flavour);
        self
    }

    /// Asks the server which Interactive API it has: version 2, else version 1, else, if a [company](Self::company) is said,
    /// the XML flavour. It is asked once a client, by its first session; [`Session::flavour`] says what came of it, and a log
    /// entry does. Nothing is taken for granted: if an answer shows neither that a flavour is there nor that it isn't, that
    /// is an error. In other flavours than XML a company is left out.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let session = client.session().probed().start().await?;
    /// println!("this server speaks {:?}", session.flavour());
    /// session.end().await
    /// # }
    /// ```
    pub fn probed(mut self) -> Self {
        self.flavour = None;
        self
    }

    /// The same in a flavour that was found.
    pub(super) fn in_flavour(mut self, flavour: InteractiveFlavour) -> Self {
        if flavour != InteractiveFlavour::Xml {
            self.company = None;
        }
        self.flavour(flavour)
    }

    /// The flavour that was said, or found.
    fn spoken(&self) -> Option<InteractiveFlavour> {
        self.flavour.or_else(|| self.client.inner().interactive.ready(|_| true).map(|found| *found))
    }

    /// Whether it is known in which flavour it will be.
    pub(in crate::windows) fn is_settled(&self) -> bool {
        self.spoken().is_some()
    }

    /// How long calls may take.
    pub fn timeouts(mut self, limits: WindowTimeouts) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the session is kept alive while nothing is done: it isn't, unless something is said.
    pub fn keep_alive(mut self, alive: KeepAlive) -> Self {
        self.alive = alive;
        self
    }

    /// Writes everything that is said in the session into a file, a line a call: JSON that a person can read and a program can
    /// replay. Tokens and passwords don't get into it; values that are typed do. A file that is there is replaced.
    pub fn transcript(mut self, path: impl Into<PathBuf>) -> Self {
        self.transcript = Some(path.into());
        self
    }

    /// Logs in anew for this session. A token has one session at most, so that several of one user need a token each. Some
    /// servers may end older tokens at a login (reported).
    pub fn own_login(mut self) -> Self {
        self.own_login = true;
        self
    }

    /// How long a session is waited for that somebody else holds and that only the server can remove, such as one of a
    /// program that was killed: 7 minutes, a little more than servers are known to leave it. Each try is logged.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Starts it. A session that a failed start left behind with this token is ended first; one that belongs to another
    /// token is waited for. If the future is dropped, no session is left.
    ///
    /// # Errors
    /// The token has a session of this program already, or nobody's session ends in time
    /// ([`SessionExists`](crate::windows::WindowProblem::SessionExists)); the token names no user
    /// ([`NoSuchUser`](crate::windows::WindowProblem::NoSuchUser)); the pool is full; the login fails; or the transcript can't
    /// be created.
    pub async fn start(self) -> Result<Session, Error> {
        self.in_a_task().await
    }

    /// Whoever stops waiting leaves no session behind.
    fn in_a_task(self) -> Sending<'static, Session> {
        Box::pin(async move {
            let started = tokio::spawn(async move {
                match self.flavour {
                    Some(_) => start::start(self).await,
                    None => probe::start(self).await,
                }
            })
            .await;
            started.unwrap_or_else(|_| Err(Error::input("the runtime that the session was started on is gone")))
        })
    }

    /// Starts it, does something in it, and ends it, whatever came of that.
    ///
    /// # Errors
    /// What was done failed; else the session couldn't be started or ended. Where both went wrong, the ending is logged.
    pub async fn run<T, E: From<Error>>(self, work: impl AsyncFnOnce(&Session) -> Result<T, E>) -> Result<T, E> {
        let session = self.start().await?;
        let result = work(&session).await;
        match (result, session.end().await) {
            (Ok(value), Ok(())) => Ok(value),
            (Ok(_), Err(error)) => Err(error.into()),
            (Err(error), ended) => {
                if let Err(ended) = ended {
                    tracing::warn!(target: TARGET, error = %ended, "the session couldn't be ended");
                }
                Err(error)
            }
        }
    }
}
