use p21_services::job_contract_pricing::line;

fn main() {
    let _ =
        line::Row::new(line::Required { item: "WIDGET-001", uom: "EA", pricing_method: line::PricingMethod::Price });
}
