use p21_services::job_contract_pricing::{self, breaks, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header<'a> {
    contract_no: &'a str,
    job_description: Option<&'a str>,
    #[p21(ignore_if_empty)]
    po_no: &'a str,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<'a, 'b: 'a> {
    item_id: &'a str,
    pricing_method: &'b line::PricingMethod,
    price: &'a Decimal,
    #[p21(child)]
    breaks: Option<&'a Breaks>,
}

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract<'a> {
    header: &'a Header<'a>,
    lines: Vec<PriceLine<'a, 'a>>,
}

fn write(contract: &Contract<'_>) -> job_contract_pricing::Transaction {
    contract.to_transaction()
}
