//! Keys of rows and of their children, and lists below rows.

use p21_services::order::{self, extended_info, items, lots};
use p21_services::prelude::*;

use super::{Elements, record};

#[derive(DataElement, Debug, PartialEq)]
#[p21(items, edit)]
struct Item {
    #[p21(key)]
    oe_order_item_id: String,
    #[p21(key)]
    user_line_no: String,
    #[p21(child)]
    info: Info,
    #[p21(child)]
    lots: Vec<Lot>,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(extended_info, edit)]
struct Info {
    #[p21(read_only)]
    cf_dfflag: String,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(lots, edit)]
struct Lot {
    #[p21(key)]
    lot_cd: String,
    unit_quantity: Decimal,
}

#[derive(Transaction, Debug, PartialEq)]
#[p21(order)]
struct Order {
    items: Vec<Item>,
    #[p21(skip)]
    attempts: u8,
}

fn item(line: &str, lots: &[&str]) -> Item {
    Item {
        oe_order_item_id: "WIDGET-001".to_owned(),
        user_line_no: line.to_owned(),
        info: Info { cf_dfflag: "never sent".to_owned() },
        lots: lots.iter().map(|lot| Lot { lot_cd: (*lot).to_owned(), unit_quantity: dec!(1) }).collect(),
    }
}

#[test]
fn keys_of_rows_and_of_their_children_are_those_of_the_transaction() {
    let order = Order { items: vec![item("001", &["A", "B"]), item("002", &[])], attempts: 3 };
    let payload = order.to_transaction().to_payload();
    let keys: Vec<(&str, Vec<&str>)> = payload
        .data_elements
        .iter()
        .map(|element| (element.name.as_str(), element.keys.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        keys,
        [
            ("TP_ITEMS.items", vec!["oe_order_item_id", "user_line_no"]),
            ("TP_EXTDINFO.extd_info", vec![]),
            ("TABPAGE_LOT.tabpage_lot", vec!["lot_cd"]),
            ("TP_ITEMS.items", vec!["oe_order_item_id", "user_line_no"]),
            ("TP_EXTDINFO.extd_info", vec![]),
        ]
    );
    assert!(payload.data_elements[1].rows[0].edits.is_empty(), "a field that is only read is not sent");
    assert_eq!(payload.data_elements[2].rows.len(), 2);
}

#[test]
fn rows_of_a_child_list_are_read_when_one_parent_can_have_them() {
    const ITEMS: &str = "TP_ITEMS.items";
    const INFO: &str = "TP_EXTDINFO.extd_info";
    const LOTS: &str = "TABPAGE_LOT.tabpage_lot";
    let first = &[("oe_order_item_id", "W"), ("user_line_no", "001")][..];
    let info = &[("cf_dfflag", "N")][..];
    let lots: &[&[(&str, &str)]] =
        &[&[("lot_cd", "A"), ("unit_quantity", "1")], &[("lot_cd", "")], &[("lot_cd", "B"), ("unit_quantity", "2")]];
    let read = |elements: &Elements<'_>| Order::from_record(&order::Record::new(record(elements)));
    let order = read(&[(ITEMS, &[first]), (INFO, &[info]), (LOTS, lots)]).unwrap();
    let codes: Vec<&str> = order.items[0].lots.iter().map(|lot| lot.lot_cd.as_str()).collect();
    assert_eq!(codes, ["A", "B"]);
    assert_eq!(order.items[0].info.cf_dfflag, "N");
    assert_eq!(order.attempts, 0);
    let errors = read(&[(ITEMS, &[first, first]), (INFO, &[info, &[]]), (LOTS, lots)]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "\
`TABPAGE_LOT.tabpage_lot`: 3 rows for 2 parent rows, and nothing says which belongs to which
`TP_EXTDINFO.extd_info` row 1: no row with data"
    );
    assert_eq!(read(&[(ITEMS, &[first, first]), (INFO, &[info, info])]).unwrap().items[1].lots, []);
}
