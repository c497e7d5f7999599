//! One element: its fields, keys and rules.

use super::RuleSet;
use super::fields::Fields;
use super::resolve::{Resolver, in_force, why};
use crate::InputError;
use crate::definition::ElementDefinition;
use crate::rules::{AssignedRule, How, Located, OrderRule, Rule, Rules, TiersRule};
use crate::schema::{ElementRule, ElementSchema, FieldFlags, List, Numbering, Occasion, RuleKind, Str, When};

const COLUMN_DISABLED: &str = "Column is disabled: {field}";
const TAB_DISABLED: &str = "Tab page is disabled and cannot be selected";
const COLUMN_REQUIRED: &str = "This column is required.";

pub(super) fn compile(
    resolver: &Resolver<'_>,
    rules: &RuleSet<'_>,
    index: usize,
    module: String,
) -> Result<ElementSchema, InputError> {
    let element = &resolver.definition.elements[index];
    let mut fields = Fields::compile(resolver, rules, index)?;
    fields.add_values(resolver, rules, index)?;
    fields.add_codes(resolver, rules, index)?;
    let compiler = Compiler { resolver, any: rules.any, version: rules.version, index, element, fields: &fields };
    let compiled = compiler.rules()?;
    let flags = compiler.required_flags(&compiled)?;
    for (field, required) in fields.fields.iter_mut().zip(flags) {
        if required {
            field.flags.insert(FieldFlags::REQUIRED);
        } else {
            field.flags.remove(FieldFlags::REQUIRED);
        }
    }
    let keys: Vec<u16> = element.key_fields.iter().filter_map(|key| fields.get(key)).collect();
    Ok(ElementSchema {
        name: element.name.clone().into(),
        module: module.into(),
        label: element.parent_text.as_deref().unwrap_or_default().trim().to_owned().into(),
        kind: element.kind,
        index: index as u16,
        parent: None,
        keys: keys.into(),
        fields: fields.fields.into(),
        rules: compiled.into(),
    })
}

/// Compiles the rules about one element.
struct Compiler<'a> {
    resolver: &'a Resolver<'a>,
    any: Option<&'a Rules>,
    version: &'a str,
    index: usize,
    element: &'a ElementDefinition,
    fields: &'a Fields,
}

impl<'a> Compiler<'a> {
    fn rules(&self) -> Result<Vec<ElementRule>, InputError> {
        let own = self.resolver.rules;
        let mut out = Vec::new();
        for located in self.about(&own.order, |rule| &rule.element) {
            self.order(located?, &mut out)?;
        }
        for located in self.about(&own.choice, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(self.rule(
                rule,
                RuleKind::Choice {
                    field: self.place(*line, &rule.field)?,
                    value: text(&rule.value),
                    wants: self.places(*line, &rule.wants)?,
                    forbids: self.places(*line, &rule.forbids)?,
                },
            ));
        }
        for located in self.about(&own.required, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(self.rule(
                rule,
                RuleKind::Required {
                    fields: self.places(*line, &rule.fields)?,
                    on: rule.on,
                    message: text(or(&rule.message, COLUMN_REQUIRED)),
                    unless: self.places(*line, &rule.unless)?,
                },
            ));
        }
        for located in self.about(&own.required_element, |rule| &rule.element) {
            let rule = &located?.rule;
            out.push(self.rule(
                rule,
                RuleKind::RequiredElement { on: rule.on, message: text(or(&rule.message, COLUMN_REQUIRED)) },
            ));
        }
        for located in self.about(&own.disabled, |rule| &rule.element) {
            let Located { line, rule } = located?;
            let default = if rule.fields.is_empty() { TAB_DISABLED } else { COLUMN_DISABLED };
            out.push(self.rule(
                rule,
                RuleKind::Disabled {
                    fields: self.places(*line, &rule.fields)?,
                    when: rule.when,
                    ignore_disabled: rule.ignore_disabled,
                    message: text(or(&rule.message, default)),
                },
            ));
        }
        self.values(&mut out)?;
        self.rows(&mut out)?;
        self.content(&mut out)?;
        Ok(out)
    }

