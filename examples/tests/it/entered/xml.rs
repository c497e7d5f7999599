//! The same programs in both flavours: what is stored is the same.

use p21_services::client::Method;
use p21_services::client::windows::{
    Cleared, FieldValues, InteractiveFlavour, Policy, PolicyRule, SessionBuilder, ValueMeaning, Window, WindowProblem,
};
use p21_services::model::payload;
use p21_services::order::{Order, header as order_header, items};
use p21_services::sales_price_page::SalesPricePage;

use super::*;

fn in_xml(client: &Client) -> SessionBuilder {
    client.session().flavour(InteractiveFlavour::Xml).company("ACME").menu_id("SalesPricePage", "SP-1")
}

fn problem(error: &p21_services::client::Error) -> WindowProblem {
    error.window_problem().unwrap_or_else(|| panic!("{error}")).clone()
}

/// A record without what tells it from another of the same values.
fn plain(record: &payload::Transaction, own: &[&str]) -> Vec<(String, String, String)> {
    let elements = record.data_elements.iter().filter(|of| !of.name.to_ascii_lowercase().contains("timestamp"));
    let edits = elements.flat_map(|of| of.rows.iter().flat_map(|row| &row.edits).map(move |edit| (of, edit)));
    let named = edits.map(|(of, edit)| (of.name.clone(), edit.name.clone(), edit.value.clone()));
    named.filter(|(_, field, _)| !own.contains(&field.as_str()) && !field.contains("uid")).collect()
}

/// A price page, value by value.
async fn typed(session: &Session) -> Result<i64, p21_services::client::Error> {
    let mut page: Window<SalesPricePage> = session.open().await?;
    page.type_in(header::PRICE_PAGE_TYPE_CD, header::PricePageTypeCd::SupplierProductGroup).await?;
    page.type_in(header::COMPANY_ID, "ACME").await?;
    page.type_in(header::PRODUCT_GROUP_ID, "FASTENERS").await?;
    page.type_in(header::SUPPLIER_ID, 10).await?;
    page.type_in(header::PRICING_METHOD_CD, header::PricingMethodCd::Source).await?;
    page.type_in(header::SOURCE_PRICE_CD, "Supplier List Price").await?;
    page.type_in(header::EFFECTIVE_DATE, date(2027, 1, 1)).proven().await?;
    page.type_in(header::EXPIRATION_DATE, date(2030, 12, 31)).await?;
    assert_eq!(page.read(header::EXPIRATION_DATE).await?, Some(date(2030, 12, 31)));
    page.type_in(breaks::CALCULATION_METHOD_CD, breaks::CalculationMethodCd::Multiplier).await?;
    page.type_in(breaks::CALCULATION_VALUE1, dec!(0.85)).await?;
    let uid = page.save().await?.key_of(header::PRICE_PAGE_UID)?.unwrap();
    page.close().await?;
    Ok(uid)
}

/// An order's lines, row by row.
async fn lines(session: &Session) -> Result<String, p21_services::client::Error> {
    let mut order: Window<Order> = session.open().await?;
    order.type_in(order_header::CUSTOMER_ID, 100_198).await?;
    order.type_in(order_header::SHIP_TO_ID, 100_198).await?;
    order.type_in(order_header::CONTACT_ID, "1001").await?;
    order.type_in(order_header::SALES_LOC_ID, 100).await?;
    order.type_in(order_header::SOURCE_LOC_ID, 100).await?;
    order.type_in(order_header::PO_NO, "PO-7002").await?;
    let apply = || Policy::new().with(PolicyRule::class("w_response_common").answer("cb_ok"));
    order.type_in(order_header::ORDER_DATE, date(2027, 1, 4)).answering(apply()).await?;
    order.type_in(order_header::REQUESTED_DATE, date(2027, 1, 5)).answering(apply()).await?;
    order.type_all(FieldValues::new().and(items::OE_ORDER_ITEM_ID, "WIDGET-001").and(items::UNIT_QUANTITY, 2)).await?;
    let second = FieldValues::new().and(items::OE_ORDER_ITEM_ID, "WIDGET-002").and(items::UNIT_QUANTITY, 3);
    order.add_row_with::<items::Row>(second).await?;
    order.select_row::<items::Row>(1).await?;
    order.type_in(items::UNIT_QUANTITY, 4).await?;
    assert_eq!(order.select_where(items::OE_ORDER_ITEM_ID, "WIDGET-002").await?, 2);
    assert_eq!(order.rows::<items::Row>().await?.len(), 2);
    order.save().await?;
    let number = order.read(order_header::ORDER_NO).await?.unwrap().to_string();
    order.close().await?;
    Ok(number)
}

