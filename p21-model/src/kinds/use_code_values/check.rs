//! How labels are checked where codes are wanted.

use crate::check::transaction::why;
use crate::check::{Code, Finding, Findings};
use crate::facts::schema::ServiceSchema;

/// Finds labels where the service takes codes only.
pub(in crate::check) fn check(schema: &ServiceSchema, use_code_values: bool, path: &str, findings: &mut Findings) {
    let Some(reason) = schema.wants_codes.as_ref().filter(|_| !use_code_values) else { return };
    findings.push(Finding {
        row: None,
        code: Code::CodesWanted,
        path: path.to_owned(),
        element: None,
        field: None,
        problem: format!("`{}` wants codes, but `UseCodeValues` is off", schema.name),
        consequence: why(reason),
        remedy: "set `UseCodeValues` to true and send codes".to_owned(),
    });
}
