//! What is refused before a window opens, and what the refusal says.

use p21_client::windows::enter::{Gap, NewOrStored, Plan, Wanted};

use super::{bins, contract, location, order_note, page, plan, row, schema, wanted, with};

#[test]
fn breaks_of_a_new_contract_name_the_rows_that_their_tab_wants() {
    let schema = schema("JobContractPricing");
    let mut rows = contract(schema);
    rows.remove(3);
    rows.remove(1);
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    let missing: Vec<&str> = refused
        .gaps()
        .iter()
        .map(|gap| match gap {
            Gap::Missing { element, .. } => element.as_str(),
            other => panic!("{other}"),
        })
        .collect();
    assert!(missing.contains(&"SHIP_TO_ITEM.ship_to_item"), "{missing:?}");
    assert!(missing.contains(&"CUSTOMER_SHIP_TO.customer_ship_to"), "{missing:?}");
    let said = refused.to_string();
    assert!(said.contains("none was opened") && said.contains("Before selecting a Customer ID"), "{said}");
}

#[test]
fn a_pair_that_is_not_in_the_record_is_missed_before_the_header_names_it() {
    let schema = schema("JobContractPricing");
    let rows = [row(schema, "header", &[("contract_no", "C"), ("customer_id", "100"), ("ship_to_id", "200")])];
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert!(
        matches!(&refused.gaps()[0], Gap::Missing { element, .. } if element == "CUSTOMER_SHIP_TO.customer_ship_to")
    );
}

#[test]
fn breaks_of_a_page_want_its_header() {
    let schema = schema("SalesPricePage");
    let rows = [page(schema).remove(1)];
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::Missing { element, .. } if element == "FORM.form"), "{refused}");
}

#[test]
fn what_no_rule_types_is_refused_by_name() {
    let schema = schema("SalesPricePage");
    let mut rows = page(schema);
    rows.push(row(schema, "used_by", &[("price_book_price_book_id", "B")]));
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert_eq!(refused.gaps(), [Gap::NoRule { element: "USED BY.price_book_x_page".to_owned() }]);
}

#[test]
fn a_service_without_rules_of_its_window_is_refused() {
    let schema = schema("Customer");
    let element = schema.elements.iter().next().unwrap();
    let rows = [p21_model::row::RawRow::new(element).text(0, "1")];
    assert_eq!(plan(schema, &rows, NewOrStored::New).unwrap_err().gaps(), [Gap::NoWindow]);
}

#[test]
fn a_new_item_has_no_order_of_typing() {
    let schema = schema("Item");
    let rows = [row(schema, "header", &[("item_id", "NEW")])];
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert_eq!(refused.gaps(), [Gap::NoOrder(NewOrStored::New)]);
    assert!(refused.to_string().contains("submit it"), "{refused}");
}

#[test]
fn a_question_that_is_certain_wants_its_answer_first() {
    let schema = schema("Item");
    let rows = location(schema, &[("product_group_id", "PG2")]);
    let refused = plan(schema, &rows, NewOrStored::Stored).unwrap_err();
    let [Gap::Unanswered { question, answers, .. }] = refused.gaps() else { panic!("{refused}") };
    assert_eq!((question.as_str(), answers.as_slice()), ("accounts", &["keep".to_owned(), "set".to_owned()][..]));
    assert!(refused.to_string().contains("`product_group_id` of `TABPAGE_18.inv_loc_detail` asks `accounts`"));
    let wanted = Wanted { answers: &[("accounts", "keep")], ..wanted(schema, &rows, NewOrStored::Stored) };
    let plan = Plan::of(wanted).unwrap();
    let tools: Vec<_> = plan.questions().iter().filter_map(|question| question.tool.as_deref()).collect();
    assert_eq!(tools, ["cb_2"], "the answer that keeps the accounts");
}

#[test]
fn a_location_is_picked_and_never_typed() {
    let schema = schema("Item");
    let header = row(schema, "header", &[("item_id", "W")]);
    let nowhere =
        with(row(schema, "locations", &[("stockable", "ON")]), row(schema, "location_detail", &[("track_bins", "ON")]));
    let refused = plan(schema, &[header.clone(), nowhere], NewOrStored::Stored).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::NotPicked { fields, .. } if fields.len() == 2), "{refused}");
    let alone = row(schema, "location_detail", &[("track_bins", "ON")]);
    let refused = plan(schema, &[header, alone], NewOrStored::Stored).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::NoRowAround { .. }), "{refused}");
}

