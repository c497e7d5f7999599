//! XML to the members that JSON payloads have, with what only XML can get wrong.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::check::in_order::{Misplaced, misplaced};
use crate::check::json::there_twice;
use crate::check::path::Path;
use crate::check::{Code, Finding, Findings};
use crate::facts::name::nearest;
use crate::wire::contract::{Class, Content, KEY};
use crate::wire::sentences::NO_OBJECT;
use crate::wire::xml::tree::{Node, Space};

/// Reads the children of an object.
pub(super) struct Convert<'t, 'f> {
    pub(super) nodes: &'t mut [Node],
    /// The root is in P21's namespace, so its children have to be too. If it isn't, saying so once is enough.
    pub(super) check_spaces: bool,
    pub(super) findings: &'f mut Findings,
}

impl Convert<'_, '_> {
    pub(super) fn object(&mut self, node: usize, class: &'static Class, path: &Path<'_>) -> Map<String, Value> {
        let mut members = Map::new();
        let mut misplaced = self.misplaced_children(node, class);
        let mut seen = 0_u16;
        for child in self.nodes[node].children.clone() {
            let name = self.nodes[child].name.clone();
            let here = path.member(&name);
            let rank = class.children.iter().position(|(known, _)| *known == name);
            let Some(rank) = rank.filter(|_| self.is_in_contract(child)) else {
                self.not_a_child(child, class, &here, &mut members);
                continue;
            };
            if seen & (1 << rank) != 0 {
                self.nodes[child].is_unknown = true;
                self.findings.push(there_twice(&here, &name));
                continue;
            }
            seen |= 1 << rank;
            if let Some(place) = misplaced.remove(&child) {
                self.findings.push(out_of_order(&here, &name, place, path));
            }
            if let Some(value) = self.value(child, class.children[rank].1, &here) {
                members.insert(name, value);
            }
        }
        members
    }

    /// The children that stand in the wrong place, and which one each should come before or after.
    fn misplaced_children(&self, node: usize, class: &'static Class) -> HashMap<usize, Place> {
        let mut ranked: Vec<(usize, usize)> = Vec::new();
        for child in &self.nodes[node].children {
            let known = class.children.iter().position(|(known, _)| *known == self.nodes[*child].name);
            let first = |rank: &usize| ranked.iter().all(|(_, other)| other != rank);
            if let Some(rank) = known.filter(|_| self.is_in_contract(*child)).filter(first) {
                ranked.push((*child, rank));
            }
        }
        let ranks: Vec<usize> = ranked.iter().map(|(_, rank)| *rank).collect();
        let name = |at: usize| class.children[ranks[at]].0;
        let place = |(at, place): (usize, Misplaced)| {
            let place = match place {
                Misplaced::Late(before) => Place::After(name(before)),
                Misplaced::Early(after) => Place::Before(name(after)),
            };
            (ranked[at].0, place)
        };
        misplaced(&ranks).into_iter().map(place).collect()
    }

    fn value(&mut self, node: usize, content: Content, path: &Path<'_>) -> Option<Value> {
        if self.nodes[node].is_nil {
            return Some(Value::Null);
        }
        match content {
            Content::Any => self.anything(node),
            Content::Number => {
                self.no_children(node, path);
                Some(number(&self.nodes[node].text))
            }
            Content::AnyList => self.anything(node).map(|value| match value {
                text @ Value::String(_) => Value::Array(vec![text]),
                list => list,
            }),
            Content::Text => {
                self.no_children(node, path);
                Some(Value::String(self.nodes[node].text.clone()))
            }
            Content::Flag => {
                self.no_children(node, path);
                Some(flag(&self.nodes[node].text))
            }
            Content::Names => Some(self.names(node, path)),
            Content::Object(class) => Some(Value::Object(self.object(node, class, path))),
            Content::List(class) => Some(self.list(node, class, path)),
        }
    }

    /// What has no documented shape: its text, or what its children say. Nothing stands for an empty one.
    fn anything(&self, node: usize) -> Option<Value> {
        let node = &self.nodes[node];
        let text = |text: &str| Value::String(text.to_owned());
        match (node.children.is_empty(), node.text.trim()) {
            (true, "") => None,
            (true, _) => Some(text(&node.text)),
            (false, _) => Some(node.children.iter().map(|child| text(&self.nodes[*child].text)).collect()),
        }
    }

    fn list(&mut self, node: usize, class: &'static Class, path: &Path<'_>) -> Value {
        let mut items = Vec::new();
        for child in self.nodes[node].children.clone() {
            let name = self.nodes[child].name.clone();
            if (name == class.name || class.name.is_empty()) && self.is_in_contract(child) {
                let here = path.item(items.len());
                let object = self.object(child, class, &here);
                items.push(Value::Object(object));
            } else if std::ptr::eq(class, &KEY) {
                // A key without a value, as a write has it: the check of read requests says what is wrong with it.
                items.push(Value::String(self.nodes[child].text.clone()));
            } else {
                let here = path.member(&name);
                self.unknown(child, &here, Some(class.name).filter(|name| !name.is_empty()));
            }
        }
        Value::Array(items)
    }

