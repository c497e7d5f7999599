//! What differs between versions: a service as another P21 version has it.

use std::borrow::Cow;

use super::{
    ElementRule, ElementSchema, Elements, FieldFlags, List, Occasion, Parent, QuirkOf, RecordFields, RuleKind,
    Sequence, ServiceSchema, When, Why,
};
use crate::facts::version::{Version, Versions};

/// What holds for other versions than the schema's own; each thing says for which ones.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Elsewhere {
    /// A rule about an element.
    Rule {
        /// The element's index.
        element: u16,
        /// The rule.
        rule: ElementRule,
    },
    /// An element applies to the current row of another.
    Parent {
        /// The child's index.
        child: u16,
        /// The parent.
        parent: Parent,
    },
    /// Elements that come in a fixed order.
    Sequence(Sequence),
    /// The service wants `UseCodeValues`.
    WantsCodes(Why),
    /// What identifies a record.
    Key(RecordFields),
    /// The server has a quirk.
    Quirk(QuirkOf),
}

impl Elsewhere {
    fn versions(&self) -> Versions {
        match self {
            Self::Rule { rule, .. } => rule.why.versions,
            Self::Parent { parent, .. } => parent.why.versions,
            Self::Sequence(sequence) => sequence.why.versions,
            Self::WantsCodes(why) => why.versions,
            Self::Key(key) => key.why.versions,
            Self::Quirk(of) => of.why.versions,
        }
    }
}

impl ServiceSchema {
    /// Whether anything said about the service depends on the version.
    pub fn depends_on_version(&self) -> bool {
        !self.elsewhere.is_empty() || self.reasons().any(|why| !why.versions.are_all())
    }

    /// The service as a P21 version has it: without the rules that don't hold there, with those that hold only there.
    /// Fields and elements stay those of the definition.
    pub fn at(&self, version: Version) -> Cow<'_, Self> {
        let stays = |why: &Why| why.versions.include(version);
        let comes = |other: &Elsewhere| !matches!(other, Elsewhere::Key(_)) && other.versions().include(version);
        let keys: Vec<&RecordFields> = self.keys().collect();
        let key = RecordFields::at(keys.iter().copied(), version);
        let same_key = match key {
            Some(at) => self.key.is_some() && at == 0,
            None => self.key.is_none(),
        };
        if same_key && self.reasons().all(stays) && !self.elsewhere.iter().any(comes) {
            return Cow::Borrowed(self);
        }
        let mut elements: Vec<ElementSchema> = self.elements.iter().cloned().collect();
        let mut elsewhere: Vec<Elsewhere> = Vec::new();
        for element in &mut elements {
            let (rules, others): (Vec<_>, Vec<_>) = element.rules.iter().cloned().partition(|rule| stays(&rule.why));
            elsewhere.extend(others.into_iter().map(|rule| Elsewhere::Rule { element: element.index, rule }));
            element.rules = rules.into();
            if let Some(parent) = element.parent.take_if(|parent| !stays(&parent.why)) {
                elsewhere.push(Elsewhere::Parent { child: element.index, parent });
            }
        }
        let (mut sequences, others): (Vec<_>, Vec<_>) =
            self.sequences.iter().cloned().partition(|sequence| stays(&sequence.why));
        elsewhere.extend(others.into_iter().map(Elsewhere::Sequence));
        let mut wants_codes = self.wants_codes.clone();
        elsewhere.extend(wants_codes.take_if(|why| !stays(why)).map(Elsewhere::WantsCodes));
        let (mut quirks, others): (Vec<_>, Vec<_>) = self.quirks.iter().cloned().partition(|of| stays(&of.why));
        elsewhere.extend(others.into_iter().map(Elsewhere::Quirk));
        for other in self.elsewhere.iter() {
            match other {
                Elsewhere::Key(_) => {}
                _ if !other.versions().include(version) => elsewhere.push(other.clone()),
                Elsewhere::Rule { element, rule } => push(&mut elements[*element as usize].rules, rule.clone()),
                Elsewhere::Parent { child, parent } => elements[*child as usize].parent = Some(parent.clone()),
                Elsewhere::Sequence(sequence) => sequences.push(sequence.clone()),
                Elsewhere::WantsCodes(why) => wants_codes = Some(why.clone()),
                Elsewhere::Quirk(of) => quirks.push(of.clone()),
            }
        }
        let other_keys = keys.iter().enumerate().filter(|(at, _)| Some(*at) != key);
        elsewhere.extend(other_keys.map(|(_, other)| Elsewhere::Key((*other).clone())));
        elements.iter_mut().for_each(ElementSchema::correct_required);
        Cow::Owned(Self {
            key: key.and_then(|at| keys.get(at).copied().cloned()),
            name: self.name.clone(),
            version,
            endpoint: self.endpoint,
            wants_codes,
            elements: Elements::Owned(elements),
            sequences: sequences.into(),
            quirks: quirks.into(),
            elsewhere: elsewhere.into(),
            windows: self.windows.clone(),
        })
    }

    /// Every key that a record has on some version, the own version's first.
    fn keys(&self) -> impl Iterator<Item = &RecordFields> {
        let others = self.elsewhere.iter().filter_map(|other| match other {
            Elsewhere::Key(key) => Some(key),
            _ => None,
        });
        self.key.iter().chain(others)
    }

    /// Every reason given for what the schema says.
    fn reasons(&self) -> impl Iterator<Item = &Why> {
        let elements = self.elements.iter().flat_map(|element| {
            element.rules.iter().map(|rule| &rule.why).chain(element.parent.as_ref().map(|parent| &parent.why))
        });
        let quirks = self.quirks.iter().map(|of| &of.why);
        elements.chain(self.sequences.iter().map(|sequence| &sequence.why)).chain(&self.wants_codes).chain(quirks)
    }
}

