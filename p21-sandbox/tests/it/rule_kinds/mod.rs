//! Every kind of rule, as its three readers see it: a payload that breaks a rule of the real definitions and one that
//! keeps it. Of the first the check has a finding, the derive an error, and the sandbox refuses it or stores something
//! else; where one of them can't, the table says why. Of the second none says anything, and it is stored.
//!
//! `p21-model/tests/it/rules_matter.rs` shows that the rules themselves are needed; `check_agrees` tries payloads at
//! random.

mod cases;
mod declared;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use p21_definitions::Definitions;
use p21_model::check::{CheckOptions, Code, check_json};
use p21_model::rules::Kind;
use p21_model::schema::ServiceSchema;
use p21_sandbox::{SandboxBuilder, ServerVersion};
use serde_json::Value;

use crate::support::*;

/// Where a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Transaction,
    Get,
    Report,
}

/// A kind, and payloads about a rule of it.
struct Case {
    kind: Kind,
    version: &'static str,
    door: Door,
    /// Sets that are stored before; `{job_no}` and `{order_no}` behind them are the numbers that P21 gave.
    before: Vec<Value>,
    broken: Broken,
    kept: Value,
    /// What P21 answers to it, where that is no record.
    kept_answer: Option<&'static str>,
    /// The rows are of a record that exists, so the structs that declare them are partial ones.
    exists: bool,
    options: CheckOptions,
    /// A sandbox of its own, configured like this.
    configure: Option<fn(SandboxBuilder) -> SandboxBuilder>,
}

