use p21_services::prelude::*;

fn build() -> p21_services::job_contract_pricing::Transaction {
    use p21_services::job_contract_pricing::{self, line};

    #[derive(DataElement)]
    #[p21(line, edit)]
    struct PriceLine<'a> {
        item_id: &'a str,
    }

    #[derive(Transaction)]
    #[p21(job_contract_pricing)]
    struct Contract<'a> {
        lines: Vec<PriceLine<'a>>,
    }

    Contract { lines: vec![PriceLine { item_id: "WIDGET-001" }] }.to_transaction()
}
