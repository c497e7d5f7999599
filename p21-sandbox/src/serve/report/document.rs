//! A document in the answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::pdf::{self, Sheet};
use crate::facts::settings::report::ReportSettings;

/// P21's number for PDF.
const PDF: u8 = 5;

/// A printed document.
pub(crate) struct Document {
    /// Names it and its file: `PO7001 PURCHASE_ORDER`.
    id: String,
    sheet: Sheet,
}

impl Document {
    pub(super) fn new(id: String, sheet: Sheet) -> Self {
        Self { id, sheet }
    }

    /// The document with its PDF; without one if it is told to fail.
    pub(crate) fn to_json(&self, settings: &ReportSettings) -> Value {
        let id = &self.id;
        let fails = settings.failing.contains(id);
        let (code, ending) = if fails { ("Failure", "failed") } else { ("Success", "completed") };
        json!({
            "ClientId": Uuid::new_v4().to_string(),
            "RequestId": null,
            "DocumentType": 1,
            "DocumentId": id,
            "DocumentFormat": PDF,
            "DocumentName": id,
            "FileName": format!("{id}.pdf"),
            "DocumentContentType": "application/pdf",
            "DocumentData": (!fails).then(|| STANDARD.encode(pdf::render(&self.sheet))),
            "ResponseStatus": {
                "StatusCode": code,
                "Message": format!("Form request '' for Form ID {id} has {ending}."),
                "StackTrace": null,
            },
            "Batch": null,
            "DocumentAssociations": [],
        })
    }
}
