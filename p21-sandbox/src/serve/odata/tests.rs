//! Filters against rows: whatever is asked, nothing breaks, and SQL says what the filter means.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::condition::Condition;
use super::filter::Expr;
use super::model::{Exposed, Model, Surface, Table};
use super::query::Query;
use crate::facts::column::ColumnType;
use crate::facts::definitions::ServedDefinitions;
use crate::facts::plan::Catalogue;
use crate::store::{Data, NewRow, Store};

/// The model of the repository's own definitions.
pub(super) fn model() -> Model {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions");
    let definitions = ServedDefinitions::load(directory, p21_model::Version::new(25, 2)).unwrap();
    let catalogue = Catalogue::compile(definitions, p21_model::Version::new(25, 2), &[]).unwrap();
    Model::of(&Exposed::of(&catalogue).unwrap())
}

fn table() -> Table {
    let columns = [
        ("name", ColumnType::Text),
        ("other", ColumnType::Text),
        ("amount", ColumnType::Decimal),
        ("thing_uid", ColumnType::Integer),
        ("day", ColumnType::Datetime),
        ("row_status_flag", ColumnType::Integer),
    ];
    Table::with_columns("thing", columns.map(|(name, kind)| (name.to_owned(), kind)))
}

fn store(rows: &[Data]) -> Store {
    let mut store = Store::open(None, None).unwrap();
    let mut writer = store.write().unwrap();
    for (number, data) in rows.iter().enumerate() {
        let key = number.to_string();
        let record = writer.insert_record("@thing", "thing", &key, &key).unwrap();
        let row = NewRow { record, table: "thing", element: "", parent: None, position: 0, data };
        writer.insert_row(&row).unwrap();
    }
    writer.commit().unwrap();
    store
}

fn query(options: &[(&str, &str)], table: &Table) -> Result<Query, super::query::Problem> {
    let pairs: Vec<(String, String)> =
        options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Query::read(&pairs, table, &TimeZone::UTC)
}

fn matched(store: &Store, query: &Query) -> Result<Vec<Data>, TestCaseError> {
    let mut found = Vec::new();
    let done = store.select(&query.selection, |data| found.push(data));
    done.map_err(|error| TestCaseError::fail(format!("{error}: {}", query.selection.condition)))?;
    Ok(found)
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab'% é]{0,4}",
        Just("other".to_owned()),
        Just("\"; drop table row; --".to_owned()),
        Just("' or 1=1 --".to_owned())
    ]
}

fn numbers() -> impl Strategy<Value = String> {
    prop_oneof!["-?[0-9]{1,3}", "-?[0-9]{1,2}\\.[0-9]{1,4}", Just("7922816251426433759354395.0335".to_owned())]
}

fn days() -> impl Strategy<Value = String> {
    prop_oneof!["2026-0[1-3]-[12][0-8]", "2026-0[1-3]-1[0-9]T0[0-9]:[0-5]0:00(\\.[0-9]{3})?"]
}

fn rows() -> impl Strategy<Value = Vec<Data>> {
    let row = (
        proptest::option::of(texts()),
        proptest::option::of(texts()),
        proptest::option::of(prop_oneof![numbers(), Just("No code".to_owned())]),
        proptest::option::of("[0-9]{1,2}"),
        proptest::option::of(days()),
        proptest::option::of(prop_oneof![Just("704".to_owned()), Just("700".to_owned())]),
    );
    let data = row.prop_map(|(name, other, amount, uid, day, status)| {
        let values = [
            ("name", name),
            ("other", other),
            ("amount", amount),
            ("thing_uid", uid),
            ("day", day),
            ("row_status_flag", status),
        ];
        values.into_iter().filter_map(|(column, value)| Some((column.to_owned(), value?))).collect()
    });
    proptest::collection::vec(data, 0..12)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A filter that P21 takes.
fn good_filter() -> impl Strategy<Value = String> {
    let operator = || proptest::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]);
    let column = || proptest::sample::select(vec!["name", "other"]);
    let function = proptest::sample::select(vec!["contains", "startswith", "endswith"]);
    let number_column = proptest::sample::select(vec!["amount", "thing_uid", "row_status_flag"]);
    let any_column = proptest::sample::select(vec!["name", "amount", "day", "thing_uid"]);
    let leaf = prop_oneof![
        (column(), operator(), texts())
            .prop_map(|(column, operator, text)| format!("{column} {operator} {}", quoted(&text))),
        (number_column, operator(), numbers())
            .prop_map(|(column, operator, number)| format!("{column} {operator} {number}")),
        (operator(), days())
            .prop_map(|(operator, day)| { format!("day {operator} {day}{}", if day.len() > 10 { "Z" } else { "" }) }),
        (any_column, operator()).prop_map(|(column, operator)| format!("{column} {operator} null")),
        (column(), operator()).prop_map(|(column, operator)| format!("{column} {operator} other")),
        (function, column(), texts())
            .prop_map(|(function, column, text)| format!("{function}({column},{})", quoted(&text))),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" and "))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" or "))),
            inner.prop_map(|term| format!("not ({term})")),
        ]
    })
}

