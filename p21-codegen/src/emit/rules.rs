//! Rules -> the statics that checks read.

use p21_model::schema::{
    Effect, ElementRule, Elsewhere, IgnoreDisabled, Numbering, Occasion, RuleKind, Sequence, TextForm, When, Why,
};
use p21_model::{Version, Versions};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs;

/// A rule as an expression.
pub(crate) fn tokens(rule: &ElementRule) -> TokenStream {
    let kind = kind(&rule.kind);
    let (consequence, evidence) = (&*rule.why.consequence, &*rule.why.evidence);
    if rule.why.versions.are_all() {
        return quote!(rule(RuleKind::#kind, #consequence, #evidence));
    }
    let versions = versions(rule.why.versions);
    quote!(rule_on(RuleKind::#kind, #consequence, #evidence, #versions))
}

/// A reason as an expression.
pub(crate) fn why(why: &Why) -> TokenStream {
    let (consequence, evidence) = (&*why.consequence, &*why.evidence);
    if why.versions.are_all() {
        return quote!(Why::new(#consequence, #evidence));
    }
    let versions = versions(why.versions);
    quote!(Why::new(#consequence, #evidence).on(#versions))
}

/// What holds for other versions, as an expression.
pub(crate) fn elsewhere(other: &Elsewhere) -> TokenStream {
    match other {
        Elsewhere::Rule { element, rule } => {
            let (element, rule) = (Literal::u16_unsuffixed(*element), tokens(rule));
            quote!(Elsewhere::Rule { element: #element, rule: #rule })
        }
        Elsewhere::Parent { child, parent } => {
            let [child, of] = [*child, parent.element].map(Literal::u16_unsuffixed);
            let why = why(&parent.why);
            quote!(Elsewhere::Parent { child: #child, parent: Parent { element: #of, why: #why } })
        }
        Elsewhere::Sequence(other) => {
            let sequence = sequence(other);
            quote!(Elsewhere::Sequence(#sequence))
        }
        Elsewhere::WantsCodes(reason) => {
            let why = why(reason);
            quote!(Elsewhere::WantsCodes(#why))
        }
    }
}

/// A sequence as an expression.
pub(crate) fn sequence(sequence: &Sequence) -> TokenStream {
    let (elements, last, why) = (indexes(&sequence.elements), indexes(&sequence.last), why(&sequence.why));
    quote!(Sequence { elements: #elements, last: #last, why: #why })
}

fn versions(versions: Versions) -> TokenStream {
    let (from, below) = versions.ends();
    let [from, below] = [from, below].map(exact);
    quote!(Versions::between(#from, #below))
}

/// A version as an expression.
pub(crate) fn version(version: Version) -> TokenStream {
    let (year, number, ..) = version.parts();
    let [year, number] = [year, number].map(Literal::u16_unsuffixed);
    if version.has_build() { exact(version) } else { quote!(Version::new(#year, #number)) }
}

/// A version by its parts, as an expression.
fn exact(version: Version) -> TokenStream {
    let (year, number, build, revision) = version.parts();
    let [year, number] = [year, number].map(Literal::u16_unsuffixed);
    let [build, revision] = [build, revision].map(Literal::u32_unsuffixed);
    quote!(Version::from_parts(#year, #number, #build, #revision))
}

/// A consequence as the middle of a sentence: no full stop of its own.
pub(crate) fn sentence(consequence: &str) -> String {
    docs::prose(consequence.trim().trim_end_matches('.'))
}

fn kind(kind: &RuleKind) -> TokenStream {
    match kind {
        RuleKind::Order { first, then, effect, message } => {
            let (fields, ends) = (numbers(first.fields()), numbers(first.ends()));
            let (then, effect, message) = (indexes(then), self::effect(*effect), &**message);
            quote!(Order { first: places(&[#fields], &[#ends]), then: #then, effect: #effect, message: s(#message) })
        }
        RuleKind::Choice { field, value, wants, forbids } => {
            let field = Literal::u16_unsuffixed(*field);
            let (value, wants, forbids) = (&**value, indexes(wants), indexes(forbids));
            quote!(Choice { field: #field, value: s(#value), wants: #wants, forbids: #forbids })
        }
        RuleKind::Required { fields, on, message, unless } => {
            let (fields, on, message, unless) = (indexes(fields), occasion(*on), &**message, indexes(unless));
            quote!(Required { fields: #fields, on: #on, message: s(#message), unless: #unless })
        }
        RuleKind::Optional { fields } => {
            let fields = indexes(fields);
            quote!(Optional { fields: #fields })
        }
        RuleKind::RequiredElement { on, message } => {
            let (on, message) = (occasion(*on), &**message);
            quote!(RequiredElement { on: #on, message: s(#message) })
        }
        RuleKind::Disabled { fields, when, ignore_disabled, message } => {
            let (fields, when, message) = (indexes(fields), self::when(*when), &**message);
            let ignore_disabled = self::ignore_disabled(*ignore_disabled);
            quote!(Disabled { fields: #fields, when: #when, ignore_disabled: #ignore_disabled, message: s(#message) })
        }
        RuleKind::Assigned { field, how } => {
            let how = match how {
                Numbering::Number { start } => {
                    let start = Literal::u64_unsuffixed(*start);
                    quote!(Numbering::Number { start: #start })
                }
                Numbering::Line { width } => {
                    let width = Literal::u8_unsuffixed(*width);
                    quote!(Numbering::Line { width: #width })
                }
            };
            let field = Literal::u16_unsuffixed(*field);
            quote!(Assigned { field: #field, how: #how })
        }
        RuleKind::Default { field, value } => {
            let (field, value) = (Literal::u16_unsuffixed(*field), &**value);
            quote!(Default { field: #field, value: s(#value) })
        }
        RuleKind::Tiers { values, breaks, zero_first } => {
            let (values, breaks) = (indexes(values), indexes(breaks));
            quote!(Tiers { values: #values, breaks: #breaks, zero_first: #zero_first })
        }
        RuleKind::Format { fields, form } => {
            let (fields, form) = (indexes(fields), text_form(*form));
            quote!(Format { fields: #fields, form: #form })
        }
        RuleKind::CreatedOnce { message } => {
            let message = &**message;
            quote!(CreatedOnce { message: s(#message) })
        }
        RuleKind::Dates { earlier, later, strict, message } => {
            let (earlier, later, message) =
                (Literal::u16_unsuffixed(*earlier), Literal::u16_unsuffixed(*later), &**message);
            quote!(Dates { earlier: #earlier, later: #later, strict: #strict, message: s(#message) })
        }
        RuleKind::Today { field, message } => {
            let (field, message) = (Literal::u16_unsuffixed(*field), &**message);
            quote!(Today { field: #field, message: s(#message) })
        }
        RuleKind::Ascending { field, message } => {
            let (field, message) = (Literal::u16_unsuffixed(*field), &**message);
            quote!(Ascending { field: #field, message: s(#message) })
        }
        RuleKind::Primary { field, value, message } => {
            let (field, value, message) = (Literal::u16_unsuffixed(*field), &**value, &**message);
            quote!(Primary { field: #field, value: s(#value), message: s(#message) })
        }
        RuleKind::Either { one, other } => {
            let (one, other) = (indexes(one), indexes(other));
            quote!(Either { one: #one, other: #other })
        }
        RuleKind::Length { fields, max } => {
            let (fields, max) = (indexes(fields), Literal::u16_unsuffixed(*max));
            quote!(Length { fields: #fields, max: #max })
        }
        RuleKind::Prompt { field, value } => {
            let (field, value) = (Literal::u16_unsuffixed(*field), &**value);
            quote!(Prompt { field: #field, value: s(#value) })
        }
        RuleKind::OneInsert { message } => {
            let message = &**message;
            quote!(OneInsert { message: s(#message) })
        }
        RuleKind::Note { fields } => {
            let fields = indexes(fields);
            quote!(Note { fields: #fields })
        }
    }
}

/// Field or element indexes as an expression.
pub(crate) fn indexes(indexes: &[u16]) -> TokenStream {
    let indexes = numbers(indexes);
    quote!(fields(&[#indexes]))
}

fn numbers(numbers: &[u16]) -> TokenStream {
    let numbers = numbers.iter().map(|number| Literal::u16_unsuffixed(*number));
    quote!(#(#numbers),*)
}

fn text_form(form: TextForm) -> TokenStream {
    match form {
        TextForm::HoursMinutes => quote!(TextForm::HoursMinutes),
    }
}

fn effect(effect: Effect) -> TokenStream {
    match effect {
        Effect::Clears => quote!(Effect::Clears),
        Effect::Refused => quote!(Effect::Refused),
        Effect::Disabled => quote!(Effect::Disabled),
        Effect::Unknown => quote!(Effect::Unknown),
    }
}

fn occasion(occasion: Occasion) -> TokenStream {
    match occasion {
        Occasion::Create => quote!(Occasion::Create),
        Occasion::Update => quote!(Occasion::Update),
        Occasion::Always => quote!(Occasion::Always),
    }
}

fn when(when: When) -> TokenStream {
    match when {
        When::Always => quote!(When::Always),
        When::Saved => quote!(When::Saved),
        When::New => quote!(When::New),
    }
}

fn ignore_disabled(outcome: IgnoreDisabled) -> TokenStream {
    match outcome {
        IgnoreDisabled::Writes => quote!(IgnoreDisabled::Writes),
        IgnoreDisabled::Nothing => quote!(IgnoreDisabled::Nothing),
        IgnoreDisabled::Refused => quote!(IgnoreDisabled::Refused),
    }
}
