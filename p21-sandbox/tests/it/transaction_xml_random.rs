//! Random documents: answered whatever is in them, and judged alike by the checks and the sandbox.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::time::Duration;

use p21_model::check::{CheckOptions, Code, XmlPayload};
use proptest::prelude::*;
use reqwest::{Method, StatusCode};
use support::xml::*;
use support::*;

/// The children of the sets that [`any_order`] builds, by how deep they are.
const ROOT: [&str; 3] = ["<Name>Order</Name>", "TRANSACTIONS", "<UseCodeValues>false</UseCodeValues>"];
const ELEMENT: [&str; 4] = ["<Keys/>", "<Name>TABPAGE_1.order</Name>", "ROWS", "<Type>Form</Type>"];
const EDIT: [&str; 3] = ["<IgnoreIfEmpty>false</IgnoreIfEmpty>", "<Name>po_no</Name>", "<Value>PO-2</Value>"];

/// A set in which the children of the root, of an element and of an edit are in any order; and whether it is the right
/// one at the top and below.
fn any_order() -> impl Strategy<Value = (String, bool, bool)> {
    let shuffled = |children: &'static [&'static str]| {
        prop_oneof![Just(children.to_vec()), Just(children.to_vec()).prop_shuffle()]
    };
    (shuffled(&ROOT), shuffled(&ELEMENT), shuffled(&EDIT)).prop_map(|(root, element, edit)| {
        let right = (root == ROOT, element == ELEMENT && edit == EDIT);
        let others: Vec<(&str, &str)> = ORDER_HEADER.into_iter().filter(|(name, _)| *name != "po_no").collect();
        let rows = format!("<Rows><Row><Edits>{}<Edit>{}</Edit></Edits></Row></Rows>", edits(&others), edit.concat());
        let element = element.concat().replace("ROWS", &rows);
        let transactions = format!(
            "<Transactions><Transaction><DataElements><DataElement>{element}</DataElement></DataElements></Transaction>\
             </Transactions>"
        );
        let body = root.concat().replace("TRANSACTIONS", &transactions);
        (format!("<TransactionSet xmlns=\"{NAMESPACE}\">{body}</TransactionSet>"), right.0, right.1)
    })
}

#[test]
fn the_checks_find_what_the_sandbox_loses() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let p21 = runtime.block_on(p21());
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((body, root_is_right, rest_is_right) in any_order())| {
        let answer = runtime.block_on(p21.send_xml(JSON, body.clone()));
        let found = XmlPayload::read(&body).check(None, CheckOptions::new());
        let late = found.iter().any(|finding| finding.code == Code::XmlOrder);
        prop_assert_eq!(late, !(root_is_right && rest_is_right), "{}", body);
        if root_is_right {
            let wanted = if rest_is_right { (1, 0) } else { (0, 1) };
            prop_assert_eq!(summary(&answer.json()), wanted, "{}: {}", body, answer.text);
        } else {
            prop_assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        }
    });
}

/// A document of known and unknown elements, in any order and nesting.
fn any_xml() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "Name",
        "Value",
        "Keys",
        "Rows",
        "Row",
        "Edits",
        "Edit",
        "Status",
        "Transactions",
        "Transaction",
        "DataElements",
        "DataElement",
        "UseCodeValues",
        "IgnoreIfEmpty",
        "Type",
        "Other",
        "a:string",
        "TransactionStates",
        "ServiceName",
    ]);
    let texts = prop::sample::select(vec![
        "Order",
        "TABPAGE_1.order",
        "order_no",
        "1",
        "true",
        "New",
        "&amp;",
        "&x;",
        "<![CDATA[x]]>",
        "<!-- -->",
        "</Row>",
        "<",
        "",
    ]);
    let leaf = texts.prop_map(str::to_owned);
    leaf.prop_recursive(8, 64, 6, move |inner| {
        (names.clone(), prop::collection::vec(inner, 0..6), any::<bool>()).prop_map(|(name, children, nil)| {
            let nil = if nil { " i:nil=\"true\"" } else { "" };
            format!("<{name}{nil}>{}</{name}>", children.concat())
        })
    })
}

#[test]
fn random_xml_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let p21 = runtime.block_on(p21());
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, rng);
    let bodies =
        (any_xml(), prop::sample::select(vec![("TransactionSet", TRANSACTION), ("TransactionStateRequest", GET)]));
    runner
        .run(&bodies, |(inner, (root, path))| {
            let spaces = format!(
                "xmlns=\"{NAMESPACE}\" xmlns:a=\"{ARRAYS}\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
            );
            let service = if root == "TransactionSet" { "Name" } else { "ServiceName" };
            let body = format!("<{root} {spaces}><{service}>Order</{service}>{inner}</{root}>");
            let answer = runtime.block_on(async {
                let answer = p21.say(Method::POST, path, XML, XML, body);
                tokio::time::timeout(Duration::from_secs(20), answer).await.unwrap()
            });
            prop_assert!([200, 400, 500].contains(&answer.status.as_u16()), "{}", answer.text);
            prop_assert!(!answer.text.contains("this local P21 failed"), "{}", answer.text);
            Ok(())
        })
        .unwrap();
}
