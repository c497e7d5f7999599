//! A row of somebody's own master data as rows of the database's tables.

use std::collections::BTreeMap;

use super::Kind;
use super::read::Row;
use crate::facts::seed::{Seed, Table};
use crate::facts::value;

/// What is wrong with a row, and in which of its columns.
pub(super) struct Problem {
    pub(super) column: Option<String>,
    pub(super) text: String,
}

fn in_column(column: &str, text: impl Into<String>) -> Problem {
    Problem { column: Some(column.to_owned()), text: text.into() }
}

/// The number that the first item gets which the built-in master data does not have.
const FIRST_UID: usize = 1_001;

/// Adds what a row says.
pub(super) fn add(seed: &mut Seed, company: &str, kind: Kind, row: &Row) -> Result<(), Problem> {
    let (columns, required) = kind.columns();
    if let Some(unknown) = row.cells.keys().find(|name| !columns.contains(&name.as_str())) {
        return Err(in_column(unknown, format!("there is no such column; {} has {}", kind.noun(), columns.join(", "))));
    }
    if let Some(missing) = columns[..required].iter().find(|name| row.text(name).is_empty()) {
        return Err(in_column(missing, "is missing"));
    }
    match kind {
        Kind::Item => item(seed, company, row),
        Kind::Customer => customer(seed, company, row),
        Kind::Unit => unit(seed, row),
        Kind::Price => price(seed, row),
    }
}

fn item(seed: &mut Seed, company: &str, row: &Row) -> Result<(), Problem> {
    let item = row.text("item");
    let is_new = uid_of(seed, item).is_none();
    let uid = uid_of(seed, item).unwrap_or_else(|| {
        let known = seed.tables.iter().find(|table| table.name == ITEMS).map_or(0, |table| table.rows.len());
        (FIRST_UID + known).to_string()
    });
    let mut own = values([("inv_mast_uid", &uid), ("item_id", item), ("delete_flag", "N")]);
    if is_new || !row.text("description").is_empty() {
        own.insert("item_desc".to_owned(), row.text("description").to_owned());
    }
    let unit = if is_new && row.text("unit").is_empty() { "EA" } else { row.text("unit") };
    if !unit.is_empty() {
        own.extend(values([("default_selling_unit", unit), ("base_unit", unit)]));
    }
    put(seed, ITEMS, &["item_id"], own);
    if !unit.is_empty() {
        put(
            seed,
            UNITS,
            &UNIT_KEY,
            values([("inv_mast_uid", &uid), ("unit_of_measure", unit), ("unit_size", "1"), ("delete_flag", "N")]),
        );
    }
    let everywhere: Vec<String> = all(seed, "location", "location_id");
    let named = row.list("locations");
    if let Some(unknown) = named.iter().find(|location| !everywhere.contains(location)) {
        return Err(in_column(
            "locations",
            format!("there is no location `{unknown}`; there are {}", everywhere.join(", ")),
        ));
    }
    let quantity = number(row, "quantity")?;
    let stocked = if named.is_empty() && (is_new || quantity.is_some()) { everywhere } else { named };
    for location in stocked {
        let mut stock = values([
            ("inv_mast_uid", &uid),
            ("location_id", &location),
            ("company_id", company),
            ("stockable", "Y"),
            ("delete_flag", "N"),
        ]);
        if is_new || quantity.is_some() {
            stock.insert("qty_on_hand".to_owned(), quantity.clone().unwrap_or_else(|| "0".to_owned()));
        }
        put(seed, "inv_loc", &["inv_mast_uid", "location_id"], stock);
    }
    Ok(())
}

fn customer(seed: &mut Seed, company: &str, row: &Row) -> Result<(), Problem> {
    let number = row.text("customer");
    if !number.bytes().all(|digit| digit.is_ascii_digit()) || number.len() > 18 {
        return Err(in_column("customer", format!("`{}` is no customer's number", number.escape_debug())));
    }
    let name = row.text("name");
    let own = [
        ("customer_id", number),
        ("company_id", company),
        ("customer_name", name),
        ("terms_id", "1"),
        ("currency_id", "1"),
        ("delete_flag", "N"),
    ];
    put(seed, "customer", &["customer_id"], values(own));
    let branch = all(seed, "location", "location_id").into_iter().next().unwrap_or_default();
    let ship_to = [
        ("ship_to_id", number),
        ("customer_id", number),
        ("company_id", company),
        ("ship_to_name", name),
        ("default_branch", &branch),
        ("delete_flag", "N"),
    ];
    put(seed, "ship_to", &["ship_to_id"], values(ship_to));
    Ok(())
}