    fn values(&self, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let own = self.resolver.rules;
        for located in self.about(&own.assigned, |rule| &rule.element) {
            self.assigned(located?, out)?;
        }
        for located in self.about(&own.default, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(
                self.rule(rule, RuleKind::Default { field: self.place(*line, &rule.field)?, value: text(&rule.value) }),
            );
        }
        for located in self.about(&own.tiers, |rule| &rule.element) {
            self.tiers(located?, out)?;
        }
        for located in self.about(&own.dates, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(self.rule(
                rule,
                RuleKind::Dates {
                    earlier: self.place(*line, &rule.earlier)?,
                    later: self.place(*line, &rule.later)?,
                    strict: rule.strict,
                    message: text(&rule.message),
                },
            ));
        }
        for located in self.about(&own.today, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(
                self.rule(
                    rule,
                    RuleKind::Today { field: self.place(*line, &rule.field)?, message: text(&rule.message) },
                ),
            );
        }
        Ok(())
    }

    /// Rules about the rows of a list beside each other.
    fn rows(&self, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let own = self.resolver.rules;
        for located in self.about(&own.ascending, |rule| &rule.element) {
            let Located { line, rule } = located?;
            let (field, message) = (self.place(*line, &rule.field)?, text(&rule.message));
            out.push(self.rule(rule, RuleKind::Ascending { field, message }));
        }
        for located in self.about(&own.primary, |rule| &rule.element) {
            let Located { line, rule } = located?;
            let (field, value, message) = (self.place(*line, &rule.field)?, text(&rule.value), text(&rule.message));
            out.push(self.rule(rule, RuleKind::Primary { field, value, message }));
        }
        for located in self.about(&own.one_insert, |rule| &rule.element) {
            let rule = &located?.rule;
            out.push(self.rule(rule, RuleKind::OneInsert { message: text(&rule.message) }));
        }
        Ok(())
    }

    /// Rules about what one row says.
    fn content(&self, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let own = self.resolver.rules;
        for located in self.about(&own.either, |rule| &rule.element) {
            let Located { line, rule } = located?;
            let (one, other) = (self.places(*line, &rule.one)?, self.places(*line, &rule.other)?);
            out.push(self.rule(rule, RuleKind::Either { one, other }));
        }
        self.lengths(out)?;
        for located in self.about(&own.prompt, |rule| &rule.element) {
            let Located { line, rule } = located?;
            let (field, value) = (self.place(*line, &rule.field)?, text(&rule.value));
            out.push(self.rule(rule, RuleKind::Prompt { field, value }));
        }
        for located in self.about(&own.note, |rule| &rule.element) {
            let Located { line, rule } = located?;
            out.push(self.rule(rule, RuleKind::Note { fields: self.places(*line, &rule.fields)? }));
        }
        Ok(())
    }

