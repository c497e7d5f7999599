//! What a token says that it may read. Nothing is trusted here: it only explains a refusal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The tables that a token's `/odata:` scope lists; `None` if it has no list, and for tokens that can't be read.
pub(super) fn tables(token: &str) -> Option<Vec<String>> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let scopes: Vec<&str> = match &claims["aud"] {
        Value::String(scopes) => vec![scopes],
        Value::Array(scopes) => scopes.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let scopes = scopes.into_iter().flat_map(|scopes| scopes.split(';'));
    let lists: Vec<&str> = scopes.filter_map(|scope| scope.trim().strip_prefix("/odata:")).collect();
    let names = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
    // What an error quotes stays names.
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (!lists.is_empty()).then(|| names.filter(is_name).map(|name| name.chars().take(64).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.sig", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_list_of_tables_is_read() {
        let listed = |claims: &str| tables(&token(claims));
        let three = ["po_hdr", "po_line", "inv_mast"].map(str::to_owned).to_vec();
        assert_eq!(listed(r#"{"aud":"/api;/p21sdk;/odata:po_hdr,po_line, inv_mast"}"#), Some(three));
        assert_eq!(listed(r#"{"aud":["/api","/odata:a"]}"#), Some(vec!["a".to_owned()]));
        assert_eq!(listed(r#"{"aud":"/odata:"}"#), Some(vec![]));
        assert_eq!(listed(r#"{"aud":"/odata:a b,<x>"}"#), Some(vec![]));
        for other in [r#"{"aud":"/api;/odata"}"#, r#"{"aud":1}"#, "{}", "[]", "x"] {
            assert_eq!(listed(other), None);
        }
        for broken in ["", "opaque", "a.b", "a.%.c", "a..c"] {
            assert_eq!(tables(broken), None);
        }
    }
}