fn unit(seed: &mut Seed, row: &Row) -> Result<(), Problem> {
    let uid = known_item(seed, row)?;
    let size = number(row, "size")?.unwrap_or_default();
    if value::decimal(&size).is_some_and(|size| size.is_zero()) {
        return Err(in_column("size", "a unit has more than nothing of the item's own unit"));
    }
    let unit = values([
        ("inv_mast_uid", &uid),
        ("unit_of_measure", row.text("unit")),
        ("unit_size", &size),
        ("delete_flag", "N"),
    ]);
    put(seed, UNITS, &UNIT_KEY, unit);
    Ok(())
}

fn price(seed: &mut Seed, row: &Row) -> Result<(), Problem> {
    let uid = known_item(seed, row)?;
    let suppliers = all(seed, "supplier", "supplier_id");
    let supplier = match (row.text("supplier"), &*suppliers) {
        ("", [only]) => only.clone(),
        ("", _) => return Err(in_column("supplier", format!("is missing; there are {}", suppliers.join(", ")))),
        (named, _) if suppliers.iter().any(|known| known == named) => named.to_owned(),
        (unknown, _) => {
            let text = format!("there is no supplier `{}`; there are {}", unknown.escape_debug(), suppliers.join(", "));
            return Err(in_column("supplier", text));
        }
    };
    let list_price = number(row, "price")?.unwrap_or_default();
    let mut own =
        values([("inv_mast_uid", &uid), ("supplier_id", &supplier), ("list_price", &list_price), ("delete_flag", "N")]);
    if let Some(cost) = number(row, "cost")? {
        own.insert("cost".to_owned(), cost);
    }
    put(seed, "inventory_supplier", &["inv_mast_uid", "supplier_id"], own);
    Ok(())
}

const ITEMS: &str = "inv_mast";
const UNITS: &str = "item_uom";
const UNIT_KEY: [&str; 2] = ["inv_mast_uid", "unit_of_measure"];

fn values<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A number that is not below zero, as it is stored.
fn number(row: &Row, column: &str) -> Result<Option<String>, Problem> {
    let text = row.text(column);
    if text.is_empty() {
        return Ok(None);
    }
    let number = value::decimal(text).filter(|number| !number.is_sign_negative());
    let wrong = || in_column(column, format!("`{}` is no number from 0 on", text.escape_debug()));
    number.map(|_| Some(text.to_owned())).ok_or_else(wrong)
}

fn known_item(seed: &Seed, row: &Row) -> Result<String, Problem> {
    let item = row.text("item");
    uid_of(seed, item).ok_or_else(|| in_column("item", format!("there is no item `{}`", item.escape_debug())))
}

fn uid_of(seed: &Seed, item: &str) -> Option<String> {
    let items = seed.tables.iter().find(|table| table.name == ITEMS)?;
    let row = items.rows.iter().find(|row| row.get("item_id").is_some_and(|id| id == item))?;
    row.get("inv_mast_uid").cloned()
}

fn all(seed: &Seed, table: &str, column: &str) -> Vec<String> {
    let rows = seed.tables.iter().filter(|of| of.name == table).flat_map(|table| &table.rows);
    rows.filter_map(|row| row.get(column).cloned()).collect()
}

/// Adds a row to a table, or changes the row of the same key.
fn put(seed: &mut Seed, table: &str, key: &[&str], row: BTreeMap<String, String>) {
    let place = seed.tables.iter().position(|of| of.name == table).unwrap_or_else(|| {
        seed.tables.push(Table::new(table, key, (key[0] == "inv_mast_uid").then_some((ITEMS, "inv_mast_uid"))));
        seed.tables.len() - 1
    });
    let table = &mut seed.tables[place];
    let wanted = table.key_of(&row);
    match table.rows.iter().position(|row| table.key_of(row) == wanted) {
        Some(found) => table.rows[found].extend(row),
        None => table.rows.push(row),
    }
}
