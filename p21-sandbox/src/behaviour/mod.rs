//! What a window does that neither its definition nor its rules can say: one small file a service, and three for what
//! an order brings about (`contract_price`, `direct_shipment`, `netting`).

mod assembly;
mod contract_price;
mod convert_po_to_voucher;
mod direct_shipment;
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

use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Plain, Window};

/// The behaviour of a service.
pub(crate) fn of(service: &str) -> &'static dyn Behaviour {
    match service {
        "Assembly" => &assembly::Assembly,
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

/// The unit of a row has to be one of its item's. Items of which no units are known take any.
fn check_unit(window: &Window, desk: &Desk<'_>, element: u16, row: usize, item: &str, unit: &str) -> Result<(), Stop> {
    let (item, typed) = (window.named(row, element, item), window.named(row, element, unit));
    if item.is_empty() || typed.is_empty() {
        return Ok(());
    }
    let Some(record) = desk.store.master_record("inv_mast", item)? else { return Ok(()) };
    let units = desk.store.rows_of_table(record, "item_uom")?;
    let is_its = |known: &crate::store::StoredRow| known.data.get(UNIT).is_some_and(|unit| unit == typed);
    if units.is_empty() || units.iter().any(is_its) { Ok(()) } else { Err(Stop::not_taken(unit, typed).own_if(true)) }
}

/// An item brings the unit that it is sold in, where the payload names none.
fn fill_unit(window: &mut Window, desk: &Desk<'_>, element: u16, row: usize, item: &str) -> Result<(), Stop> {
    if window.named(row, element, UNIT).is_empty() {
        let item = desk.store.master("inv_mast", window.named(row, element, item))?;
        if let Some(unit) = item.and_then(|mut item| item.remove("default_selling_unit")) {
            window.set_named(row, element, UNIT, unit);
        }
    }
    Ok(())
}

const UNIT: &str = "unit_of_measure";
