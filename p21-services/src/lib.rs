//! Typed bindings of Epicor Prophet 21 (P21) services.
//!
//! Each service is a module behind a feature of the same name; `full` turns all of them on, and by default there is
//! none. A payload that P21 would mangle does not compile, or is refused by [`check`](p21_model::check) before it is
//! sent.
//!
//! ```
//! use p21_services::{
//!     job_contract_pricing::{self as contract, breaks, header, line},
//!     prelude::*,
//! };
//!
//! let contract = contract::Transaction::new()
//!     .push(
//!         header::Row::new(header::Required {
//!             company_id: "ACME",
//!             contract_no: "JOB-1001",
//!             end_date: date(2027, 12, 31),
//!         })
//!         .customer_id(100198)
//!         .approved(true),
//!     )
//!     .push(
//!         line::Row::new(line::Required {
//!             item_id: "WIDGET-001",
//!             uom: "EA",
//!             pricing_method: line::PricingMethod::Price,
//!         })
//!         .price(dec!(25.00)),
//!     )
//!     .push(
//!         line::Row::new(line::Required {
//!             item_id: "WIDGET-002",
//!             uom: "EA",
//!             pricing_method: line::PricingMethod::Source,
//!         })
//!         .source_price("Supplier List Price")
//!         .multiplier(1)
//!         .with(
//!             breaks::Row::edit()
//!                 .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
//!                 .calculation_value1(dec!(10.00))
//!                 .break1(10)
//!                 .calculation_value2(dec!(8.50))
//!                 .break2(50)
//!                 .calculation_value3(dec!(7.00))
//!                 .break3(0),
//!         ),
//!     );
//! # assert_eq!(contract.to_payload().data_elements.len(), 4);
//! ```
//!
//! These are the services of P21 25.2 whose definitions are public. A site has about 240, and its own columns:
//! generate yours with `cargo xtask fetch` and `cargo xtask generate --crate`.
#![forbid(unsafe_code)]

mod generated;

pub use generated::*;
pub use p21_client as client;
pub use p21_model as model;

/// What a program that builds, sends and reads payloads needs.
pub mod prelude {
    pub use crate::derive::{DataElement, FieldLabel, FieldType, FromRecord, FromRow, ToTransaction, Transaction};
    pub use p21_client::{Client, Credentials};
    pub use p21_model::dec;
    pub use p21_model::row::{Element as _, Field, Service as _};
    pub use p21_model::value::{DateTime, Decimal, Label as _, Text, Time, date};
}

/// The derives.
pub mod derive {
    pub use p21_macros::{DataElement, FieldLabel, Transaction};
    pub use p21_model::derive::*;
}
