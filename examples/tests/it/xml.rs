//! The XML flavour says the same as the JSON one; and records are copied.

use p21_sandbox::ServerVersion;
use p21_services::client::Flavour;
use p21_services::job_contract_pricing::{self as contracts, TransactionSet, breaks, header, line};
use p21_services::order::{self, header as order_header, items};
use p21_services::prelude::*;

use super::{ENDED, both_versions, client, client_with, contract, ended, key, lookup, prices, sandbox};

#[tokio::test]
async fn xml_and_json_say_the_same() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let json = client(&sandbox);
        let xml = client_with(&sandbox, |builder| builder.flavour(Flavour::Xml));
        assert_eq!(xml.services().await.unwrap(), json.services().await.unwrap());
        for service in json.services().await.unwrap() {
            let (a, b) = (xml.definition(&service.name).await, json.definition(&service.name).await);
            match (a, b) {
                (Ok(a), Ok(b)) => assert_eq!(a, b, "{}", service.name),
                (a, b) => assert_eq!(a.unwrap_err().to_string(), b.unwrap_err().to_string(), "{}", service.name),
            }
        }

        let set = |prefix: &str| -> TransactionSet {
            let tricky = "Widgets & <bolts>, \"5\" é";
            [
                contract(&format!("{prefix}-1"), &[("WIDGET-001", dec!(25))]),
                ended(&format!("{prefix}-2")),
                contract(&format!("{prefix}-{tricky}"), &[("WIDGET-002", dec!(0.5))]),
            ]
            .into_iter()
            .collect()
        };
        let (a, b) =
            (xml.submit(&set("A")).unchecked().await.unwrap(), json.submit(&set("A")).unchecked().await.unwrap());
        assert_eq!(a.transactions.len(), 3);
        for (a, b) in a.transactions.iter().zip(&b.transactions) {
            match (a, b) {
                (Ok(a), Ok(b)) => assert_eq!(a.echo, b.echo),
                (Err(a), Err(b)) => {
                    assert_eq!(a, b);
                    assert_eq!(a.messages[0].text, ENDED);
                }
                _ => panic!("{a:?} is not {b:?}"),
            }
        }
        let number = "A-Widgets & <bolts>, \"5\" é";
        assert_eq!(prices(&xml, number).await, [("WIDGET-002".to_owned(), dec!(0.5))], "{version:?}");
        assert_eq!(prices(&xml, number).await, prices(&json, number).await);
        let nobody = || contracts::Key::new("999");
        assert_eq!(xml.read(nobody()).await.unwrap().is_none(), json.read(nobody()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_has_children_and_keys_is_stored_from_xml() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let xml = client_with(&sandbox, |builder| builder.flavour(Flavour::Xml));
        let required = line::Required { item_id: "WIDGET-002", uom: "EA", pricing_method: line::PricingMethod::Source };
        let tiers = breaks::Row::edit()
            .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
            .calculation_value1(dec!(10))
            .break1(10)
            .calculation_value2(dec!(8.5))
            .break2(0);
        let line = line::Row::new(required).source_price("Supplier List Price").multiplier(1).with(tiers);
        let contract = contract("XML-1", &[("WIDGET-001", dec!(3))]).push(line);
        let result = xml.submit(contract).unchecked().await;
        if version == ServerVersion::v25_2() {
            result.unwrap();
            assert_eq!(prices(&xml, "XML-1").await.len(), 2);
            let of_json = super::read(&client(&sandbox), "XML-1").await.unwrap();
            let of_xml = super::read(&xml, "XML-1").await.unwrap();
            assert_eq!(of_xml.as_payload(), of_json.as_payload());
        } else {
            // The tab is disabled since 26.1, and a refusal reads the same in both flavours.
            let error = result.unwrap_err();
            assert!(error.is_rejected() && error.to_string().contains("Tab page is disabled"), "{error}");
            assert!(super::read(&xml, "XML-1").await.is_none());
        }

        let new = order::Transaction::new()
            .push(
                order_header::Row::new(order_header::Required {
                    customer_id: 100198,
                    sales_loc_id: 100,
                    source_loc_id: 100,
                    ship_to_id: 100198,
                    contact_id: "1001",
                    po_no: "PO-1",
                    order_date: date(2026, 11, 21),
                    requested_date: date(2026, 12, 1),
                })
                .taker("sandbox"),
            )
            .push_all([("010", 5), ("020", 10)].map(|(number, quantity)| {
                let item = items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: quantity };
                items::Row::new(item).user_line_no(number)
            }))
            .keyed_by(items::USER_LINE_NO);
        let order_no = xml.submit(new).await.unwrap().value("TABPAGE_1.order", "order_no").unwrap().to_owned();
        let record = xml.read(order::Key::new(order_no)).await.unwrap().unwrap();
        let quantities: Vec<_> =
            record.rows::<items::Row>().map(|row| row.get(items::UNIT_QUANTITY).unwrap()).collect();
        assert_eq!(quantities, [Some(dec!(5)), Some(dec!(10))]);
    }
}

