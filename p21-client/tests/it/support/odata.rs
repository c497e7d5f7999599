//! A table behind OData: pages, counts, and the filters that the tests use, answered in P21's shapes.

use serde_json::{Value, json};

use super::{Reply, Seen, answer};

/// A query's options, decoded.
#[derive(Debug, Default, Clone)]
pub(crate) struct Options {
    pub(crate) filter: String,
    pub(crate) select: String,
    pub(crate) order: String,
    pub(crate) top: Option<usize>,
    pub(crate) skip: usize,
    pub(crate) count: bool,
}

/// Reads a query as a server does: split first, decode then.
pub(crate) fn options(query: &str) -> Options {
    let mut options = Options::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        let value = decoded(value);
        match decoded(name).as_str() {
            "$filter" => options.filter = value,
            "$select" => options.select = value,
            "$orderby" => options.order = value,
            "$top" => options.top = Some(value.parse().unwrap()),
            "$skip" => options.skip = value.parse().unwrap(),
            "$count" => options.count = value == "true",
            other => panic!("P21 knows no {other}"),
        }
    }
    options
}

pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// A page of the rows that match.
pub(crate) fn page(request: &Seen, rows: Vec<Value>) -> Reply {
    let options = options(&request.query);
    let total = rows.len();
    let rows: Vec<Value> = rows.into_iter().skip(options.skip).take(options.top.unwrap_or(usize::MAX)).collect();
    rows_answer(request, options.count.then_some(total), rows)
}

/// An answer with these rows, whatever was asked for.
pub(crate) fn rows_answer(request: &Seen, count: Option<usize>, rows: Vec<Value>) -> Reply {
    let (surface, object) = request.path.trim_start_matches("/odataservice/odata/").split_once('/').unwrap();
    let mut body =
        json!({"@odata.context": format!("{}/odataservice/odata/{surface}/$metadata#{object}", request.url)});
    if let Some(count) = count {
        body["@odata.count"] = json!(count);
    }
    body["value"] = Value::Array(rows);
    let mut reply = answer(200, "application/json; odata.metadata=minimal; odata.streaming=true", body.to_string());
    reply.response.headers_mut().insert("odata-version", "4.0".parse().unwrap());
    reply
}

/// Rows that match a chain of `or` over one number column, joined by `and` with equalities of others.
pub(crate) fn matching(filter: &str, rows: &[Value]) -> Vec<Value> {
    let wanted = |row: &Value| {
        filter.is_empty()
            || filter.split(" and ").all(|part| {
                let part = part.trim_start_matches('(').trim_end_matches(')');
                part.split(" or ").any(|one| {
                    let (column, value) = one.split_once(" eq ").unwrap();
                    match value.strip_prefix('\'') {
                        Some(text) => row[column].as_str() == text.strip_suffix('\''),
                        None => row[column] == serde_json::from_str::<Value>(value).unwrap(),
                    }
                })
            })
    };
    rows.iter().filter(|row| wanted(row)).cloned().collect()
}
