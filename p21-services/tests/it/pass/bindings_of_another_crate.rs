/// Generated crates export the model like this.
mod own_bindings {
    pub use p21_services::job_contract_pricing;
    pub use p21_services::model;
}

use own_bindings::job_contract_pricing::{self, line};
use p21_services::derive::{DataElement, FieldLabel, Transaction};

#[derive(DataElement)]
#[p21(line, edit, crate = crate::pass::bindings_of_another_crate::own_bindings)]
struct PriceLine {
    item_id: String,
    pricing_method: Option<Method>,
}

#[derive(FieldLabel)]
#[p21(line::PricingMethod, crate = self::own_bindings)]
enum Method {
    Price,
    Source,
}

#[derive(Transaction)]
#[p21(job_contract_pricing, crate = self::own_bindings)]
struct Contract {
    lines: Vec<PriceLine>,
}