#[tokio::test]
async fn a_record_is_copied_without_what_the_server_assigns_and_the_original_stays() {
    for (version, flavour) in both_versions().into_iter().zip([Flavour::Json, Flavour::Xml]) {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client_with(&sandbox, |builder| builder.flavour(flavour));
        let lines = [("WIDGET-001", dec!(25)), ("WIDGET-002", dec!(12.5))];
        let stored = client.submit(contract("COPY-1", &lines)).await.unwrap();
        let original = stored.value("FORM.d_dw_job_price_hdr", "job_no").unwrap();
        let cloned = client
            .copying(key(&client, "COPY-1").await.unwrap())
            .keep(line::PRICE)
            .store(|header: header::Row| header.contract_no("COPY-2"))
            .await
            .unwrap();
        assert_ne!(cloned.stored.value("FORM.d_dw_job_price_hdr", "job_no").unwrap(), original);
        assert!(cloned.left_out.iter().any(|left_out| left_out.to_string().contains("customer_id")));
        assert_eq!(prices(&client, "COPY-1").await, prices(&client, "COPY-2").await);
        assert_eq!(prices(&client, "COPY-2").await.len(), 2);
        let original = key(&client, "COPY-1").await.unwrap();
        let same = client.copy_record(original, |header: header::Row| header).await.unwrap_err();
        assert!(same.is_input(), "the original would be updated: {same}");
        let none = client
            .copy_record(contracts::Key::new("999"), |header: header::Row| header.contract_no("X"))
            .await
            .unwrap_err();
        assert!(none.is_input(), "{none}");
    }
}

#[tokio::test]
async fn what_is_known_in_json_alone_stays_json_for_a_client_of_xml() {
    use p21_services::m_reprintpurchaseorders::criteria;
    use p21_services::model::commands::Commands;
    let definitions = super::more_definitions();
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version).definitions(definitions.path())).await;
        let xml = client_with(&sandbox, |builder| builder.flavour(Flavour::Xml));
        let json = client(&sandbox);
        assert_eq!(xml.defaults("Order").await.unwrap(), json.defaults("Order").await.unwrap());
        assert_eq!(xml.basics("Order").await.unwrap(), json.basics("Order").await.unwrap());
        assert!(xml.definition_raw("Order").await.unwrap().starts_with(b"{"));
        let queued = xml.submit(contract("JSON-1", &[("WIDGET-001", dec!(1))])).queued().await.unwrap();
        assert!(queued.wait().await.is_ok());
        assert_eq!(xml.table("price_page").count().await.unwrap(), 13);
        assert_eq!(xml.pricing().libraries_of_pages([1]).await.unwrap()[&1].len(), 1);
        let nothing = criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(1).end_po_no(1);
        assert!(xml.print(nothing).await.unwrap_err().is_nothing_to_print());
        assert!(xml.run_commands(&Commands::of("ItemNotepad").save()).await.unwrap().saved().is_err());
        let new = contract("JSON-2", &[("WIDGET-001", dec!(1))]);
        let resolved = xml.submit(new).lookup(lookup("JSON-2")).await.unwrap();
        assert_eq!(resolved.sent, 1);
    }
}
