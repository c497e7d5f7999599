//! Ship-tos.

use crate::facts::texts;
use crate::window::{Behaviour, Window};

pub(super) struct ShipTo;

impl Behaviour for ShipTo {
    /// Writing works, reading does not.
    fn can_be_read(&self) -> bool {
        false
    }

    /// The default ship-to, which bears the customer's own number, keeps its customer.
    fn shut(&self, window: &Window, element: u16, row: usize, field: u16) -> Option<String> {
        let header = window.service.header.filter(|header| *header == element && !window.rows[row].is_new())?;
        let customer = window.named(row, header, "customer_id");
        let is_default = !customer.is_empty() && customer == window.named(row, header, "ship_to_id");
        (is_default && window.is_field(element, field, "customer_id"))
            .then(|| texts::COLUMN_DISABLED.with(&["customer_id"]))
    }
}
