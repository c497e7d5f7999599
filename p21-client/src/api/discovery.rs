//! Which services there are, and what they look like.

use bytes::Bytes;
use p21_model::definition::{MAX_BYTES, ServiceDefinition};
use p21_model::name::service_name;
use p21_model::xml::Root;
use serde_json::{Map, Value};

use super::call::{Call, Silence};
use crate::client::Client;
use crate::error::Error;
use crate::xml;

mod list;

use list::List;

/// The largest list of services, definition apart: about 300 of them have 0.1 MB.
const MAX_LIST: usize = 8 * 1024 * 1024;

const SERVICES: &str = "/api/v2/services";

/// A service that the server lists.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ServiceInfo {
    /// Its name. Untrusted: check it with [`p21_model::name::service_name`], and let
    /// [`p21_model::name::file_stem`] say which file is its.
    pub name: String,
    /// Whatever else the server says about it.
    pub more: Map<String, Value>,
}

impl Client {
    /// The services of the installation: about 300, of which about 240 have a definition.
    ///
    /// Reports (`m_…`) are not listed, though they have definitions.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn services(&self) -> Result<Vec<ServiceInfo>, Error> {
        let mut call = Call { most: MAX_LIST, ..Call::get(SERVICES) };
        let answer = self.run_as(&mut call, Root::ArrayOfServiceInfo).await?;
        let wrong = |path: &str, problem| self.misshapen(&call, &answer, path, problem);
        let items = match self.read_json(&call, &answer)? {
            List::Items(items) => items,
            List::TooMany => return Err(wrong(".", "more services than any P21 has")),
            List::Other => return Err(wrong(".", "neither a list nor an object with `Services`")),
        };
        let read = |(index, item)| {
            let problem = "neither a name nor an object with `Name`";
            service_info(item).ok_or_else(|| wrong(&format!("[{index}]"), problem))
        };
        let named = |service: ServiceInfo| {
            let mut more = Value::Object(service.more);
            self.inner.redactor.clean_value(&mut more);
            let more = if let Value::Object(more) = more { more } else { Map::new() };
            ServiceInfo { name: self.inner.redactor.without_secrets(&service.name), more }
        };
        items.into_iter().enumerate().map(read).map(|service| service.map(named)).collect()
    }

    /// What the server says about a service: elements, fields, labels, keys.
    ///
    /// # Errors
    /// [`Error::is_unavailable_service`] if the service is listed but not deployed, [`Error::is_unknown_service`] if
    /// there is none of that name, [`Error::is_input`] if the name can't be one; see [`Error`] for others.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let order = client.definition("Order").await?;
    /// println!("{} fields", order.field_count());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn definition(&self, service: &str) -> Result<ServiceDefinition, Error> {
        let mut call = named("definition", service)?;
        let answer = self.run_as(&mut call, Root::ServiceDefinition).await?;
        let error = match ServiceDefinition::load(&call.path, &answer.body) {
            Ok(definition) => return Ok(definition),
            Err(error) => error,
        };
        // Markup, nothing and broken JSON have errors of their own.
        self.read_json::<Map<String, Value>>(&call, &answer)?;
        let place: Vec<&str> = [&error.element, &error.field].into_iter().flatten().map(String::as_str).collect();
        Err(self.misshapen(&call, &answer, &place.join("/"), &error.problem))
    }

    /// A definition as the server sent it: JSON, unread.
    ///
    /// # Errors
    /// As [`definition`](Self::definition), except that the shape of the JSON is not looked at.
    pub async fn definition_raw(&self, service: &str) -> Result<Bytes, Error> {
        let call = named("definition", service)?;
        let answer = self.run(&call).await?;
        if xml::is_markup(&answer.body) || answer.body.is_empty() {
            self.read_json::<Value>(&call, &answer)?;
        }
        Ok(answer.body)
    }

    /// A service's elements with the values that a new record starts with. The shape is the server's own.
    ///
    /// # Errors
    /// As [`definition`](Self::definition).
    pub async fn defaults(&self, service: &str) -> Result<Value, Error> {
        self.run_json(&named("defaults", service)?).await
    }

    /// An abbreviated skeleton of a payload: the keys and the fields flagged as required, all empty.
    ///
    /// # Errors
    /// As [`definition`](Self::definition).
    pub async fn basics(&self, service: &str) -> Result<Value, Error> {
        self.run_json(&named("basics", service)?).await
    }
}

fn service_info(item: Value) -> Option<ServiceInfo> {
    match item {
        Value::String(name) => Some(ServiceInfo { name, more: Map::new() }),
        Value::Object(mut more) => match more.remove("Name")? {
            Value::String(name) => Some(ServiceInfo { name, more }),
            _ => None,
        },
        _ => None,
    }
}

/// A call that names a service in its path. Names come from servers, and never change the path.
fn named(what: &str, service: &str) -> Result<Call<'static>, Error> {
    let service = service_name(service).map_err(|error| Error::input(error.to_string()))?;
    let path = format!("/api/v2/{what}/{service}");
    Ok(Call { silence: Silence::NoSuchService(service.to_string()), most: MAX_BYTES, ..Call::get(path) })
}
