//! Typed bindings of Epicor Prophet 21 (P21) services.
//!
//! Each service is a module behind a feature of the same name; `full` turns all of them on, and by default there is
//! none. The client is behind the feature `client`, which is on by default: without it no HTTP is compiled. Its sessions and
//! windows of the Interactive API are behind `windows`, on by default too.
//!
//! A payload that P21 would mangle does not compile, or is refused by [`check`](p21_model::check) before it is
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
//! generate yours with `cargo p21 fetch` and `cargo p21 generate --crate`.
#![forbid(unsafe_code)]

// Formatted by the generator, with prettyplease.
#[rustfmt::skip]
mod generated;

#[allow(unused_imports, unreachable_pub, reason = "without the feature of a service it is empty")]
pub use generated::*;

// Modules, not crates by another name: rustc names a crate by its own, `p21_services::p21_client::Lookup`, which is not
// where a program finds it.

/// Many records, through either door: the crate [`p21_batch`].
#[cfg(feature = "batch")]
pub mod batch {
    #[doc(no_inline)]
    pub use p21_batch::*;
}

/// The client: the crate [`p21_client`].
#[cfg(feature = "client")]
pub mod client {
    #[doc(no_inline)]
    pub use p21_client::*;
}

/// The vocabulary: the crate [`p21_model`].
pub mod model {
    #[doc(no_inline)]
    pub use p21_model::*;
}

#[cfg(feature = "batch")]
pub mod workflows;

/// The code of the guide and of the README, which has to compile.
#[cfg(all(doctest, feature = "full", feature = "windows"))]
mod documents {
    #[doc = include_str!("../../docs/guide/when-p21-says-succeeded.md")]
    mod guide {}
    #[doc = include_str!("../../docs/guide/windows-from-rust.md")]
    mod windows {}
    #[doc = include_str!("../../docs/guide/from-the-sdk.md")]
    mod from_the_sdk {}
    #[doc = include_str!("../../docs/guide/which-door.md")]
    mod which_door {}
    #[cfg(feature = "batch-postgres")]
    #[doc = include_str!("../../docs/guide/batches.md")]
    mod batches {}
    #[doc = include_str!("../../README.md")]
    mod readme {}
}

/// What a program that builds, sends and reads payloads needs.
pub mod prelude {
    pub use crate::derive::{DataElement, FieldLabel, FieldType, FromRecord, FromRow, ToTransaction, Transaction};
    #[cfg(feature = "client")]
    pub use p21_client::{Client, Credentials};
    pub use p21_model::dec;
    pub use p21_model::row::{Element as _, Field, Service as _};
    pub use p21_model::value::{DateTime, Decimal, Label as _, Text, Time, date};
}

/// Structs of yours as rows and transactions.
///
/// ```
/// # #[cfg(feature = "job_contract_pricing")] {
/// use p21_services::{
///     job_contract_pricing::{self, breaks, header, line},
///     prelude::*,
/// };
///
/// #[derive(DataElement)]
/// #[p21(header)]
/// struct Header {
///     company_id: String,
///     contract_no: String,
///     end_date: DateTime,
/// }
///
/// #[derive(DataElement)]
/// #[p21(line)]
/// struct PriceLine {
///     item_id: String,
///     uom: String,
///     pricing_method: line::PricingMethod,
///     #[p21(field = "price")]
///     unit_price: Option<Decimal>,
///     #[p21(child)]
///     breaks: Option<Breaks>,
/// }
///
/// #[derive(DataElement)]
/// #[p21(breaks)]
/// struct Breaks {
///     calculation_value1: Decimal,
///     break1: u32,
/// }
///
/// #[derive(Transaction)]
/// #[p21(job_contract_pricing)]
/// struct Contract {
///     header: Header,
///     lines: Vec<PriceLine>,
/// }
///
/// let contract = Contract {
///     header: Header {
///         company_id: "ACME".to_owned(),
///         contract_no: "JOB-1001".to_owned(),
///         end_date: date(2027, 12, 31),
///     },
///     lines: vec![PriceLine {
///         item_id: "WIDGET-001".to_owned(),
///         uom: "EA".to_owned(),
///         pricing_method: line::PricingMethod::Price,
///         unit_price: Some(dec!(25.00)),
///         breaks: None,
///     }],
/// };
/// let transaction = contract.to_transaction(); // for `client.submit(..)`
/// assert_eq!(transaction.rows().len(), 2);
///
/// // A record that `client.read(..)` answered reads into the same struct.
/// let record = job_contract_pricing::Record::new(transaction.to_payload());
/// let stored = Contract::from_record(&record)?;
/// assert_eq!(stored.lines[0].unit_price, Some(dec!(25.00)));
/// # }
/// # Ok::<(), p21_services::derive::ReadErrors>(())
/// ```
///
/// What P21 would mangle does not compile: an unknown field, a type that does not fit, a required field that is
/// missing, `price` above `pricing_method`, breaks beside their lines instead of in them. The error is on the field,
/// and says what P21 would do.
///
/// # Words
///
/// On a struct: the path of its element or service; `edit` for a partial row, which needs no required fields;
/// `crate = path` where the bindings are not these but a crate of your own (`cargo p21 generate --crate`). It is said once and
/// for all by depending on that crate as `p21-services = { package = "acme-p21", path = ".." }`.
///
/// On a field: `field = ".."`, `child`, `key`, `ignore_if_empty`, `read_only` and `skip`, as the table of
/// [`p21_macros`](https://docs.rs/p21-macros) has them.
///
/// # Fields
///
/// `Option` fields are left out when they are `None`; any other is sent, even when it is empty. What types a field
/// takes says [`FieldType`](derive::FieldType), the one trait to implement for types of your own. A struct may borrow its values; then it
/// is only written.
///
/// An enum over some labels of a field:
///
/// ```
/// # #[cfg(feature = "job_contract_pricing")] {
/// use p21_services::{job_contract_pricing::line, prelude::*};
///
/// #[derive(FieldLabel)]
/// #[p21(line::PricingMethod)]
/// enum Method {
///     Price,
///     #[p21(label = "Pricing Libraries")]
///     Libraries,
///     #[p21(other)]
///     Unlisted(String),
/// }
///
/// #[derive(DataElement)]
/// #[p21(line, edit)]
/// struct PriceLine<'a> {
///     item_id: &'a str,
///     pricing_method: Method,
/// }
///
/// let row = PriceLine { item_id: "WIDGET-001", pricing_method: Method::Libraries }.to_row();
/// assert_eq!(row.get(line::PRICING_METHOD)?, Some(line::PricingMethod::PricingLibraries));
/// # }
/// # Ok::<(), p21_services::model::value::ValueError>(())
/// ```
pub mod derive {
    pub use p21_macros::{DataElement, FieldLabel, Transaction};
    pub use p21_model::derive::*;
}
