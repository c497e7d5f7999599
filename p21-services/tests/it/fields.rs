//! The fields that bindings are written with, read: what the definitions and rules say.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;

use p21_model::Version;
use p21_model::definition::ServiceDefinition;
use p21_model::row::Service;
use p21_model::rules::Rules;
use p21_model::schema::{FieldSchema, RuleSet, ServiceSchema, ValueType};
use p21_services as bindings;

macro_rules! schemas {
    ($($module:ident::$service:ident,)+) => {
        [$(bindings::$module::$service::schema(),)+]
    };
}

/// Every service that there are bindings of.
fn committed() -> Vec<&'static ServiceSchema> {
    let all = schemas![
        assembly::Assembly,
        convert_po_to_voucher::ConvertPoToVoucher,
        customer::Customer,
        inventory_adjustment::InventoryAdjustment,
        item::Item,
        job_contract_pricing::JobContractPricing,
        labor::Labor,
        labor_process::LaborProcess,
        m_picktickets::MPicktickets,
        m_reprintpicktickets::MReprintpicktickets,
        m_reprintpurchaseorders::MReprintpurchaseorders,
        m_storedprocedureexecutor::MStoredprocedureexecutor,
        order::Order,
        purchase_order::PurchaseOrder,
        sales_price_book::SalesPriceBook,
        sales_price_page::SalesPricePage,
        shipping::Shipping,
        supplier::Supplier,
        time_entry::TimeEntry,
    ];
    all.into()
}

fn definitions() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions")
}

fn compiled(service: &str) -> ServiceSchema {
    let file = definitions().join(format!("25.2/{service}.json"));
    let definition = ServiceDefinition::load(service, &std::fs::read(file).unwrap()).unwrap();
    let rules = |name: &str| {
        let text = std::fs::read_to_string(definitions().join(format!("rules/{name}.toml"))).ok()?;
        Some(Rules::load(name, &text).unwrap())
    };
    let (own, any) = (rules(service), rules("any").unwrap());
    let set = RuleSet::new(Version::new(25, 2)).with_service(own.as_ref()).with_any(&any);
    ServiceSchema::compile(&definition, set).unwrap()
}

/// A field as text, all of it. Bindings have labels without the space around them, and the codes of switches, which are the
/// same everywhere, aren't written down.
fn said(field: &FieldSchema) -> String {
    let values: Vec<_> = field.values.iter().collect();
    let codes: Vec<_> = match field.value_type {
        ValueType::Switch => values.iter().filter_map(|label| Some((*label, field.code(label)?))).collect(),
        _ => field.codes.iter().collect(),
    };
    let (name, label) = (&field.name, field.label.trim());
    format!("{name:?} {label:?} {:?} {:?} {values:?} {codes:?}", field.value_type, field.flags)
}

#[test]
fn every_field_is_read_as_definition_and_rules_have_it() {
    let files = std::fs::read_dir(definitions().join("25.2")).unwrap();
    let definitions = files.filter(|file| !file.as_ref().unwrap().path().ends_with("manifest.json")).count();
    assert_eq!(committed().len(), definitions, "a service is missing above");
    let mut fields = 0;
    for written in committed() {
        let compiled = compiled(&written.name);
        assert_eq!(written.elements.len(), compiled.elements.len(), "{}", written.name);
        for (written, compiled) in written.elements.iter().zip(compiled.elements.iter()) {
            assert_eq!(written.name, compiled.name);
            let of = |fields: &[FieldSchema]| fields.iter().map(said).collect::<Vec<_>>();
            assert_eq!(of(&written.fields), of(&compiled.fields), "{}", written.name);
            fields += written.fields.len();
        }
    }
    assert_eq!(fields, 4_724);
}