/// What breaks the rule, and what becomes of it.
enum Broken {
    /// Nothing can; what the rule says shows in what the kept payload stores: element, field, value.
    Never(&'static str, Shows),
    By {
        body: Value,
        check: Check,
        derive: Derive,
        sandbox: Sandbox,
    },
}

/// Where a rule that nothing can break is seen at work.
enum Shows {
    /// The sandbox answers this in a field of what it stored.
    Stored { element: &'static str, field: &'static str, value: &'static str },
    /// Nowhere but in the schema: whether it is there.
    Schema(fn(&ServiceSchema) -> bool),
}

/// What the check says of the broken payload.
enum Check {
    Finds(Code),
    /// Nothing, because.
    CannotSee(&'static str),
}

/// What the derive says of a struct that declares the broken payload.
enum Derive {
    /// It doesn't compile, and the message has this.
    Refuses(&'static str),
    /// The types themselves refuse it: a compile-fail case of p21-services.
    Types(&'static str),
    /// It compiles, because.
    CannotSee(&'static str),
}

/// What the sandbox does with the broken payload.
enum Sandbox {
    /// Refuses it; a message has this.
    Refuses(&'static str),
    /// Answers `Succeeded`, and the field of the echo or the read record has the first value where the kept payload has
    /// the second.
    Mangles { element: &'static str, field: &'static str, broken: &'static str, kept: &'static str },
    /// Answers a blank record.
    Blank,
    /// Does with all of it what it was sent for, because: every value is stored, a report prints; a report that is sent
    /// as a transaction does neither.
    Takes(&'static str),
}

/// What came of a body.
#[derive(Debug)]
enum Answer {
    Refused(String),
    /// The record, as it is read back where the service has a key, else the echo.
    Stored(Value),
}

fn schema(service: &str, profile: &str) -> ServiceSchema {
    static DEFINITIONS: OnceLock<Definitions> = OnceLock::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definitions = DEFINITIONS.get_or_init(|| Definitions::open(folder, Some("25.2".parse().unwrap())).unwrap());
    let source = definitions.source(service).unwrap();
    let schema = source.compile(definitions.any()).unwrap().schema;
    schema.at(profile.parse().unwrap()).into_owned()
}

fn service(body: &Value) -> &str {
    body["Name"].as_str().or_else(|| body["ServiceName"].as_str()).unwrap()
}

impl Case {
    fn codes(&self, body: &Value) -> Vec<Code> {
        let schema = schema(service(body), self.version);
        let options = self.options.version(self.version.parse().unwrap());
        check_json(Some(&schema), body, options).into_iter().map(|finding| finding.code).collect()
    }

    /// What a sandbox without records does with the sets before, and then with a body.
    async fn send(&self, servers: &mut Servers, body: &Value) -> Answer {
        let p21 = servers.of(self).await;
        let reset = p21
            .client
            .post(format!("{}/_sandbox/reset", p21.sandbox.url()))
            .bearer_auth(&p21.token)
            .send()
            .await
            .unwrap();
        assert!(reset.status().is_success(), "{reset:?}");
        let mut body = body.clone();
        for before in &self.before {
            let echo = p21.passes(before).await;
            for (service, form, number) in
                [("JobContractPricing", CONTRACT, "job_no"), ("Order", "TABPAGE_1.order", "order_no")]
            {
                if self::service(before) == service {
                    let text = body.to_string().replace(&format!("{{{number}}}"), &value(&echo, form, number));
                    body = serde_json::from_str(&text).unwrap();
                }
            }
        }
        match self.door {
            Door::Transaction => transaction(p21, &body).await,
            Door::Get => Answer::Stored(p21.read_states(&body).await["Transactions"][0].clone()),
            Door::Report => {
                let (status, text) =
                    text_of(p21.post("/api/v2/process/pdfreport").json(&body).send().await.unwrap()).await;
                if status.is_success() {
                    Answer::Stored(serde_json::from_str(&text).unwrap())
                } else {
                    Answer::Refused(format!("HTTP {status}: {text}"))
                }
            }
        }
    }
}

/// A sandbox a P21 version, and one a case that wants its own.
#[derive(Default)]
struct Servers(BTreeMap<(&'static str, Option<Kind>), P21>);

impl Servers {
    async fn of(&mut self, case: &Case) -> &P21 {
        let key = (case.version, case.configure.map(|_| case.kind));
        match self.0.entry(key) {
            Entry::Occupied(started) => started.into_mut(),
            Entry::Vacant(place) => {
                let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
                let profile = ServerVersion::parse(case.version).unwrap();
                let configure = case.configure.unwrap_or(|builder| builder);
                let builder = |builder: SandboxBuilder| builder.definitions(definitions).p21_version(profile);
                place.insert(p21_with(|new| configure(builder(new).configure(|config| config.admin = true))).await)
            }
        }
    }
}

async fn transaction(p21: &P21, body: &Value) -> Answer {
    let (status, text) = p21.send(body).await;
    let Ok(answer) = serde_json::from_str::<Value>(&text) else {
        return Answer::Refused(format!("HTTP {status}: {text}"));
    };
    if !status.is_success() || summary(&answer).1 > 0 {
        return Answer::Refused(text);
    }
    let echo = &answer["Results"]["Transactions"][0];
    let schema = schema(service(body), "25.2");
    let Some(key) = &schema.key else { return Answer::Stored(echo.clone()) };
    let form = schema.elements.get(usize::from(key.element)).unwrap();
    let names: Vec<&str> = key.fields.iter().map(|field| &*form.fields[*field as usize].name).collect();
    let keys: Vec<(&str, String)> = names.iter().map(|name| (*name, value(echo, &form.name, name))).collect();
    let keys: Vec<(&str, &str)> = keys.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Answer::Stored(p21.read(service(body), &form.name, &keys).await)
}

/// What is not as the table says, of one case.
async fn problems(case: &Case, servers: &mut Servers) -> Vec<String> {
    let mut problems = Vec::new();
    let mut wrong = |what: String| problems.push(format!("[[{}]]: {what}", case.kind.name()));
    let found = case.codes(&case.kept);
    if !found.is_empty() {
        wrong(format!("the check finds {found:?} in what keeps the rule"));
    }
    if let Err(message) = declared::compiles(case, &case.kept) {
        wrong(format!("a struct that keeps the rule doesn't compile: {message}"));
    }
    let kept = match case.send(servers, &case.kept).await {
        Answer::Refused(text) if case.kept_answer.is_some_and(|answer| text.contains(answer)) => Value::Null,
        Answer::Refused(text) => {
            return [problems, vec![format!("[[{}]]: kept, but {text}", case.kind.name())]].concat();
        }
        Answer::Stored(record) => record,
    };
    match &case.broken {
        Broken::Never(why, shows) => {
            assert!(why.len() > 10, "{}", case.kind.name());
            match shows {
                Shows::Stored { element, field, value } => {
                    let stored = self::value(&kept, element, field);
                    if stored != *value {
                        wrong(format!("`{field}` of `{element}` is `{stored}`, not `{value}`"));
                    }
                }
                Shows::Schema(holds) => {
                    if !holds(&schema(service(&case.kept), case.version)) {
                        wrong("the schema lacks what the rule says".to_owned());
                    }
                }
            }
        }
        Broken::By { body, check, derive, sandbox } => {
            let found = case.codes(body);
            match check {
                Check::Finds(code) if found.contains(code) => {}
                Check::CannotSee(why) if found.is_empty() && why.len() > 10 => {}
                _ => wrong(format!("the check finds {found:?}")),
            }
            if let Some(problem) = derive.disagrees(declared::compiles(case, body)) {
                wrong(problem);
            }
            if let Some(problem) = sandbox.disagrees(case.send(servers, body).await, &kept, (case, body)) {
                wrong(problem);
            }
        }
    }
    problems
}

impl Derive {
    fn disagrees(&self, compiles: Result<(), String>) -> Option<String> {
        match (self, compiles) {
            (Self::Refuses(text), Err(message)) if message.contains(text) => None,
            (Self::Refuses(text), other) => Some(format!("the derive says {other:?}, not {text:?}")),
            (Self::Types(case), Ok(())) => {
                let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../p21-services/ui/fail").join(case);
                (!file.is_file()).then(|| format!("there is no {}", file.display()))
            }
            (Self::CannotSee(why), Ok(())) => (why.len() < 10).then(|| "say why".to_owned()),
            (_, Err(message)) => Some(format!("the derive does see it: {message}")),
        }
    }
}

impl Sandbox {
    fn disagrees(&self, answer: Answer, kept_record: &Value, (case, body): (&Case, &Value)) -> Option<String> {
        match (self, &answer) {
            (Self::Refuses(text), Answer::Refused(said)) if said.contains(text) => None,
            (Self::Mangles { element, field, broken, kept }, Answer::Stored(record)) => {
                let (is, should) = (value(record, element, field), value(kept_record, element, field));
                let holds = (is.as_str(), should.as_str()) == (*broken, *kept);
                (!holds).then(|| format!("`{field}` is `{is}`, and `{should}` where the rule is kept"))
            }
            (Self::Blank, Answer::Stored(record)) => {
                let blank = record["DataElements"].as_array().unwrap().iter().all(|element| {
                    let edits = element["Rows"].as_array().unwrap().iter().flat_map(|row| row["Edits"].as_array());
                    edits.flatten().all(|edit| edit["Value"].as_str().unwrap_or_default().is_empty())
                });
                (!blank).then(|| format!("the record is not blank: {record}"))
            }
            (Self::Takes(why), Answer::Stored(record)) if why.len() > 10 => taken(case.door, body, record),
            _ => Some(format!(
                "the sandbox does otherwise: {}",
                &format!("{answer:?}").chars().take(600).collect::<String>()
            )),
        }
    }
}

/// What is missing of what a body was sent for.
fn taken(door: Door, body: &Value, record: &Value) -> Option<String> {
    if door == Door::Report {
        let printed = record.as_array().is_some_and(|documents| {
            !documents.is_empty() && documents.iter().all(|document| document["DocumentData"].is_string())
        });
        return (!printed).then(|| format!("nothing is printed: {record}"));
    }
    if service(body).starts_with("m_") {
        return (!record["Documents"].is_null()).then(|| format!("it prints: {record}"));
    }
    for element in body["Transactions"][0]["DataElements"].as_array().unwrap() {
        let name = element["Name"].as_str().unwrap();
        for edit in element["Rows"].as_array().unwrap().iter().flat_map(|row| row["Edits"].as_array().unwrap()) {
            let (field, sent) = (edit["Name"].as_str().unwrap(), edit["Value"].as_str().unwrap());
            let stored = column(record, name, field);
            let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
            let is_it = |text: &String| text == sent || (number(sent).is_some() && number(text) == number(sent));
            if !stored.iter().any(is_it) {
                return Some(format!("`{field}` of `{name}` was sent as `{sent}` and is {stored:?}"));
            }
        }
    }
    None
}

#[tokio::test]
async fn check_derive_and_sandbox_agree_on_every_kind_of_rule() {
    let cases = cases::all();
    let (mut wrong, mut servers) = (Vec::new(), Servers::default());
    for case in &cases {
        wrong.extend(problems(case, &mut servers).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let tried: BTreeSet<Kind> = cases.iter().map(|case| case.kind).collect();
    // A payload has nothing to do with rules about windows: the client types by them, and its tests try them.
    let of_payloads = Kind::ALL.iter().filter(|kind| !kind.is_of_windows());
    let untried: Vec<&Kind> = of_payloads.filter(|kind| !tried.contains(kind)).collect();
    assert!(untried.is_empty(), "no case for {untried:?}: add one to tests/it/rule_kinds/cases");
}
