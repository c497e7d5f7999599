use p21_services::job_contract_pricing::line;

fn main() {
    let _ = line::Row::new(line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: "Price" });
}