#[tokio::test]
async fn the_same_programs_store_the_same_records_in_both_flavours() {
    each(
        |builder| builder,
        async |sandbox, client| {
            let read = async |uid| {
                let record = client.read(price_page::Key::new(uid)).await.unwrap().unwrap();
                plain(record.as_payload(), &[])
            };
            let json = client.session().run(typed).await.unwrap();
            let xml = in_xml(client).run(typed).await.unwrap();
            assert_ne!(json, xml);
            let stored = read(xml).await;
            assert!(stored.len() > 10, "{stored:?}");
            assert_eq!(stored, read(json).await);

            let json = client.session().run(lines).await.unwrap();
            let xml = in_xml(client).run(lines).await.unwrap();
            let read = async |number: &str| {
                let record = client.read(order::Key::new(number)).await.unwrap().unwrap();
                plain(record.as_payload(), &["order_no"])
            };
            assert_ne!(json, xml);
            let stored = read(&xml).await;
            assert!(
                stored.iter().any(|(_, field, value)| field == "requested_date" && value.starts_with("2027-01-05"))
            );
            assert_eq!(stored, read(&json).await);
            assert_eq!(sessions(sandbox, client).await, 0);
        },
    )
    .await;
}

/// How many sessions the server has.
async fn sessions(_: &Sandbox, client: &Client) -> usize {
    let list = client.request(Method::GET, "/api/ui/interactive/sessions").send().await.unwrap();
    list.json::<Vec<Value>>().unwrap().len()
}

