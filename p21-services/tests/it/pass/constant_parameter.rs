use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<const N: usize> {
    item_id: String,
    #[p21(skip)]
    notes: Notes<N>,
}

struct Notes<const N: usize>([u8; N]);

impl<const N: usize> Default for Notes<N> {
    fn default() -> Self {
        Self([0; N])
    }
}
