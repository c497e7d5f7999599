//! Two reports written by hand: one that reprints, and one that creates what it prints and wants codes.

use p21_model::bindings::v1;
use p21_model::row::{Element, Field, RawRow, Report, Service, TopLevel};
use p21_model::schema::{ElementSchema, Elsewhere, Endpoint, IgnoreDisabled, ServiceSchema, ValueType, When};

use super::contract::SINCE_26_1;
use p21_model::value::Text;

macro_rules! report {
    ($service:ident, $row:ident, $name:literal, $element:literal, $fields:expr $(, $list:expr, $wants_codes:expr)?) => {
        #[derive(Debug)]
        pub(crate) struct $service;

        pub(crate) struct $row(RawRow);

        impl Service for $service {
            const SCHEMA: &'static ServiceSchema = {
                static SCHEMA: ServiceSchema =
                    v1::service($name, p21_model::Version::new(25, 2), Endpoint::PdfReport, &[$row::SCHEMA])
                        $(.wants_codes($wants_codes))?
                        .elsewhere(&ON_26_1)
                        .build();
                &SCHEMA
            };
        }

        impl Report for $service {}

        impl Element for $row {
            type Service = $service;

            const SCHEMA: &'static ElementSchema = {
                static READ: v1::FieldsRead = v1::FieldsRead::new();
                static SCHEMA: ElementSchema =
                    v1::form($element, "criteria", "Criteria", 0, &READ).fields($fields).lists(&[$($list)?]).build();
                &SCHEMA
            };

            fn from_raw(raw: RawRow) -> Self {
                Self(raw)
            }

            fn as_raw(&self) -> &RawRow {
                &self.0
            }

            fn into_raw(self) -> RawRow {
                self.0
            }
        }

        impl TopLevel<$service> for $row {}
    };
}

/// From 26.1 on the second field is disabled; the bindings are those of 25.2.
static ON_26_1: [Elsewhere; 1] = [v1::other_rule(
    0,
    v1::rule(
        v1::disabled(&[1], When::Always, IgnoreDisabled::Nothing, ""),
        v1::why("P21 refuses it", "invented").on(SINCE_26_1),
    ),
)];

const ORDER_FIELDS: &str = "company_id text: Company\nbeg_po_no integer:\nend_po_no integer:\n";
const TICKET_FIELDS: &str = "create_pick_ticket_type listed:\nbeg_prod_order integer:\n";
const TICKET_TYPES: v1::Values = v1::known_values(ValueType::Text, &["Production Order"], &[("Production Order", "P")]);

report!(Reprint, Orders, "m_reprintpurchaseorders", "TABPAGE_1.poreportcriteriadw", ORDER_FIELDS);
report!(
    PickTickets,
    Tickets,
    "m_picktickets",
    "TABPAGE_1.tp_1_dw_1",
    TICKET_FIELDS,
    TICKET_TYPES,
    v1::why("It wants codes", "verified")
);

pub(crate) const COMPANY_ID: Field<Orders, Text> = Field::new(0, "company_id");
pub(crate) const BEG_PO_NO: Field<Orders, i64> = Field::new(1, "beg_po_no");
pub(crate) const END_PO_NO: Field<Orders, i64> = Field::new(2, "end_po_no");
pub(crate) const TICKET_TYPE: Field<Tickets, Text> = Field::new(0, "create_pick_ticket_type");
pub(crate) const BEG_PROD_ORDER: Field<Tickets, i64> = Field::new(1, "beg_prod_order");

pub(crate) fn orders() -> Orders {
    Orders::edit().set(COMPANY_ID, "ACME").set(BEG_PO_NO, 7001).set(END_PO_NO, 7001)
}

pub(crate) fn tickets() -> Tickets {
    Tickets::edit().set(TICKET_TYPE, "Production Order").set(BEG_PROD_ORDER, 1)
}
