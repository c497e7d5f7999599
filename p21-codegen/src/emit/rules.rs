//! Rules -> the statics that checks read.

use p21_model::schema::{
    Effect, ElementRule, Elsewhere, IgnoreDisabled, Numbering, Occasion, Quirk, QuirkOf, RuleKind, Sequence, TextForm,
    When, Why,
};
use p21_model::{Version, Versions};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs;
use super::once::{Once, Within};

/// A rule as an expression.
pub(crate) fn tokens(rule: &ElementRule, once: &Once<'_>, within: Within) -> TokenStream {
    let (kind, why) = (kind(&rule.kind), once.why(&rule.why, within));
    quote!(rule(#kind, #why))
}

/// A reason as an expression.
pub(crate) fn why(why: &Why) -> TokenStream {
    let (consequence, evidence) = (&*why.consequence, &*why.evidence);
    if why.versions.are_all() {
        return quote!(why(#consequence, #evidence));
    }
    let versions = versions(why.versions);
    quote!(why(#consequence, #evidence).on(#versions))
}

/// What holds for other versions, as an expression.
pub(crate) fn elsewhere(other: &Elsewhere, once: &Once<'_>) -> TokenStream {
    match other {
        Elsewhere::Rule { element, rule } => {
            let (element, rule) = (Literal::u16_unsuffixed(*element), tokens(rule, once, Within::Service));
            quote!(other_rule(#element, #rule))
        }
        Elsewhere::Parent { child, parent } => {
            let [child, of] = [*child, parent.element].map(Literal::u16_unsuffixed);
            let why = once.why(&parent.why, Within::Service);
            quote!(other_parent(#child, #of, #why))
        }
        Elsewhere::Sequence(other) => {
            let sequence = sequence(other, once);
            quote!(other_sequence(#sequence))
        }
        Elsewhere::Quirk(of) => {
            let quirk = quirk(of, once);
            quote!(other_quirk(#quirk))
        }
        Elsewhere::WantsCodes(reason) => {
            let why = once.why(reason, Within::Service);
            quote!(other_codes(#why))
        }
        Elsewhere::Key(key) => {
            let (element, fields) = (Literal::u16_unsuffixed(key.element), indexes(&key.fields));
            let why = once.why(&key.why, Within::Service);
            quote!(other_key(#element, #fields, #why))
        }
        _ => unknown(),
    }
}

/// A sequence as an expression.
pub(crate) fn sequence(sequence: &Sequence, once: &Once<'_>) -> TokenStream {
    let why = once.why(&sequence.why, Within::Service);
    let (elements, last) = (indexes(&sequence.elements), indexes(&sequence.last));
    quote!(sequence(#elements, #last, #why))
}

/// A quirk as an expression.
pub(crate) fn quirk(of: &QuirkOf, once: &Once<'_>) -> TokenStream {
    let why = once.why(&of.why, Within::Service);
    match of.quirk {
        Quirk::StatusNullReference => quote!(quirk(Quirk::StatusNullReference, #why)),
        _ => unknown(),
    }
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
            let (fields, ends) = (indexes(first.fields()), indexes(first.ends()));
            let (then, effect, message) = (indexes(then), self::effect(*effect), &**message);
            quote!(order(places(#fields, #ends), #then, #effect, #message))
        }
        RuleKind::Choice { field, value, wants, forbids } => {
            let field = Literal::u16_unsuffixed(*field);
            let (value, wants, forbids) = (&**value, indexes(wants), indexes(forbids));
            quote!(choice(#field, #value, #wants, #forbids))
        }
        RuleKind::Required { fields, on, message, unless } => {
            let (fields, on, message, unless) = (indexes(fields), occasion(*on), &**message, indexes(unless));
            quote!(required(#fields, #on, #message, #unless))
        }
        RuleKind::Optional { fields } => {
            let fields = indexes(fields);
            quote!(optional(#fields))
        }
        RuleKind::RequiredElement { on, message } => {
            let (on, message) = (occasion(*on), &**message);
            quote!(required_element(#on, #message))
        }
        RuleKind::Disabled { fields, when, ignore_disabled, message } => {
            let (fields, when, message) = (indexes(fields), self::when(*when), &**message);
            let ignore_disabled = self::ignore_disabled(*ignore_disabled);
            quote!(disabled(#fields, #when, #ignore_disabled, #message))
        }
        RuleKind::Assigned { field, how } => {
            let field = Literal::u16_unsuffixed(*field);
            match how {
                Numbering::Number { start } => {
                    let start = Literal::u64_unsuffixed(*start);
                    quote!(numbered(#field, #start))
                }
                Numbering::Line { width } => {
                    let width = Literal::u8_unsuffixed(*width);
                    quote!(line_numbered(#field, #width))
                }
                _ => unknown(),
            }
        }
        RuleKind::Default { field, value } => {
            let (field, value) = (Literal::u16_unsuffixed(*field), &**value);
            quote!(default(#field, #value))
        }
        RuleKind::Tiers { values, breaks, zero_first } => {
            let (values, breaks) = (indexes(values), indexes(breaks));
            quote!(tiers(#values, #breaks, #zero_first))
        }
        RuleKind::Format { fields, form } => {
            let (fields, form) = (indexes(fields), text_form(*form));
            quote!(format(#fields, #form))
        }
        RuleKind::CreatedOnce { message } => {
            let message = &**message;
            quote!(created_once(#message))
        }
        RuleKind::Dates { earlier, later, strict, message } => {
            let (earlier, later, message) =
                (Literal::u16_unsuffixed(*earlier), Literal::u16_unsuffixed(*later), &**message);
            quote!(dates(#earlier, #later, #strict, #message))
        }
        RuleKind::Today { field, message } => {
            let (field, message) = (Literal::u16_unsuffixed(*field), &**message);
            quote!(today(#field, #message))
        }
        RuleKind::Ascending { field, message } => {
            let (field, message) = (Literal::u16_unsuffixed(*field), &**message);
            quote!(ascending(#field, #message))
        }
        RuleKind::Primary { field, value, message } => {
            let (field, value, message) = (Literal::u16_unsuffixed(*field), &**value, &**message);
            quote!(primary(#field, #value, #message))
        }
        RuleKind::Either { one, other } => {
            let (one, other) = (indexes(one), indexes(other));
            quote!(either(#one, #other))
        }
        RuleKind::Length { fields, max } => {
            let (fields, max) = (indexes(fields), Literal::u16_unsuffixed(*max));
            quote!(length(#fields, #max))
        }
        RuleKind::Prompt { field, value } => {
            let (field, value) = (Literal::u16_unsuffixed(*field), &**value);
            quote!(prompt(#field, #value))
        }
        RuleKind::OneInsert { message } => {
            let message = &**message;
            quote!(one_insert(#message))
        }
        RuleKind::NoKey { fields } => {
            let fields = indexes(fields);
            quote!(no_key(#fields))
        }
        RuleKind::Repeats { parent, fields, of } => {
            let (parent, fields, of) = (Literal::u16_unsuffixed(*parent), indexes(fields), indexes(of));
            quote!(repeats(#parent, #fields, #of))
        }
        RuleKind::Bounded { ranges } => {
            let (fields, ends) = (indexes(ranges.fields()), indexes(ranges.ends()));
            quote!(bounded(places(#fields, #ends)))
        }
        RuleKind::Reference { fields, tables, at, with, message } => {
            let (fields, tables, message) = (indexes(fields), tables.iter(), &**message);
            let at = match at {
                Some((element, field)) => {
                    let [element, field] = [*element, *field].map(Literal::u16_unsuffixed);
                    quote!(Some((#element, #field)))
                }
                None => quote!(None),
            };
            let with = match with {
                Some((column, value)) => {
                    let (column, value) = (&**column, &**value);
                    quote!(Some((#column, #value)))
                }
                None => quote!(None),
            };
            quote!(reference(#fields, &[#(#tables),*], #at, #with, #message))
        }
        RuleKind::Note { fields } => {
            let fields = indexes(fields);
            quote!(note(#fields))
        }
        _ => unknown(),
    }
}

/// What a later `p21-model` knows and this generator has no constructor for. The bindings say so where they are compiled:
/// a rule that went missing would be silent.
pub(super) fn unknown() -> TokenStream {
    quote!(compile_error!("generated by a `p21-codegen` older than its `p21-model`: update both to one version"))
}

/// Field or element indexes as an expression.
pub(crate) fn indexes(indexes: &[u16]) -> TokenStream {
    let indexes = indexes.iter().map(|index| Literal::u16_unsuffixed(*index));
    quote!(&[#(#indexes),*])
}

fn text_form(form: TextForm) -> TokenStream {
    match form {
        TextForm::HoursMinutes => quote!(TextForm::HoursMinutes),
        _ => unknown(),
    }
}

fn effect(effect: Effect) -> TokenStream {
    match effect {
        Effect::Clears => quote!(Effect::Clears),
        Effect::Refused => quote!(Effect::Refused),
        Effect::Disabled => quote!(Effect::Disabled),
        Effect::Unknown => quote!(Effect::Unknown),
        _ => unknown(),
    }
}

pub(super) fn occasion(occasion: Occasion) -> TokenStream {
    match occasion {
        Occasion::Create => quote!(Occasion::Create),
        Occasion::Update => quote!(Occasion::Update),
        Occasion::Always => quote!(Occasion::Always),
        _ => unknown(),
    }
}

fn when(when: When) -> TokenStream {
    match when {
        When::Always => quote!(When::Always),
        When::Saved => quote!(When::Saved),
        When::New => quote!(When::New),
        _ => unknown(),
    }
}

fn ignore_disabled(outcome: IgnoreDisabled) -> TokenStream {
    match outcome {
        IgnoreDisabled::Writes => quote!(IgnoreDisabled::Writes),
        IgnoreDisabled::Nothing => quote!(IgnoreDisabled::Nothing),
        IgnoreDisabled::Refused => quote!(IgnoreDisabled::Refused),
        _ => unknown(),
    }
}
