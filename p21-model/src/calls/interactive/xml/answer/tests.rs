#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use super::super::{Body, Change, ChangeRequest, RowDataRequest, RowRequest, SaveRequest, WindowType};
use super::*;
use crate::calls::interactive::DatawindowData;

/// The description's own documents.
const OPENED: &str = r#"<OpenWindowResult>
<WindowId>3fa85f64-5717-4562-b3fc-2c963f66afa6</WindowId>
<Status>Ready</Status>
<Events>
<Event>
<Name>WindowOpened</Name>
<Timestamp>2026-03-12T14:22:01Z</Timestamp>
</Event>
</Events>
<Messages />
<DataWindows>
<DataWindow name="d_oe_hdr">...</DataWindow>
<DataWindow name="d_oe_line">...</DataWindow>
</DataWindows>
</OpenWindowResult>"#;
const CHANGED: &str = r#"<ChangeResult>
<WindowId>3fa85f64-5717-4562-b3fc-2c963f66afa6</WindowId>
<Status>Ready</Status>
<ChangedFields>
<Field datawindow="d_oe_hdr" name="customer_name">Acme Corp</Field>
<Field datawindow="d_oe_hdr" name="credit_limit">50000.00</Field>
</ChangedFields>
<Events>
<Event name="CustomerLookup" />
<Event name="TermsDefaulted" />
</Events>
<Messages />
<Errors />
</ChangeResult>"#;
const VALUES: &str = r#"<Values>
<Value code="UPS GND" description="UPS Ground" />
<Value code="FEDEX" description="FedEx Priority Overnight" />
</Values>"#;

fn read(text: &str) -> XmlAnswer {
    XmlAnswer::read_xml(text.as_bytes()).unwrap()
}

