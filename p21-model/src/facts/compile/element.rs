//! One element: its fields, keys and rules.

mod identity;

use super::RuleSet;
use super::fields::Fields;
use super::resolve::{Resolver, why};
use crate::facts::definition::ElementDefinition;
use crate::facts::error::InputError;
use crate::facts::rules::{AssignedRule, How, LengthRule, Located, OrderRule, Rule, Rules, TiersRule};
use crate::facts::schema::{ElementRule, ElementSchema, Elsewhere, List, Numbering, RuleKind, Str};

const COLUMN_DISABLED: &str = "Column is disabled: {field}";
const TAB_DISABLED: &str = "Tab page is disabled and cannot be selected";
const COLUMN_REQUIRED: &str = "This column is required.";

/// The element, with the rules that hold for the definition's version; those of other versions go `elsewhere`.
pub(super) fn compile(
    resolver: &Resolver<'_>,
    rules: &RuleSet<'_>,
    index: usize,
    module: String,
    elsewhere: &mut Vec<Elsewhere>,
) -> Result<ElementSchema, InputError> {
    let element = &resolver.definition.elements[index];
    let mut fields = Fields::compile(resolver, index)?;
    fields.add_values(resolver, index);
    fields.add_codes(resolver, rules, index);
    let compiler = Compiler { resolver, any: rules.any, rules, index, element, fields: &fields };
    let (here, others): (Vec<_>, Vec<_>) =
        compiler.rules().into_iter().partition(|rule| rule.why.versions.include(rules.version));
    elsewhere.extend(others.into_iter().map(|rule| Elsewhere::Rule { element: index as u16, rule }));
    let keys: Vec<u16> = element.key_fields.iter().filter_map(|key| fields.get(key)).collect();
    let mut element = ElementSchema {
        name: element.name.clone().into(),
        module: module.into(),
        label: element.parent_text.as_deref().unwrap_or_default().trim().to_owned().into(),
        kind: element.kind,
        index: index as u16,
        parent: None,
        keys: keys.into(),
        fields: fields.fields.into(),
        rules: here.into(),
    };
    element.correct_required();
    Ok(element)
}

/// Compiles the rules about one element.
struct Compiler<'a> {
    resolver: &'a Resolver<'a>,
    any: Option<&'a Rules>,
    rules: &'a RuleSet<'a>,
    index: usize,
    element: &'a ElementDefinition,
    fields: &'a Fields,
}

impl<'a> Compiler<'a> {
    fn rules(&self) -> Vec<ElementRule> {
        let own = self.resolver.rules;
        let mut out = Vec::new();
        self.several(&own.order, |rule| &rule.element, &mut out, |rule| self.order(rule));
        self.each(
            &own.choice,
            |rule| &rule.element,
            &mut out,
            |rule| {
                let field = self.place(&rule.field)?;
                Ok(RuleKind::Choice {
                    field,
                    value: self.label(field, &rule.value)?,
                    wants: self.places(&rule.wants)?,
                    forbids: self.places(&rule.forbids)?,
                })
            },
        );
        self.each(
            &own.required,
            |rule| &rule.element,
            &mut out,
            |rule| {
                Ok(RuleKind::Required {
                    fields: self.places(&rule.fields)?,
                    on: rule.on,
                    message: text(or(&rule.message, COLUMN_REQUIRED)),
                    unless: self.places(&rule.unless)?,
                })
            },
        );
        self.each(
            &own.optional,
            |rule| &rule.element,
            &mut out,
            |rule| Ok(RuleKind::Optional { fields: self.places(&rule.fields)? }),
        );
        self.each(
            &own.required_element,
            |rule| &rule.element,
            &mut out,
            |rule| Ok(RuleKind::RequiredElement { on: rule.on, message: text(or(&rule.message, COLUMN_REQUIRED)) }),
        );
        self.each(
            &own.disabled,
            |rule| &rule.element,
            &mut out,
            |rule| {
                let default = if rule.fields.is_empty() { TAB_DISABLED } else { COLUMN_DISABLED };
                Ok(RuleKind::Disabled {
                    fields: self.places(&rule.fields)?,
                    when: rule.when,
                    ignore_disabled: rule.ignore_disabled,
                    message: text(or(&rule.message, default)),
                })
            },
        );
        self.values(&mut out);
        self.rows(&mut out);
        self.content(&mut out);
        self.identity(&mut out);
        self.bounds(&mut out);
        out
    }

