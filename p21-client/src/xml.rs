//! The little XML that P21 answers where JSON was asked for.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

/// Whether a body is markup rather than JSON.
pub(crate) fn is_markup(body: &[u8]) -> bool {
    without_bom(body).iter().find(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_control()) == Some(&b'<')
}

/// Whether a body is an HTML page.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(512)]).to_ascii_lowercase();
    start.contains("<html") || start.contains("<!doctype html")
}

pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// The text of the first element of that name, whatever its namespace and depth.
///
/// Control characters and broken markup after the element don't matter; markup broken before it gives `None`.
pub(crate) fn text_of(body: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(without_bom(body));
    let mut reader = Reader::from_str(text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()));
    let mut found: Option<String> = None;
    loop {
        match (reader.read_event().ok()?, &mut found) {
            (Event::Eof, _) => return None,
            (Event::Start(start), _) if start.local_name().into_inner() == name => {
                found = Some(String::new());
            }
            (Event::Text(part), Some(found)) => found.push_str(&part.xml10_content()),
            (Event::CData(part), Some(found)) => found.push_str(&part.xml10_content()),
            (Event::GeneralRef(reference), Some(found)) => push_reference(found, &reference),
            (Event::End(end), Some(_)) if end.local_name().into_inner() == name => {
                return found.map(|text| text.trim().to_owned());
            }
            _ => {}
        }
    }
}

fn push_reference(text: &mut String, reference: &BytesRef<'_>) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        text.push(character);
    } else if let Some(known) = resolve_predefined_entity(&reference.xml10_content()) {
        text.push_str(known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_marks_and_references_are_read() {
        let body = "\u{feff}\u{1}<?xml version=\"1.0\"?><a:R xmlns:a=\"urn:x\"><a:Url>https://h/?a=1&amp;b=&#x32;</a:Url></a:R>";
        assert!(is_markup(body.as_bytes()));
        assert_eq!(text_of(body.as_bytes(), "Url").as_deref(), Some("https://h/?a=1&b=2"));
        assert_eq!(text_of(body.as_bytes(), "url"), None);
        assert_eq!(text_of(b"<A><Url>x</Wrong></A>", "Url"), None);
        assert_eq!(text_of(b"<Url><![CDATA[ x ]]></Url>", "Url").as_deref(), Some("x"));
        assert_eq!(text_of(b"", "Url"), None);
    }

    #[test]
    fn pages_are_told_from_data() {
        assert!(is_html(b"<!DOCTYPE html><p>"));
        assert!(!is_html(b"<TokenResponse/>"));
        assert!(!is_markup(b"{\"a\":\"<html>\"}"));
    }
}
