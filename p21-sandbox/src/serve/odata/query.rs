//! The query options of a request, fitted to a table.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::condition::Condition;
use super::filter::Expr;
use super::model::Table;
use super::refusal::Refusal;
use crate::store::Selection;

/// What a request wants of a table.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) selection: Selection,
    /// Indexes of the columns to show, in order; all without `$select`.
    pub(super) columns: Vec<usize>,
    /// Whether to count the matches.
    pub(super) count: bool,
    /// The indexes that it is fast with: name and definition.
    pub(super) indexes: Vec<(String, String)>,
}

/// Why a request is not answered with rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Refused(Refusal),
    /// An unknown column in `$select`: P21 has been seen to answer in two ways.
    Select(Refusal),
    /// An option that the sandbox does not know what P21 does about.
    NotSimulated(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The options as they came, each at most once.
#[derive(Default)]
struct Options<'a> {
    filter: Option<&'a str>,
    select: Option<&'a str>,
    order: Option<&'a str>,
    top: Option<&'a str>,
    skip: Option<&'a str>,
    count: Option<&'a str>,
    expand: Option<&'a str>,
}

impl<'a> Options<'a> {
    fn read(pairs: &'a [(String, String)]) -> Result<Self, Problem> {
        let mut options = Self::default();
        for (name, value) in pairs {
            let (place, name) = match name.as_str() {
                "$filter" => (&mut options.filter, "$filter"),
                "$select" => (&mut options.select, "$select"),
                "$orderby" => (&mut options.order, "$orderby"),
                "$top" => (&mut options.top, "$top"),
                "$skip" => (&mut options.skip, "$skip"),
                "$count" => (&mut options.count, "$count"),
                "$expand" => (&mut options.expand, "$expand"),
                other if other.starts_with('$') => return Err(Problem::NotSimulated(other.to_owned())),
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Refusal::Repeated(name).into());
            }
        }
        Ok(options)
    }
}

impl Query {
    /// Reads the options of a request.
    pub(super) fn read(pairs: &[(String, String)], table: &Table, zone: &TimeZone) -> Result<Self, Problem> {
        let options = Options::read(pairs)?;
        // There are no relations, so nothing that could be expanded is a property.
        if let Some(property) = names(options.expand).next() {
            return Err(Refusal::NoProperty { property: property.to_owned(), table: table.name.clone() }.into());
        }
        let mut parameters = Vec::new();
        let mut condition = String::new();
        let mut looked_up = BTreeSet::new();
        match options.filter.map(Expr::parse).transpose()?.filter(|expr| !expr.is_discarded()) {
            Some(expr) => {
                let bound = Condition::bind(&expr, table, zone)?;
                bound.write(table, &mut condition, &mut parameters);
                bound.looked_up(&mut looked_up);
            }
            None => condition.push('1'),
        }
        Ok(Self {
            selection: Selection {
                table: table.source.clone(),
                condition,
                parameters,
                order: order(options.order, table)?,
                top: number("$top", options.top)?,
                skip: number("$skip", options.skip)?.unwrap_or(0),
            },
            columns: columns(options.select, table)?,
            count: switch(options.count)?,
            indexes: looked_up.into_iter().filter_map(|column| table.index(column)).collect(),
        })
    }
}

fn names(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty())
}

fn columns(select: Option<&str>, table: &Table) -> Result<Vec<usize>, Problem> {
    let all = || (0..table.columns.len()).collect();
    if select.is_none_or(|select| select.trim().is_empty()) {
        return Ok(all());
    }
    let mut columns = Vec::new();
    for name in names(select) {
        if name == "*" {
            return Ok(all());
        }
        let (index, _) = table.column(name).map_err(Problem::Select)?;
        if !columns.contains(&index) {
            columns.push(index);
        }
    }
    Ok(columns)
}

fn order(list: Option<&str>, table: &Table) -> Result<Vec<String>, Problem> {
    let list = list.unwrap_or_default();
    let mut order = Vec::new();
    let mut position = 0;
    for item in list.split(',') {
        let end = position + item.chars().count();
        position = end + 1;
        let mut words = item.split_whitespace();
        let Some(name) = words.next() else { continue };
        let direction = match (words.next(), words.next()) {
            (None | Some("asc"), None) => "asc",
            (Some("desc"), None) => "desc",
            _ => return Err(Refusal::Syntax(end).into()),
        };
        let (_, column) = table.column(name)?;
        order.push(format!("{} {direction}", column.ordered_sql()));
        if order.len() > MAX_ORDER {
            return Err(Refusal::TooComplex.into());
        }
    }
    Ok(order)
}

/// The most columns to order by.
const MAX_ORDER: usize = 32;

fn number(option: &'static str, text: Option<&str>) -> Result<Option<u64>, Problem> {
    let wanted = "a non-negative integer value";
    text.map(|text| {
        let plain = text.trim().bytes().all(|b| b.is_ascii_digit());
        let number = text.trim().parse().ok().filter(|_| plain);
        number.ok_or_else(|| Refusal::OptionValue { option, value: text.to_owned(), wanted }.into())
    })
    .transpose()
}

fn switch(text: Option<&str>) -> Result<bool, Problem> {
    match text.map(str::trim) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => {
            let wanted = "either 'true' or 'false'";
            Err(Refusal::OptionValue { option: "$count", value: other.to_owned(), wanted }.into())
        }
    }
}
