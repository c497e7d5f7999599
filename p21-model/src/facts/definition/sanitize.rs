//! Taking a site's own data out of a definition before it is published.

use serde_json::Value;

use super::{FieldDefinition, ServiceDefinition};

/// What [`ServiceDefinition::sanitize`] took out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sanitized {
    /// User-defined fields (`ufc_*`) removed.
    pub fields_removed: usize,
    /// Lists of labels emptied.
    pub lists_emptied: usize,
}

/// Values that say nothing about a site.
const NEUTRAL: [&str; 8] = ["", " ", "ON", "OFF", "Y", "N", "Yes", "No"];

/// Fields whose lists are P21's own and the same at every site, reviewed on 25.2. Sorted.
const STANDARD: [&str; 111] = [
    "action_number",
    "age_by",
    "assembly_usage_accumulation",
    "assignment_option",
    "auto_update_prices_source_flag",
    "billing_type_cd",
    "bssheet_price_display_option",
    "burdened_cost_type_id",
    "c_shipping_action",
    "calculation_method",
    "calculation_method_cd",
    "calculator_type",
    "cc_include_rfq",
    "child_uom_code_no",
    "combine_stock_ns_special_cd",
    "commission_cost_calc_method_cd",
    "commission_cost_type_cd",
    "contact_type_cd",
    "contract_category",
    "contract_type_cd",
    "control_value",
    "country_subdivision_uid",
    "create_po_from_oe",
    "create_vendor_rfq_cd",
    "customer_default_disposition",
    "customer_sensitivity_cd",
    "customer_type_cd",
    "dea_schedule",
    "default_disposition",
    "default_shipment",
    "demand_pattern_behavior_cd",
    "demand_pattern_cd",
    "dflt_dimension_scale",
    "display_area_cd",
    "display_end_date",
    "disposition",
    "expedite_type",
    "filter_by",
    "freight_charge_option_cd",
    "generate_statements_by",
    "gpo_type_cd",
    "gpt_picking_status",
    "include_non_alloc_on_pack_list",
    "include_pm",
    "invoice_comp_cost_cd_tier1",
    "invoice_comp_cost_cd_tier2",
    "invoice_comp_cost_cd_tier3",
    "invoice_type",
    "item_type",
    "item_type_cd",
    "labor_type_cd",
    "lead_time_source",
    "link_area",
    "list_price_option_cd",
    "mode_of_transport_cd",
    "ndc_type_cd",
    "open_item_balance_forward",
    "order_disc_type",
    "order_type",
    "other_cost_calc_method_cd",
    "other_cost_type_cd",
    "override_vmi_status",
    "pack_by",
    "packing_basis",
    "packing_weight_tracking_option",
    "payable_to",
    "payment_acct_type_cd",
    "pm_status",
    "po_default_method",
    "po_hdr_po_type",
    "pocosting_method",
    "price_page_type_cd",
    "pricing_method",
    "pricing_method_cd",
    "pricing_option",
    "pricing_service_option",
    "processed_flag",
    "product_type",
    "prorate_cost_by",
    "quote_price_disposition",
    "quote_type",
    "release_status_flag",
    "release_type",
    "rental_billing_flag",
    "replen_method",
    "replenishment_method_cd",
    "responded",
    "retail_size_cd",
    "round",
    "round_type",
    "routing_status_flag",
    "row_status",
    "row_status_flag",
    "safety_stock_type",
    "salutation",
    "scheduling_type_cd",
    "secondary_rebate_calc_meth_cd",
    "serialized",
    "service_level_measure",
    "source_area_cd",
    "source_type",
    "strategic_price_applies_to_cd",
    "supplementary_value",
    "tag_usage_specificity_cd",
    "tcost",
    "terms_of_delivery_cd",
    "third_party_billing_flag",
    "totaling_method_cd",
    "trans_type",
    "validation_status",
    "xmit_invoice_cd",
];

impl ServiceDefinition {
    /// Removes `ufc_*` fields and empties every list of labels that may hold a site's own values.
    ///
    /// An emptied list is marked, so that "free" and "restricted, list unknown" stay apart.
    pub fn sanitize(&mut self) -> Sanitized {
        let mut done = Sanitized::default();
        for element in &mut self.elements {
            let before = element.fields.len();
            element.fields.retain(|field| !field.is_user_defined());
            element.key_fields.retain(|key| !key.starts_with("ufc_"));
            done.fields_removed += before - element.fields.len();
            done.lists_emptied += element.fields.iter_mut().filter_map(empty_site_list).count();
        }
        if let Some(template) = &mut self.template {
            forget_user_fields(template);
        }
        self.drop_implied_template();
        done
    }
}

fn empty_site_list(field: &mut FieldDefinition) -> Option<()> {
    let values = field.valid_values.as_mut()?;
    let neutral = values.iter().all(|value| NEUTRAL.contains(&value.as_str()));
    if neutral || field.redacted || STANDARD.binary_search(&field.name.as_str()).is_ok() {
        return None;
    }
    values.clear();
    field.redacted = true;
    Some(())
}

/// Drops every edit and key of a `ufc_*` field, however deep it sits.
fn forget_user_fields(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !names_user_field(item));
            items.iter_mut().for_each(forget_user_fields);
        }
        Value::Object(members) => members.values_mut().for_each(forget_user_fields),
        _ => {}
    }
}

fn names_user_field(item: &Value) -> bool {
    let name = item.get("Name").unwrap_or(item).as_str();
    name.is_some_and(|name| name.starts_with("ufc_"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn standard_fields_are_sorted_for_the_search() {
        assert!(STANDARD.is_sorted());
    }

    #[test]
    fn user_fields_leave_fields_keys_and_template() {
        let raw = json!({"Name": "S", "TransactionDefinition": {"DataElementDefinitions": [
            {"Name": "A.a", "Type": "Form", "KeyFields": ["id", "ufc_k"], "FieldDefinitions": [
                {"Name": "id", "DataType": "Char"},
                {"Name": "ufc_k", "DataType": "Char"},
                {"Name": "carrier", "DataType": "Char", "ValidValues": ["Fast Freight"]},
                {"Name": "row_status_flag", "DataType": "Long", "ValidValues": ["Active", "Delete"]}]}]},
            "Template": {"TransactionSet": {"Odd": 1, "Edits": [{"Name": "ufc_k", "Value": ""}, {"Name": "id"}], "Keys": ["ufc_k"]}}});
        let mut definition = ServiceDefinition::load("S.json", raw.to_string().as_bytes()).unwrap();
        assert_eq!(definition.sanitize(), Sanitized { fields_removed: 1, lists_emptied: 1 });
        assert_eq!(definition.elements[0].key_fields, ["id"]);
        assert!(definition.elements[0].field("carrier").unwrap().redacted);
        assert!(!definition.elements[0].field("row_status_flag").unwrap().redacted);
        assert!(!definition.to_canonical().contains("ufc_"));
        assert!(definition.to_canonical().contains("Odd"));
    }
}
