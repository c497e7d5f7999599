//! Reading a `$filter`.

use super::refusal::Refusal;
use super::token::{self, Kind, Token};

/// A filter as it was written. Columns and types are not looked at yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        column: String,
        operator: Operator,
        value: Operand,
    },
    Match {
        function: Function,
        column: String,
        value: Operand,
        /// `eq false`, `ne true`.
        negated: bool,
    },
    /// `in`: P21 discards the whole filter.
    In,
    /// `not column eq 1`: P21 reads it as `(not column) eq 1`.
    NotOfColumn(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    StartsWith,
    EndsWith,
    Contains,
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Null,
    Text(String),
    Number(String),
    Moment(String),
    Bool(bool),
    Guid,
    /// Another column: P21 takes its name for the value.
    Column(String),
    /// Columns and numbers with `add`, `sub` and so on between them.
    Arithmetic,
}

/// The longest filter that is read, in bytes.
const MAX_LENGTH: usize = 64 * 1024;
/// The most words in a filter.
const MAX_TOKENS: usize = 8_000;
/// How deep parentheses and `not` may be nested.
const MAX_DEPTH: usize = 64;

impl Expr {
    /// Reads a filter.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::TooComplex);
        }
        // SQLite's functions end texts there.
        if let Some(nul) = text.chars().position(|c| c == '\0') {
            return Err(Refusal::Syntax(nul));
        }
        let tokens = token::split(text).map_err(Refusal::Syntax)?;
        if tokens.len() > MAX_TOKENS {
            return Err(Refusal::TooComplex);
        }
        let mut parser = Parser { tokens, next: 0, depth: 0 };
        let expr = parser.or()?;
        if parser.peek() == Kind::End { Ok(expr) } else { Err(parser.syntax()) }
    }

    /// Whether `in` occurs anywhere.
    pub(super) fn is_discarded(&self) -> bool {
        match self {
            Self::In => true,
            Self::And(terms) | Self::Or(terms) => terms.iter().any(Self::is_discarded),
            Self::Not(term) => term.is_discarded(),
            Self::Compare { .. } | Self::Match { .. } | Self::NotOfColumn(_) => false,
        }
    }
}

impl Operator {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            _ => return None,
        })
    }

    /// Its name in error texts.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Eq => "Equal",
            Self::Ne => "NotEqual",
            Self::Gt => "GreaterThan",
            Self::Ge => "GreaterThanOrEqual",
            Self::Lt => "LessThan",
            Self::Le => "LessThanOrEqual",
        }
    }
}

impl Function {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            "contains" => Self::Contains,
            _ => return None,
        })
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Contains => "contains",
        }
    }
}

