//! Hostile values in filters: whatever a text holds, the server reads the same text and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::sync::{LazyLock, Mutex};

use p21_client::Client;
use p21_client::odata::{Filter, col};
use proptest::prelude::*;
use serde_json::Value;
use support::Server;
use support::odata::{options, page};
use tokio::runtime::Runtime;

const T: &str = "/odataservice/odata/table/inv_mast";

struct P21 {
    runtime: Runtime,
    server: Server,
    client: Client,
}

static P21: LazyLock<Mutex<P21>> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|request| (request.path == T).then(|| page(request, Vec::new()))));
    let client = server.client();
    Mutex::new(P21 { runtime, server, client })
});

/// The filter as the server reads it.
fn received(filter: Filter) -> String {
    let p21 = P21.lock().unwrap();
    let query = p21.client.table("inv_mast").filter(filter);
    p21.runtime.block_on(query.rows::<Value>()).unwrap();
    let seen = p21.server.seen(T);
    let seen = seen.last().unwrap();
    assert_eq!(options(&seen.query).top, Some(5_000), "no value reaches the other options");
    options(&seen.query).filter
}

/// Reads an OData string literal; what it holds and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (before, after) = rest.split_once('\'')?;
        out += before;
        match after.strip_prefix('\'') {
            Some(more) => {
                out.push('\'');
                rest = more;
            }
            None => return Some((out, after)),
        }
    }
}

#[test]
fn documented_item_ids_arrive() {
    for id in ["A/B+C#D&E F", "O'Neill", "''", "100%", "a=b?c", "ü€😀", "\t\n\0", "\\", "' or 1 eq 1 or a eq '", "%27"]
    {
        let filter = received(col("item_id").eq(id));
        let (value, rest) = literal(filter.strip_prefix("item_id eq ").unwrap()).unwrap();
        assert_eq!((value.as_str(), rest), (id, ""));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_round_trips(text in any::<String>(), other in "[ '%&+#/=a-z]{0,12}") {
        let filter = received(col("a").eq(text.as_str()).and(col("b").contains(other.as_str())));
        let (value, rest) = literal(filter.strip_prefix("a eq ").unwrap()).unwrap();
        prop_assert_eq!(value, text);
        let (value, rest) = literal(rest.strip_prefix(" and contains(b,").unwrap()).unwrap();
        prop_assert_eq!((value, rest), (other, ")"));
    }
}
