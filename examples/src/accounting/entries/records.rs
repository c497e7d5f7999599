//! What is typed.

use p21_services::client::Lookup;
use p21_services::client::odata::field;
use p21_services::job_contract_pricing::{self as contract, JobContractPricing};
use p21_services::order::{self, Order, items};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use p21_services::sales_price_page::{self as page, header};

/// What a record is, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lacks what its window wants.
    Incomplete,
    /// A new price page, whose key P21 gives.
    Page,
    PageByStore,
    /// A price book with a key of the writer's own.
    Book,
    /// One that is changed afterwards.
    ChangedBook,
    /// A new order with two lines.
    Order,
    /// The same with a note on its second line: two saves of a window.
    NotedOrder,
    /// The same by a transaction, and then a window.
    NotedByStore,
    /// A new contract with a line and its breaks.
    Contract,
    /// The same by `client.store`: by a transaction on 25.2, by the window from 26.1 on.
    ContractByStore,
}

impl Kind {
    pub(super) fn of(number: usize) -> Self {
        match number % 20 {
            0 => Self::Incomplete,
            1 | 2 => Self::Page,
            3 | 4 => Self::PageByStore,
            5 | 6 => Self::Book,
            7 | 8 => Self::ChangedBook,
            9..=11 => Self::Order,
            12 | 13 => Self::NotedOrder,
            14 | 15 => Self::NotedByStore,
            16 | 17 => Self::Contract,
            _ => Self::ContractByStore,
        }
    }

    /// How many entries it is: the record, what is changed of it afterwards, and its note.
    pub(super) fn entries(self) -> usize {
        match self {
            Self::ChangedBook | Self::NotedOrder | Self::NotedByStore => 2,
            _ => 1,
        }
    }

    pub(super) fn is_order(self) -> bool {
        matches!(self, Self::Order | Self::NotedOrder | Self::NotedByStore)
    }

    pub(super) fn is_contract(self) -> bool {
        matches!(self, Self::Contract | Self::ContractByStore)
    }
}

/// What the names of typed records start with.
pub(super) const TYPED: &str = "TYPED-";

/// The items of an order; a note is on the second.
pub(super) const ITEMS: [&str; 2] = ["WIDGET-001", "WIDGET-002"];

/// The name of a record: a page's description, a book's id, an order's `po_no`, a contract's number.
pub(super) fn name(number: usize) -> String {
    format!("{TYPED}{number}.")
}

pub(super) fn changed(number: usize) -> String {
    format!("Changed book {number}")
}

pub(super) fn new_page(number: usize) -> page::Transaction {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).description(name(number)).product_group_id("FASTENERS");
    page::Transaction::new().push(header.supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price"))
}

pub(super) fn new_book(number: usize) -> book::Transaction {
    book::Transaction::new().push(book::header::Row::new(book::header::Required {
        price_book_id: &name(number),
        price_book_description: &format!("New book {number}"),
        row_status_flag: book::header::RowStatusFlag::Active,
    }))
}

pub(super) fn changed_book(number: usize) -> book::Transaction {
    let id = name(number);
    let change = book::header::Row::edit().price_book_id(id.as_str()).price_book_description(changed(number));
    book::Transaction::new().push(change)
}

/// A book without its description, which the window wants.
pub(super) fn incomplete(number: usize) -> book::Transaction {
    book::Transaction::new().push(book::header::Row::edit().price_book_id(name(number).as_str()))
}

fn order_header(number: usize) -> order::header::Row {
    let po_no = name(number);
    order::header::Row::new(order::header::Required {
        customer_id: 100_198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100_198,
        contact_id: "1001",
        po_no: po_no.as_str(),
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 1),
    })
}

fn order_line(at: usize) -> items::Row {
    items::Row::new(items::Required { oe_order_item_id: ITEMS[at], unit_quantity: 5 })
}

fn note(number: usize) -> order::line_note::Row {
    order::line_note::Row::edit().topic(name(number)).note("Handle with care.")
}

pub(super) fn new_order(number: usize) -> order::Transaction {
    order::Transaction::new().push(order_header(number)).push(order_line(0)).push(order_line(1))
}

pub(super) fn noted_order(number: usize) -> order::Transaction {
    order::Transaction::new().push(order_header(number)).push(order_line(0)).push(order_line(1).with(note(number)))
}

/// The note alone, of an order that is stored.
pub(super) fn note_of(number: usize, order_no: &str) -> order::Transaction {
    let line = items::Row::edit().oe_order_item_id(ITEMS[1]).with(note(number));
    order::Transaction::new().push(order::header::Row::edit().order_no(order_no)).push(line)
}

pub(super) fn order_lookup(number: usize) -> Lookup<Order> {
    Lookup::by(field(order::header::PO_NO).eq(name(number)).and(field(order::header::CUSTOMER_ID).eq(100_198)))
}

/// What a contract's first break is.
pub(super) const FIRST_BREAK: Decimal = dec!(0.9);

pub(super) fn new_contract(number: usize) -> contract::Transaction {
    let contract_no = name(number);
    let required =
        contract::header::Required { company_id: "ACME", contract_no: &contract_no, end_date: date(2027, 12, 31) };
    let header = contract::header::Row::new(required).customer_id(100_198).ship_to_id(100_198);
    let line = contract::line::Row::new(contract::line::Required {
        item_id: ITEMS[0],
        uom: "EA",
        pricing_method: contract::line::PricingMethod::Source,
    });
    let breaks = contract::breaks::Row::edit()
        .calculation_method_cd(contract::breaks::CalculationMethodCd::Multiplier)
        .calculation_value1(FIRST_BREAK);
    contract::Transaction::new()
        .push(header)
        .push(contract::ship_to::Row::edit().customer_id(100_198).ship_to_id(100_198))
        .push(line.source_price("Supplier List Price").with(breaks))
        .push(contract::ship_to_item::Row::edit().item_id(ITEMS[0]))
}

pub(super) fn contract_lookup(number: usize) -> Lookup<JobContractPricing> {
    let by = field(contract::header::CONTRACT_NO).eq(name(number));
    Lookup::by(by.and(field(contract::header::COMPANY_ID).eq("ACME")))
}
