//! `cargo p21 doctor`: tries a server, and says in words what is wrong.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use futures_util::future::join_all;
use p21_client::{Client, Error, Host, Method};
use p21_model::definition::{DataType, ServiceDefinition};
use p21_model::name::split_element;
use p21_model::payload::{KeyValue, TransactionState, TransactionStateRequest};
use serde::Serialize;

use crate::config::Config;
use crate::exit::Done;
use crate::fetch::{Server, published_sandbox, server_version, trying};
use crate::format::Format;
use crate::printable;

/// How many sessions of the pool are tried: as many as a server has that nobody has set up otherwise.
const SESSIONS: usize = 5;

/// Services that are looked for first: every installation has them.
const COMMON: [&str; 3] = ["Customer", "Order", "Item"];

/// Tries a server: login, router, version, one definition, one read, the pool. Says what is wrong and what to do, and
/// nothing of what is fine but a verdict. Nothing is written. Exits with 1 if something is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 doctor                       # the server of P21_BASE_URL, or of p21.toml
  cargo p21 doctor --url https://p21.example.com --format json
  cargo p21 doctor --sandbox             # what it says of a server that works")]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: Server,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// The version, where the server tells.
    version: Option<String>,
    /// How many services it lists.
    services: Option<usize>,
    /// What was tried and works.
    works: Vec<String>,
    problems: Vec<Problem>,
    /// What was not tried, for something before it is wrong.
    untried: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Problem {
    what: &'static str,
    problem: String,
    remedy: String,
}

pub(crate) fn run(arguments: &Arguments, config: &Config) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(doctor(arguments, config))
}

async fn doctor(arguments: &Arguments, config: &Config) -> Result<Done> {
    let sandbox = published_sandbox(&arguments.server).await?;
    let client = trying(&arguments.server, config, sandbox.as_ref())?;
    let mut report = Report::default();
    look(&client, config, &mut report).await;
    match arguments.format {
        Format::Text => printable::print(&printable::spelt(&report.text()))?,
        Format::Json => printable::print(&(printable::escaped(&serde_json::to_string_pretty(&report)?) + "\n"))?,
    }
    Ok(if report.problems.is_empty() { Done::Clean } else { Done::Findings })
}

async fn look(client: &Client, config: &Config, report: &mut Report) {
    // A table that may be forbidden is asked for all the same: whoever says so knows who asks.
    let login = client.request(Method::GET, "/odataservice/odata/table/company?$top=1").host(Host::Middleware);
    if let Err(error) = login.reads().send().await
        && (error.is_before_call() || error.is_timeout() || error.status().is_none_or(|status| status == 401))
    {
        report.untried = vec!["router", "version", "a definition", "a read", "the pool"];
        return report.problem("login", &error);
    }
    report.works.push("login".to_owned());
    let listed = match client.services().await {
        Ok(listed) => listed,
        Err(error) => {
            report.untried = vec!["version", "a definition", "the pool"];
            report.problem("router", &error);
            return read(client, report).await;
        }
    };
    report.works.push("router".to_owned());
    report.services = Some(listed.len());
    report.version = server_version(client).await.map(|version| version.to_string());
    let has = |name: &&str| listed.iter().any(|service| service.name == **name);
    let wanted = config.services();
    let wanted = wanted.iter().map(String::as_str).chain(COMMON).find(has);
    let wanted = wanted.or_else(|| listed.first().map(|service| service.name.as_str()));
    let Some(service) = wanted else {
        return report.problems.push(Problem {
            what: "a definition",
            problem: "the server lists no service".to_owned(),
            remedy: "ask an administrator whether this user may use the Transaction API".to_owned(),
        });
    };
    read(client, report).await;
    match client.definition(service).await {
        Ok(definition) => {
            report.works.push(format!("a definition ({service})"));
            pool(client, &definition, report).await;
        }
        Err(error) => {
            report.untried.push("the pool");
            report.problem("a definition", &error);
        }
    }
}

async fn read(client: &Client, report: &mut Report) {
    match client.table("company").first::<serde_json::Value>().await {
        Ok(_) => report.works.push("a read (OData, company)".to_owned()),
        Err(error) => report.problem("a read", &error),
    }
}

