use p21_services::job_contract_pricing::header;

fn main() {
    let _ = header::Row::new(header::Required { company_id: "ACME", contract_no: "JOB-1001", end_date: "2027-12-31" });
}
