use p21_services::job_contract_pricing::{self, line};
use p21_services::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(DataElement, Serialize, Deserialize, Debug, Clone, PartialEq, Eq, Hash)]
#[p21(line, edit)]
#[serde(rename_all = "camelCase")]
struct PriceLine {
    #[serde(rename = "item")]
    item_id: String,
    #[serde(default)]
    #[p21(field = "line_no")]
    number: Option<i64>,
}

#[derive(Transaction, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine>,
}
