use p21_services::job_contract_pricing::{header, line};
use p21_services::order::line_note;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(read_only)]
    cf_arrow: Option<String>,
}

#[derive(DataElement)]
#[p21(line_note, edit)]
struct Note {
    #[p21(read_only)]
    topic: Option<String>,
}

#[derive(DataElement)]
#[p21(header)]
struct Header {
    #[p21(read_only)]
    job_no: Option<String>,
    company_id: String,
    contract_no: String,
    end_date: DateTime,
}
