//! Check and sandbox agree on every service and both profiles, in both directions: what the check passes is stored as it
//! was sent, and what it refuses is refused or stored otherwise. Payloads that work are changed at random; where the two
//! may differ is a table of exceptions, each with its reason, and each has to occur.

mod bases;
mod changes;
mod exceptions;
mod reads;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use p21_definitions::Definitions;
use p21_model::check::{CheckOptions, Code, Severity, check_json};
use p21_model::schema::{Endpoint, ServiceSchema, ValueType};
use p21_sandbox::ServerVersion;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::*;
use changes::{CHANGES, Dice};
use exceptions::{EXCEPTIONS, Exception};

/// How many payloads a service gets on each profile, if not as many as `P21_AGREEMENT_PAYLOADS` says.
const PAYLOADS: usize = 200;

/// How many payloads are made: as many as `P21_AGREEMENT_PAYLOADS` says, or else this number.
pub(crate) fn payloads<N: std::str::FromStr>(default: N) -> N {
    std::env::var("P21_AGREEMENT_PAYLOADS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

const PROFILES: [&str; 2] = ["25.2", "26.1"];

/// A site's reasons for adjustments: the list that was emptied for publication.
const SITE: &str = r#"
[[field]]
service = "InventoryAdjustment"
element = "TABPAGE_1.tp_1_dw_1"
field = "reason_id"
values = ["Cycle Count"]
"#;

/// What became of a payload.
#[derive(Debug)]
pub(crate) enum Became {
    /// All of it is there, as it was sent.
    Stored,
    /// It was taken, and is not there as it was sent: what is missing.
    Otherwise(Vec<Lost>),
    /// It was refused: with this text.
    Refused(String),
}

/// A value that was sent and isn't there.
#[derive(Debug)]
pub(crate) struct Lost {
    #[allow(dead_code, reason = "shown where check and sandbox disagree")]
    element: String,
    /// The fields whose values differ in the row that is nearest.
    fields: Vec<String>,
}

/// A payload, what the check says of it and what became of it.
pub(crate) struct Case {
    pub(crate) profile: &'static str,
    pub(crate) schema: Arc<ServiceSchema>,
    pub(crate) set: Value,
    /// The errors of the check; what is a warning may be meant.
    pub(crate) errors: Vec<Code>,
    pub(crate) warnings: Vec<Code>,
    pub(crate) became: Became,
}

fn schemas(profile: &str) -> Vec<ServiceSchema> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definitions = Definitions::open(folder, Some(profile.parse().unwrap())).unwrap();
    let names: Vec<String> = definitions.services().map(ToString::to_string).collect();
    let compile = |name: &String| definitions.source(name).unwrap().compile(definitions.any()).unwrap().schema;
    names.iter().map(compile).collect()
}

async fn site(profile: &str) -> P21 {
    // One file: what is made of it is compiled once.
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("site.toml"), SITE).unwrap();
        folder
    });
    let file = FOLDER.path().join("site.toml");
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let version = ServerVersion::parse(profile).unwrap();
    p21_with(|builder| builder.definitions(definitions).p21_version(version).overlay(&file)).await
}

/// Sends a payload to where its service is served, and reads back what it wrote.
async fn play(p21: &P21, schema: &ServiceSchema, set: &Value) -> Became {
    if schema.endpoint == Endpoint::PdfReport {
        let (status, text) = text_of(p21.post("/api/v2/process/pdfreport").json(set).send().await.unwrap()).await;
        let printed = status == StatusCode::OK && text.starts_with('[');
        return if printed || text.contains("No records to print") { Became::Stored } else { Became::Refused(text) };
    }
    let (status, text) = p21.send(set).await;
    let Ok(answer) = serde_json::from_str::<Value>(&text) else { return Became::Refused(format!("{status} {text}")) };
    if status != StatusCode::OK || answer["Summary"].is_null() {
        return Became::Refused(format!("{status} {text}"));
    }
    let sent = set["Transactions"].as_array().unwrap();
    if summary(&answer) != (sent.len() as u64, 0) {
        return Became::Refused(messages(&answer).join("\n"));
    }
    let mut lost = Vec::new();
    for (index, transaction) in sent.iter().enumerate() {
        let echo = &answer["Results"]["Transactions"][index];
        let record = match schema.record_key() {
            Some((form, keys)) if element_names(echo).contains(&form.name.to_string()) => {
                let keys: Vec<(&str, String)> = keys.iter().map(|key| (*key, value(echo, &form.name, key))).collect();
                let keys: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (*key, value.as_str())).collect();
                p21.read(&schema.name, &form.name, &keys).await
            }
            // A window without keys can't be read: there the echo says what was stored.
            _ => echo.clone(),
        };
        lost.extend(lost_of(schema, transaction, &record));
    }
    if lost.is_empty() { Became::Stored } else { Became::Otherwise(lost) }
}

