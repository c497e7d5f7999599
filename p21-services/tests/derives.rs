//! The derives at work.
use p21_services::job_contract_pricing::{self, breaks, header, line};
use p21_services::prelude::*;

#[derive(DataElement, Debug, PartialEq)]
#[p21(job_contract_pricing::header)]
struct Header {
    company_id: String,
    contract_no: String,
    end_date: DateTime,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(job_contract_pricing::line)]
struct PriceLine {
    #[p21(key)]
    item_id: String,
    uom: String,
    pricing_method: line::PricingMethod,
    #[p21(field = "price")]
    unit_price: Option<Decimal>,
    #[p21(child)]
    breaks: Option<Breaks>,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(job_contract_pricing::breaks)]
struct Breaks {
    calculation_method_cd: Method,
    calculation_value1: Decimal,
    break1: i64,
}

#[derive(FieldLabel, Debug, PartialEq)]
#[p21(breaks::CalculationMethodCd)]
enum Method {
    Multiplier,
    #[p21(label = "Fixed Price")]
    Fixed,
}

#[derive(Transaction, Debug, PartialEq)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
}

#[test]
fn it_works() {
    let contract = Contract {
        header: Header { company_id: "A".into(), contract_no: "J".into(), end_date: date(2027, 12, 31) },
        lines: vec![PriceLine {
            item_id: "W".into(),
            uom: "EA".into(),
            pricing_method: line::PricingMethod::Price,
            unit_price: None,
            breaks: Some(Breaks { calculation_method_cd: Method::Fixed, calculation_value1: dec!(2.5), break1: 10 }),
        }],
    };
    let payload = contract.to_transaction().to_payload();
    println!("{payload:#?}");
    let record = job_contract_pricing::Record::new(payload);
    assert_eq!(Contract::from_record(&record).unwrap(), contract);
    let _ = header::COMPANY_ID;
}
