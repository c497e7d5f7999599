//! Codes that the database holds and that the sandbox writes or looks for itself: those that every service shares. What
//! windows take and show of them is said by rules (`[[codes]]`).

pub(crate) use p21_model::shared::{ACTIVE, OFF, ON};

#[cfg(test)]
mod tests {
    use p21_model::Version;

    use super::*;
    use crate::facts::definitions::ServedDefinitions;
    use crate::facts::plan::Catalogue;

    fn catalogue() -> Catalogue {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions");
        let version = Version::new(25, 2);
        let definitions = ServedDefinitions::load(directory, version).unwrap();
        Catalogue::compile(definitions, version, &[]).unwrap()
    }

    #[test]
    fn they_are_those_of_the_rules() {
        let catalogue = catalogue();
        let book = catalogue.get("SalesPriceBook").unwrap();
        let (header, _) = book.header().unwrap();
        let (_, status) = header.field("row_status_flag").unwrap();
        assert_eq!(status.code("Active"), Some(ACTIVE));
        let switches = catalogue.services().flat_map(|service| service.schema.elements.iter());
        let switches = switches.flat_map(|element| element.fields.iter()).filter(|field| field.values.contains("ON"));
        let codes: Vec<_> = switches.map(|field| (field.code("ON"), field.code("OFF"))).collect();
        assert!(codes.len() > 50 && codes.iter().all(|codes| *codes == (Some(ON), Some(OFF))), "{}", codes.len());
    }
}
