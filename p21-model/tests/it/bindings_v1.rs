//! Bindings as they will lie in the repositories of users: they compile and work for good.
//!
//! From the first release on the files beside this one are never generated again. Where one of them doesn't compile any more, `bindings::v1` has
//! changed, which it must not; see there.

#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, reason = "as it was generated")]
mod rules;
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, reason = "as it was generated")]
mod item_notes;
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, reason = "as it was generated")]
mod m_report;

use p21_model::row::{Element as _, Service as _};
use p21_model::schema::ServiceSchema;

#[test]
fn frozen_bindings_describe_their_services() {
    let all: [&ServiceSchema; 3] =
        [rules::Rules::schema(), item_notes::ItemNotes::schema(), m_report::MReport::schema()];
    for service in all {
        assert!(!service.elements.is_empty(), "{}", service.name);
        for element in service.elements.iter() {
            assert!(!element.fields.is_empty(), "{}", element.name);
            assert_eq!(service.element(&element.name).map(|found| found.index), Some(element.index));
        }
    }
    assert!(all[0].elements.iter().any(|element| !element.rules.is_empty()));
    assert!(all[0].elements.iter().any(|element| element.parent.is_some()));
    assert!(!all[0].sequences.is_empty());
    assert!(all[0].wants_codes.is_some());
}

#[test]
fn frozen_bindings_build_payloads() {
    let transaction = rules::Transaction::new().push(rules::head::Row::edit());
    assert_eq!(transaction.to_payload().data_elements.len(), 1);
}