/// What was sent and is not there, row by row: each row has one of its own.
fn lost_of(schema: &ServiceSchema, transaction: &Value, record: &Value) -> Vec<Lost> {
    let mut lost = Vec::new();
    let mut taken: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for element in transaction["DataElements"].as_array().unwrap() {
        let name = element["Name"].as_str().unwrap();
        let stored =
            if element_names(record).iter().any(|known| known == name) { rows(record, name) } else { Vec::new() };
        let taken = taken.entry(name.to_owned()).or_insert_with(|| vec![false; stored.len()]);
        for row in element["Rows"].as_array().unwrap() {
            let edits: Vec<(&str, &str)> = row["Edits"].as_array().unwrap().iter().map(edit).collect();
            let differing = |row: &Row| -> Vec<String> {
                let differs = |(name_of, sent): &&(&str, &str)| {
                    let read = row.get(*name_of).map_or("", String::as_str);
                    !same(schema, name, name_of, read, sent)
                };
                edits.iter().filter(differs).map(|(name, _)| (*name).to_owned()).collect()
            };
            let near = stored.iter().enumerate().filter(|(at, _)| !taken[*at]);
            let nearest = near.map(|(at, row)| (differing(row), at)).min_by_key(|(fields, _)| fields.len());
            match nearest {
                Some((fields, at)) if fields.is_empty() => taken[at] = true,
                Some((fields, _)) => lost.push(Lost { element: name.to_owned(), fields }),
                None => lost.push(Lost {
                    element: name.to_owned(),
                    fields: edits.iter().map(|(name, _)| (*name).to_owned()).collect(),
                }),
            }
        }
    }
    lost
}

fn edit(edit: &Value) -> (&str, &str) {
    (edit["Name"].as_str().unwrap(), edit["Value"].as_str().unwrap())
}

/// A number may be spelt otherwise, a date have its time, a code be shown as its label; an empty number is read as 0.
fn same(schema: &ServiceSchema, element: &str, name: &str, read: &str, sent: &str) -> bool {
    let Some((_, field)) = schema.element(element).and_then(|element| element.field(name)) else { return read == sent };
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let numeric = matches!(field.value_type, ValueType::Decimal | ValueType::Integer);
    read.trim() == sent.trim()
        || field.label_of_code(sent) == Some(read)
        || field.code(sent) == Some(read)
        || (numeric && number(read).is_some() && number(read) == number(sent))
        || read.strip_prefix(sent).is_some_and(|rest| rest.starts_with('T') || rest.starts_with(' '))
}

/// The payload with a number of its own.
fn numbered(set: &Value, number: usize) -> Value {
    let set = set.to_string().replace("{n}", &number.to_string());
    serde_json::from_str(&set.replace("{ticket}", &(5_000_001 + number).to_string())).unwrap()
}

/// A payload in the shape of reports.
fn as_report(set: &mut Value) {
    for transaction in set["Transactions"].as_array_mut().unwrap() {
        transaction["Status"] = Value::from(0);
        for element in transaction["DataElements"].as_array_mut().unwrap() {
            element["Type"] = Value::from(0);
        }
    }
}

