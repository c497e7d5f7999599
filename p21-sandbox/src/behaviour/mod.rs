//! What a window does that neither its definition nor its rules can say: one small file a service, and two for what an
//! order brings about (`contract_price`, `netting`).

mod assembly;
mod bin_location;
mod contract_price;
mod convert_po_to_voucher;
mod inventory_adjustment;
mod item;
mod job_contract_pricing;
mod netting;
mod notepad;
mod order;
pub(crate) mod production_order;
pub(crate) mod production_picking;
mod purchase_order;
mod sales_price_page;
mod ship_to;
mod shipping;
mod time_entry;

use crate::facts::value;
use crate::serve::transaction::request::Row;
use crate::window::Window;
use crate::window::refusal::Stop;

/// The moments of a window's life in which a service may have its own say. Elements, rows and fields are indexes.
pub(crate) trait Behaviour: Sync {
    /// The service under whose name the records are kept, where windows share them.
    fn records(&self) -> Option<&'static str> {
        None
    }

    /// Whether its records can be read; otherwise a read ends in an empty 500.
    fn can_be_read(&self) -> bool {
        true
    }

    /// A stored record is in the window, to be read or to be changed.
    fn retrieved(&self, _window: &Window<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// The payload has brought a stored record into the window to change it; `keyed` if it named the keys itself.
    fn loaded(&self, _window: &mut Window<'_>, _keyed: bool) -> Result<(), Stop> {
        Ok(())
    }

    /// The payload names a record that is not there; without an objection a new one is begun.
    fn not_found(&self, _window: &Window<'_>, _sent: &Row) -> Result<(), Stop> {
        Ok(())
    }

    /// A new record has got its header row.
    fn new_record(&self, _window: &mut Window<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// A row is about to be selected or added; the header's is not asked about.
    fn before_row(&self, _window: &Window<'_>, _element: u16, _sent: &Row) -> Result<(), Stop> {
        Ok(())
    }

    /// What becomes of a row of a list that no row there matches.
    fn unmatched(&self, _window: &Window<'_>, _element: u16, _sent: &Row) -> Result<Unmatched, Stop> {
        Ok(Unmatched::Added)
    }

    /// Whether a column is shut for a reason that lies in the record; P21's text if so.
    fn shut(&self, _window: &Window<'_>, _element: u16, _row: usize, _field: u16) -> Option<String> {
        None
    }

    /// Whether a column is open although another one that should come first is not set.
    fn is_open_early(&self, _window: &Window<'_>, _element: u16, _row: usize, _field: u16) -> bool {
        false
    }

    /// A field has got its value.
    fn edited(&self, _window: &mut Window<'_>, _element: u16, _row: usize, _field: u16) -> Result<(), Stop> {
        Ok(())
    }

    /// All edits of a row are typed.
    fn row_done(&self, _window: &mut Window<'_>, _element: u16, _row: usize) -> Result<(), Stop> {
        Ok(())
    }

    /// The record is about to be checked and saved.
    fn before_save(&self, _window: &mut Window<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// What a grid offers that is not the record's own: rows to pick from. `None` for other elements.
    fn offers(&self, _window: &Window<'_>, _element: u16) -> Option<Vec<String>> {
        None
    }

    /// Somebody presses a button, with what was picked in a grid that offers something. `false` if there is no such
    /// button.
    fn tool(&self, _window: &mut Window<'_>, _tool: &str, _picked: Option<&str>) -> Result<bool, Stop> {
        Ok(false)
    }

    /// Whether a service that belongs to `/commands` knows itself what it refuses in a transaction.
    fn runs_transactions(&self) -> bool {
        false
    }
}

/// What becomes of a row of a list that no row there matches.
pub(crate) enum Unmatched {
    /// It is a new row.
    Added,
    /// P21 drops it in silence.
    Dropped,
    /// It means a row that is there.
    On(usize),
}

/// A window without habits of its own.
struct Plain;

impl Behaviour for Plain {}

/// P21's text for an item that a location does not carry.
const NOT_AT_LOCATION: &str = "item ID does not exist at your source location.";

/// P21's text for what another record names and that is not there.
const NOT_FOUND: &str = "Record specified was not found.";

/// What a window says, by way of the Interactive API, to the key of a record that is not there.
pub(crate) const NO_SUCH_RECORD: &str = "Enter a valid ID or leave ID blank.";

/// The behaviour of a service.
pub(crate) fn of(service: &str) -> &'static dyn Behaviour {
    match service {
        "Assembly" => &assembly::Assembly,
        "BinLocation" => &bin_location::BinLocation,
        "ConvertPOToVoucher" => &convert_po_to_voucher::ConvertPoToVoucher,
        "InventoryAdjustment" => &inventory_adjustment::InventoryAdjustment,
        "Item" => &item::Item,
        "JobContractPricing" => &job_contract_pricing::JobContractPricing,
        "Order" => &order::Order { rma: false },
        "RMA" => &order::Order { rma: true },
        "ProductionOrder" => &production_order::ProductionOrder,
        "ProductionOrderPicking" => &production_picking::ProductionOrderPicking,
        "PurchaseOrder" => &purchase_order::PurchaseOrder { requisition: false },
        "RequisitionPurchaseOrder" => &purchase_order::PurchaseOrder { requisition: true },
        "SalesPricePage" => &sales_price_page::SalesPricePage,
        "ShipTo" => &ship_to::ShipTo,
        "Shipping" => &shipping::Shipping,
        "TimeEntry" => &time_entry::TimeEntry,
        name if name.ends_with("Notepad") => &notepad::Notepad,
        _ => &Plain,
    }
}

impl Window<'_> {
    /// Whether an element has that name.
    fn is_element(&self, element: u16, name: &str) -> bool {
        self.service.element(element).name == name
    }

    /// Whether a field has that name.
    fn is_field(&self, element: u16, field: u16, name: &str) -> bool {
        self.service.element(element).fields[field as usize].name == name
    }

    /// Whether the payload has typed into a field of a row.
    fn was_typed(&self, row: usize, element: u16, field: &str) -> bool {
        let field = self.service.plan(element).field(field);
        field.is_some_and(|field| self.rows[row].sent.contains(&(element, field)))
    }

    /// A field's value in the form that keys are compared in.
    fn key_text(&self, row: usize, element: u16, field: u16) -> String {
        let schema = &self.service.element(element).fields[field as usize];
        value::normal(schema, self.value(row, element, field), self.config.numeric_keys)
    }

    /// An item brings the unit that it is sold in, where the payload names none.
    fn fill_unit(&mut self, element: u16, row: usize, item: &str) -> Result<(), Stop> {
        if self.named(row, element, UNIT).is_empty() {
            let item = self.store.master("inv_mast", self.named(row, element, item))?;
            if let Some(unit) = item.and_then(|mut item| item.remove("default_selling_unit")) {
                self.set_named(row, element, UNIT, unit);
            }
        }
        Ok(())
    }

    /// A refusal that P21 attributes to the record's key.
    fn about_key(&self, text: &str) -> Stop {
        let Some((header, _)) = self.service.header() else { return Stop::refused(text) };
        match self.service.keys.fields.last() {
            Some(key) => Stop::attributed(text, header.datawindow(), &header.fields[*key as usize].name),
            None => Stop::refused(text),
        }
    }
}

const UNIT: &str = "unit_of_measure";