/// As many reads at once as the pool has sessions, of a record that nobody has: a blank form is an answer.
async fn pool(client: &Client, definition: &ServiceDefinition, report: &mut Report) {
    let key = definition.keys.first().and_then(|key| {
        let of = |name: &str| split_element(name).1 == key.location;
        let element = definition.elements.iter().find(|element| of(&element.name))?;
        let is_text = element.field(&key.name)?.data_type == Some(DataType::Char);
        Some((element.name.clone(), KeyValue::new(key.name.clone(), if is_text { "-" } else { "0" })))
    });
    let Some((element, key)) = key else { return report.untried.push("the pool") };
    let request = TransactionStateRequest::new(definition.name.clone(), vec![TransactionState::new(element, [key])]);
    let reads = join_all((0..SESSIONS).map(|_| client.get_raw(&request))).await;
    let wrong: Vec<Error> = reads.into_iter().filter_map(Result::err).collect();
    let contaminated = wrong.iter().filter(|error| error.is_contaminated()).count();
    if contaminated > 0 {
        return report.problems.push(Problem {
            what: "the pool",
            problem: format!(
                "{contaminated} of {SESSIONS} reads met a session in which somebody's call left a dialog open"
            ),
            remedy: "have an administrator end those sessions; until then writes that are sent asynchronously get by"
                .to_owned(),
        });
    }
    match wrong.first() {
        // A refusal of a key that is nobody's is an answer of a session that works.
        Some(error) if error.is_before_call() || error.is_timeout() || error.is_connect() || error.is_auth() => {
            report.problem("the pool", error);
        }
        // That a session has a dialog open is known to stand in the way of writes only, and none is made.
        _ => report.works.push(format!("the pool ({SESSIONS} reads at once; a dialog left open shows in writes only)")),
    }
}

impl Report {
    fn problem(&mut self, what: &'static str, error: &Error) {
        self.problems.push(Problem { what, problem: chain(error), remedy: remedy(what, error) });
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for Problem { what, problem, remedy } in &self.problems {
            let _ = writeln!(out, "{what}: {problem}\n  what to do: {remedy}");
        }
        let server = match (&self.version, self.services) {
            (Some(version), Some(count)) => format!("P21 {version}, {count} services listed; "),
            (None, Some(count)) => format!("P21 of a build that doesn't say its version, {count} services listed; "),
            _ => String::new(),
        };
        let untried =
            if self.untried.is_empty() { String::new() } else { format!("; not tried: {}", self.untried.join(", ")) };
        let works = if self.works.is_empty() { "nothing".to_owned() } else { self.works.join(", ") };
        let _ = match self.problems.len() {
            0 => writeln!(out, "verdict: {server}everything that was tried works: {works}{untried}"),
            1 => writeln!(out, "verdict: {server}one thing is wrong; works: {works}{untried}"),
            count => writeln!(out, "verdict: {server}{count} things are wrong; works: {works}{untried}"),
        };
        out
    }
}

/// What to do about an error, in words.
fn remedy(what: &str, error: &Error) -> String {
    let text = if error.is_connect() {
        "is the address right, with its port, and can this machine reach it (VPN, proxy, firewall, certificate)?"
    } else if error.is_timeout() {
        "the server takes connections and doesn't answer in time: is it starting, or overloaded?"
    } else if what == "login" && error.status().is_some_and(|status| status == 404) {
        "no middleware of P21 logs anybody in at this address: check its path; as a rule it has none (https://p21.example.com)"
    } else if error.is_auth() && what == "a read" {
        "the user or the consumer key has no right to OData of this table; refresh the key's scope, or go without OData"
    } else if error.is_auth() {
        "check P21_USERNAME and P21_PASSWORD, or P21_CONSUMER_KEY: the user has to be live, and tied to an identity"
    } else if error.is_decode() {
        "a web page where JSON was asked for is a proxy, a login page or another site: name the middleware's address"
    } else if what == "router" {
        "the middleware knows no UI server that answers: ask an administrator whether the UI server runs"
    } else {
        "`cargo p21 fetch --service Order` tries the same call by itself"
    };
    text.to_owned()
}

/// An error with its causes, in one line.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}