#[tokio::test]
async fn records_are_entered_in_xml_and_what_it_has_no_form_for_is_refused_by_name() {
    each(
        |builder| builder,
        async |_, client| {
            let folder = tempfile::tempdir().unwrap();
            let transcript = folder.path().join("session.jsonl");
            let session = in_xml(client).transcript(&transcript).start().await.unwrap();
            assert_eq!(session.flavour(), InteractiveFlavour::Xml);
            let entered = session.enter(&page()).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(entered.proof, EntryProof::Proven);
            let uid: i64 = entered.key("price_page_uid").unwrap().parse().unwrap();
            let expire = price_page::Transaction::new()
                .push(header::Row::edit().price_page_uid(uid).expiration_date(date(2027, 6, 30)));
            let expired = session.enter(&expire).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(expired.proof, EntryProof::Proven);
            let order = session.enter(&order()).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(order.proof, EntryProof::Proven);
            let number = order.key("order_no").unwrap().to_owned();

            // The transcript shows it, without the password.
            let said = std::fs::read_to_string(&transcript).unwrap();
            let first: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
            assert_eq!(first, serde_json::json!({"p21_transcript": 1, "flavour": "xml"}));
            let calls: Vec<Value> = said.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!((&calls[0]["path"], &calls[0]["body"]), (&"/common/session".into(), &"***".into()));
            let bodies: String = calls.iter().filter_map(|call| call["body"].as_str()).collect();
            for part in [
                "<MenuId>OE-I-1</MenuId><ServiceName>oe_entry</ServiceName>",
                "<DataWindowName>d_oe_line</DataWindowName>",
                "<TabName>tab_line_items</TabName>",
                "<FieldName>expiration_date</FieldName><Value>06/30/2027</Value>",
            ] {
                assert!(bodies.contains(part), "no {part}: {bodies}");
            }
            assert!(calls.iter().all(|call| !call["path"].as_str().unwrap().contains("/api/")), "{calls:?}");
            let before = calls.len();

            // Nothing of these is sent.
            let book = book::Transaction::new().push(book::header::Row::edit().price_book_id("WIDGETS"));
            let note = order::header_note::Row::edit().topic("Handle with care").note("It breaks.");
            let note = order::Transaction::new().push(order::header::Row::edit().order_no(number.as_str())).push(note);
            let timed = order::Transaction::new().push(
                order::header::Row::edit()
                    .order_no(number.as_str())
                    .requested_date(date(2027, 1, 5).date().at(8, 30, 0, 0)),
            );
            let odd =
                price_page::Transaction::new().push(header::Row::edit().price_page_uid(uid).description("a\u{1}b"));
            for (refused, part) in [
                (session.enter(&book).await.unwrap_err(), "the window `SalesPriceBook`"),
                (session.enter(&note).await.unwrap_err(), "`HDR_NOTE.hdr_note`"),
                (session.enter(&timed).await.unwrap_err(), "a time of day (`TABPAGE_1.order` `requested_date`)"),
                (session.enter(&odd).await.unwrap_err(), "the character U+0001"),
            ] {
                let NotEntered::Refused(error) = &refused else { panic!("{refused}") };
                assert!(matches!(problem(error), WindowProblem::NotInThisFlavour { .. }), "{error}");
                assert!(error.to_string().contains(part), "{error}");
            }
            let said = std::fs::read_to_string(&transcript).unwrap();
            assert_eq!(said.lines().count() - 1, before, "nothing was sent");
            session.end().await.unwrap();

            // By whichever door: a page goes as a transaction, a note through its window, which XML can't.
            let stored = client.store(&page()).session(in_xml(client)).await.unwrap();
            assert_eq!(stored.proof, EntryProof::Proven);
            let refused = client.store(&note).session(in_xml(client)).await.unwrap_err();
            assert!(refused.to_string().contains("`HDR_NOTE.hdr_note`"), "{refused}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_window_in_xml_lists_values_and_tools_and_says_what_it_refuses() {
    each(
        |builder| builder,
        async |_, client| {
            let session = in_xml(client).start().await.unwrap();
            let mut page: Window<SalesPricePage> = session.open().await.unwrap();
            let values = page.valid_values(header::PRICE_PAGE_TYPE_CD).await.unwrap();
            let group = values.iter().find(|value| value.description == "Supplier / Product Group").unwrap();
            assert_eq!(group.code, "214");
            let done =
                page.type_in(header::PRICE_PAGE_TYPE_CD, header::PricePageTypeCd::SupplierProductGroup).await.unwrap();
            let changed = &done.result.changed_fields;
            assert!(changed.iter().any(|field| field.name == "price_page_type_cd"), "{changed:?}");
            assert!(page.tools().await.unwrap().iter().any(|tool| tool.tool_name == "Quick.Save"));
            assert_eq!(page.clear().await.unwrap(), Cleared::Emptied);
            let error = page.type_in(header::PRICE_PAGE_UID, 999_999).await.unwrap_err();
            assert_eq!((problem(&error), error.status().unwrap().as_u16()), (WindowProblem::NoSuchRecord, 200));
            page.clear().await.unwrap();
            let error = page.save().await.unwrap_err();
            assert!(!error.is_ambiguous() && error.window_problem().is_some(), "{error}");
            let error = page.type_named("FORM.dw_1", "description", "x").await.unwrap_err();
            assert_eq!(problem(&error), WindowProblem::UnknownDatawindow { datawindow: "dw_1".to_owned() });
            // The call that this burns is a harmless one.
            page.type_in(header::DESCRIPTION, "x & <y> \"é\"").proven().await.unwrap();
            let error = page.select_tab("NONE").await.unwrap_err();
            assert_eq!(problem(&error), WindowProblem::UnknownTab { tab: "NONE".to_owned() });
            for error in [
                page.type_in(header::DESCRIPTION, "x").value_type(ValueMeaning::Data).await.unwrap_err(),
                page.run_tool_of::<header::Row>("cb_x").await.unwrap_err(),
                session.list().await.map(drop).unwrap_err(),
                session.open_titled("Order Entry").await.map(drop).unwrap_err(),
                session.open_named("Order").await.map(drop).unwrap_err(),
            ] {
                assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
            }
            let id = page.id().to_owned();
            client.request(Method::DELETE, &format!("/window?id={id}")).send().await.unwrap();
            let error = page.type_in(header::DESCRIPTION, "x").await.unwrap_err();
            assert_eq!(problem(&error), WindowProblem::WindowLost);
            client.request(Method::DELETE, "/common/session").send().await.unwrap();
            let error = session.open::<SalesPricePage>().await.map(drop).unwrap_err();
            assert_eq!(problem(&error), WindowProblem::SessionLost);
            session.end().await.unwrap();
        },
    )
    .await;
}

#[tokio::test]
async fn what_a_session_in_xml_has_no_form_for_is_refused_before_it_starts() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let xml = || in_xml(&client);
    for (builder, part) in [
        (xml().app("pages"), "the name of the program"),
        (xml().workstation("w"), "the name of the machine"),
        (xml().idle_limit(std::time::Duration::from_secs(60)), "an idle limit"),
        (xml().answered_by_p21(), "response windows that P21 answers"),
        (client.session().company("ACME"), "a company"),
        (client.session().flavour(InteractiveFlavour::Xml), "say which with `company`"),
    ] {
        let error = builder.start().await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let error = xml().company("NONE").start().await.unwrap_err();
    assert!(error.to_string().contains("there is no company `NONE`"), "{error}");
    assert_eq!(sessions(&sandbox, &client).await, 0);
    sandbox.set("interactive.xml", "false").unwrap();
    let error = xml().start().await.unwrap_err();
    assert!(error.to_string().contains("no XML flavour"), "{error}");
}