#[test]
fn a_stored_record_wants_its_key_and_a_new_one_none_that_is_assigned() {
    let schema = schema("SalesPricePage");
    let rows = page(schema);
    let refused = plan(schema, &rows, NewOrStored::Stored).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::NoKey { fields, .. } if fields == &["price_page_uid"]), "{refused}");
    let rows = [row(schema, "header", &[("price_page_uid", "7"), ("description", "x")])];
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::KeyIsAssigned { .. }), "{refused}");
}

#[test]
fn a_column_that_a_popup_does_not_have_is_refused() {
    let schema = schema("PurchaseOrder");
    let note = row(schema, "header_note", &[("note", "N"), ("notepad_class_desc", "C")]);
    let rows = [row(schema, "header", &[("po_no", "1")]), note];
    let refused = plan(schema, &rows, NewOrStored::Stored).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::NoRuleForField { field, .. } if field == "notepad_class_desc"));
    assert!(refused.to_string().contains("only `topic`, `note`: leave it out"), "{refused}");
}

#[test]
fn what_is_given_beside_the_record_belongs_to_one_of_its_rows() {
    let schema = schema("Order");
    let rows = order_note(schema);
    let note = schema.elements.iter().find(|element| element.module == "line_note").unwrap().index;
    for (nth, field, said) in [
        (0, "mandatory", None),
        (1, "mandatory", Some("the record has no such row")),
        // No source names the fields of a popup's dates, nor those of its areas.
        (0, "expiration_date", Some("only `mandatory`, `delete_flag` are known: type it by hand")),
        (0, "area", Some("only `mandatory`, `delete_flag` are known: type it by hand")),
    ] {
        let beside = [(note, nth, field, "ON".to_owned())];
        let refused = Plan::of(Wanted { beside: &beside, ..wanted(schema, &rows, NewOrStored::Stored) }).err();
        assert_eq!(refused.is_some(), said.is_some(), "{nth} {field}");
        let text = refused.map(|refused| refused.to_string()).unwrap_or_default();
        assert!(text.contains(said.unwrap_or_default()), "{nth} {field}: {text}");
    }
    let lines = schema.elements.iter().find(|element| element.module == "items").unwrap().index;
    let beside = [(lines, 0, "mandatory", "ON".to_owned())];
    let refused = Plan::of(Wanted { beside: &beside, ..wanted(schema, &rows, NewOrStored::Stored) }).unwrap_err();
    assert!(refused.to_string().contains("whose rows no popup adds"), "{refused}");
}

/// What the guide says of notes: no setter and no constant has a date or an area, and a service that gets one is found here.
#[test]
fn no_note_has_a_date_or_an_area_that_its_popup_would_take() {
    let mut popups = 0;
    for service in ["Order", "PurchaseOrder"] {
        let schema = schema(service);
        let facts = schema.window(schema.version);
        for element in schema.elements.iter() {
            let Some(entry) = facts.popup_entry(element.index) else { continue };
            popups += 1;
            let of_row = element.fields.iter().map(|field| field.name.to_string());
            let names: Vec<String> = of_row.chain(entry.more.iter().map(|name| name.to_string())).collect();
            assert!(names.iter().all(|name| !name.contains("date") && !name.contains("area")), "{service}: {names:?}");
        }
    }
    assert_eq!(popups, 4, "notes of orders and purchase orders, and of their lines");
}

#[test]
fn bins_want_the_row_of_their_ship_to() {
    let schema = schema("JobContractPricing");
    let mut rows = bins(schema, &[("max_qty", "9")]);
    rows.remove(1);
    let refused = plan(schema, &rows, NewOrStored::Stored).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("Tab page is disabled"), "{said}");
}

#[test]
fn fields_that_no_definition_has_are_refused() {
    let schema = schema("SalesPricePage");
    let mut rows = page(schema);
    rows[0].set_extra("udf_colour".into(), "red".into());
    let refused = plan(schema, &rows, NewOrStored::New).unwrap_err();
    assert!(matches!(&refused.gaps()[0], Gap::Unknown { field, .. } if field == "udf_colour"), "{refused}");
}
