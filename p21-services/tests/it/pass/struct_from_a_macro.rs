use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

/// Structs that a macro of the user's writes: types and names arrive in invisible groups.
macro_rules! line {
    ($name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        #[derive(DataElement)]
        #[p21(line, edit)]
        struct $name {
            $($field: $type),+
        }
    };
}

line!(PriceLine { item_id: String, pricing_method: Option<line::PricingMethod>, price: Option<Decimal> });
