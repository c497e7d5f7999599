//! What a sandbox can be told, and what it does when it isn't told.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use p21_model::Version;
use p21_model::rules::Rules;
use p21_model::schema::Quirk;

use super::clock::Clock;
use super::master::MasterData;
use super::settings::accept::MissingAccept;
use super::settings::faults::FaultSettings;
use super::settings::interactive::InteractiveSettings;
use super::settings::jobs::AsyncSettings;
use super::settings::odata::OData;
use super::settings::pool::PoolSettings;
use super::settings::prompts::Prompt;
use super::settings::report::ReportSettings;
use super::unknowns::Unknowns;

/// The user that every sandbox knows, unless told otherwise.
pub const USER: &str = "sandbox";

/// Its password.
pub const PASSWORD: &str = "sandbox";

/// A user who may log in with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The name.
    pub name: String,
    /// The password, in plain text: this is a sandbox.
    pub password: String,
}

/// A consumer key, as registered in P21's API console.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsumerKey {
    /// The key itself, a guid in P21.
    pub key: String,
    /// The number of the registration.
    pub uid: u32,
    /// The API scope; it rides in the token's `aud`.
    pub scope: String,
}

impl User {
    /// A user and the password.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self { name: name.into(), password: password.into() }
    }
}

impl ConsumerKey {
    /// A key with the scope `/api`, which grants everything.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), uid: 8, scope: "/api".to_owned() }
    }

    /// With another scope.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }
}

/// The end of a secret, for whoever has to tell one from another.
pub(crate) fn hidden(secret: &str) -> String {
    let end: String = secret.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    format!("***{end}")
}

/// The P21 version that the sandbox behaves like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    version: Version,
    /// What the rules say of it, once they are read.
    quirks: Vec<Quirk>,
}

impl ServerVersion {
    /// P21 25.2, the default.
    pub const fn v25_2() -> Self {
        Self { version: Version::new(25, 2), quirks: Vec::new() }
    }

    /// P21 26.1, its newest known build.
    pub const fn v26_1() -> Self {
        Self { version: Version::new(26, 1), quirks: Vec::new() }
    }

    /// Reads `25.2`, `26.1`, `26.1-early` or a build such as `26.1.5910.3`.
    ///
    /// # Errors
    /// No version, or one of a release whose behaviour is not known.
    pub fn parse(text: &str) -> Result<Self, UnknownVersion> {
        let unknown = || UnknownVersion(text.chars().take(40).collect());
        let version: Version = text.parse().map_err(|_| unknown())?;
        let is_known = Version::KNOWN.contains(&version.release());
        if is_known { Ok(Self { version, quirks: Vec::new() }) } else { Err(unknown()) }
    }

    /// The version: `25.2`, `26.1` or a build of them.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The build that the server says it is, for example `26.1.5950.0`: of a release the newest that is known.
    pub fn build(&self) -> Version {
        let of_release = |build: &&Version| build.release() == self.version.release();
        let mut builds = Version::BUILDS.iter().filter(of_release);
        let found = match self.version {
            version if version == version.release().early() => builds.next(),
            version if version.has_build() => None,
            _ => builds.next_back(),
        };
        found.copied().unwrap_or(self.version)
    }

    /// Takes note of what the rules say about servers of this version.
    pub(crate) fn learn(&mut self, rules: &Rules) {
        self.quirks = Quirk::ALL.into_iter().filter(|quirk| rules.has(*quirk, self.version)).collect();
    }

