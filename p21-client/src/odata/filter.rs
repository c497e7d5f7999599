//! Filters, built from columns.

use std::fmt;

use super::column::Column;
use super::literal::Literal;
use crate::error::Error;

/// Which rows are wanted; made by the methods of a [`Column`].
///
/// There is no way to write `in`, which P21 answers with the whole table, or `now()`, which it doesn't know.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a filter does nothing until it is given to a query"]
pub struct Filter(pub(crate) Node);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Compare(Column, &'static str, Literal),
    /// `startswith`, `endswith`, `contains`.
    Call(&'static str, Column, Literal),
    IsNull(Column, bool),
    AnyOf(Column, Vec<Literal>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Always(bool),
    /// What can't be asked, and why.
    Invalid(String),
}

impl Filter {
    /// Columns whose value has to be one of some, whatever else is asked.
    pub(crate) fn demands(&self) -> Vec<(&str, &[Literal])> {
        fn of(node: &Node) -> Vec<(&str, &[Literal])> {
            match node {
                Node::Compare(column, "eq", literal) => vec![(&column.name, std::slice::from_ref(literal))],
                Node::AnyOf(column, literals) => vec![(&column.name, literals)],
                Node::All(nodes) => nodes.iter().flat_map(of).collect(),
                _ => Vec::new(),
            }
        }
        of(&self.0)
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    /// Either.
    pub fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// Every one of them; all rows, if there is none.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut nodes = Vec::new();
        for filter in filters {
            match filter.0 {
                Node::All(inner) => nodes.extend(inner),
                other => nodes.push(other),
            }
        }
        Self(Node::All(nodes))
    }

    /// At least one of them; no row, if there is none.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut nodes = Vec::new();
        for filter in filters {
            match filter.0 {
                Node::Any(inner) => nodes.extend(inner),
                other => nodes.push(other),
            }
        }
        Self(Node::Any(nodes))
    }
}

/// `not`.
impl std::ops::Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        match self.0 {
            Node::Not(inner) => Self(*inner),
            other => Self(Node::Not(Box::new(other))),
        }
    }
}

/// As it is sent, before it is percent-encoded and split.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.clone().simplified().write(f, false)
    }
}

/// As the text of a query. It isn't read: a text may say what a filter can't.
#[cfg(feature = "serde")]
impl serde::Serialize for Filter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Node {
    /// Without parts that are always true or never.
    pub(crate) fn simplified(self) -> Self {
        match self {
            Self::AnyOf(_, values) if values.is_empty() => Self::Always(false),
            Self::All(nodes) => joined(nodes, true, Self::All),
            Self::Any(nodes) => joined(nodes, false, Self::Any),
            Self::Not(inner) => match inner.simplified() {
                Self::Always(value) => Self::Always(!value),
                other => Self::Not(Box::new(other)),
            },
            other => other,
        }
    }

    /// Every column's name is one.
    pub(crate) fn check(&self, table: Option<&str>) -> Result<(), Error> {
        match self {
            Self::Compare(column, ..) | Self::Call(_, column, _) | Self::IsNull(column, _) | Self::AnyOf(column, _) => {
                column.checked(table).map(drop)
            }
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().try_for_each(|node| node.check(table)),
            Self::Not(inner) => inner.check(table),
            Self::Invalid(problem) => Err(Error::input(problem.clone())),
            Self::Always(_) => Ok(()),
        }
    }

    pub(crate) fn spelt(&self) -> String {
        Filter(self.clone()).to_string()
    }

    /// Parentheses stand around whatever is joined or negated, so that nothing hangs on precedence.
    fn write(&self, f: &mut fmt::Formatter<'_>, inside: bool) -> fmt::Result {
        match self {
            Self::Compare(Column { name: column, .. }, operator, value) => write!(f, "{column} {operator} {value}"),
            Self::Call(function, Column { name: column, .. }, value) => write!(f, "{function}({column},{value})"),
            Self::IsNull(Column { name: column, .. }, true) => write!(f, "{column} eq null"),
            Self::IsNull(Column { name: column, .. }, false) => write!(f, "{column} ne null"),
            Self::AnyOf(Column { name: column, .. }, values) => {
                let write = |value: &Literal, f: &mut fmt::Formatter<'_>| write!(f, "{column} eq {value}");
                list(f, values, " or ", inside && values.len() > 1, write)
            }
            Self::All(nodes) => list(f, nodes, " and ", inside, |node, f| node.write(f, true)),
            Self::Any(nodes) => list(f, nodes, " or ", inside, |node, f| node.write(f, true)),
            Self::Not(inner) => {
                f.write_str("not (")?;
                inner.write(f, false)?;
                f.write_str(")")
            }
            // Simplified away, or the query is never sent.
            Self::Always(_) | Self::Invalid(_) => Ok(()),
        }
    }
}

fn joined(nodes: Vec<Node>, neutral: bool, join: fn(Vec<Node>) -> Node) -> Node {
    let mut rest = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node.simplified() {
            Node::Always(value) if value == neutral => {}
            Node::Always(value) => return Node::Always(value),
            other => rest.push(other),
        }
    }
    match rest.len() {
        0 => Node::Always(neutral),
        1 => rest.swap_remove(0),
        _ => join(rest),
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    joint: &str,
    inside: bool,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if inside {
        f.write_str("(")?;
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(joint)?;
        }
        write(item, f)?;
    }
    if inside { f.write_str(")") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use p21_model::value::date;

    use super::*;
    use crate::odata::col;

    #[test]
    fn filters_are_spelt_with_parentheses_where_they_matter() {
        let filter = col("a").eq(1).and(col("b").lt(2).or(col("c").is_null())).and(!col("d").starts_with("x'y"));
        assert_eq!(filter.to_string(), "a eq 1 and (b lt 2 or c eq null) and not (startswith(d,'x''y'))");
        let filter = !(col("a").ne(1).or(col("b").ge(2)));
        assert_eq!(filter.to_string(), "not (a ne 1 or b ge 2)");
        assert_eq!((!!col("a").gt(1)).to_string(), "a gt 1");
        let filter = col("effective_date").le(date(2026, 1, 31)).and(col("e").is_not_null());
        assert_eq!(filter.to_string(), "effective_date le 2026-01-31 and e ne null");
        assert_eq!(
            col("a").ends_with("1").or(col("a").contains("2")).to_string(),
            "endswith(a,'1') or contains(a,'2')"
        );
    }

    #[test]
    fn what_is_always_or_never_true_goes() {
        let none: [i64; 0] = [];
        let never = col("a").eq_any(none);
        let simple = |filter: Filter| filter.0.simplified();
        assert_eq!(simple(never.clone()), Node::Always(false));
        assert_eq!(simple(never.clone().and(col("b").eq(1))), Node::Always(false));
        assert_eq!(never.clone().or(col("b").eq(1)).to_string(), "b eq 1");
        assert_eq!(simple(!never), Node::Always(true));
        assert_eq!(simple(Filter::all([])), Node::Always(true));
        assert_eq!(simple(Filter::any([])), Node::Always(false));
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for bad in ["", "a b", "a eq 1 or b", "a'", "a)", "1a", "ä", "a.b", &"a".repeat(129)] {
            let error = col(bad).eq(1).and(col("b").eq(2)).0.check(None).unwrap_err();
            assert!(error.is_input() && error.to_string().contains("can't be a column's name"), "{bad}: {error}");
        }
        assert!(col("ufc_po_hdr_Mine2").eq(1).0.check(None).is_ok());
    }
}
