//! One member of an object: is it there, and of the type that P21 reads?

use serde_json::{Map, Value};

use super::{has_variant, kind_of};
use crate::check::path::Path;
use crate::check::{Code, Finding, Findings};

/// An object of the payload, and where it is.
pub(in crate::check) struct Object<'v, 'p> {
    pub(in crate::check) members: &'v Map<String, Value>,
    pub(in crate::check) path: &'p Path<'p>,
    /// The code for what is missing here.
    pub(in crate::check) missing: Code,
}

/// What happens when a list is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Need {
    /// The payload says nothing without it; nor may it be empty.
    Must,
    /// Payloads have it.
    Usual,
    /// It may be left out.
    May,
}

impl<'v> Object<'v, '_> {
    /// A name that has to be there.
    pub(in crate::check) fn name(&self, member: &str, effect: &str, findings: &mut Findings) -> Option<&'v str> {
        match self.members.get(member) {
            None | Some(Value::Null) => {
                self.report_missing(member, "is missing", effect, findings);
                None
            }
            Some(Value::String(name)) if name.trim().is_empty() => {
                self.report_missing(member, "is empty", effect, findings);
                None
            }
            Some(Value::String(name)) => Some(name),
            Some(other) => {
                findings.push(wrong_type(&self.path.member(member), other, "a string"));
                None
            }
        }
    }

    /// An object that has to be there.
    pub(in crate::check) fn object(
        &self,
        member: &str,
        effect: &str,
        findings: &mut Findings,
    ) -> Option<&'v Map<String, Value>> {
        match self.members.get(member) {
            None | Some(Value::Null) => self.report_missing(member, "is missing", effect, findings),
            Some(Value::Object(members)) => return Some(members),
            Some(other) => findings.push(wrong_type(&self.path.member(member), other, "an object")),
        }
        None
    }

    /// A list; what is none, is reported and read as empty.
    pub(in crate::check) fn list(
        &self,
        member: &str,
        need: Need,
        effect: &str,
        findings: &mut Findings,
    ) -> &'v [Value] {
        match self.members.get(member) {
            None | Some(Value::Null) => {
                match need {
                    Need::Must => self.report_missing(member, "is missing", effect, findings),
                    Need::Usual => self.report_expected(member, effect, findings),
                    Need::May => {}
                }
                &[]
            }
            Some(Value::Array(items)) if items.is_empty() && need == Need::Must => {
                self.report_missing(member, "is empty", effect, findings);
                &[]
            }
            Some(Value::Array(items)) => items,
            Some(other) => {
                findings.push(not_a_list(&self.path.member(member), member, other));
                &[]
            }
        }
    }

    /// A boolean; absent is `false`. Text is read as what it says, so that the rest is checked as it was meant.
    pub(in crate::check) fn flag(&self, member: &str, findings: &mut Findings) -> bool {
        match self.members.get(member) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => {
                findings.push(quoted_boolean(&self.path.member(member), member, text));
                text.trim().eq_ignore_ascii_case("true")
            }
            Some(other) => {
                findings.push(wrong_type(&self.path.member(member), other, "true or false"));
                false
            }
        }
    }

    /// A member that payloads have, though P21 may do without.
    pub(in crate::check) fn report_expected(&self, member: &str, effect: &str, findings: &mut Findings) {
        if self.members.contains_key(member) {
            findings.push(self.absent(Code::MemberExpected, member, "is null", effect));
        } else if !has_variant(self.members, member) {
            findings.push(self.absent(Code::MemberExpected, member, "is missing", effect));
        }
    }

    pub(in crate::check) fn report_missing(&self, member: &str, how: &str, effect: &str, findings: &mut Findings) {
        if self.members.contains_key(member) || !has_variant(self.members, member) {
            findings.push(self.absent(self.missing, member, how, effect));
        }
    }

    fn absent(&self, code: Code, member: &str, how: &str, effect: &str) -> Finding {
        // A member that is there but empty can be pointed at; one that is not, only by what lacks it.
        let (path, remedy) = match self.members.contains_key(member) {
            true => (self.path.member(member).to_string(), format!("fill `{member}`")),
            false => (self.path.to_string(), format!("add `{member}`")),
        };
        Finding {
            row: None,
            code,
            path,
            element: None,
            field: None,
            problem: format!("`{member}` {how}"),
            consequence: effect.to_owned(),
            remedy,
        }
    }
}

/// The items of a list that are objects, with their places.
pub(in crate::check) fn objects<'v>(
    path: &Path<'_>,
    items: &'v [Value],
    findings: &mut Findings,
) -> Vec<Option<&'v Map<String, Value>>> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let object = item.as_object();
            if object.is_none() {
                findings.push(wrong_type(&path.item(index), item, "an object"));
            }
            object
        })
        .collect()
}

pub(super) fn wrong_type(path: &Path<'_>, found: &Value, due: &str) -> Finding {
    Finding {
        row: None,
        code: Code::WrongJsonType,
        path: path.to_string(),
        element: None,
        field: None,
        problem: format!("{} where {due} is due", kind_of(found)),
        consequence: "P21's parser refuses the request or reads nothing there (documented).".to_owned(),
        remedy: format!("send {due}"),
    }
}

fn not_a_list(path: &Path<'_>, member: &str, found: &Value) -> Finding {
    let consequence = match member {
        "Rows" | "Edits" => "P21's parser refuses the request, or saves nothing (documented).",
        _ => "P21's parser refuses the request (documented).",
    };
    Finding {
        row: None,
        code: Code::NotAList,
        path: path.to_string(),
        element: None,
        field: None,
        problem: format!("`{member}` is {}, not a list", kind_of(found)),
        consequence: consequence.to_owned(),
        remedy: format!("send a list, with one item too: `\"{member}\": [ … ]`"),
    }
}

fn quoted_boolean(path: &Path<'_>, member: &str, text: &str) -> Finding {
    let meant = if text.trim().eq_ignore_ascii_case("true") { "true" } else { "false" };
    Finding {
        row: None,
        code: Code::QuotedBoolean,
        path: path.to_string(),
        element: None,
        field: None,
        problem: format!("`{member}` is the text `{}`, not a boolean", text.escape_debug()),
        consequence: "What P21 makes of it is undefined (documented).".to_owned(),
        remedy: format!("write {meant}, without quotes"),
    }
}
