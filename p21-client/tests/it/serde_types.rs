//! What the feature `serde` covers: every public type, or a reason why not.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use p21_client::odata::col;
use p21_client::resilience::{Lookup, Verdict};
use p21_client::windows::enter::{Gap, NewOrStored, NotEntered};
use p21_client::{ErrorKind, SaveError};
use p21_model::check::Code;
use p21_model::outcome::{Message, Stored};
use p21_model::record::Record;
use p21_model::value::Text;
use serde_json::{Value, json};

use crate::support::contract::{CONTRACT_NO, Contract, Header, Key};
use crate::surface::sources;
use p21_model::row::{Element as _, RecordKey as _, Transaction};

/// Public types that serde doesn't write, and why.
const OTHERS: [(&str, &str); 13] = [
    (
        "they are the plan of what is typed into a window: what became of it is written, and lists what was done",
        "Wanted Plan Value PlanStep PlanQuestion Question Popup PopupField Sentence Entering Storing",
    ),
    (
        "they hold a client, a secret or a connection",
        "Pending Callback Copier Request Submission Once Resolving Queued ClientBuilder CallbackReceiver \
         CallbackReceiverBuilder Callbacks Client Clock Credentials ConsumerKey RawAnswer Answer Pages Query Pricing Session \
         SessionBuilder SessionPool SessionPoolBuilder PooledSession Typist Window Action Asked Reply",
    ),
    (
        "they hold a client, a connection or what a run goes by",
        "Batch Steps Workflow Books Failures Stop Submitting SqliteJournal PostgresJournal PostgresBuilder",
    ),
    ("what they hold is written: the transaction that is stored, or the error", "Came Written"),
    (
        "they are what a run and a journal say to each other, and stand in the journal: what it is asked for is written",
        "RunId NewRun Run Planned Twice Worker Share Lease Attempt Claim Unsettled Settled Transition",
    ),
    (
        "they are records, and what is asked to be done with them, as a program builds them",
        "BatchRecord Successor Replacement NewPage",
    ),
    ("they are parts of a query, which is written as its text", "FieldColumn Column Order Literal RecordId"),
    (
        "they are rows and steps that are built: what they become a part of is written, as P21 spells it",
        "Commands Unbound Copying RawRow Others Spelling FieldValues RuleFor",
    ),
    ("they borrow, or have no value", "Raw RecordRows RecordRow WindowRows WindowRow NoKey Field Any Located Root"),
    (
        "they are read from a file, which is their form",
        "JsonLines CsvFile Encoding ContractPrice JsonPayload XmlPayload RuleSet Compiled Sanitized EndpointName \
      OneOrMore Where AssignedHow CheckOptions ProofBy Joined ComparedField PartSpelt XmlSpelt XmlPart",
    ),
    (
        "definitions and their rules have a canonical form of their own",
        "ServiceDefinition KeyDefinition ElementDefinition \
      ElementKind FieldDefinition DataType Elsewhere List Places Labels Codes Elements ServiceSchema RecordFields \
      ElementSchema Parent FieldSchema Fields FieldsRead Values FieldFlags Why ElementRule RuleKind Effect Occasion When \
      IgnoreDisabled TextForm Numbering Quirk QuirkOf Sequence Versions WindowFact WindowFactKind WindowFacts Opening XmlNames Place KeyEntry \
      NewKey Stages Part Detail PopupEntry Dialog Proof Named",
    ),
    (
        "they are documents in XML, or make some, which is their form",
        "XmlAnswer XmlElement Out WindowStatus WindowType ChangeRequest Change RowRequest RowDataRequest",
    ),
    (
        "they are errors of reading one text, and are said in words",
        "UnsafeName BadVersion BadVersions XmlWriteError \
      XmlReadError",
    ),
];

/// The crate of a file.
fn krate(file: &str) -> &str {
    file.trim_start_matches("../").split('/').next().unwrap()
}