fn is_arithmetic(name: &str) -> bool {
    matches!(name, "add" | "sub" | "mul" | "div" | "divby" | "mod")
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The last token is the end, and it is never passed.
    fn peek(&self) -> Kind<'a> {
        self.tokens[self.next].kind
    }

    fn take(&mut self) -> Kind<'a> {
        let kind = self.peek();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        kind
    }

    fn takes(&mut self, wanted: Kind<'_>) -> bool {
        let is_it = self.peek() == wanted;
        if is_it {
            self.take();
        }
        is_it
    }

    fn wants(&mut self, wanted: Kind<'_>) -> Result<(), Refusal> {
        if self.takes(wanted) { Ok(()) } else { Err(self.syntax()) }
    }

    /// The next word does not belong there. P21 says where it ends.
    fn syntax(&self) -> Refusal {
        Refusal::Syntax(self.tokens[self.next].end)
    }

    fn or(&mut self) -> Result<Expr, Refusal> {
        let mut terms = vec![self.and()?];
        while self.takes(Kind::Name("or")) {
            terms.push(self.and()?);
        }
        Ok(single(terms, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, Refusal> {
        let mut terms = vec![self.unary()?];
        while self.takes(Kind::Name("and")) {
            terms.push(self.unary()?);
        }
        Ok(single(terms, Expr::And))
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Result<Expr, Refusal>) -> Result<Expr, Refusal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Refusal::TooComplex);
        }
        let expr = inner(self);
        self.depth -= 1;
        expr
    }

    fn unary(&mut self) -> Result<Expr, Refusal> {
        if self.takes(Kind::Name("not")) {
            // `not` binds tighter than a comparison: before a bare column it is a mistake of types.
            if let Kind::Name(name) = self.peek()
                && name != "not"
                && self.tokens.get(self.next + 1).is_none_or(|token| token.kind != Kind::Open)
            {
                self.take();
                self.comparison(name)?;
                return Ok(Expr::NotOfColumn(name.to_owned()));
            }
            return Ok(Expr::Not(Box::new(self.nested(Self::unary)?)));
        }
        if self.takes(Kind::Open) {
            let inner = self.nested(Self::or)?;
            self.wants(Kind::Close)?;
            return Ok(inner);
        }
        let Kind::Name(name) = self.peek() else { return Err(self.syntax()) };
        self.take();
        if self.peek() == Kind::Open { self.call(name) } else { self.comparison(name) }
    }

    fn call(&mut self, name: &str) -> Result<Expr, Refusal> {
        let Some(function) = Function::of(name) else {
            return Err(if name == "now" { Refusal::Now } else { Refusal::UnknownFunction(name.to_owned()) });
        };
        self.wants(Kind::Open)?;
        let Kind::Name(column) = self.take() else { return Err(Refusal::NoSignature(function.name())) };
        self.wants(Kind::Comma)?;
        let value = self.operand()?;
        self.wants(Kind::Close)?;
        let mut negated = false;
        if let Kind::Name(operator @ ("eq" | "ne")) = self.peek() {
            self.take();
            let Kind::Name(truth @ ("true" | "false")) = self.peek() else { return Err(self.syntax()) };
            self.take();
            negated = (operator == "eq") != (truth == "true");
        }
        Ok(Expr::Match { function, column: column.to_owned(), value, negated })
    }

    fn comparison(&mut self, column: &str) -> Result<Expr, Refusal> {
        let left_is_arithmetic = self.arithmetic_tail()?;
        let Kind::Name(name) = self.peek() else { return Err(self.syntax()) };
        if name == "in" && !left_is_arithmetic {
            self.take();
            return self.list();
        }
        let operator = Operator::of(name).ok_or_else(|| self.syntax())?;
        self.take();
        let value = self.operand()?;
        let value = if left_is_arithmetic | self.arithmetic_tail()? { Operand::Arithmetic } else { value };
        Ok(Expr::Compare { column: column.to_owned(), operator, value })
    }

    /// `sub 5 add other`; whether there was any.
    fn arithmetic_tail(&mut self) -> Result<bool, Refusal> {
        let mut any = false;
        while let Kind::Name(name) = self.peek()
            && is_arithmetic(name)
        {
            self.take();
            self.operand()?;
            any = true;
        }
        Ok(any)
    }

    /// The list of an `in`.
    fn list(&mut self) -> Result<Expr, Refusal> {
        self.wants(Kind::Open)?;
        loop {
            self.operand()?;
            if !self.takes(Kind::Comma) {
                break;
            }
        }
        self.wants(Kind::Close)?;
        Ok(Expr::In)
    }

    fn operand(&mut self) -> Result<Operand, Refusal> {
        let operand = match self.peek() {
            Kind::Name("null") => Operand::Null,
            Kind::Name("true") => Operand::Bool(true),
            Kind::Name("false") => Operand::Bool(false),
            Kind::Name(name) => {
                self.take();
                if self.peek() == Kind::Open {
                    return Err(if name == "now" { Refusal::Now } else { Refusal::UnknownFunction(name.to_owned()) });
                }
                return Ok(Operand::Column(name.to_owned()));
            }
            Kind::Text(text) => Operand::Text(text.replace("''", "'")),
            Kind::Number(text) => Operand::Number(text.to_owned()),
            Kind::Moment(text) => Operand::Moment(text.to_owned()),
            Kind::Guid => Operand::Guid,
            Kind::Open | Kind::Close | Kind::Comma | Kind::End => return Err(self.syntax()),
        };
        self.take();
        Ok(operand)
    }
}

/// One term stands for itself.
fn single(mut terms: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    if terms.len() == 1 { terms.remove(0) } else { many(terms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(column: &str, operator: Operator, number: &str) -> Expr {
        Expr::Compare { column: column.to_owned(), operator, value: Operand::Number(number.to_owned()) }
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let (a, b, c) =
            (compare("a", Operator::Eq, "1"), compare("b", Operator::Ne, "2"), compare("c", Operator::Lt, "3"));
        assert_eq!(
            Expr::parse("a eq 1 or b ne 2 and c lt 3"),
            Ok(Expr::Or(vec![a.clone(), Expr::And(vec![b.clone(), c.clone()])]))
        );
        assert_eq!(Expr::parse("(a eq 1 or b ne 2) and c lt 3"), Ok(Expr::And(vec![Expr::Or(vec![a, b]), c])));
    }

    #[test]
    fn syntax_errors_point_behind_the_word() {
        for (text, position) in [
            ("price_page_uid zz 2", 17),
            ("a eq", 4),
            ("", 0),
            ("a eq 1 b", 8),
            ("(a eq 1", 7),
            ("a", 1),
            ("a eq 'x", 7),
        ] {
            assert_eq!(Expr::parse(text), Err(Refusal::Syntax(position)), "{text}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{}a eq 1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(Expr::parse(&deep), Err(Refusal::TooComplex));
        assert_eq!(Expr::parse(&format!("{}a eq 1{}", "(".repeat(65), ")".repeat(65))), Err(Refusal::TooComplex));
        assert!(Expr::parse(&format!("{}a eq 1{}", "(".repeat(64), ")".repeat(64))).is_ok());
        assert_eq!(Expr::parse(&"not ".repeat(70)), Err(Refusal::TooComplex));
        let ids: Vec<String> = (0..1_000).map(|id| format!("a eq {id}")).collect();
        assert!(Expr::parse(&ids.join(" or ")).is_ok());
    }

    #[test]
    fn a_negated_match_can_be_written_in_three_ways() {
        let negated = |text| match Expr::parse(text).unwrap() {
            Expr::Match { negated, .. } => negated,
            other => panic!("{other:?}"),
        };
        assert!(!negated("contains(a,'x')") && !negated("contains(a,'x') eq true"));
        assert!(negated("contains(a,'x') eq false") && negated("contains(a,'x') ne true"));
    }
}
