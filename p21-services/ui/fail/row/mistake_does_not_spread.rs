use p21_services::job_contract_pricing;
use p21_services::prelude::*;

#[derive(DataElement)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(DataElement)]
#[p21(job_contract_pricing::line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(child)]
    breaks: Option<Breaks>,
}

#[derive(DataElement)]
struct Header {
    company_id: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
}

fn main() {
    let header = Header { company_id: "ACME".to_owned() };
    let _ = Contract { header, lines: Vec::new() }.to_transaction();
}
