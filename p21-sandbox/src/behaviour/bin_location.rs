//! Bins: their zones have to exist.

use crate::facts::seed::KEY_SEPARATOR;
use crate::facts::value;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct BinLocation;

impl Behaviour for BinLocation {
    /// A zone is looked up at the location of the bin: on a fresh one it has to be made first.
    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let name = &*window.service.element(element).fields[field as usize].name;
        let service = match name {
            "putaway_zone_id" => "PutawayZone",
            "pick_zone_id" => "PickZone",
            _ => return Ok(()),
        };
        let zone = window.value(row, element, field);
        let location = window.named(row, element, "location_id");
        let location = value::decimal(location).map_or_else(|| location.to_owned(), |id| id.normalize().to_string());
        if zone.is_empty() || desk.store.find(service, &format!("{location}{KEY_SEPARATOR}{zone}"))?.is_some() {
            return Ok(());
        }
        Err(Stop::refused(format!("Invalid {name} value: {zone}")))
    }
}
