//! What a window does that neither its definition nor its rules can say: one small file a service.

mod assembly;
mod job_contract_pricing;
mod order;

use crate::engine::refusal::Stop;
use crate::engine::request::Row;
use crate::engine::window::Window;

/// The moments of a window's life in which a service may have its own say. Elements, rows and fields are indexes.
pub(crate) trait Behaviour: Sync {
    /// A new record has got its header row.
    fn new_record(&self, _window: &mut Window<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// A row is about to be selected or added; the header's is not asked about.
    fn before_row(&self, _window: &Window<'_>, _element: u16, _sent: &Row) -> Result<(), Stop> {
        Ok(())
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

    /// What the window says when `later` is not after `earlier`; without a text a prompt discards the edit in silence.
    fn dates_message(&self, _earlier: &str, _later: &str) -> Option<&'static str> {
        None
    }
}

/// A window without habits of its own.
struct Plain;

impl Behaviour for Plain {}

/// The behaviour of a service.
pub(crate) fn of(service: &str) -> &'static dyn Behaviour {
    match service {
        "Assembly" => &assembly::Assembly,
        "JobContractPricing" => &job_contract_pricing::JobContractPricing,
        "Order" | "RMA" => &order::Order,
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
}
