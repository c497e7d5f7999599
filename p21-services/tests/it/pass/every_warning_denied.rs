//! Code that allows nothing.
#![deny(warnings, missing_docs, unused, rust_2018_idioms, nonstandard_style)]
#![allow(dead_code)]
#![deny(unused_qualifications, unused_lifetimes, single_use_lifetimes, trivial_casts, missing_debug_implementations)]
#![forbid(unsafe_code)]

use p21_services::job_contract_pricing::{self, breaks, line};
use p21_services::prelude::*;

/// A line.
#[derive(DataElement, Debug)]
#[p21(line)]
pub struct PriceLine {
    /// The item.
    #[p21(key)]
    pub item_id: String,
    uom: String,
    pricing_method: Method,
    #[p21(ignore_if_empty)]
    price: Option<Decimal>,
    #[p21(child)]
    breaks: Option<Breaks>,
}

#[derive(DataElement, Debug)]
#[p21(breaks)]
struct Breaks {
    break1: u32,
}

/// A method.
#[derive(FieldLabel, Debug)]
#[p21(line::PricingMethod)]
pub enum Method {
    /// A price.
    Price,
    /// From its source.
    #[p21(label = "Source")]
    FromSource,
}

/// A contract.
#[derive(Transaction, Debug)]
#[p21(job_contract_pricing)]
pub struct Contract {
    lines: Vec<PriceLine>,
}