    fn values(&self, out: &mut Vec<ElementRule>) {
        let own = self.resolver.rules;
        self.several(&own.assigned, |rule| &rule.element, out, |rule| self.assigned(rule));
        self.each(
            &own.default,
            |rule| &rule.element,
            out,
            |rule| {
                let field = self.place(&rule.field)?;
                Ok(RuleKind::Default { field, value: self.label(field, &rule.value)? })
            },
        );
        self.each(&own.tiers, |rule| &rule.element, out, |rule| self.tiers(rule));
        self.each(
            &own.dates,
            |rule| &rule.element,
            out,
            |rule| {
                Ok(RuleKind::Dates {
                    earlier: self.place(&rule.earlier)?,
                    later: self.place(&rule.later)?,
                    strict: rule.strict,
                    message: text(&rule.message),
                })
            },
        );
        self.each(
            &own.today,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::Today { field: self.place(&rule.field)?, message: text(&rule.message) }),
        );
    }

    /// Rules about the rows of a list beside each other.
    fn rows(&self, out: &mut Vec<ElementRule>) {
        let own = self.resolver.rules;
        self.each(
            &own.ascending,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::Ascending { field: self.place(&rule.field)?, message: text(&rule.message) }),
        );
        self.each(
            &own.primary,
            |rule| &rule.element,
            out,
            |rule| {
                let field = self.place(&rule.field)?;
                Ok(RuleKind::Primary { field, value: self.label(field, &rule.value)?, message: text(&rule.message) })
            },
        );
        self.each(
            &own.one_insert,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::OneInsert { message: text(&rule.message) }),
        );
        self.each(
            &own.created_once,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::CreatedOnce { message: text(&rule.message) }),
        );
    }

    /// Rules about what one row says.
    fn content(&self, out: &mut Vec<ElementRule>) {
        let own = self.resolver.rules;
        self.each(
            &own.either,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::Either { one: self.places(&rule.one)?, other: self.places(&rule.other)? }),
        );
        self.lengths(out);
        self.each(
            &own.format,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::Format { fields: self.places(&rule.fields)?, form: rule.form }),
        );
        self.each(
            &own.prompt,
            |rule| &rule.element,
            out,
            |rule| {
                let field = self.place(&rule.field)?;
                Ok(RuleKind::Prompt { field, value: self.label(field, &rule.value)? })
            },
        );
        self.each(
            &own.note,
            |rule| &rule.element,
            out,
            |rule| Ok(RuleKind::Note { fields: self.places(&rule.fields)? }),
        );
    }

    /// Lengths are facts of database columns, so `any.toml` may name those, and of fields.
    fn lengths(&self, out: &mut Vec<ElementRule>) {
        for located in &self.resolver.rules.length {
            let rule = &located.rule;
            if let Some(Some(kind)) = self.resolver.fit(located, self.length(rule)) {
                out.push(ElementRule { kind, why: why(rule) });
            }
        }
        for located in self.any.iter().flat_map(|any| &any.length) {
            let rule = &located.rule;
            let shown = |column: &str| rule.columns.iter().any(|known| known.eq_ignore_ascii_case(column));
            let fields: Vec<u16> = self
                .element
                .fields
                .iter()
                .filter(|field| field.db_column.as_deref().is_some_and(shown))
                .filter_map(|field| self.fields.get(&field.name))
                .collect();
            if !fields.is_empty() {
                out.push(ElementRule {
                    kind: RuleKind::Length { fields: fields.into(), max: rule.max },
                    why: why(rule),
                });
            }
        }
    }

    fn length(&self, rule: &LengthRule) -> Result<Option<RuleKind>, InputError> {
        let Some(element) = rule.element.as_ref().filter(|_| rule.columns.is_empty()) else {
            return Err(self.resolver.error("[[length]] names an element and fields; columns belong into any.toml"));
        };
        if !self.resolver.is_about(element, self.index) || self.resolver.element(element)? != self.index {
            return Ok(None);
        }
        Ok(Some(RuleKind::Length { fields: self.places(&rule.fields)?, max: rule.max }))
    }

    /// Each place against all places before it, not only its neighbour: the fields between may be absent.
    fn order(&self, rule: &OrderRule) -> Result<Vec<RuleKind>, InputError> {
        let mut kinds = Vec::new();
        let mut first: Vec<Vec<u16>> = Vec::new();
        for place in &rule.fields {
            let then = self.places(place.names())?;
            let this = then.to_vec();
            if !first.is_empty() {
                let (first, message) = (first.iter().collect(), text(&rule.message));
                kinds.push(RuleKind::Order { first, then, effect: rule.effect, message });
            }
            first.push(this);
        }
        Ok(kinds)
    }

    fn assigned(&self, rule: &AssignedRule) -> Result<Vec<RuleKind>, InputError> {
        let how = match rule.how {
            How::Number => Numbering::Number { start: rule.start.unwrap_or(1) },
            How::Line => Numbering::Line { width: rule.width },
        };
        rule.fields.iter().map(|field| Ok(RuleKind::Assigned { field: self.place(field)?, how })).collect()
    }

    fn tiers(&self, rule: &TiersRule) -> Result<RuleKind, InputError> {
        let place = |pattern: &str, n: u8| self.place(&pattern.replace("{n}", &n.to_string()));
        let values: Vec<u16> = (1..=rule.count).map(|n| place(&rule.value, n)).collect::<Result<_, _>>()?;
        let breaks: Vec<u16> = (1..rule.count).map(|n| place(&rule.r#break, n)).collect::<Result<_, _>>()?;
        Ok(RuleKind::Tiers { values: values.into(), breaks: breaks.into(), zero_first: rule.zero_first })
    }

    /// Compiles the rules of a list that are about this element, each to one.
    fn each<T: Rule>(
        &self,
        rules: &'a [Located<T>],
        element: impl Fn(&T) -> &String,
        out: &mut Vec<ElementRule>,
        make: impl Fn(&T) -> Result<RuleKind, InputError>,
    ) {
        self.several(rules, element, out, |rule| Ok(vec![make(rule)?]));
    }

    /// The same, each to any number.
    fn several<T: Rule>(
        &self,
        rules: &'a [Located<T>],
        element: impl Fn(&T) -> &String,
        out: &mut Vec<ElementRule>,
        make: impl Fn(&T) -> Result<Vec<RuleKind>, InputError>,
    ) {
        for located in rules {
            let rule = &located.rule;
            if !self.resolver.is_about(element(rule), self.index) {
                continue;
            }
            let made = self.resolver.element(element(rule)).and_then(|_| make(rule));
            let kinds = self.resolver.fit(located, made).unwrap_or_default();
            out.extend(kinds.into_iter().map(|kind| ElementRule { kind, why: why(rule) }));
        }
    }

    /// A rule's value: where the field has a list, the label on it, which a site may have renamed; the code tells.
    fn label(&self, field: u16, value: &str) -> Result<Str, InputError> {
        let schema = &self.fields.fields[field as usize];
        match schema.listed(value) {
            Some(label) => Ok(text(label)),
            None => {
                let labels: Vec<&str> = schema.values.iter().take(12).collect();
                let problem = format!("the list of `{}` has no `{}`", schema.name, value.escape_debug());
                let help = format!(
                    "it has {}; say in [[codes]] which of them has its code, or switch the rule `off`",
                    labels.iter().map(|label| format!("`{}`", label.escape_debug())).collect::<Vec<_>>().join(", ")
                );
                Err(self.resolver.error(problem).in_element(&self.element.name).in_field(&*schema.name).help(help))
            }
        }
    }

    fn place(&self, field: &str) -> Result<u16, InputError> {
        self.fields.place(self.resolver, self.element, field)
    }

    fn places(&self, fields: &[String]) -> Result<List<u16>, InputError> {
        let places: Vec<u16> = fields.iter().map(|field| self.place(field)).collect::<Result<_, _>>()?;
        Ok(places.into())
    }
}

fn text(text: &str) -> Str {
    text.to_owned().into()
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}
