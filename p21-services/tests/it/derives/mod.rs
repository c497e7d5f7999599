//! The derives at work: what structs send, and what records they read.
mod order_of_fields;
mod orders;
mod values;

use p21_services::derive::ReadErrors;
use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::model::payload;
use p21_services::model::value::Date;
use p21_services::prelude::*;

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(header)]
struct Header {
    company_id: String,
    contract_no: String,
    #[p21(field = "customer_id")]
    customer: Option<u32>,
    #[p21(field = "end_date")]
    until: Date,
}

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(line)]
struct PriceLine {
    item_id: String,
    uom: String,
    pricing_method: Method,
    source_price: Option<String>,
    multiplier: Option<Decimal>,
    #[p21(field = "price")]
    unit_price: Option<Decimal>,
    #[p21(child)]
    breaks: Option<Breaks>,
    #[p21(skip)]
    note: Option<&'static str>,
}

#[derive(FieldLabel, Debug, Clone, Copy, PartialEq)]
#[p21(line::PricingMethod)]
enum Method {
    Price,
    #[p21(label = "Source")]
    FromSource,
}

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(breaks)]
struct Breaks {
    calculation_method_cd: Calculation,
    calculation_value1: Decimal,
    break1: i64,
    calculation_value2: Decimal,
}

#[derive(FieldLabel, Debug, Clone, PartialEq)]
#[p21(breaks::CalculationMethodCd)]
enum Calculation {
    #[p21(label = "Fixed Price")]
    Fixed,
    #[p21(other)]
    Other(String),
}

#[derive(Transaction, Debug, Clone, PartialEq)]
#[p21(contract)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
}

fn contract() -> Contract {
    let line = |item: &str, method, price| PriceLine {
        item_id: item.to_owned(),
        uom: "EA".to_owned(),
        pricing_method: method,
        source_price: None,
        multiplier: None,
        unit_price: price,
        breaks: None,
        note: None,
    };
    let breaks = Breaks {
        calculation_method_cd: Calculation::Fixed,
        calculation_value1: dec!(10.00),
        break1: 10,
        calculation_value2: dec!(8.50),
    };
    Contract {
        header: Header {
            company_id: "ACME".to_owned(),
            contract_no: "JOB-1001".to_owned(),
            customer: Some(100_198),
            until: Date::constant(2027, 12, 31),
        },
        lines: vec![
            line("WIDGET-001", Method::Price, Some(dec!(25.00))),
            PriceLine {
                source_price: Some("Supplier List Price".to_owned()),
                multiplier: Some(dec!(1)),
                breaks: Some(breaks),
                ..line("WIDGET-002", Method::FromSource, None)
            },
            line("WIDGET-003", Method::Price, Some(dec!(5))),
        ],
    }
}

/// The same contract with the typed builders.
fn by_hand() -> contract::Transaction {
    let line = |item, method| line::Row::new(line::Required { item_id: item, uom: "EA", pricing_method: method });
    contract::Transaction::new()
        .push(
            header::Row::new(header::Required {
                company_id: "ACME",
                contract_no: "JOB-1001",
                end_date: date(2027, 12, 31),
            })
            .customer_id(100_198),
        )
        .push(line("WIDGET-001", line::PricingMethod::Price).price(dec!(25.00)))
        .push(
            line("WIDGET-002", line::PricingMethod::Source).source_price("Supplier List Price").multiplier(1).with(
                breaks::Row::new()
                    .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
                    .calculation_value1(dec!(10.00))
                    .break1(10)
                    .calculation_value2(dec!(8.50)),
            ),
        )
        .push(line("WIDGET-003", line::PricingMethod::Price).price(5))
}

/// A record as P21 answers it: every element once, all rows of a child one after the other, one for each parent row.
/// Rows of field and value, by element.
type Elements<'a> = [(&'a str, &'a [&'a [(&'a str, &'a str)]])];

fn record(elements: &Elements<'_>) -> payload::Transaction {
    let row = |edits: &&[(&str, &str)]| {
        payload::Row::new(edits.iter().map(|(name, value)| payload::Edit::new(*name, *value)))
    };
    let element = |(name, rows): &(&str, &[&[(&str, &str)]])| {
        let mut element = payload::DataElement::default();
        element.name = (*name).to_owned();
        element.rows = rows.iter().map(row).collect();
        element
    };
    let mut record = payload::Transaction::default();
    record.data_elements = elements.iter().map(element).collect();
    record
}

const HEADER: &str = "FORM.d_dw_job_price_hdr";
const LINE: &str = "JOBPRICELINE.jobpriceline";
const VALUES: &str = "VALUES.values";
const STORED_HEADER: &[(&str, &str)] =
    &[("company_id", "ACME"), ("contract_no", "JOB-1001"), ("customer_id", ""), ("end_date", "2027-12-31T00:00:00")];

fn read(elements: &Elements<'_>) -> Result<Contract, ReadErrors> {
    Contract::from_record(&contract::Record::new(record(elements)))
}

