//! Documents that came back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The text of a document's PDF.
pub fn text_in(document: &Value) -> String {
    let bytes = STANDARD.decode(document["DocumentData"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    pdf.extract_text(&pdf.get_pages().keys().copied().collect::<Vec<u32>>()).unwrap()
}

pub fn ids(documents: &[Value]) -> Vec<&str> {
    documents.iter().map(|document| document["DocumentId"].as_str().unwrap()).collect()
}
