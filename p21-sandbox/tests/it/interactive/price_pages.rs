//! Price pages, typed and saved as documented.

use p21_sandbox::UnsavedClose;
use reqwest::StatusCode;
use serde_json::json;

use super::driver::*;
use crate::support::*;

/// A price page in the documented order.
pub(super) const PAGE: [(&str, &str); 9] = [
    ("price_page_type_cd", "Supplier / Product Group"),
    ("company_id", "ACME"),
    ("product_group_id", "FASTENERS"),
    ("supplier_id", "10"),
    ("description", "Typed at a window"),
    ("pricing_method_cd", "Source"),
    ("source_price_cd", "Supplier List Price"),
    ("effective_date", "2026-03-02"),
    ("expiration_date", "2030-12-31"),
];

/// Types and saves a page; its number.
async fn price_page(p21: &P21) -> String {
    let page = p21.open("SalesPricePage").await;
    page.types("FORM.form", &PAGE).await;
    page.tab("VALUES").await.ok();
    page.types("VALUES.values", &[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9")]).await;
    let saved = page.save().await.ok();
    assert_eq!(saved.events("savesucceeded")[0].1, "form");
    let number = saved.events("keygenerated").swap_remove(0).1;
    number.parse::<u64>().unwrap();
    page.close().await.ok();
    number
}

#[tokio::test]
async fn interactive_api_check_31_the_group_of_a_page_comes_after_its_type() {
    for (name, p21) in in_session().await {
        let page = p21.open("SalesPricePage").await;
        let refused = page.change("FORM.form", "product_group_id", "FASTENERS").await;
        assert_eq!((refused.status, refused.result()), (StatusCode::OK, 2), "{name}: {refused:?}");
        assert_eq!(refused.message(), "price_page_type_cd must be set before product_group_id");
        page.types("FORM.form", &PAGE).await;
    }
}

#[tokio::test]
async fn interactive_api_check_32_a_page_is_saved_under_a_number_and_found_by_it() {
    for (name, p21) in in_session().await {
        let number = price_page(&p21).await;
        let page = p21.open("SalesPricePage").await;
        page.change("FORM.form", "price_page_uid", &number).await.ok();
        assert_eq!(page.value("form", "description").await, "Typed at a window", "{name}");
        // The other doors see it.
        let read = p21.read("SalesPricePage", "FORM.form", &[("price_page_uid", &number)]).await;
        assert_eq!(value(&read, "FORM.form", "supplier_id"), "10");
        assert_eq!(value(&read, "VALUES.values", "calculation_method_cd"), "Multiplier");
    }
}

#[tokio::test]
async fn interactive_api_check_33_a_page_is_linked_to_a_book() {
    for (name, p21) in in_session().await {
        let number = price_page(&p21).await;
        let book = p21.open("SalesPriceBook").await;
        book.types("FORM.form", &[("price_book_id", "WIDGETS")]).await;
        book.tab("LIST").await.ok();
        book.add_row("list_detail").await.ok();
        book.change("LIST.list_detail", "price_page_uid", &number).await.ok();
        book.save().await.ok();
        book.close().await.ok();
        let book = p21.open("SalesPriceBook").await;
        book.types("FORM.form", &[("price_book_id", "WIDGETS")]).await;
        book.tab("LIST").await.ok();
        let pages: Vec<String> =
            book.rows("list_detail").await.iter().map(|row| row["price_page_uid"].clone()).collect();
        assert!(pages.contains(&number), "{name}: {pages:?}");
    }
}

#[tokio::test]
async fn interactive_api_check_34_a_cleared_window_is_empty_and_goes_on() {
    for (name, p21) in in_session().await {
        let before = p21.sandbox_rows("price_page").await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &PAGE).await;
        page.clear().await.ok();
        for (field, value) in PAGE.iter().filter(|(field, _)| *field != "company_id") {
            assert_ne!(page.value("form", field).await, *value, "{name} {field}");
        }
        assert_eq!(p21.sandbox_rows("price_page").await, before);
        page.types("FORM.form", &PAGE).await;
        page.save().await.ok();
        assert_eq!(p21.sandbox_rows("price_page").await, before + 1);
    }
}

#[tokio::test]
async fn interactive_api_check_58_labels_are_shown_and_keys_are_data() {
    for (name, p21) in in_session().await {
        for (value, value_type) in [("Supplier / Product Group", None), ("214", Some("Data"))] {
            let page = p21.open("SalesPricePage").await;
            let mut change = item(Some("FORM"), "form", "price_page_type_cd", value);
            if let Some(value_type) = value_type {
                change["ValueType"] = json!(value_type);
            }
            page.changes(vec![change]).await.ok();
            assert_eq!(page.value("form", "price_page_type_cd").await, "Supplier / Product Group", "{name}");
        }
        let page = p21.open("SalesPricePage").await;
        let refused = page.change("FORM.form", "price_page_type_cd", "214").await;
        refused.refused(422, "Invalid price_page_type_cd value: 214");
    }
}

#[tokio::test]
async fn a_window_with_something_unsaved_closes_or_asks() {
    let p21 = current().await;
    p21.session().await;
    let page = p21.open("SalesPricePage").await;
    page.types("FORM.form", &PAGE).await;
    page.close().await.ok();
    let asks = |config: &mut p21_sandbox::Config| config.unknowns.unsaved_close = UnsavedClose::Asks;
    let p21 = current_with(|builder| builder.configure(asks)).await;
    p21.session().await;
    for (tool, added) in [("cb_2", 0), ("cb_1", 1)] {
        let before = p21.sandbox_rows("price_page").await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &PAGE).await;
        let popup = page.other(&page.close().await.popup());
        assert!(popup.press(tool).await.ok().has_event("close"));
        assert_eq!(page.data().await.status, StatusCode::NOT_FOUND);
        assert_eq!(p21.sandbox_rows("price_page").await, before + added);
    }
}
