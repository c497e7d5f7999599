//! Findings: what P21 would silently do to a payload.