#[test]
fn a_struct_sends_what_the_builders_send() {
    assert_eq!(contract().to_transaction().to_payload(), by_hand().to_payload());
    let set: contract::TransactionSet = contract().to_transaction().into();
    assert_eq!(set.check().to_string(), "");
    assert_eq!(set.to_json(), contract::TransactionSet::from(by_hand()).to_json());
}

#[test]
fn a_row_can_be_taken_alone_and_added_to() {
    let row = contract().header.to_row().approved(true);
    assert_eq!(row.get(header::APPROVED), Ok(Some(true)));
    assert_eq!(row.get(header::CONTRACT_NO), Ok(Some("JOB-1001".into())));
}

#[test]
fn a_record_is_read_into_the_struct() {
    let found = read(&[
        (HEADER, &[STORED_HEADER]),
        (
            LINE,
            &[
                &[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "25.0000")],
                &[("item_id", "WIDGET-002"), ("uom", "EA"), ("pricing_method", "Source"), ("price", "")],
            ],
        ),
        (
            VALUES,
            &[
                &[("calculation_method_cd", ""), ("calculation_value1", "")],
                &[
                    ("calculation_method_cd", "Site's own"),
                    ("calculation_value1", "10"),
                    ("break1", "10.0000"),
                    ("calculation_value2", "8.5"),
                ],
            ],
        ),
    ])
    .unwrap();
    assert_eq!(found.header.customer, None);
    assert_eq!(found.header.until, Date::constant(2027, 12, 31));
    assert_eq!(found.lines[0].unit_price, Some(dec!(25.0000)));
    assert_eq!(found.lines[0].breaks, None);
    assert_eq!(found.lines[1].unit_price, None);
    let breaks = found.lines[1].breaks.as_ref().unwrap();
    assert_eq!(breaks.calculation_method_cd, Calculation::Other("Site's own".to_owned()));
    assert_eq!(breaks.break1, 10);
}

#[test]
fn what_is_missing_or_malformed_is_named_all_of_it() {
    let errors = read(&[
        (HEADER, &[&[("company_id", "ACME"), ("contract_no", ""), ("end_date", "2027-12-31T08:30:00")]]),
        (
            LINE,
            &[
                &[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1,000")],
                &[("item_id", "")],
                &[("item_id", "WIDGET-002"), ("pricing_method", "Pricing Libraries")],
            ],
        ),
        (VALUES, &[&[], &[], &[("calculation_method_cd", "Fixed Price"), ("break1", "2.5")]]),
    ])
    .unwrap_err();
    assert_eq!(
        errors.to_string(),
        "\
`FORM.d_dw_job_price_hdr` row 0, field `contract_no`: no value
`FORM.d_dw_job_price_hdr` row 0, field `end_date`: `2027-12-31T08:30:00` is not a date without a time of day
`JOBPRICELINE.jobpriceline` row 0, field `price`: `1,000` is not a number
`JOBPRICELINE.jobpriceline` row 2, field `uom`: no value
`JOBPRICELINE.jobpriceline` row 2, field `pricing_method`: `Pricing Libraries` is not one of the labels of `Method`
`VALUES.values` row 2, field `calculation_value1`: no value
`VALUES.values` row 2, field `break1`: `2.5` is not a whole number of 64 bits
`VALUES.values` row 2, field `calculation_value2`: no value"
    );
    assert_eq!(errors.iter().count(), 8);
    assert_eq!(errors.iter().next().unwrap().field.as_deref(), Some("contract_no"));
}

#[test]
fn a_record_without_a_row_or_with_too_many_is_an_error() {
    assert_eq!(read(&[(LINE, &[])]).unwrap_err().to_string(), "`FORM.d_dw_job_price_hdr`: no row with data");
    assert_eq!(
        read(&[(HEADER, &[STORED_HEADER, STORED_HEADER])]).unwrap_err().to_string(),
        "`FORM.d_dw_job_price_hdr`: 2 rows with data where one is expected"
    );
    assert_eq!(read(&[(HEADER, &[STORED_HEADER])]).unwrap().lines, []);
}

#[test]
fn rows_of_a_child_form_that_are_fewer_than_its_parents_are_never_guessed() {
    let line = &[("item_id", "W"), ("uom", "EA"), ("pricing_method", "Price")][..];
    let values = &[
        ("calculation_method_cd", "Fixed Price"),
        ("calculation_value1", "1"),
        ("break1", "1"),
        ("calculation_value2", "1"),
    ][..];
    let errors = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, line]), (VALUES, &[values])]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "`VALUES.values`: 1 rows for 2 parent rows, and nothing says which belongs to which"
    );
    let empty = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, line]), (VALUES, &[&[]])]).unwrap();
    assert!(empty.lines.iter().all(|line| line.breaks.is_none()));
    let single = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, &[]]), (VALUES, &[values])]).unwrap();
    assert!(single.lines[0].breaks.is_some(), "one line with data has all there are");
}
