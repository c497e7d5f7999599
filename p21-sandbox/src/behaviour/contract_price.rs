//! The price that an order line gets from a contract, if the payload leaves it open.

use jiff::civil::Date;
use p21_model::schema::RuleKind;
use rust_decimal::Decimal;

use super::job_contract_pricing;
use crate::facts::codes;
use crate::facts::plan::Service;
use crate::facts::value;
use crate::store::Data;
use crate::window::Desk;
use crate::window::posting::column_of;
use crate::window::refusal::Stop;

/// Labels of pricing methods, source prices and calculation methods; their codes are in the rules.
const PRICE: &str = "Price";
const SOURCE: &str = "Source";
const SUPPLIER_LIST_PRICE: &str = "Supplier List Price";
const MULTIPLIER: &str = "Multiplier";
const FIXED_PRICE: &str = "Fixed Price";

/// Tables of contracts.
const LINES: &str = "job_price_line";
const BREAKS: &str = "job_price_value";

/// A price, and the contract it binds the line to.
pub(super) struct Contracted {
    pub(super) price: String,
    pub(super) contract: Data,
}

/// What is bought, by whom, and where it goes.
pub(super) struct Wanted<'a> {
    pub(super) customer: &'a str,
    pub(super) ship_to: &'a str,
    pub(super) item: &'a str,
    pub(super) quantity: Decimal,
}

/// The price by the newest contract that covers the ship-to and has the item.
pub(super) fn find(desk: &Desk<'_>, wanted: &Wanted<'_>) -> Result<Option<Contracted>, Stop> {
    if wanted.customer.is_empty() || wanted.ship_to.is_empty() || wanted.item.is_empty() {
        return Ok(None);
    }
    for record in desk.store.contracts_of(wanted.customer)? {
        let Some(contract) = desk.store.header(record)? else { continue };
        if !is_in_force(&contract, desk.today()) || !covers(desk, record, &contract, wanted)? {
            continue;
        }
        if let Some(price) = line_price(desk, record, wanted)? {
            return Ok(Some(Contracted { price, contract }));
        }
    }
    Ok(None)
}

fn text<'a>(row: &'a Data, column: &str) -> &'a str {
    row.get(column).map_or("", |value| value.trim())
}

fn number(row: &Data, column: &str) -> Option<Decimal> {
    value::decimal(text(row, column))
}

fn is_in_force(contract: &Data, today: Date) -> bool {
    let date = |column| value::date_time(text(contract, column)).map(|moment| moment.date());
    text(contract, "approved") == codes::ON
        && text(contract, "cancelled") != codes::ON
        && date("start_date").is_none_or(|start| start <= today)
        && date("end_date").is_none_or(|end| today <= end)
}

fn covers(desk: &Desk<'_>, record: i64, contract: &Data, wanted: &Wanted<'_>) -> Result<bool, Stop> {
    let is_it = |row: &Data| text(row, "customer_id") == wanted.customer && text(row, "ship_to_id") == wanted.ship_to;
    if is_it(contract) {
        return Ok(true);
    }
    let listed = desk.store.rows_with(record, "job_price_customer_shipto", "ship_to_id", wanted.ship_to)?;
    Ok(listed.iter().any(|(_, row)| is_it(row) && is_active(row)))
}

fn is_active(row: &Data) -> bool {
    matches!(text(row, "row_status_flag"), "" | codes::ACTIVE | "Active")
}

fn line_price(desk: &Desk<'_>, record: i64, wanted: &Wanted<'_>) -> Result<Option<String>, Stop> {
    let Some(contracts) = desk.catalogue.get(job_contract_pricing::SERVICE) else { return Ok(None) };
    let item = column_of(desk.catalogue, job_contract_pricing::SERVICE, LINES, "item_id");
    let lines = desk.store.rows_with(record, LINES, &item, wanted.item)?;
    let Some((id, line)) = lines.into_iter().find(|(_, line)| is_active(line)) else { return Ok(None) };
    match label(contracts, LINES, &line, "pricing_method") {
        PRICE => Ok(Some(text(&line, "price").to_owned()).filter(|price| !price.is_empty())),
        SOURCE => {
            let breaks = desk.store.rows_of_table(record, BREAKS)?;
            let breaks = breaks.into_iter().find(|row| row.parent == Some(id)).map(|row| row.data);
            let source = source_price(desk, contracts, &line, wanted.item)?;
            Ok(from_source(contracts, &line, breaks.as_ref(), source, wanted.quantity))
        }
        _ => Ok(None),
    }
}

/// What the window shows of a column of a table: the label of its code.
fn label<'a>(contracts: &'a Service, table: &str, row: &'a Data, column: &str) -> &'a str {
    let stored = text(row, column);
    let shows = |element: u16| {
        let plan = contracts.plan(element);
        let field = plan.columns.iter().position(|known| known == column)?;
        Some(&contracts.element(element).fields[field])
    };
    let field = contracts.elements_of_table(table).find_map(shows);
    field.map_or(stored, |field| value::shown(field, stored))
}

/// The supplier's list price; the other sources are not known here.
fn source_price(desk: &Desk<'_>, contracts: &Service, line: &Data, item: &str) -> Result<Option<Decimal>, Stop> {
    if label(contracts, LINES, line, "source_price") != SUPPLIER_LIST_PRICE {
        return Ok(None);
    }
    let Some(record) = desk.store.master_record("inv_mast", item)? else { return Ok(None) };
    let suppliers = desk.store.rows_of_table(record, "inventory_supplier")?;
    Ok(suppliers.first().and_then(|supplier| number(&supplier.data, "list_price")))
}

/// The tier's value where there are breaks, else the multiplier of the line.
fn from_source(
    contracts: &Service,
    line: &Data,
    breaks: Option<&Data>,
    source: Option<Decimal>,
    quantity: Decimal,
) -> Option<String> {
    let method = breaks.map_or("", |breaks| label(contracts, BREAKS, breaks, "calculation_method_cd"));
    let price = match (method, breaks) {
        (FIXED_PRICE, Some(breaks)) => tier_value(contracts, breaks, quantity)?,
        (MULTIPLIER, Some(breaks)) => source?.checked_mul(tier_value(contracts, breaks, quantity)?)?,
        ("", _) => source?.checked_mul(number(line, "multiplier")?)?,
        // Differences, mark-ups and percentages: what they are taken from is not known.
        _ => return None,
    };
    Some(price.normalize().to_string())
}

/// The value of the tier that a quantity is in, by the rule about tiers: each break is the first quantity of the next
/// tier, and 0 ends the list.
fn tier_value(contracts: &Service, breaks: &Data, quantity: Decimal) -> Option<Decimal> {
    let (plan, values, firsts) = contracts.elements_of_table(BREAKS).find_map(|element| {
        contracts.element(element).rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Tiers { values, breaks, .. } => Some((contracts.plan(element), values, breaks)),
            _ => None,
        })
    })?;
    let is_before =
        |first: &&u16| number(breaks, plan.column(**first)).is_some_and(|first| !first.is_zero() && first <= quantity);
    let tier = firsts.iter().take_while(is_before).count();
    number(breaks, plan.column(*values.get(tier)?))
}
