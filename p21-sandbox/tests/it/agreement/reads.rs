//! Reads: what the check passes is answered with the record, what it refuses with a blank window or an error.

use p21_model::check::{CheckOptions, check_json};
use p21_model::schema::{ElementKind, ServiceSchema};
use serde_json::{Value, json};

use super::*;

/// A state, and what it asks for.
struct Asked {
    state: Value,
    /// Whether its keys are those that the definition declares, if not the one that counts.
    is_declared: bool,
}

fn asked(schema: &ServiceSchema, record: &Value, key: &[(&str, &str)]) -> Vec<Asked> {
    let (form, _) = schema.record_key().unwrap();
    let mut all = Vec::new();
    let mut ask = |element: &str, keys: &[(&str, &str)]| {
        let is_declared = element == form.name && keys.iter().all(|(name, _)| form.key_names().any(|key| key == *name));
        all.push(Asked { state: state(element, keys), is_declared });
    };
    ask(&form.name, key);
    for field in form.fields.iter().filter(|field| key.iter().all(|(name, _)| *name != field.name)) {
        // With another value than the record has: the key finds it all the same.
        let further = [key, &[(&*field.name, "999999")]].concat();
        if !form.key_names().any(|name| name == field.name) {
            ask(&form.name, &further);
        }
        let stored = value(record, &form.name, &field.name);
        ask(&form.name, &[(&*field.name, if stored.is_empty() { "999999" } else { &stored })]);
    }
    for other in schema.elements.iter().filter(|other| other.kind == ElementKind::Form && other.name != form.name) {
        ask(&other.name, key);
    }
    all
}

/// What the check says of a read, and whether it is answered with a record.
async fn play(schema: Arc<ServiceSchema>, profile: &'static str) -> usize {
    let Some((form, names)) = schema.record_key() else { return 0 };
    let p21 = site(profile).await;
    prepare(&p21, &schema, 2).await;
    let answer = p21.transact(&numbered(&bases::of(&schema.name, profile), 1)).await;
    assert_eq!(summary(&answer), (1, 0), "{} on {profile}: {answer}", schema.name);
    let echo = answer["Results"]["Transactions"][0].clone();
    if !element_names(&echo).contains(&form.name.to_string()) {
        println!("{} on {profile} does not say which record it stored", schema.name);
        return 0;
    }
    let values: Vec<String> = names.iter().map(|name| value(&echo, &form.name, name)).collect();
    let key: Vec<(&str, &str)> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
    let record = p21.read(&schema.name, &form.name, &key).await;
    let asked = asked(&schema, &record, &key);
    let request = |states: &[&Value]| json!({"ServiceName": schema.name, "TransactionStates": states});
    let all: Vec<&Value> = asked.iter().map(|asked| &asked.state).collect();
    let answer = p21.read_states(&request(&all)).await;
    for (asked, answered) in asked.iter().zip(answer["Transactions"].as_array().unwrap()) {
        let found = check_json(Some(&schema), &request(&[&asked.state]), CheckOptions::new());
        let is_found = key.iter().all(|(name, wanted)| value(answered, &form.name, name) == *wanted);
        let keys = asked.state["Keys"].as_array().unwrap().len();
        let codes: Vec<&str> = found.iter().map(|finding| finding.code.as_str()).collect();
        let context = format!("{} on {profile}: {} {codes:?}", schema.name, asked.state);
        // By a part of what is declared the sandbox finds the newest, as people do; the check knows of renewals.
        if asked.is_declared && found.has_errors() {
            continue;
        }
        assert_eq!(is_found, !found.has_errors(), "{context}");
        if !found.has_errors() {
            assert_eq!(codes, if keys == key.len() { vec![] } else { vec!["P21-076"] }, "{context}");
        }
    }
    let unknown = state(&form.name, &[&key[..], &[("no_such_field", "1")]].concat());
    assert!(check_json(Some(&schema), &request(&[&unknown]), CheckOptions::new()).has_errors());
    let refused = p21.post("/api/v2/transaction/get").json(&request(&[&unknown])).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR, "{}", schema.name);
    asked.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_the_check_passes_find_the_record_and_those_it_refuses_find_none() {
    let mut tasks = Vec::new();
    for profile in PROFILES {
        for schema in schemas(profile).into_iter().filter(|schema| schema.endpoint == Endpoint::Transaction) {
            tasks.push(tokio::spawn(play(Arc::new(schema), profile)));
        }
    }
    let (mut services, mut asked) = (0, 0);
    for task in tasks {
        let count = task.await.unwrap();
        services += usize::from(count > 0);
        asked += count;
    }
    assert!(services > 20 && asked > 1_000, "{asked} reads of {services} services");
}
