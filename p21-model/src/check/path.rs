//! Where something is in a payload. Written out only when there is a finding.

use std::fmt;

/// A place: the whole payload, a member of an object, an item of a list.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) fn member(&'a self, name: &'a str) -> Self {
        Path::Member(self, name)
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Path::Item(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Path::Root => f.write_str("$"),
            Path::Member(parent, name) if is_plain(name) => match parent {
                Path::Root => f.write_str(name),
                _ => write!(f, "{parent}.{name}"),
            },
            // The quoting of JSON, so that the path can be read back whatever the name holds.
            Path::Member(parent, name) => write!(f, "{parent}[{}]", serde_json::Value::from(name)),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A step of a [`Finding`](super::Finding)'s path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum PathStep {
    /// A member of an object.
    Member(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// The steps of a finding's path; none for the whole payload. `None` if it is no such path.
///
/// ```
/// use p21_model::check::{PathStep, steps};
/// assert_eq!(
///     steps("Transactions[2].Status"),
///     Some(vec![PathStep::Member("Transactions".into()), PathStep::Item(2), PathStep::Member("Status".into())])
/// );
/// assert_eq!(steps("$"), Some(vec![]));
/// ```
pub fn steps(path: &str) -> Option<Vec<PathStep>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if rest.starts_with("[\"") { quoted(rest)? } else { plain(rest)? };
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

/// `["a.b"]`: a name as a JSON string.
fn quoted(rest: &str) -> Option<(PathStep, &str)> {
    let inner = &rest[1..];
    let mut names = serde_json::Deserializer::from_str(inner).into_iter::<String>();
    let name = names.next()?.ok()?;
    let after = inner.get(names.byte_offset()..)?.strip_prefix(']')?;
    Some((PathStep::Member(name), after))
}

/// `.name`, `name` or `[2]`.
fn plain(rest: &str) -> Option<(PathStep, &str)> {
    if let Some(item) = rest.strip_prefix('[') {
        let (index, after) = item.split_once(']')?;
        return Some((PathStep::Item(index.parse().ok()?), after));
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    is_plain(name).then(|| (PathStep::Member(name.to_owned()), after))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_code() {
        let (root, odd) = (Path::Root, "a.b \"c\"");
        let list = root.member("Transactions");
        let item = list.item(2);
        assert_eq!(root.to_string(), "$");
        assert_eq!(item.member("Status").to_string(), "Transactions[2].Status");
        assert_eq!(item.member(odd).to_string(), r#"Transactions[2]["a.b \"c\""]"#);
        assert_eq!(root.member("").to_string(), r#"$[""]"#);
    }

    #[test]
    fn steps_are_read_back() {
        let (root, odd) = (Path::Root, "a].b \"c\\");
        let list = root.member(odd);
        let item = list.item(7);
        let member = |name: &str| PathStep::Member(name.to_owned());
        let path = item.member("").to_string();
        assert_eq!(steps(&path), Some(vec![member(odd), PathStep::Item(7), member("")]));
        assert_eq!(steps("a[1"), None);
        assert_eq!(steps("a..b"), None);
    }
}