#[test]
fn every_public_type_has_serde_or_a_reason_why_not() {
    let mut files = Vec::new();
    for folder in ["p21-client/src", "p21-model/src", "p21-batch/src", "p21-services/src/workflows"] {
        sources(&Path::new("..").join(folder), &mut files);
    }
    files.retain(|(file, _)| !file.contains("/bindings/") && !file.contains("/derive/"));
    // By its crate: rows of tables share their name with those of payloads.
    let by_hand: BTreeSet<(&str, &str)> = files
        .iter()
        .flat_map(|(file, text)| {
            let texts = ["Serialize for ", "written_as_its_line!("].into_iter().flat_map(|by| text.split(by).skip(1));
            texts.filter_map(|rest| Some((krate(file), rest.split(|c: char| !c.is_alphanumeric()).next()?)))
        })
        .collect();
    let mut others: BTreeMap<&str, &str> =
        OTHERS.iter().flat_map(|(why, names)| names.split_whitespace().map(|name| (name, *why))).collect();
    let mut known = BTreeSet::new();
    for (file, text) in &files {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
            let Some(name) = rest.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()) else { continue };
            let mut above =
                lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
            let is_covered = above.any(|line| line.contains("derive(") && line.contains("Serialize"));
            let is_known = is_covered || by_hand.contains(&(krate(file), name)) || others.contains_key(name);
            assert!(is_known, "{file}: `{name}` has neither serde nor a reason why not");
            known.insert(name.to_owned());
        }
    }
    others.retain(|name, _| !known.contains(*name));
    assert!(others.is_empty(), "there are no such types: {others:?}");
}

#[tokio::test]
async fn every_error_is_written_with_its_code_and_what_its_kind_knows() {
    for (code, error) in crate::kinds::all().await {
        let written = serde_json::to_value(&error).unwrap();
        assert_eq!(written["message"], error.to_string());
        assert_eq!(written["code"], error.code(), "{written}");
        let kind = &written["kind"];
        assert_eq!(kind["code"], error.kind().code(), "the tag is the code: {written}");
        if let ErrorKind::Ambiguous { cause, .. } = error.kind() {
            assert_eq!(kind["cause"]["code"], cause.code(), "{code}: {written}");
        }
        assert!(!written.to_string().contains(crate::support::PASSWORD));
    }
}

/// Written and read again.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> (Value, T) {
    let written = serde_json::to_value(value).unwrap();
    let read = serde_json::from_value(written.clone()).unwrap();
    (written, read)
}

#[test]
fn data_is_read_as_it_was_written() {
    for code in Code::ALL {
        let (written, read) = again(code);
        assert_eq!((written, read), (json!(code.as_str()), *code));
    }
    assert_eq!(again(&Text::from("ä\"")).1, "ä\"");
    let message = Message::parse("Transaction 2:: General Exception: Column is disabled: company_id", None);
    assert_eq!(again(&message).1, message);
    assert_eq!(again(&Verdict::NotStored), (json!("not-stored"), Verdict::NotStored));
    let transaction: Transaction<Contract> = Transaction::new().push(Header::edit().set(CONTRACT_NO, "J-1"));
    let payload = transaction.to_payload();
    assert_eq!(serde_json::to_value(&transaction).unwrap(), serde_json::to_value(&payload).unwrap());
    let record: Record<Contract> = Record::new(payload.clone());
    assert_eq!(again(&record).1.as_payload(), &payload);
    let stored: Stored<Contract> = Stored::new(payload, vec![message]).assume_service();
    assert_eq!(again(&stored).1, stored);
    let lookup = Lookup::of_names("FORM.header", "job_hdr", [("contract_no", "job_no")], col("po_no").eq("88"));
    assert_eq!(
        serde_json::to_value(lookup).unwrap(),
        json!({"table": "job_hdr", "filter": "po_no eq '88'", "element": "FORM.header", "keys": {"contract_no": "job_no"}})
    );
    let key = serde_json::to_value(Key::new("J-1").values()).unwrap();
    assert_eq!(key, json!({"DataElementName": "FORM.header", "Keys": [{"Name": "contract_no", "Value": "J-1"}]}));
}

#[test]
fn what_became_of_a_record_is_written() {
    let error = p21_client::Client::builder("ftp://p21.example.com").build().unwrap_err();
    let code = error.code();
    let refused = serde_json::to_value(NotEntered::Refused(error)).unwrap();
    assert_eq!(refused["refused"]["code"], code, "{refused}");
    let gap = serde_json::to_value(Gap::NoOrder(NewOrStored::New)).unwrap();
    assert_eq!(gap, json!({"no-order": "new"}));
    let row = json!({"price": 1.5, "job_no": "7"});
    let table_row: p21_client::odata::Row = serde_json::from_value(row.clone()).unwrap();
    assert_eq!(again(&table_row).0, row);
    assert_eq!(serde_json::to_value(SaveError::NoPdf).unwrap(), json!(SaveError::NoPdf.to_string()));
}