/// What has to be there before payloads work: a ticket for each that ships one.
async fn prepare(p21: &P21, schema: &ServiceSchema, count: usize) {
    for _ in 0..if schema.name == "Shipping" { count } else { 0 } {
        let line = list(ITEMS, &[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
        let ticket = element("TP_FRONTCOUNTER.tp_frontcounter", &[], &[&[("print_tix", "ON")]]);
        p21.passes(&set("Order", [vec![order_header(), line, ticket]])).await;
    }
}

/// The errors and warnings of the check.
fn codes_of(schema: &ServiceSchema, set: &Value, profile: &str) -> (Vec<Code>, Vec<Code>) {
    let today = p21_model::value::Date::constant(2026, 3, 2);
    let options = CheckOptions::new().today(today).version(profile.parse().unwrap());
    let codes = check_json(Some(schema), set, options).into_iter().map(|finding| finding.code);
    codes.partition(|code| code.severity() == Severity::Error)
}

/// Plays random payloads of a service.
async fn cases(schema: &Arc<ServiceSchema>, profile: &'static str, count: usize) -> Vec<Case> {
    let p21 = site(profile).await;
    prepare(&p21, schema, count).await;
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let strategy =
        (0..CHANGES.len(), prop::bool::weighted(0.25), 0..CHANGES.len(), prop::collection::vec(any::<u32>(), 32));
    let base = bases::of(&schema.name, profile);
    let mut cases = Vec::new();
    for number in 0..count {
        let (change, again, second, drawn) = strategy.new_tree(&mut runner).unwrap().current();
        // Every change comes at least once.
        let change = if number < CHANGES.len() { number } else { change };
        let mut set = numbered(&base, number);
        let mut dice = Dice::new(drawn);
        (CHANGES[change].1)(schema, &mut set, &mut dice);
        if again && number >= CHANGES.len() {
            (CHANGES[second].1)(schema, &mut set, &mut dice);
        }
        if schema.endpoint == Endpoint::PdfReport {
            as_report(&mut set);
        }
        let (errors, warnings) = codes_of(schema, &set, profile);
        let became = play(&p21, schema, &set).await;
        cases.push(Case { schema: Arc::clone(schema), profile, set, errors, warnings, became });
    }
    cases
}

/// What the random payloads are made from: if it didn't work, no change of it would.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_payload_that_others_are_made_from_works_for_every_service() {
    let mut failed = Vec::new();
    for profile in PROFILES {
        for schema in schemas(profile) {
            let p21 = site(profile).await;
            prepare(&p21, &schema, 1).await;
            let mut set = numbered(&bases::of(&schema.name, profile), 0);
            if schema.endpoint == Endpoint::PdfReport {
                as_report(&mut set);
            }
            let (errors, _) = codes_of(&schema, &set, profile);
            let became = play(&p21, &schema, &set).await;
            if !errors.is_empty() || !matches!(became, Became::Stored) {
                failed.push(format!("{} on {profile}: {errors:?}, {became:?}", schema.name));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_check_passes_is_stored_as_sent_and_what_it_refuses_is_not() {
    let count = payloads(PAYLOADS);
    let mut tasks = Vec::new();
    for profile in PROFILES {
        for schema in schemas(profile).into_iter().map(Arc::new) {
            tasks.push(tokio::spawn(async move { cases(&schema, profile, count).await }));
        }
    }
    let mut used: Vec<BTreeSet<String>> = vec![BTreeSet::new(); EXCEPTIONS.len()];
    let mut unexplained: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut passed, mut refused) = (0_usize, 0_usize);
    for task in tasks {
        for case in task.await.unwrap() {
            let is_stored = matches!(case.became, Became::Stored);
            if case.errors.is_empty() {
                passed += 1
            } else {
                refused += 1
            };
            if case.errors.is_empty() == is_stored {
                continue;
            }
            let is_it =
                |exception: &Exception| exception.services.contains(&&*case.schema.name) && (exception.is_it)(&case);
            match EXCEPTIONS.iter().position(is_it) {
                Some(at) => drop(used[at].insert(case.schema.name.to_string())),
                None => {
                    let what = match &case.became {
                        Became::Stored => format!("refused by {:?}, and stored as sent", case.errors),
                        other => format!("passed, and {other:?}"),
                    };
                    unexplained
                        .entry(format!("{} on {}: {what}", case.schema.name, case.profile))
                        .or_default()
                        .push(case.set.to_string());
                }
            }
        }
    }
    let unused = EXCEPTIONS.iter().zip(&used).flat_map(|(exception, used)| {
        let of = exception.services.iter().filter(|service| !used.contains(**service));
        of.map(|service| format!("{service}: {}", exception.why))
    });
    let unused: Vec<String> = unused.collect();
    let listed: Vec<String> =
        unexplained.iter().map(|(what, sets)| format!("{what} ({} times)\n    {}", sets.len(), sets[0])).collect();
    assert!(
        listed.is_empty(),
        "{} disagreements, {passed} passed, {refused} refused:\n{}",
        listed.len(),
        listed.join("\n")
    );
    assert!(unused.is_empty() || count < PAYLOADS, "exceptions that no payload needs any more: {unused:#?}");
    assert!(passed > 1000 && refused > 1000 || count < PAYLOADS, "{passed} passed, {refused} refused");
}
