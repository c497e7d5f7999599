use p21_services::prelude::*;
use p21_services::m_picktickets::{self, criteria};

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
