//! Reading a definition, raw or canonical, with errors that say where.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{DataType, ElementDefinition, ElementKind, FieldDefinition, KeyDefinition, ServiceDefinition, Unknown};
use crate::facts::error::InputError;

/// The largest definition that is read, in bytes. The largest known one has 0.5 MB.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The most elements of a service. The widest known one has 102.
pub const MAX_ELEMENTS: usize = 10_000;

/// The most fields of an element. The widest known one has 69.
pub const MAX_FIELDS: usize = 20_000;

/// The most fields of a service. A whole server has about 66,000.
pub const MAX_ALL_FIELDS: usize = 100_000;

/// The most labels of a service, in all its lists together.
pub const MAX_ALL_LABELS: usize = 1_000_000;

/// The longest name of an element or a field, in bytes: names become files and identifiers.
pub const MAX_NAME: usize = 200;

impl ServiceDefinition {
    /// Reads a definition: the server's JSON answer, or the canonical form.
    ///
    /// `file` only names the input in errors.
    ///
    /// # Errors
    /// Not JSON, JSON of another shape, or larger than [`MAX_BYTES`]: one error naming file, element and field.
    pub fn load(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        if bytes.len() > MAX_BYTES {
            return Err(InputError::new(file, format!("{} bytes is too large for a definition", bytes.len()))
                .help(format!("the limit is {MAX_BYTES} bytes")));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let root: Value = serde_json::from_slice(bytes).map_err(|error| not_json(file, bytes, &error))?;
        let Value::Object(root) = root else {
            return Err(Place::new(file).wrong("the definition", "an object", &root));
        };
        read_service(file, root)
    }
}

fn not_json(file: &str, bytes: &[u8], error: &serde_json::Error) -> InputError {
    let looks_like_html = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<');
    let problem =
        if error.is_eof() { format!("the JSON ends too early: {error}") } else { format!("not JSON: {error}") };
    let help = if looks_like_html {
        "it starts like XML or HTML; fetch the definition with `Accept: application/json`"
    } else {
        "fetch the definition again"
    };
    InputError::new(file, problem).at_line(error.line()).help(help)
}

fn read_service(file: &str, mut root: Map<String, Value>) -> Result<ServiceDefinition, InputError> {
    let mut place = Place::new(file);
    let name = place.text(&mut root, "Name")?;
    place.service = Some(name.clone());
    let mut transaction = match root.remove("TransactionDefinition") {
        Some(Value::Object(transaction)) => transaction,
        Some(other) => return Err(place.wrong("`TransactionDefinition`", "an object", &other)),
        None => {
            return Err(place
                .error("`TransactionDefinition` is missing")
                .help("is this the answer of `GET /api/v2/definition/{service}`?"));
        }
    };
    let keys = place
        .array(&mut transaction, "KeyDefinitions")?
        .into_iter()
        .map(|key| read_key(&place, key))
        .collect::<Result<_, _>>()?;
    let values = place.array(&mut transaction, "DataElementDefinitions")?;
    place.bound(values.len(), "elements", MAX_ELEMENTS)?;
    let (mut fields, mut labels) = (0, 0);
    let mut elements: Vec<ElementDefinition> = Vec::with_capacity(values.len());
    let mut names = HashSet::with_capacity(values.len());
    for value in values {
        let element = read_element(&place, elements.len(), value)?;
        if !names.insert(element.name.clone()) {
            return Err(place.error(format!("element `{}` is defined twice", element.name.escape_debug())));
        }
        fields += element.fields.len();
        labels += element.fields.iter().filter_map(|field| field.valid_values.as_ref()).map(Vec::len).sum::<usize>();
        place.at(element.name.clone()).bound(fields, "fields of the service so far", MAX_ALL_FIELDS)?;
        place.at(element.name.clone()).bound(labels, "labels of the service so far", MAX_ALL_LABELS)?;
        elements.push(element);
    }
    let mut service = ServiceDefinition {
        name,
        keys,
        elements,
        template: root.remove("Template").filter(|template| !template.is_null()),
        unknown: unknown(root),
        unknown_in_transaction: unknown(transaction),
    };
    service.drop_implied_template();
    Ok(service)
}

fn read_key(place: &Place<'_>, value: Value) -> Result<KeyDefinition, InputError> {
    let Value::Object(mut key) = value else {
        return Err(place.wrong("an item of `KeyDefinitions`", "an object", &value));
    };
    Ok(KeyDefinition {
        location: place.text(&mut key, "Location")?,
        name: place.text(&mut key, "Name")?,
        unknown: unknown(key),
    })
}

fn read_element(place: &Place<'_>, index: usize, value: Value) -> Result<ElementDefinition, InputError> {
    let Value::Object(mut element) = value else {
        return Err(place.wrong(&format!("item {index} of `DataElementDefinitions`"), "an object", &value));
    };
    let name = place.at(format!("#{index}")).name(&mut element)?;
    let place = place.at(name.clone());
    let kind = match place.text(&mut element, "Type")?.as_str() {
        "Form" => ElementKind::Form,
        "List" => ElementKind::List,
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(place.error(format!("`Type` is `{}`, not `Form` or `List`", shown.escape_debug())));
        }
    };
    let fields = place.array(&mut element, "FieldDefinitions")?;
    place.bound(fields.len(), "fields", MAX_FIELDS)?;
    Ok(ElementDefinition {
        kind,
        parent_text: place.optional_text(&mut element, "ParentText")?,
        datawindow: place.optional_text(&mut element, "DatawindowName")?,
        business_object: place.optional_text(&mut element, "BusinessObjectName")?,
        key_fields: place.texts(&mut element, "KeyFields")?.unwrap_or_default(),
        fields: fields
            .into_iter()
            .enumerate()
            .map(|(index, field)| read_field(&place, index, field))
            .collect::<Result<_, _>>()?,
        unknown: unknown(element),
        name,
    })
}