#[test]
fn the_documents_of_the_description_are_read() {
    let opened = read(OPENED);
    assert_eq!(opened.opened().window_id, "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    assert_eq!((opened.opened().result, opened.events.clone()), (None, ["WindowOpened".to_owned()].to_vec()));
    assert_eq!((opened.datawindows.len(), opened.opened_at.as_deref()), (2, Some("2026-03-12T14:22:01Z")));
    let changed = read(CHANGED).result();
    assert_eq!(changed.status, Status::Success);
    assert_eq!(changed.changed_fields[1], ChangedField::new("d_oe_hdr", "credit_limit", "50000.00"));
    assert_eq!(changed.events.len(), 2);
    let values = read(VALUES).values;
    assert_eq!(values[0], ValidValue::new("UPS GND", "UPS Ground"));
    assert_eq!(read(&String::from_utf8(XmlAnswer::values_to_xml(&values).unwrap()).unwrap()).values, values);
    assert!(read("<Values/>").values.is_empty());
}

#[test]
fn bodies_are_those_of_the_description() {
    let text = |xml: Vec<u8>| String::from_utf8(xml).unwrap();
    let open = WindowType {
        name: Some("Order Entry".to_owned()),
        service_name: Some("oe_entry".to_owned()),
        title: Some("Order Entry".to_owned()),
        ..WindowType::new("OE-I-1")
    };
    let xml = "<WindowType xmlns=\"urn:epicor-com:p21:interactive:v1\"><MenuId>OE-I-1</MenuId><Name>Order Entry</Name>\
               <ServiceName>oe_entry</ServiceName><Title>Order Entry</Title></WindowType>";
    assert_eq!(text(open.to_xml().unwrap()), xml);
    assert_eq!(WindowType::read_xml(xml.as_bytes()).unwrap(), open);
    let change = Change { row: Some(0), ..Change::new("d_oe_hdr", "customer_id", "C100001") };
    let change = ChangeRequest::new("w", vec![change]);
    let xml = "<ChangeRequest xmlns=\"urn:epicor-com:p21:interactive:v1\"><WindowId>w</WindowId><Changes><Change>\
               <DataWindowName>d_oe_hdr</DataWindowName><FieldName>customer_id</FieldName><Value>C100001</Value>\
               <Row>0</Row></Change></Changes></ChangeRequest>";
    assert_eq!(text(change.to_xml().unwrap()), xml);
    assert_eq!(ChangeRequest::read_xml(xml.as_bytes()).unwrap(), change);
    let row = RowRequest::new("w", "d_oe_line");
    assert!(
        text(row.to_xml().unwrap())
            .ends_with("<WindowId>w</WindowId><DataWindowName>d_oe_line</DataWindowName></RowRequest>")
    );
    let fields = [("item_id", "WIDGET-001"), ("unit_quantity", "10")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let row = RowDataRequest::new("w", "d_oe_line", fields);
    let xml = text(row.to_xml().unwrap());
    assert!(xml.contains(
        "<Fields><Field name=\"item_id\">WIDGET-001</Field><Field name=\"unit_quantity\">10</Field></Fields>"
    ));
    assert_eq!(RowDataRequest::read_xml(xml.as_bytes()).unwrap(), row);
    assert!(text(SaveRequest::new("w").to_xml().unwrap()).ends_with("<WindowId>w</WindowId></SaveRequest>"));
}

#[test]
fn a_request_says_what_it_lacks() {
    let problem = |text: &str| ChangeRequest::read_xml(text.as_bytes()).unwrap_err().to_string();
    let space = "xmlns=\"urn:epicor-com:p21:interactive:v1\"";
    assert_eq!(problem(&format!("<SaveRequest {space}/>")), "the root element is `SaveRequest`, not `ChangeRequest`");
    assert_eq!(
        problem("<ChangeRequest xmlns=\"urn:x\"/>"),
        "`ChangeRequest` is in the namespace `urn:x`, not in `urn:epicor-com:p21:interactive:v1`"
    );
    assert!(problem("<ChangeRequest/>").contains("in the namespace ``"));
    assert_eq!(
        problem(&format!("<ChangeRequest {space}><Changes/></ChangeRequest>")),
        "`ChangeRequest` has no `WindowId`"
    );
    let of = |change: &str| {
        problem(&format!("<ChangeRequest {space}><WindowId>w</WindowId><Changes>{change}</Changes></ChangeRequest>"))
    };
    assert_eq!(of("<Change><FieldName>a</FieldName></Change>"), "`Change` has no `DataWindowName`");
    let full = "<DataWindowName>d</DataWindowName><FieldName>a</FieldName>";
    assert_eq!(of(&format!("<Change>{full}</Change>")), "`Change` has no `Value`");
    let row = format!("<Change>{full}<Value/><Row>first</Row></Change>");
    assert_eq!(of(&row), "`Row` can't be `first`: it is a whole number");
}

#[test]
fn errors_are_failures_whatever_the_status_says() {
    let status = |text: &str| read(&format!("<R><WindowId>w</WindowId>{text}</R>")).result().status;
    for (text, due) in [
        ("<Status>Ready</Status>", Status::Success),
        ("<Status> ready </Status><Errors/>", Status::Success),
        ("<Status>Ready</Status><Errors><Error>no</Error></Errors>", Status::Failure),
        ("<Errors><Error text=\"no\"/></Errors>", Status::Failure),
        ("<Status>Error</Status>", Status::Failure),
        ("<Status>Busy</Status>", Status::None),
        ("<Status>3</Status>", Status::None),
        ("", Status::Success),
    ] {
        assert_eq!(status(text), due, "{text}");
    }
    for text in ["<Error>no</Error>", "<Error><Text>no</Text></Error>", "<string>no</string>", "<E message=\"no\"/>"] {
        assert_eq!(read(&format!("<R><Errors>{text}</Errors></R>")).errors, ["no"], "{text}");
    }
    let failed = read("<R><Status>Error</Status><Messages><Message>no</Message></Messages></R>").result();
    assert!(failed.messages[0].is_error());
}

#[test]
fn a_key_may_be_a_text() {
    let saved = read("<SaveResult><KeyValue>SO-0045892</KeyValue></SaveResult>").result();
    assert!(saved.has_saved());
    assert_eq!(saved.generated_key().as_deref(), Some("SO-0045892"));
    assert!(!read(CHANGED).result().has_saved());
}

#[test]
fn hostile_documents_are_one_error() {
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    for (text, part) in [
        ("", "ends too early"),
        ("<ChangeResult>", "ends too early"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><ChangeResult><Status>&b;</Status></ChangeResult>", "a document type"),
        ("<ChangeResult><Status>&lol;</Status></ChangeResult>", "the entity `&lol;` is not known"),
        ("<R><ChangedFields><Field name=\"&lol;\"/></ChangedFields></R>", "lol"),
        (&deep, "deeper ones"),
        ("<html><body>Service unavailable</body></html>", "the root element is `html`"),
        (
            "<Session xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Request\"><Id>s</Id></Session>",
            "in the namespace `http://schemas.datacontract.org/2004/07/P21.UI.Service.Request`",
        ),
        ("<x:R xmlns:x=\"urn:x\"><Status>Ready</Status></x:R>", "in the namespace `urn:x`"),
        ("<R><Row>1e9</Row></R>", "can't be `1e9`"),
        ("<R><Status>Ready</Status></R><R/>", "second root"),
        ("{\"Status\":1}", "text outside"),
    ] {
        let error = XmlAnswer::read_xml(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
        assert!(error.len() < 500, "{error}");
    }
    assert!(XmlAnswer::read_xml(b"<R>\xff</R>").unwrap_err().to_string().contains("UTF-8"));
    // What is in another namespace inside is somebody else's.
    let inside = read("<R><Status>Ready</Status><Errors xmlns=\"urn:x\"><Error>no</Error></Errors></R>");
    assert!(inside.errors.is_empty());
}

#[test]
fn a_few_rows_do_not_become_a_table_without_end() {
    let wide: String = (0..3_000).map(|at| format!("<Field name=\"c{at}\"/>")).collect();
    let rows = "<Row><Field name=\"c2999\"/></Row>".repeat(3_000);
    let text = format!(
        "<R><DataWindows><DataWindow name=\"d\"><Rows><Row>{wide}</Row>{rows}</Rows></DataWindow></DataWindows></R>"
    );
    assert!(XmlAnswer::read_xml(text.as_bytes()).unwrap_err().to_string().contains("2,000,000 values"));
}

fn window() -> XmlAnswer {
    let rows = vec![vec![Some("A & <b> \"c\"\n\t".to_owned()), Some("2".to_owned())], vec![Some(String::new())]];
    let columns = vec!["item_id".to_owned(), "qty".to_owned()];
    let mut data = DatawindowData::new("d_oe_line", columns, rows);
    (data.full_name, data.active_row) = ("tab_line_items.d_oe_line".to_owned(), 1);
    let of =
        Datawindow { name: "d_oe_line".to_owned(), parent_page: "tab_line_items".to_owned(), ..Datawindow::default() };
    let tab = TabPage { name: "tab_line_items".to_owned(), text: "\"Items\"".to_owned(), enabled: Some(true) };
    XmlAnswer { tabs: vec![tab], datawindows: vec![(of, data)], title: "T".to_owned(), ..XmlAnswer::ready("w") }
}

#[test]
fn what_is_written_is_read_the_same() {
    let xml = window().to_xml("WindowState").unwrap();
    assert_eq!(XmlAnswer::read_xml(&xml).unwrap(), window());
    let state = window().state();
    assert_eq!(state.data.datawindow("d_oe_line").unwrap().value(0, "QTY"), Some("2"));
    assert_eq!(state.data.datawindow("d_oe_line").unwrap().value(1, "qty"), None);
    assert!(XmlAnswer { title: "\u{1}".to_owned(), ..XmlAnswer::ready("w") }.to_xml("R").is_err());
}

mod props {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// No bytes make the reader panic, and whatever it takes it takes again once it is written.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = XmlAnswer::read_xml(&bytes);
            let _ = ChangeRequest::read_xml(&bytes);
        }

        #[test]
        fn documents_with_anything_broken_in_them_are_read_or_refused(
            at in 0usize..CHANGED.len(), junk in "[<>&\"'a/=! -]{0,6}", cut in 0usize..40,
        ) {
            let end = (at + cut).min(CHANGED.len());
            let text = format!("{}{junk}{}", &CHANGED[..at], &CHANGED[end..]);
            if let Ok(read) = XmlAnswer::read_xml(text.as_bytes()) {
                let again = XmlAnswer::read_xml(&read.to_xml("R").unwrap());
                prop_assert!(again.is_ok() || read.result().status == Status::None, "{text}");
            }
        }

        #[test]
        fn values_arrive_as_they_are(name in "[a-z_]{1,12}", value in "\\PC{0,40}", more in "[ \t\n\"'<>&]{0,6}") {
            let value = format!("{value}{more}");
            let request = ChangeRequest::new("w", vec![Change::new("d", name.as_str(), value.as_str())]);
            prop_assert_eq!(&ChangeRequest::read_xml(&request.to_xml().unwrap()).unwrap(), &request);
            let fields = [(value.clone(), value.clone())];
            let row = RowDataRequest::new("w", "d", fields);
            if let Ok(xml) = row.to_xml() && !value.trim().is_empty() {
                prop_assert_eq!(RowDataRequest::read_xml(&xml).unwrap(), row);
            }
            let field = ChangedField::new("d", name.as_str(), value.as_str());
            let answer = XmlAnswer { changed_fields: vec![field], ..XmlAnswer::ready("w") };
            prop_assert_eq!(XmlAnswer::read_xml(&answer.to_xml("R").unwrap()).unwrap(), answer);
        }
    }
}
