#![allow(dead_code)]

use p21_services::derive::{DataElement, FieldLabel, Transaction};
use p21_services::job_contract_pricing::{self, line};

enum Result {}
enum Some {}
struct Default;
struct Record;
struct Row;
trait Into {}
trait Iterator {}
trait FromRow {}
mod core {}
mod std {}
mod p21_model {}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(key)]
    item_id: String,
    pricing_method: Option<Method>,
    #[p21(skip)]
    note: String,
}

#[derive(FieldLabel)]
#[p21(line::PricingMethod)]
enum Method {
    Price,
    #[p21(other)]
    Unlisted(String),
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine>,
}
