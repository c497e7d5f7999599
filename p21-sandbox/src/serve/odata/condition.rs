//! A filter that fits its table: columns are known, types are right. It becomes SQL; in tests it is evaluated, too.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use rusqlite::types::Value;

use super::filter::{Expr, Function, Operand, Operator};
use super::model::{Column, Table};
use super::refusal::Refusal;
use crate::facts::column::{self, ColumnType};

/// What a row has to fulfil. Columns are indexes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Null {
        column: usize,
        is: bool,
    },
    Compare {
        column: usize,
        operator: Operator,
        value: String,
    },
    Match {
        column: usize,
        function: Function,
        value: String,
    },
    /// A comparison with null: neither true nor false.
    Never,
}

impl Condition {
    /// Fits a filter to a table.
    pub(super) fn bind(expr: &Expr, table: &Table, zone: &TimeZone) -> Result<Self, Refusal> {
        let each = |terms: &[Expr]| -> Result<Vec<Self>, Refusal> {
            terms.iter().map(|term| Self::bind(term, table, zone)).collect()
        };
        Ok(match expr {
            Expr::And(terms) => Self::All(each(terms)?),
            Expr::Or(terms) => Self::Any(each(terms)?),
            Expr::Not(term) => Self::Not(Box::new(Self::bind(term, table, zone)?)),
            // The filter as a whole is discarded before it gets here.
            Expr::In => Self::All(Vec::new()),
            Expr::NotOfColumn(column) => return Err(Refusal::NotOfColumn(table.column(column)?.1.kind.edm())),
            Expr::Compare { column, operator, value } => compare(table, column, *operator, value, zone)?,
            Expr::Match { function, column, value, negated } => {
                let matched = text_match(table, *function, column, value)?;
                if *negated { Self::Not(Box::new(matched)) } else { matched }
            }
        })
    }

    /// Writes the condition as SQL. Values are parameters; columns come from the table's own list.
    pub(super) fn write(&self, table: &Table, sql: &mut String, parameters: &mut Vec<Value>) {
        match self {
            Self::All(terms) => balanced(terms, table, sql, parameters, " and ", "1"),
            Self::Any(terms) => match one_of(terms) {
                Some((column, values)) => {
                    let column = table.columns[column].ordered_sql();
                    let first = parameters.len() + 1;
                    parameters.extend(values.into_iter().map(|value| Value::Text(value.to_owned())));
                    let numbers: Vec<String> = (first..=parameters.len()).map(|number| format!("?{number}")).collect();
                    sql.push_str(&format!("{column} in ({})", numbers.join(",")));
                }
                None => balanced(terms, table, sql, parameters, " or ", "0"),
            },
            Self::Not(term) => {
                sql.push_str("not (");
                term.write(table, sql, parameters);
                sql.push(')');
            }
            Self::Null { column, is } => {
                sql.push_str(&table.columns[*column].sql());
                sql.push_str(if *is { " is null" } else { " is not null" });
            }
            Self::Compare { column, operator, value } => {
                let column = &table.columns[*column];
                parameters.push(Value::Text(value.clone()));
                let sign = match operator {
                    Operator::Eq => "=",
                    Operator::Ne => "<>",
                    Operator::Gt => ">",
                    Operator::Ge => ">=",
                    Operator::Lt => "<",
                    Operator::Le => "<=",
                };
                sql.push_str(&format!("{} {sign} ?{}", column.ordered_sql(), parameters.len()));
            }
            Self::Match { column, function, value } => {
                let column = table.columns[*column].sql();
                parameters.push(Value::Text(value.clone()));
                let number = parameters.len();
                sql.push_str(&match function {
                    Function::Contains => format!("instr({column}, ?{number}) > 0"),
                    Function::StartsWith => format!("substr({column}, 1, length(?{number})) = ?{number}"),
                    // `substr(x, -0)` would be the whole text.
                    Function::EndsWith => {
                        format!(
                            "substr({column}, length({column}) - length(?{number}) + 1, length(?{number})) = ?{number}"
                        )
                    }
                });
            }
            Self::Never => sql.push_str("null"),
        }
    }

