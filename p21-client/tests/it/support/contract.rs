//! A service written by hand: what generated bindings would be, in small.

use p21_model::bindings::v1;
use p21_model::row::{Element, Field, KeyValues, Keyed, RawRow, RecordKey, Service, TopLevel, Transactional};
use p21_model::schema::{ElementSchema, Elsewhere, Endpoint, IgnoreDisabled, ServiceSchema, When};
use p21_model::value::{Decimal, Text};
use p21_model::{Version, Versions};

#[derive(Debug)]
pub(crate) struct Contract;

pub(crate) struct Header(RawRow);

pub(crate) const CONTRACT_NO: Field<Header, Text> = Field::new(0, "contract_no");
pub(crate) const CUSTOMER_ID: Field<Header, i64> = Field::new(1, "customer_id");
pub(crate) const PRICE: Field<Header, Decimal> = Field::new(2, "price");

static READ: v1::FieldsRead = v1::FieldsRead::new();
static HEADER: ElementSchema = v1::form("FORM.header", "header", "", 0, &READ)
    .fields("contract_no text: Contract\ncustomer_id integer: Customer ID\nprice decimal:\n")
    .keys(&[0])
    .build();

static SCHEMA: ServiceSchema =
    v1::service("JobContractPricing", p21_model::Version::new(25, 2), Endpoint::Transaction, &[&HEADER])
        .key(0, &[0], v1::why("", ""))
        .elsewhere(&ON_26_1)
        .build();

/// From 26.1 on the price is disabled; the bindings are those of 25.2.
static ON_26_1: [Elsewhere; 1] = [v1::other_rule(
    0,
    v1::rule(
        v1::disabled(&[2], When::Always, IgnoreDisabled::Nothing, ""),
        v1::why("P21 refuses it", "invented").on(SINCE_26_1),
    ),
)];

pub(crate) const SINCE_26_1: Versions = Versions::between(Version::new(26, 1).floor(), Version::new(u16::MAX, 0));

impl Service for Contract {
    const SCHEMA: &'static ServiceSchema = &SCHEMA;
}

impl Transactional for Contract {}

impl Element for Header {
    type Service = Contract;

    const SCHEMA: &'static ElementSchema = &HEADER;

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

impl TopLevel<Contract> for Header {}

/// What identifies a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(KeyValues);

impl Key {
    pub(crate) fn new(number: impl p21_model::value::IntoValue<Text>) -> Self {
        Self(KeyValues::of(&HEADER).and(CONTRACT_NO, number))
    }
}

impl RecordKey for Key {
    type Service = Contract;

    fn values(&self) -> &KeyValues {
        &self.0
    }

    fn of_values(values: KeyValues) -> Self {
        Self(values)
    }
}

impl Keyed for Contract {
    type Key = Key;
    type Form = Header;
}