impl ElementSchema {
    /// Corrects which fields a new row must have: the definition's flags, then the rules. What P21 assigns or refuses
    /// is never required, unless a rule says so by name.
    pub(crate) fn correct_required(&mut self) {
        let declared = |flags: FieldFlags| flags.has(FieldFlags::REQUIRED) != flags.has(FieldFlags::CORRECTED);
        let mut required: Vec<bool> = self.fields.iter().map(|field| declared(field.flags)).collect();
        let mut set = |fields: &[u16], to: bool| fields.iter().for_each(|field| required[*field as usize] = to);
        for rule in self.rules.iter() {
            match &rule.kind {
                RuleKind::Disabled { fields, when: When::Always | When::New, .. } => set(fields, false),
                RuleKind::Assigned { field, .. } | RuleKind::Default { field, .. } => set(&[*field], false),
                _ => {}
            }
        }
        for rule in self.rules.iter() {
            if let RuleKind::Optional { fields } = &rule.kind {
                set(fields, false);
            }
        }
        for rule in self.rules.iter() {
            if let RuleKind::Required { fields, on: Occasion::Create | Occasion::Always, unless, .. } = &rule.kind
                && unless.is_empty()
            {
                set(fields, true);
            }
        }
        if self.fields.iter().zip(&required).all(|(field, required)| field.is_required() == *required) {
            return;
        }
        let mut fields = self.fields.to_vec();
        for (field, required) in fields.iter_mut().zip(required) {
            let was_declared = declared(field.flags);
            field.flags.remove(FieldFlags::REQUIRED.and(FieldFlags::CORRECTED));
            if required {
                field.flags.insert(FieldFlags::REQUIRED);
            }
            if required != was_declared {
                field.flags.insert(FieldFlags::CORRECTED);
            }
        }
        self.fields = fields.into();
    }
}

fn push(rules: &mut List<ElementRule>, rule: ElementRule) {
    let mut all = rules.to_vec();
    all.push(rule);
    *rules = all.into();
}