    /// The columns that have to have a certain value.
    pub(super) fn looked_up(&self, found: &mut BTreeSet<usize>) {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.looked_up(found)),
            Self::Compare { column, operator: Operator::Eq, .. } => {
                found.insert(*column);
            }
            _ => {}
        }
    }

    /// Whether a row fulfils it, as SQL has it: `None` is neither.
    #[cfg(test)]
    pub(super) fn holds(&self, table: &Table, row: &crate::store::Data) -> Option<bool> {
        let known = |value: Option<bool>, decides: bool| value == Some(decides);
        match self {
            Self::All(terms) | Self::Any(terms) => {
                let decides = matches!(self, Self::Any(_));
                let values: Vec<Option<bool>> = terms.iter().map(|term| term.holds(table, row)).collect();
                if values.iter().any(|value| known(*value, decides)) {
                    Some(decides)
                } else if values.contains(&None) {
                    None
                } else {
                    Some(!decides)
                }
            }
            Self::Not(term) => term.holds(table, row).map(|value| !value),
            Self::Null { column, is } => Some(table.columns[*column].of(row).is_none() == *is),
            Self::Compare { column, operator, value } => {
                let column = &table.columns[*column];
                let order = column.kind.compare(column.of(row)?, value);
                Some(match operator {
                    Operator::Eq => order.is_eq(),
                    Operator::Ne => order.is_ne(),
                    Operator::Gt => order.is_gt(),
                    Operator::Ge => order.is_ge(),
                    Operator::Lt => order.is_lt(),
                    Operator::Le => order.is_le(),
                })
            }
            Self::Match { column, function, value } => {
                let text = table.columns[*column].of(row)?;
                Some(match function {
                    Function::Contains => text.contains(value.as_str()),
                    Function::StartsWith => text.starts_with(value.as_str()),
                    Function::EndsWith => text.ends_with(value.as_str()),
                })
            }
            Self::Never => None,
        }
    }
}

/// `a eq 1 or a eq 2 or ..`: the column and the values. SQLite looks such lists up in an index.
fn one_of(terms: &[Condition]) -> Option<(usize, Vec<&str>)> {
    let mut wanted = None;
    let values = terms.iter().map(|term| match term {
        Condition::Compare { column, operator: Operator::Eq, value } if *wanted.get_or_insert(*column) == *column => {
            Some(value.as_str())
        }
        _ => None,
    });
    let values: Option<Vec<&str>> = values.collect();
    Some((wanted?, values?))
}

/// A chain of terms as a balanced tree: SQLite bounds the depth of expressions, and chains of ids are long.
fn balanced(
    terms: &[Condition],
    table: &Table,
    sql: &mut String,
    parameters: &mut Vec<Value>,
    between: &str,
    none: &str,
) {
    match terms {
        [] => sql.push_str(none),
        [term] => {
            sql.push('(');
            term.write(table, sql, parameters);
            sql.push(')');
        }
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            sql.push('(');
            balanced(left, table, sql, parameters, between, none);
            sql.push_str(between);
            balanced(right, table, sql, parameters, between, none);
            sql.push(')');
        }
    }
}

fn compare(
    table: &Table,
    name: &str,
    operator: Operator,
    operand: &Operand,
    zone: &TimeZone,
) -> Result<Condition, Refusal> {
    let (index, column) = table.column(name)?;
    let kind = column.kind;
    let incompatible = |right| Refusal::Incompatible { left: kind.edm(), right, operator: operator.kind() };
    let value = match (operand, kind) {
        (Operand::Null, _) => {
            return Ok(match operator {
                Operator::Eq => Condition::Null { column: index, is: true },
                Operator::Ne => Condition::Null { column: index, is: false },
                _ => Condition::Never,
            });
        }
        (Operand::Column(other), _) => {
            table.column(other)?;
            if kind != ColumnType::Text {
                return Err(Refusal::Conversion(kind));
            }
            other.clone()
        }
        (Operand::Arithmetic, _) => {
            return Err(Refusal::Conversion(if kind == ColumnType::Text { ColumnType::Decimal } else { kind }));
        }
        (Operand::Text(text), ColumnType::Text) => text.clone(),
        (Operand::Number(number), ColumnType::Decimal | ColumnType::Integer) => number.clone(),
        (Operand::Moment(moment), ColumnType::Datetime) => column::local(moment, zone),
        (Operand::Text(_), _) => return Err(incompatible("Edm.String")),
        (Operand::Number(number), _) => {
            return Err(incompatible(if number.contains('.') { "Edm.Decimal" } else { "Edm.Int32" }));
        }
        (Operand::Moment(moment), _) => {
            return Err(incompatible(if moment.len() == 10 { "Edm.Date" } else { "Edm.DateTimeOffset" }));
        }
        (Operand::Bool(_), _) => return Err(incompatible("Edm.Boolean")),
        (Operand::Guid, _) => return Err(incompatible("Edm.Guid")),
    };
    Ok(Condition::Compare { column: index, operator, value })
}

fn text_match(table: &Table, function: Function, name: &str, operand: &Operand) -> Result<Condition, Refusal> {
    let (index, column): (usize, &Column) = table.column(name)?;
    let value = match operand {
        Operand::Text(text) => text.clone(),
        Operand::Column(other) => {
            table.column(other)?;
            other.clone()
        }
        _ => return Err(Refusal::NoSignature(function.name())),
    };
    if column.kind != ColumnType::Text {
        return Err(Refusal::NoSignature(function.name()));
    }
    Ok(Condition::Match { column: index, function, value })
}
