//! Payloads in JSON text, with what only the text can get wrong: a member that is there twice.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::path::Path;
use super::{CheckOptions, Code, Finding, Findings, check_json, service_of};
use crate::facts::schema::ServiceSchema;

/// A payload in JSON: what it says, and what its text says twice.
///
/// ```
/// use p21_model::check::{CheckOptions, Code, JsonPayload};
/// let payload = JsonPayload::read(r#"{"Name": "Order", "Name": "RMA", "Transactions": []}"#)?;
/// let findings = payload.check(None, CheckOptions::new());
/// assert_eq!(findings.iter().next().unwrap().code, Code::MemberTwice);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct JsonPayload {
    body: Value,
    findings: Findings,
}

impl JsonPayload {
    /// Reads a payload.
    ///
    /// # Errors
    /// The text is no JSON.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let twice = RefCell::new(Findings::default());
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let body = Reader { path: &Path::Root, twice: &twice }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(Self { body, findings: twice.into_inner() })
    }

    /// The service that the payload names.
    pub fn service(&self) -> Option<&str> {
        service_of(&self.body)
    }

    /// What the text says; of members with one name the last one.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// Checks the payload: its text, its shape, and against a schema what it says.
    pub fn check(&self, schema: Option<&ServiceSchema>, options: CheckOptions) -> Findings {
        let mut findings = self.findings.clone();
        findings.0.extend(check_json(schema, &self.body, options));
        findings
    }
}

/// Reads a value and takes note of members that are there already.
struct Reader<'p> {
    path: &'p Path<'p>,
    twice: &'p RefCell<Findings>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Reader { path: &self.path.item(list.len()), twice: self.twice })?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            let here = self.path.member(&name);
            if object.contains_key(&*name) {
                self.twice.borrow_mut().push(there_twice(&here, &name));
            }
            let value = members.next_value_seed(Reader { path: &here, twice: self.twice })?;
            object.insert(name.into_owned(), value);
        }
        Ok(Value::Object(object))
    }
}

/// A member, or an element of XML, that is there already.
pub(super) fn there_twice(path: &Path<'_>, name: &str) -> Finding {
    Finding {
        row: None,
        code: Code::MemberTwice,
        path: path.to_string(),
        element: None,
        field: None,
        problem: format!("`{}` is there twice", name.escape_debug()),
        consequence: "P21 reads one of them and says nothing: of JSON's most likely the last, of XML's the first, for \
                      the second one is out of order (inferred)."
            .to_owned(),
        remedy: "leave one of them out".to_owned(),
    }
}