fn read_field(place: &Place<'_>, index: usize, value: Value) -> Result<FieldDefinition, InputError> {
    let Value::Object(mut field) = value else {
        return Err(place.wrong(&format!("item {index} of `FieldDefinitions`"), "an object", &value));
    };
    let name = place.field(format!("#{index}")).name(&mut field)?;
    let place = place.field(name.clone());
    Ok(FieldDefinition {
        label: place.optional_text(&mut field, "Label")?,
        data_type: place.optional_text(&mut field, "DataType")?.as_deref().map(DataType::from),
        db_column: place.optional_text(&mut field, "DbColumnName")?,
        required: place.flag(&mut field, "Required")?,
        valid_values: place.texts(&mut field, "ValidValues")?,
        redacted: place.flag(&mut field, "ValidValuesRedacted")?,
        unknown: unknown(field),
        name,
    })
}

fn unknown(members: Map<String, Value>) -> Unknown {
    members.into_iter().collect()
}

/// Where in the document reading has got to, for errors.
#[derive(Clone)]
struct Place<'a> {
    file: &'a str,
    service: Option<String>,
    element: Option<String>,
    field: Option<String>,
}

impl<'a> Place<'a> {
    fn new(file: &'a str) -> Self {
        Self { file, service: None, element: None, field: None }
    }

    fn at(&self, element: String) -> Self {
        Self { element: Some(element), ..self.clone() }
    }

    fn field(&self, field: String) -> Self {
        Self { field: Some(field), ..self.clone() }
    }

    fn error(&self, problem: impl Into<String>) -> InputError {
        let mut error = InputError::new(self.file, problem);
        if let Some(service) = &self.service {
            error = error.in_service(service);
        }
        if let Some(element) = &self.element {
            error = error.in_element(element);
        }
        if let Some(field) = &self.field {
            error = error.in_field(field);
        }
        error
    }

    /// One error for what there is too much of.
    fn bound(&self, found: usize, what: &str, most: usize) -> Result<(), InputError> {
        if found <= most {
            return Ok(());
        }
        let help = "no P21 window comes near; is this a definition as the server gave it?";
        Err(self.error(format!("{found} {what} are more than the {most} allowed")).help(help))
    }

    /// The name of an element or a field.
    fn name(&self, members: &mut Map<String, Value>) -> Result<String, InputError> {
        let name = self.text(members, "Name")?;
        if name.len() > MAX_NAME {
            let start: String = name.chars().take(40).collect();
            return Err(self.error(format!(
                "the name `{}…` has {} bytes, more than the {MAX_NAME} allowed",
                start.escape_debug(),
                name.len()
            )));
        }
        Ok(name)
    }

    fn wrong(&self, what: &str, expected: &str, found: &Value) -> InputError {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.error(format!("{what} is {found}, expected {expected}"))
    }

    fn text(&self, members: &mut Map<String, Value>, key: &str) -> Result<String, InputError> {
        match self.optional_text(members, key)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) => Err(self.error(format!("`{key}` is empty"))),
            None => Err(self.error(format!("`{key}` is missing"))),
        }
    }

    fn optional_text(&self, members: &mut Map<String, Value>, key: &str) -> Result<Option<String>, InputError> {
        match members.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(&format!("`{key}`"), "a string", &other)),
        }
    }

    fn flag(&self, members: &mut Map<String, Value>, key: &str) -> Result<bool, InputError> {
        match members.remove(key) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => Err(self.wrong(&format!("`{key}`"), "true or false", &other)),
        }
    }

    fn array(&self, members: &mut Map<String, Value>, key: &str) -> Result<Vec<Value>, InputError> {
        match members.remove(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(self.wrong(&format!("`{key}`"), "an array", &other)),
        }
    }

    fn texts(&self, members: &mut Map<String, Value>, key: &str) -> Result<Option<Vec<String>>, InputError> {
        let items = match members.remove(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(&format!("`{key}`"), "an array of strings", &other)),
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Ok(text),
                other => Err(self.wrong(&format!("an item of `{key}`"), "a string", &other)),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }
}
