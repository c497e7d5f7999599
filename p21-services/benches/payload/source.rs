//! The payload, built in three ways.
#![allow(dead_code, reason = "each benchmark uses its part")]

use std::borrow::Cow;

use p21_services::job_contract_pricing::{self as contract, header, line};
use p21_services::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

const TRANSACTIONS: usize = 1_000;
const HEADER: [&str; 11] = [
    "job_no",
    "company_id",
    "contract_no",
    "job_description",
    "po_no",
    "taker",
    "contact_id",
    "salesrep_id",
    "extended_desc",
    "ship_to_name",
    "company_name",
];
const LINE: [&str; 7] =
    ["item_id", "uom", "revision_level", "customer_part_no", "cust_po_no", "item_desc", "description"];
pub(crate) const EDITS: usize = TRANSACTIONS * (HEADER.len() + 3 * LINE.len());

/// What a transaction holds; the strings exist before the payload is built.
pub(crate) struct Source {
    header: [String; 11],
    lines: [[String; 7]; 3],
}

pub(crate) fn sources() -> Vec<Source> {
    // One value in sixteen needs escaping, as in real descriptions.
    let value = |n: usize| match n % 16 {
        0 => format!("3/4\" Ø {n:06}"),
        1..=5 => format!("WIDGET-{n:06}"),
        6..=10 => format!("{n}.25"),
        _ => format!("2027-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
    };
    (0..TRANSACTIONS)
        .map(|t| Source {
            header: std::array::from_fn(|i| value(t * 32 + i)),
            lines: std::array::from_fn(|l| std::array::from_fn(|i| value(t * 32 + 11 + l * 7 + i))),
        })
        .collect()
}

pub(crate) fn typed(sources: &[Source]) -> contract::TransactionSet {
    sources.iter().map(|source| transaction(source, header_row(source))).collect()
}

/// The same set with the date that an update of a contract needs, so that the check finds nothing.
pub(crate) fn complete(sources: &[Source]) -> contract::TransactionSet {
    sources.iter().map(|source| transaction(source, header_row(source).end_date(date(2099, 12, 31)))).collect()
}

fn header_row(source: &Source) -> header::Row {
    let [job, company, contract_no, description, po, taker, contact, rep, extended, ship_to, name] = &source.header;
    header::Row::edit()
        .job_no(job)
        .company_id(company)
        .contract_no(contract_no)
        .job_description(description)
        .po_no(po)
        .taker(taker)
        .contact_id(contact)
        .salesrep_id(rep)
        .extended_desc(extended)
        .ship_to_name(ship_to)
        .company_name(name)
}

fn transaction(source: &Source, header: header::Row) -> contract::Transaction {
    contract::Transaction::new().push(header).push_all(source.lines.iter().map(
        |[item, uom, revision, part, po, item_desc, description]| {
            line::Row::edit()
                .item_id(item)
                .uom(uom)
                .revision_level(revision)
                .customer_part_no(part)
                .cust_po_no(po)
                .item_desc(item_desc)
                .description(description)
        },
    ))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HandSet<'a> {
    name: &'static str,
    use_code_values: bool,
    ignore_disabled: bool,
    transactions: Vec<HandTransaction<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HandTransaction<'a> {
    status: &'static str,
    data_elements: Vec<HandElement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HandElement<'a> {
    name: &'static str,
    r#type: &'static str,
    keys: Vec<&'static str>,
    rows: Vec<HandRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HandRow<'a> {
    edits: Vec<HandEdit<'a>>,
    relative_date_edits: Vec<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HandEdit<'a> {
    name: &'static str,
    value: Cow<'a, str>,
}

pub(crate) fn by_hand(sources: &[Source]) -> HandSet<'_> {
    fn row<'a>(names: &[&'static str], values: &'a [String]) -> HandRow<'a> {
        let edits =
            names.iter().zip(values).map(|(name, value)| HandEdit { name, value: Cow::Borrowed(value.as_str()) });
        HandRow { edits: edits.collect(), relative_date_edits: Vec::new() }
    }
    let transactions = sources.iter().map(|source| HandTransaction {
        status: "New",
        data_elements: vec![
            HandElement {
                name: "FORM.d_dw_job_price_hdr",
                r#type: "Form",
                keys: Vec::new(),
                rows: vec![row(&HEADER, &source.header)],
            },
            HandElement {
                name: "JOBPRICELINE.jobpriceline",
                r#type: "List",
                keys: Vec::new(),
                rows: source.lines.iter().map(|line| row(&LINE, line)).collect(),
            },
        ],
    });
    HandSet {
        name: "JobContractPricing",
        use_code_values: false,
        ignore_disabled: false,
        transactions: transactions.collect(),
    }
}

pub(crate) fn with_json_macro(sources: &[Source]) -> Value {
    let row = |names: &[&str], values: &[String]| {
        let edits: Vec<Value> =
            names.iter().zip(values).map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        json!({"Edits": edits, "RelativeDateEdits": []})
    };
    let transactions: Vec<Value> = sources
        .iter()
        .map(|source| {
            let lines: Vec<Value> = source.lines.iter().map(|line| row(&LINE, line)).collect();
            json!({"Status": "New", "DataElements": [
                {"Name": "FORM.d_dw_job_price_hdr", "Type": "Form", "Keys": [], "Rows": [row(&HEADER, &source.header)]},
                {"Name": "JOBPRICELINE.jobpriceline", "Type": "List", "Keys": [], "Rows": lines}]})
        })
        .collect();
    json!({"Name": "JobContractPricing", "UseCodeValues": false, "IgnoreDisabled": false, "Transactions": transactions})
}
