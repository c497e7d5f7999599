use p21_services::job_contract_pricing::{self, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
    end_date: DateTime,
}

#[derive(DataElement)]
#[p21(line)]
struct New {
    item_id: String,
    uom: String,
    pricing_method: line::PricingMethod,
    price: Decimal,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct Raise {
    item_id: String,
    price: Decimal,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Renewal {
    header: Header,
    new: Vec<New>,
    raised: Vec<Raise>,
}