    /// The names of keys, `<a:string>` each.
    fn names(&mut self, node: usize, path: &Path<'_>) -> Value {
        let mut names = Vec::new();
        for child in self.nodes[node].children.clone() {
            let item = &self.nodes[child];
            if item.name != "string" || item.space != Space::Arrays {
                self.findings.push(key_elsewhere(&path.item(names.len()), item));
            }
            names.push(Value::String(item.text.trim().to_owned()));
        }
        Value::Array(names)
    }

    fn is_in_contract(&self, node: usize) -> bool {
        !self.check_spaces || self.nodes[node].space == Space::Contract
    }

    /// A child that the class doesn't have. A flag of the set and a wrong case are for the check of members to find.
    fn not_a_child(&mut self, node: usize, class: &Class, path: &Path<'_>, members: &mut Map<String, Value>) {
        let name = &self.nodes[node].name;
        let is_flag = matches!(name.as_str(), "IgnoreDisabled" | "UseCodeValues") && class.name != "TransactionSet";
        let is_variant =
            class.children.iter().any(|(known, _)| known.eq_ignore_ascii_case(name) && *known != name.as_str());
        if self.is_in_contract(node) && (is_flag || is_variant) {
            members.insert(name.clone(), flag(&self.nodes[node].text));
            return;
        }
        let near = nearest(name, class.children.iter().map(|(known, _)| *known));
        self.unknown(node, path, near);
    }

    fn no_children(&mut self, node: usize, path: &Path<'_>) {
        for child in self.nodes[node].children.clone() {
            let name = self.nodes[child].name.clone();
            let here = path.member(&name);
            self.unknown(child, &here, None);
        }
    }

    fn unknown(&mut self, node: usize, path: &Path<'_>, meant: Option<&str>) {
        let item = &self.nodes[node];
        let (problem, remedy) = match meant {
            Some(meant) if meant == item.name => (
                format!("`{}` is in another namespace than the payload", item.name.escape_debug()),
                "leave the prefix out".to_owned(),
            ),
            Some(meant) => (no_such_element(item), format!("did you mean `{meant}`?")),
            None => (no_such_element(item), "leave it out".to_owned()),
        };
        self.skipped(node, path, problem, remedy);
    }

    fn skipped(&mut self, node: usize, path: &Path<'_>, problem: String, remedy: String) {
        self.nodes[node].is_unknown = true;
        self.findings.push(Finding {
            row: None,
            code: Code::XmlUnknown,
            path: path.to_string(),
            element: None,
            field: None,
            problem,
            consequence: "P21 reads the elements it knows and skips the rest (inferred from JSON).".to_owned(),
            remedy,
        });
    }
}

fn no_such_element(node: &Node) -> String {
    format!("there is no element `{}` here", node.name.escape_debug())
}

fn flag(text: &str) -> Value {
    match text.trim() {
        "true" | "1" => Value::Bool(true),
        "false" | "0" => Value::Bool(false),
        _ => Value::String(text.to_owned()),
    }
}

fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from)
}

/// Where a child stands that is in the wrong place.
enum Place {
    /// After this one.
    After(&'static str),
    /// Before this one.
    Before(&'static str),
}

fn out_of_order(path: &Path<'_>, name: &str, place: Place, parent: &Path<'_>) -> Finding {
    let (problem, remedy) = match place {
        Place::After(before) => {
            (format!("`{name}` comes after `{before}`"), format!("move `{name}` before `{before}`"))
        }
        Place::Before(after) => (format!("`{name}` comes before `{after}`"), format!("move `{name}` behind `{after}`")),
    };
    let consequence = match parent {
        Path::Root => {
            "The order is alphabetical, and P21 refuses any other at the top: HTTP 500 (verified on 25.2).".to_owned()
        }
        _ => format!(
            "The order is alphabetical. P21 silently drops the late element, and the transaction fails with \
             `{NO_OBJECT}` (verified on 25.2)."
        ),
    };
    Finding {
        row: None,
        code: Code::XmlOrder,
        path: path.to_string(),
        element: None,
        field: None,
        problem,
        consequence,
        remedy,
    }
}

fn key_elsewhere(path: &Path<'_>, item: &Node) -> Finding {
    Finding {
        row: None,
        code: Code::XmlKey,
        path: path.to_string(),
        element: None,
        field: None,
        problem: format!("the key `{}` is no string of the arrays' namespace", item.name.escape_debug()),
        consequence: "P21 reads keys as strings of that namespace only; elsewhere there are none (documented)."
            .to_owned(),
        remedy: format!("write `<a:string>`, with `xmlns:a=\"{}\"` on `Keys`", crate::wire::xml::ARRAYS),
    }
}
