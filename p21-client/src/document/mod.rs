//! Documents that P21 printed.

mod file_name;
mod save;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use p21_model::outcome::Stored;
use serde_json::{Map, Value};

pub use save::SaveError;

/// What P21 calls a PDF.
const PDF_FORMAT: i64 = 5;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A document that P21 printed.
///
/// Everything but the bytes is the server's word: a file name may hold anything, so write the document with
/// [`save_in`](Self::save_in), which never leaves the directory it is given.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Document {
    /// P21's id: `PO7001 PURCHASE_ORDER`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The file name that P21 proposes: `PO7001 PURCHASE_ORDER.pdf`.
    pub file_name: String,
    /// The type of the bytes: `application/pdf`.
    pub content_type: String,
    /// P21's number of the format; 5 is PDF.
    pub format: Option<i64>,
    /// The document itself.
    pub bytes: Vec<u8>,
}

/// A document that P21 could not print.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DocumentFailure {
    /// P21's id, empty if there is none.
    pub id: String,
    /// What P21 says, or what is wrong with what it sent.
    pub message: String,
}

p21_model::debug_is_its_line!(DocumentFailure);

impl Document {
    /// The documents that came back with a stored transaction: `ProductionOrder` prints with `print_form`, for example
    /// (verified).
    ///
    /// ```no_run
    /// # fn example(stored: &p21_model::outcome::Stored) -> Result<(), Box<dyn std::error::Error>> {
    /// for document in p21_client::Document::printed_with(stored) {
    ///     document?.save_in("tickets")?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn printed_with<S>(stored: &Stored<S>) -> Vec<Result<Self, DocumentFailure>> {
        stored.echo.documents.iter().map(|item| read(item, false)).collect()
    }

    /// Whether P21 says that it is a PDF.
    pub fn is_pdf(&self) -> bool {
        self.format == Some(PDF_FORMAT) || self.content_type.to_ascii_lowercase().starts_with("application/pdf")
    }
}

/// Reads an item of a report's answer. Those of transactions have no status, and are not asked for one.
pub(crate) fn read(item: &Value, wants_status: bool) -> Result<Document, DocumentFailure> {
    let nothing = Map::new();
    let item = item.as_object().unwrap_or(&nothing);
    let text = |member: &str| item.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = Some(text("DocumentId")).filter(|id| !id.is_empty()).unwrap_or_else(|| text("DocumentName"));
    let failed = |message: String| Err(DocumentFailure { id: one_line(&id), message: one_line(&message) });
    let response = item.get("ResponseStatus").and_then(Value::as_object);
    let said = |member: &str| response.and_then(|response| response.get(member)).and_then(Value::as_str);
    match said("StatusCode") {
        Some("Success") => {}
        None if !wants_status => {}
        status => {
            let message = said("Message").filter(|message| !message.trim().is_empty());
            return failed(message.or(status).unwrap_or("P21 doesn't say that it was printed").to_owned());
        }
    }
    let data = item.get("DocumentData").and_then(Value::as_str).unwrap_or_default();
    let bytes = match BASE64.decode(data.trim()) {
        Ok(bytes) if !bytes.is_empty() => bytes,
        Ok(_) => return failed("P21 says that it was printed, and sent nothing".to_owned()),
        Err(error) => return failed(format!("its data is no base64: {error}")),
    };
    Ok(Document {
        id,
        name: text("DocumentName"),
        file_name: text("FileName"),
        content_type: text("DocumentContentType"),
        format: item.get("DocumentFormat").and_then(Value::as_i64),
        bytes,
    })
}

/// A text that can be shown: without controls, and bounded.
fn one_line(text: &str) -> String {
    text.chars().take(1_000).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl std::fmt::Debug for Document {
    /// Without the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("id", &self.id)
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Display for DocumentFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.id.as_str() {
            "" => write!(f, "a document was not printed: {}", self.message),
            id => write!(f, "`{id}` was not printed: {}", self.message),
        }
    }
}

impl std::error::Error for DocumentFailure {}