/// Words in no order, and anything at all.
fn hostile_filter() -> impl Strategy<Value = String> {
    let words = vec![
        "name",
        "amount",
        "day",
        "missing",
        "eq",
        "ne",
        "gt",
        "and",
        "or",
        "not",
        "in",
        "(",
        ")",
        ",",
        "'x'",
        "''",
        "'",
        "1",
        "-1.5",
        "1e5",
        "2026-01-31",
        "2026-99-99",
        "2026-01-31T00:00:00.000Z",
        "null",
        "true",
        "now()",
        "contains",
        "sub",
        "substringof",
        "$count",
        "\"",
        "--",
        ";",
        "\u{0}",
        "é",
        "row",
        "data",
        "11111111-2222-3333-4444-555555555555",
    ];
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(words), 0..14).prop_map(|words| words.join(" ")),
        any::<String>(),
        "[a-z'() ,]{0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, fork: false, timeout: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// SQL finds the rows that the filter, evaluated row by row, holds for: in order, with paging and count.
    #[test]
    fn sql_finds_what_the_filter_means(rows in rows(), filter in good_filter(), skip in 0_usize..4, top in 0_usize..6) {
        let (table, store) = (table(), store(&rows));
        let expr = Expr::parse(&filter).map_err(|error| TestCaseError::fail(format!("{filter}: {error}")))?;
        let condition = Condition::bind(&expr, &table, &TimeZone::UTC)
            .map_err(|error| TestCaseError::fail(format!("{filter}: {error}")))?;
        let wanted: Vec<Data> =
            rows.iter().filter(|row| condition.holds(&table, row) == Some(true)).cloned().collect();
        let read = query(&[("$filter", &filter)], &table).unwrap();
        prop_assert_eq!(&matched(&store, &read)?, &wanted, "{}", filter);
        prop_assert_eq!(store.count(&read.selection).unwrap(), wanted.len() as u64);
        let (top_text, skip_text) = (top.to_string(), skip.to_string());
        let page = query(&[("$filter", &filter), ("$top", &top_text), ("$skip", &skip_text)], &table).unwrap();
        let wanted_page: Vec<Data> = wanted.iter().skip(skip).take(top).cloned().collect();
        prop_assert_eq!(matched(&store, &page)?, wanted_page);
        prop_assert_eq!(store.count(&page.selection).unwrap(), wanted.len() as u64);
    }

    /// Ordering is that of the type, nulls first, ties in the order of insertion.
    #[test]
    fn rows_are_ordered_by_the_type_of_the_column(
        rows in rows(),
        name in proptest::sample::select(vec!["name", "amount", "thing_uid", "day"]),
        descending in any::<bool>(),
    ) {
        let (table, store) = (table(), store(&rows));
        let order = format!("{name}{}", if descending { " desc" } else { "" });
        let read = query(&[("$orderby", &order)], &table).unwrap();
        let (_, column) = table.column(name).unwrap();
        let mut wanted = rows.clone();
        wanted.sort_by(|left, right| {
            let order = match (column.of(left), column.of(right)) {
                (Some(left), Some(right)) => column.kind.compare(left, right),
                (left, right) => left.is_some().cmp(&right.is_some()),
            };
            if descending { order.reverse() } else { order }
        });
        prop_assert_eq!(matched(&store, &read)?, wanted);
    }

    /// Whatever stands in the options, there is an answer and SQLite never objects.
    #[test]
    fn no_option_breaks_anything(filter in hostile_filter(), order in hostile_filter(), select in hostile_filter()) {
        let (table, store) = (table(), store(&[Data::from([("name".to_owned(), "a".to_owned())])]));
        for options in [&[("$filter", filter.as_str())][..], &[("$orderby", &order)], &[("$select", &select)], &[("$top", &filter), ("$skip", &order)]] {
            if let Ok(read) = query(options, &table) {
                matched(&store, &read)?;
                prop_assert!(store.count(&read.selection).is_ok());
            }
        }
    }
}

#[test]
fn long_chains_of_ids_stay_within_sqlites_bounds() {
    let (table, store) = (table(), store(&[Data::from([("thing_uid".to_owned(), "1500".to_owned())])]));
    let ids: Vec<String> = (0..1_900).map(|id| format!("thing_uid eq {id}")).collect();
    let deep = format!("{}{}{}", "not (".repeat(30), ids.join(" or "), ")".repeat(30));
    let read = query(&[("$filter", &deep)], &table).unwrap();
    assert_eq!(matched(&store, &read).unwrap().len(), 1);
}

#[test]
fn queries_by_key_use_an_index() {
    let model = model();
    let mut store = store(&[]);
    for (name, filter) in [
        ("oe_hdr", "order_no eq '1000001'"),
        ("price_page", "price_page_uid eq 1"),
        ("price_page_x_book", "price_page_uid eq 1 or price_page_uid eq 2"),
        ("price_book", "price_book_id eq 'WIDGETS'"),
        ("oe_hdr", "order_no eq '1000001' and company_id eq 'ACME'"),
    ] {
        let table = model.find(Surface::Table, name).unwrap();
        let query = query(&[("$filter", filter)], &table).unwrap();
        store.add_indexes(&query.indexes).unwrap();
        let plan = store.explain(&query.selection);
        assert!(plan.contains(&format!("INDEX odata_{name}_")), "{filter}: {plan}");
    }
}
