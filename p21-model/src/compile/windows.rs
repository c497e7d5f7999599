//! What is known of the service's window: the rules about it, of every version.

use super::resolve::{Resolver, why};
use crate::facts::error::InputError;
use crate::facts::schema::{ElementKind, ElementSchema, Occasion, WindowFact, WindowFactKind};
use crate::facts::version::Versions;
use crate::kinds::{Spelled, WindowNames, every_kind};
use crate::rules::Located;

/// Every rule about the window. Those of other versions stay with the rest, each with its versions.
pub(super) fn compile(resolver: &Resolver<'_>, elements: &[ElementSchema]) -> Result<Vec<WindowFact>, InputError> {
    let mut compiler = Compiler { resolver, elements, facts: Vec::new() };
    let own = resolver.rules;
    macro_rules! each {
        ($($(#[doc = $doc:literal])+ $variant:ident $kind:ident $rule:ident)+) => {
            $(compiler.each(&own.$kind)?;)+
        };
    }
    every_kind!(each);
    Ok(compiler.facts)
}

struct Compiler<'a> {
    resolver: &'a Resolver<'a>,
    elements: &'a [ElementSchema],
    facts: Vec<WindowFact>,
}

impl Compiler<'_> {
    fn each<T: Spelled>(&mut self, rules: &[Located<T>]) -> Result<(), InputError> {
        for located in rules {
            let Some(kinds) = self.resolver.fit(located, located.rule.in_window(self)) else { continue };
            for kind in kinds {
                let fact = WindowFact::new(kind, why(&located.rule));
                if self.facts.iter().any(|other| contradict(other, &fact)) {
                    let problem = "another rule of this kind says the same thing of the same versions";
                    return Err(located.wrong(problem).help("keep one of them, or bind both to `versions`"));
                }
                self.facts.push(fact);
            }
        }
        Ok(())
    }
}

/// Whether two say of what there is one of, on the same version.
fn contradict(one: &WindowFact, other: &WindowFact) -> bool {
    use WindowFactKind as Kind;
    let same = match (&one.kind, &other.kind) {
        (Kind::Opening(_), Kind::Opening(_)) | (Kind::KeyEntry(_), Kind::KeyEntry(_)) => true,
        (Kind::Place(one), Kind::Place(other)) => one.element == other.element,
        (Kind::Stages(one), Kind::Stages(other)) => meet(one.on, other.on),
        (Kind::FirstRow { element: one }, Kind::FirstRow { element: other })
        | (Kind::Proof { element: one, .. }, Kind::Proof { element: other, .. }) => one == other,
        (Kind::Selector { element, on, .. }, Kind::Selector { element: of, on: other, .. }) => {
            element == of && meet(*on, *other)
        }
        (Kind::Detail(one), Kind::Detail(other)) => one.element == other.element,
        (Kind::PopupEntry(one), Kind::PopupEntry(other)) => one.element == other.element,
        (Kind::Dialog(one), Kind::Dialog(other)) => one.name == other.name,
        (Kind::Door { elements, on, .. }, Kind::Door { elements: of, on: other, .. }) => {
            **elements == **of && meet(*on, *other)
        }
        _ => false,
    };
    same && overlap(one.why.versions, other.why.versions)
}

fn meet(one: Occasion, other: Occasion) -> bool {
    [true, false].into_iter().any(|is_new| one.includes(is_new) && other.includes(is_new))
}

fn overlap(one: Versions, other: Versions) -> bool {
    let ((from, below), (other_from, other_below)) = (one.ends(), other.ends());
    from < other_below && other_from < below
}

impl WindowNames for Compiler<'_> {
    fn element(&self, name: &str) -> Result<u16, InputError> {
        self.resolver.element(name).map(|index| index as u16)
    }

    fn is_list(&self, element: u16) -> bool {
        self.elements[usize::from(element)].kind == ElementKind::List
    }

    fn field(&self, element: u16, field: &str) -> Result<u16, InputError> {
        let known = self.elements[usize::from(element)].field(field).map(|(index, _)| index);
        known.ok_or_else(|| self.resolver.no_field(&self.resolver.definition.elements[usize::from(element)], field))
    }

    fn error(&self, problem: &str) -> InputError {
        self.resolver.error(problem)
    }
}
