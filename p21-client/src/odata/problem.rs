//! What a refused query means. P21 says 404 to nearly everything; the body tells.

use std::fmt;

use p21_model::sentences;
use reqwest::StatusCode;

use super::query::Query;
use super::scope;
use crate::client::Client;
use crate::error::{Error, ServerError};

/// Which part of a query P21 didn't like; see [`Error::table_problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum TableProblem {
    /// No such table or view on this surface: a wrong name, a view asked for as a table or the other way round, or an
    /// object that was made after the OData service started.
    NotFound,
    /// A column that the table doesn't have.
    Column,
    /// A value of another type than the column's: a quoted number, a number for a text.
    Type,
    /// Something that OData doesn't read.
    Syntax,
    /// The token's scope doesn't list the table.
    OutOfScope,
    /// The user has no right to the table, or to OData at all.
    NotAllowed,
    /// Something else; the server's text says what.
    Other,
}

/// What P21 doesn't like of a query of a table or view, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TableError {
    /// Which part of it.
    pub problem: TableProblem,
    text: String,
    pub(crate) advice: &'static str,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

const OTHER_SURFACE: &str = "check the name and whether it is a table or a view; one that was made since the OData \
    service started is missing until an administrator runs \"Refresh OData API service\"";
const COLUMN: &str = "check the column's name in the table; `row_status_flag` and `delete_flag`, `company_id` and \
    `company_no` differ from table to table";
const TYPE: &str = "compare numeric columns with numbers and texts with texts; many `*_id` columns are numeric";
const SYNTAX: &str = "a filter built here has no such mistake: this server may be another version";
const SMALLER: &str = "ask with a smaller filter: fewer ids, or fewer conditions joined with `or`";
const UNKNOWN: &str =
    "no documented 400 of tables is empty: a proxy may have answered, or the query is not to its liking";
const SCOPE: &str = "have the table added to the key's `/odata:` scope, then log in again: tokens keep the scope they \
    were issued with";
const RIGHTS: &str = "the user needs \"Allow OData API Service\" in User Maintenance, and the table in the role's \
    Dataservice Permission";
const NO_RIGHT: &str = "P21 doesn't let this user read it";

impl Client {
    /// The error with what it means for this query.
    pub(super) fn explain_table(&self, error: Error, query: &Query) -> Error {
        let name = format!("the {} `{}`", query.surface.name(), query.object);
        let said = error.server_text().map(str::to_owned);
        let found = match error.own_status() {
            Some(StatusCode::NOT_FOUND) if said.is_none() => nothing_said(&name, query),
            Some(StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST) => refused(&name, said.as_deref()),
            Some(StatusCode::INTERNAL_SERVER_ERROR) if said.as_deref().is_some_and(is_too_complex) => {
                refused(&name, said.as_deref())
            }
            Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
                if error.server().is_some_and(ServerError::is_missing_right) =>
            {
                self.not_allowed(&name, query)
            }
            _ => return error,
        };
        error.about_table(found)
    }

    fn not_allowed(&self, name: &str, query: &Query) -> TableError {
        let tables = self.inner().current_token().and_then(|token| scope::tables(&token.secret()));
        match tables {
            Some(tables) if !tables.iter().any(|table| table.eq_ignore_ascii_case(&query.object)) => TableError {
                problem: TableProblem::OutOfScope,
                text: format!(
                    "{name} is outside the token's scope, which lists {}",
                    self.inner().redactor.clean(&listed(&tables))
                ),
                advice: SCOPE,
            },
            _ => TableError {
                problem: TableProblem::NotAllowed,
                text: format!("{name} may not be read: {NO_RIGHT}"),
                advice: RIGHTS,
            },
        }
    }
}

fn listed(tables: &[String]) -> String {
    match tables {
        [] => "none".to_owned(),
        tables if tables.len() <= 5 => tables.join(", "),
        tables => format!("{} and {} more", tables[..5].join(", "), tables.len() - 5),
    }
}

/// A 404 without a body.
fn nothing_said(name: &str, query: &Query) -> TableError {
    // Builds differ in whether they say anything about a column in `$select`.
    let or_column = if query.select.is_empty() { "" } else { ", or it lacks a selected column" };
    let text = format!("there is no {}{or_column}", &name[4..]);
    TableError { problem: TableProblem::NotFound, text, advice: OTHER_SURFACE }
}

/// Reported with 400 and with 500.
fn is_too_complex(said: &str) -> bool {
    sentences::TOO_COMPLEX.is_in(said)
}

/// What P21 says of a query.
fn refused(name: &str, said: Option<&str>) -> TableError {
    let error = |problem, text, advice| TableError { problem, text, advice };
    let Some(said) = said else {
        return error(TableProblem::Other, format!("P21 refuses the query of {name} without a word"), UNKNOWN);
    };
    if is_too_complex(said) {
        return error(TableProblem::Other, format!("P21 refuses the query of {name}"), SMALLER);
    }
    if sentences::HIDDEN_SEGMENT.is_in(said) {
        let advice = "the web server refuses some names, such as `bin` (read a view such as `p21_view_bin`), and queries \
                      that are too long for it";
        return error(TableProblem::NotFound, format!("the web server doesn't let {name} through"), advice);
    }
    if let Some(gaps) = sentences::NO_PROPERTY.gaps(said) {
        let column = gaps.first().copied().unwrap_or_default();
        return error(TableProblem::Column, format!("{name} has no column `{column}`"), COLUMN);
    }
    if sentences::INCOMPATIBLE_TYPES.is_in(said) || sentences::NOT_CONVERTED.is_in(said) {
        return error(TableProblem::Type, format!("a value has another type than its column of {name}"), TYPE);
    }
    if sentences::SYNTAX.is_in(said) || sentences::INVALID_FILTER.is_in(said) {
        return error(TableProblem::Syntax, format!("P21 doesn't read the query of {name}"), SYNTAX);
    }
    if sentences::NO_RESOURCE.is_in(said) || said == "Not Found" {
        return error(TableProblem::NotFound, format!("there is no {}", &name[4..]), OTHER_SURFACE);
    }
    error(TableProblem::Other, format!("P21 refuses the query of {name}"), "check the query against what P21 says")
}
