use p21_services::job_contract_pricing::{self, Record, breaks, cost, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<C> {
    item_id: String,
    #[p21(child)]
    child: Vec<C>,
}

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(DataElement)]
#[p21(cost, edit)]
struct Cost<'a> {
    other_cost_type_cd: &'a cost::OtherCostTypeCd,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract<'a> {
    priced: Vec<PriceLine<Breaks>>,
    costed: Vec<PriceLine<Cost<'a>>>,
}

fn read(record: &Record) -> Option<Vec<PriceLine<Breaks>>> {
    FromRow::all_from(record).ok()
}

fn write(contract: &Contract<'_>) {
    let _ = contract.to_transaction();
}
