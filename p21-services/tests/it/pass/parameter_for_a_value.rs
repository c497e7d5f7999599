use p21_services::job_contract_pricing::{self, Record, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<T, Id = String>
where
    T: FieldType<Decimal>,
    Id: FieldType<Text>,
{
    item_id: Id,
    price: Option<T>,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine<i64>>,
}

fn read<T: FieldType<Decimal>>(record: &Record) -> Option<Vec<PriceLine<T>>> {
    PriceLine::all_from(record).ok()
}
