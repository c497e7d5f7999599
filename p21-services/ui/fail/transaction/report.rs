use p21_services::m_picktickets::{self, criteria};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(criteria, edit)]
struct Criteria {
    company_id: String,
}

#[derive(Transaction)]
#[p21(m_picktickets)]
struct PickTickets {
    criteria: Criteria,
}

fn main() {}