    /// Lengths are facts of database columns, so `any.toml` may name those, and of fields.
    fn lengths(&self, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let own = self.resolver.rules;
        for located in in_force(&own.length, self.version) {
            let Located { line, rule } = located;
            let element = rule.element.as_ref().filter(|_| rule.columns.is_empty());
            let Some(element) = element else {
                let problem = "[[length]] names an element and fields; columns belong into any.toml";
                return Err(self.resolver.error(*line, problem.to_owned()));
            };
            if self.resolver.is_about(*line, element, self.index)? {
                let fields = self.places(*line, &rule.fields)?;
                out.push(self.rule(rule, RuleKind::Length { fields, max: rule.max }));
            }
        }
        for located in self.any.iter().flat_map(|any| in_force(&any.length, self.version)) {
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
                out.push(self.rule(rule, RuleKind::Length { fields: fields.into(), max: rule.max }));
            }
        }
        Ok(())
    }

    /// Each place against all places before it, not only its neighbour: the fields between may be absent.
    fn order(&self, located: &Located<OrderRule>, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let rule = &located.rule;
        let mut first: Vec<u16> = Vec::new();
        for place in &rule.fields {
            let then = self.places(located.line, place.names())?;
            let next: Vec<u16> = first.iter().chain(then.iter()).copied().collect();
            if !first.is_empty() {
                out.push(self.rule(
                    rule,
                    RuleKind::Order { first: first.into(), then, effect: rule.effect, message: text(&rule.message) },
                ));
            }
            first = next;
        }
        Ok(())
    }

    fn assigned(&self, located: &Located<AssignedRule>, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let rule = &located.rule;
        let how = match rule.how {
            How::Number => Numbering::Number { start: rule.start.unwrap_or(1) },
            How::Line => Numbering::Line { width: rule.width },
        };
        for field in &rule.fields {
            out.push(self.rule(rule, RuleKind::Assigned { field: self.place(located.line, field)?, how }));
        }
        Ok(())
    }

    fn tiers(&self, located: &Located<TiersRule>, out: &mut Vec<ElementRule>) -> Result<(), InputError> {
        let rule = &located.rule;
        let place = |pattern: &str, n: u8| self.place(located.line, &pattern.replace("{n}", &n.to_string()));
        let values: Vec<u16> = (1..=rule.count).map(|n| place(&rule.value, n)).collect::<Result<_, _>>()?;
        let breaks: Vec<u16> = (1..rule.count).map(|n| place(&rule.r#break, n)).collect::<Result<_, _>>()?;
        out.push(self.rule(rule, RuleKind::Tiers { values: values.into(), breaks: breaks.into() }));
        Ok(())
    }

    /// Which fields a new row must have: the definition's flag, corrected by rules. What P21 assigns or refuses
    /// is never required, unless a rule says so by name.
    fn required_flags(&self, rules: &[ElementRule]) -> Result<Vec<bool>, InputError> {
        let mut flags: Vec<bool> = self.fields.fields.iter().map(|field| field.is_required()).collect();
        for rule in rules {
            match &rule.kind {
                RuleKind::Disabled { fields, when: When::Always | When::New, .. } => {
                    fields.iter().for_each(|field| flags[*field as usize] = false);
                }
                RuleKind::Assigned { field, .. } | RuleKind::Default { field, .. } => flags[*field as usize] = false,
                _ => {}
            }
        }
        for located in self.about(&self.resolver.rules.optional, |rule| &rule.element) {
            let Located { line, rule } = located?;
            for field in &rule.fields {
                flags[self.place(*line, field)? as usize] = false;
            }
        }
        for rule in rules {
            if let RuleKind::Required { fields, on: Occasion::Create | Occasion::Always, unless, .. } = &rule.kind
                && unless.is_empty()
            {
                fields.iter().for_each(|field| flags[*field as usize] = true);
            }
        }
        Ok(flags)
    }

    /// The rules of a list that hold for the version and are about this element.
    fn about<T: Rule>(
        &self,
        rules: &'a [Located<T>],
        element: impl Fn(&T) -> &String,
    ) -> impl Iterator<Item = Result<&'a Located<T>, InputError>> {
        in_force(rules, self.version).filter_map(move |located| {
            match self.resolver.is_about(located.line, element(&located.rule), self.index) {
                Ok(true) => Some(Ok(located)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            }
        })
    }

    fn rule(&self, rule: &impl Rule, kind: RuleKind) -> ElementRule {
        ElementRule { kind, why: why(rule) }
    }

    fn place(&self, line: usize, field: &str) -> Result<u16, InputError> {
        self.fields.place(self.resolver, line, self.element, field)
    }

    fn places(&self, line: usize, fields: &[String]) -> Result<List<u16>, InputError> {
        let places: Vec<u16> = fields.iter().map(|field| self.place(line, field)).collect::<Result<_, _>>()?;
        Ok(places.into())
    }
}

fn text(text: &str) -> Str {
    text.to_owned().into()
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}
