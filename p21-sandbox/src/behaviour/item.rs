//! Items: the primary supplier of a location, and what stands in the way of every save.

use crate::facts::codes;
use crate::facts::texts;
use crate::facts::value;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Entry, Row, Said, Unmatched, Window};

pub(super) struct Item;

const SUPPLIERS: &str = "SUPPLIER_X_LOCATION.supplier_x_location";

impl Behaviour for Item {
    /// A supplier that the location does not have is not added, unless its row names the location itself.
    fn unmatched(&self, window: &Window, element: u16, sent: &[Entry<'_>]) -> Result<Unmatched, Stop> {
        let names_location = || sent.iter().any(|edit| edit.name == "location_id" && !edit.value.is_empty());
        let is_dropped = window.is_element(element, SUPPLIERS) && !names_location();
        Ok(if is_dropped { Unmatched::Dropped } else { Unmatched::Added })
    }

    /// One supplier of a location is its primary one.
    fn edited(
        &self,
        window: &mut Window,
        _desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let is_primary = window.is_element(element, SUPPLIERS)
            && window.is_field(element, field, PRIMARY)
            && window.value(row, element, field) == codes::ON;
        if !is_primary {
            return Ok(());
        }
        let (storage, location) = (window.rows[row].storage, window.rows[row].parent);
        let others: Vec<usize> =
            window.rows.below(storage, location).iter().copied().filter(|other| *other != row).collect();
        for other in others {
            if window.value(other, element, field) == codes::ON {
                window.set(other, element, field, codes::OFF.to_owned());
            }
        }
        let supplier = window.named(row, element, "supplier_id").to_owned();
        window.rows[location].data.insert("primary_supplier_id".to_owned(), supplier);
        window.rows[location].dirty = true;
        Ok(())
    }

    /// The accounts of a location follow its product group, where that is what is answered.
    fn answered(&self, window: &mut Window, desk: &mut Desk<'_>, said: &Said<'_>) -> Result<(), Stop> {
        if said.dialog != "accounts" || said.answer != "set" {
            return Ok(());
        }
        let group = window.rows[said.row].data.get(GROUP).cloned().unwrap_or_default();
        let Some(group) = desk.store.master(GROUPS, &group)? else { return Ok(()) };
        for account in ACCOUNTS {
            if let Some(value) = group.get(account) {
                window.rows[said.row].data.insert(account.to_owned(), value.clone());
                window.rows[said.row].dirty = true;
            }
        }
        Ok(())
    }

    /// The rule that runs on every save opens a window as long as one supplier has neither a cost nor a list price.
    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let is_zero = |row: &Row, column: &str| {
            let price = row.data.get(column).and_then(|price| value::decimal(price));
            price.is_none_or(|price| price.is_zero())
        };
        let storages = &window.service.storages;
        let is_supplier = |row: &&Row| storages[row.storage as usize].table == "inventory_supplier";
        if window.rows.iter().filter(is_supplier).any(|row| is_zero(row, "cost") && is_zero(row, "list_price")) {
            return window.ask_before_save(desk, texts::ITEM_ISSUES.pattern());
        }
        Ok(())
    }
}

const GROUP: &str = "product_group_id";
const GROUPS: &str = "product_group";

/// What a product group says of the accounts of its items.
const ACCOUNTS: [&str; 3] = ["gl_account_no", "revenue_account_no", "cos_account_no"];

const PRIMARY: &str = "primary_supplier";
