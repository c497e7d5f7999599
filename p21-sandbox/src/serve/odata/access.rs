//! Who may read what.

use crate::facts::settings::odata::OData;
use crate::serve::http::Grant;

/// Whether a caller may read an object; `None` is the service as such.
pub(super) fn may_read(settings: &OData, grant: &Grant, user: &str, object: Option<&str>) -> bool {
    let object = object.map(str::to_ascii_lowercase);
    match &grant.scope {
        Some(scope) => in_scope(scope, object.as_deref()),
        None if settings.users_without_rights.contains(user) => false,
        None => match (settings.tables_of_user.get(user), object) {
            (Some(allowed), Some(object)) => allowed.iter().any(|name| name.eq_ignore_ascii_case(&object)),
            _ => true,
        },
    }
}

/// A key's scope with an `/odata:` part allows what is listed there; without one, `/api` allows everything.
fn in_scope(scope: &str, object: Option<&str>) -> bool {
    let mut lists = scope.split(';').filter_map(|part| part.trim().strip_prefix("/odata")).peekable();
    if lists.peek().is_none() {
        return scope.split(';').any(|part| part.trim() == "/api");
    }
    let Some(object) = object else { return true };
    lists
        .filter_map(|list| list.strip_prefix(':'))
        .flat_map(|list| list.split(','))
        .any(|name| name.trim().eq_ignore_ascii_case(object))
}

#[cfg(test)]
mod tests {
    use super::in_scope;

    #[test]
    fn a_scope_lists_the_tables_that_a_key_may_read() {
        let po = Some("po_hdr");
        assert!(in_scope("/api", po) && in_scope("/api;/p21sdk", po));
        assert!(in_scope("/api;/p21sdk;/odata:oe_hdr,PO_HDR", po));
        assert!(!in_scope("/api;/odata:oe_hdr", po));
        assert!(!in_scope("/odata", po) && in_scope("/odata", None));
        assert!(!in_scope("/uiserver0", po) && !in_scope("", po));
    }
}