    /// Whether servers of this version have a quirk.
    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

impl Default for ServerVersion {
    fn default() -> Self {
        Self::v25_2()
    }
}

/// A P21 version that the sandbox does not have.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no P21 version `{}` here; use `25.2`, `26.1`, `26.1-early` or a build of them such as `26.1.5910.3`", .0.escape_debug())]
pub struct UnknownVersion(String);

p21_model::debug_is_its_line!(UnknownVersion);

/// Everything that can be switched. [`Config::default`] documents the defaults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The P21 version to behave like.
    pub p21_version: ServerVersion,
    /// Who may log in with a password.
    pub users: Vec<User>,
    /// Which consumer keys exist.
    pub consumer_keys: Vec<ConsumerKey>,
    /// How long a password token lives.
    pub token_lifetime: Duration,
    /// A login invalidates the earlier tokens of the same user.
    pub one_token_per_user: bool,
    /// Token and router answer in XML, whatever was asked for, as some middleware does.
    pub xml_tokens: bool,
    /// Where records are kept; `None` for memory.
    pub data: Option<PathBuf>,
    /// Services that are listed but whose window is not deployed.
    pub undeployed: BTreeSet<String>,
    /// Services that nobody has published a definition of are served by sketches, made of what is known of them. Answers
    /// about them are marked.
    pub sketches: bool,
    /// The company of the session.
    pub company: String,
    /// The user that a consumer key without a user name acts as.
    pub install_user: String,
    /// Whether company, customer, items and so on exist from the start.
    pub seed: bool,
    /// A tester's own items, customers, units and prices.
    pub master_data: MasterData,
    /// `Results` is there even if no transaction passed; otherwise it is null then.
    pub results_on_failure: bool,
    /// Numeric keys compare as numbers: `5` finds `5.0000`.
    pub numeric_keys: bool,
    /// A new row needs the fields that the definition flags as required, as corrected by the rules.
    pub required_flags: bool,
    /// What a site has configured to open: prompts, answered No, and response windows.
    pub prompts: Vec<Prompt>,
    /// The day the server believes it is when it starts, at noon; `None` for the real one.
    pub today: Option<Date>,
    /// What it goes by from then on.
    pub clock: Clock,
    /// The largest request body in bytes; a larger one is a 413.
    pub max_body: usize,
    /// The most states of one read; more are a 400. Each is answered with a whole window, so that a small request could
    /// ask for any amount of memory. P21's own limit is not known.
    pub max_states: usize,
    /// Names by which the sandbox may be reached, beside `localhost` and IP addresses; other requests are a 421.
    pub host_names: Vec<String>,
    /// What a request without an `Accept` header gets from the UI server's `/api/v2`.
    pub missing_accept: MissingAccept,
    /// The queue of asynchronous transactions.
    pub asynchronous: AsyncSettings,
    /// Reports.
    pub reports: ReportSettings,
    /// The pool of sessions that transactions run on.
    pub pool: PoolSettings,
    /// Whether `/_sandbox/...` is there for programs on this machine; its paths are in the module docs of the crate.
    pub admin: bool,
    /// What goes wrong on purpose, and how long answers take.
    pub faults: FaultSettings,
    /// What chance starts from, so that runs repeat.
    pub random_seed: u64,
    /// The OData service.
    pub odata: OData,
    /// The Interactive API.
    pub interactive: InteractiveSettings,
    /// What P21 does where nobody has seen it.
    pub unknowns: Unknowns,
}

impl Default for Config {
    /// ServerVersion 25.2; user `sandbox`, password `sandbox`; consumer key `00000000-0000-0000-0000-000000000021` with
    /// scope `/api`; tokens live a day; records in memory, seeded; `Results` null when nothing passed.
    fn default() -> Self {
        Self {
            p21_version: ServerVersion::default(),
            users: vec![User::new(USER, PASSWORD)],
            consumer_keys: vec![ConsumerKey::new("00000000-0000-0000-0000-000000000021")],
            token_lifetime: Duration::from_secs(86_400),
            one_token_per_user: false,
            xml_tokens: false,
            data: None,
            undeployed: BTreeSet::new(),
            sketches: false,
            company: "ACME".to_owned(),
            install_user: "admin".to_owned(),
            seed: true,
            master_data: MasterData::default(),
            results_on_failure: false,
            numeric_keys: true,
            required_flags: true,
            today: None,
            clock: Clock::default(),
            max_body: 32 * 1024 * 1024,
            max_states: 1_000,
            host_names: Vec::new(),
            missing_accept: MissingAccept::default(),
            asynchronous: AsyncSettings::default(),
            reports: ReportSettings::default(),
            pool: PoolSettings::default(),
            admin: false,
            prompts: Vec::new(),
            faults: FaultSettings::default(),
            random_seed: 0,
            odata: OData::default(),
            interactive: InteractiveSettings::default(),
            unknowns: Unknowns::default(),
        }
    }
}

impl Config {
    /// The server's day.
    pub(crate) fn today(&self) -> Date {
        self.clock.today()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quirk_is_one_of_some_profiles_and_not_of_others() {
        let any = p21_definitions::Rulebook::builtin().any().unwrap();
        let of = |text: &str| {
            let mut p21_version = ServerVersion::parse(text).unwrap();
            p21_version.learn(&any);
            p21_version.quirks
        };
        let profiles = ["25.2", "26.1-early", "26.1.5910.3", "26.1.5930.1", "26.1.5940.0", "26.1"].map(of);
        for quirk in Quirk::ALL {
            let count = profiles.iter().filter(|quirks| quirks.contains(&quirk)).count();
            assert!(count > 0 && count < profiles.len(), "{quirk:?}: {count} of {}", profiles.len());
        }
        assert!(profiles[5].is_empty(), "{:?}", profiles[5]);
    }

    #[test]
    fn profiles_are_versions_or_builds() {
        assert_eq!(ServerVersion::parse("25.2").unwrap(), ServerVersion::v25_2());
        assert_eq!(ServerVersion::parse("2026.1").unwrap(), ServerVersion::v26_1());
        let build = |text: &str| ServerVersion::parse(text).unwrap().build().to_string();
        assert_eq!(build("26.1.5910.3"), "26.1.5910.3");
        assert_eq!(build("2025.2.5855.0"), "25.2.5855.0");
        assert_eq!([build("26.1-early"), build("26.1"), build("25.2")], ["26.1.5873.1", "26.1.5950.0", "25.2.5855.0"]);
        for text in ["", "26.10", "26.1.", "26.1.x", "24.1", "banana"] {
            assert!(ServerVersion::parse(text).is_err(), "{text:?}");
        }
    }
}
