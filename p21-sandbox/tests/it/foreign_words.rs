//! No sentence that a library makes reaches the wire: what P21 says of bodies, paths and queries that are none is said.

use crate::support::*;

/// Bodies that no endpoint takes, or that lack what it wants.
fn malformed() -> Vec<String> {
    let mut bodies: Vec<String> = [
        "",
        " ",
        "x",
        "{",
        "[",
        "{]",
        "{}",
        "[]",
        "[1,2]",
        "null",
        "true",
        "5",
        "1.5",
        "\"text\"",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":01}",
        "{\"a\":1e999}",
        "{\"a\":\"\\q\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"x",
        "{\"a\":tru}",
        "{}x",
        "{}{}",
        "\u{feff}{",
        "<xml/>",
        "a=b&c=d",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push("[".repeat(300));
    bodies.push("{\"a\":".repeat(300));
    let members = [
        "username",
        "password",
        "ClientSecret",
        "GrantType",
        "Name",
        "Transactions",
        "UseCodeValues",
        "IgnoreDisabled",
        "TransactionSplitMethod",
        "FieldMap",
        "ServiceName",
        "TransactionStates",
        "Requests",
        "Content",
        "Callback",
        "fault",
        "times",
        "columns",
        "name",
        "advance_seconds",
        "now",
        "change",
    ];
    for member in members {
        for value in [
            "null",
            "true",
            "5",
            "-1",
            "1.5",
            "99999999999999999999",
            "\"text\"",
            "[]",
            "[1]",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\":1}",
            "[{\"a\":[]}]",
        ] {
            bodies.push(format!("{{\"{member}\":{value}}}"));
        }
    }
    // Deeper: each place of a set, and of a batch of commands.
    for wrong in ["5", "true", "\"text\"", "[]", "[5]", "{}", "{\"a\":1}", "1.5"] {
        for (start, end) in [
            ("{\"Name\":\"Order\",\"Transactions\":[", "]}"),
            ("{\"Name\":\"Order\",\"Transactions\":[{\"Status\":", "}]}"),
            ("{\"Name\":\"Order\",\"Transactions\":[{\"DataElements\":", "}]}"),
            ("{\"Name\":\"Order\",\"Transactions\":[{\"DataElements\":[{\"Name\":\"a\",\"Type\":", "}]}]}"),
            ("{\"Name\":\"Order\",\"Transactions\":[{\"DataElements\":[{\"Name\":\"a\",\"Keys\":", "}]}]}"),
            ("{\"Name\":\"Order\",\"Transactions\":[{\"DataElements\":[{\"Name\":\"a\",\"Rows\":", "}]}]}"),
            (
                "{\"Name\":\"Order\",\"Transactions\":[{\"DataElements\":[{\"Name\":\"a\",\"Rows\":[{\"Edits\":",
                "}]}]}]}",
            ),
            ("{\"ServiceName\":\"Order\",\"TransactionStates\":[{\"Keys\":", "}]}"),
            ("{\"Requests\":[{\"Action\":", "}]}"),
            ("{\"Requests\":[{\"Action\":0,\"Args\":", "}]}"),
            ("{\"Requests\":[{\"Action\":2,\"Args\":{\"List\":", "}}]}"),
            ("{\"Requests\":[{\"Action\":5,\"Args\":{\"Row\":", "}}]}"),
            ("{\"Content\":{\"Name\":\"Order\",\"Transactions\":", "},\"Callback\":{}}"),
            ("{\"Content\":{},\"Callback\":{\"Headers\":", "}}"),
        ] {
            bodies.push(format!("{start}{wrong}{end}"));
        }
    }
    bodies
}

/// Pieces of sentences that serde, axum and the XML reader make, and P21 never.
const FOREIGN: [&str; 26] = [
    "expected struct",
    "expected i",
    "expected u",
    "expected a",
    "expected one of",
    "expected `",
    "expected value",
    "expected ident",
    "invalid type",
    "invalid value",
    "invalid length",
    "missing field",
    "unknown field",
    "unknown variant",
    "duplicate field",
    " at line ",
    "EOF while",
    "key must be",
    "trailing c",
    "recursion limit",
    "Failed to ",
    "ill-formed",
    "Invalid URL",
    "panicked",
    "called `",
    "number out of range",
];

fn assert_none_foreign(text: &str, of: &str) {
    let found = FOREIGN.iter().find(|piece| text.contains(**piece));
    assert!(found.is_none(), "{of}: `{}` in {text}", found.unwrap());
}

#[tokio::test]
async fn no_text_of_the_libraries_reaches_the_wire() {
    let p21 = p21_with(|builder| builder.configure(|config| config.admin = true)).await;
    let mut asked = 0;
    for (path, content_type) in [
        ("/api/security/token/v2", "application/json"),
        ("/uiserver0/api/v2/transaction", "application/json"),
        ("/uiserver0/api/v2/transaction/get", "application/json"),
        ("/uiserver0/api/v2/transaction/async", "application/json"),
        ("/uiserver0/api/v2/transaction/async/callback", "application/json"),
        ("/uiserver0/api/v2/commands", "application/json"),
        ("/uiserver0/api/v2/process/pdfreport", "application/json"),
        ("/uiserver0/api/v2/transaction", "application/xml"),
        ("/uiserver0/api/v2/transaction/get", "application/xml"),
        ("/uiserver0/api/v2/transaction", "text/plain"),
        ("/_sandbox/tables", "application/json"),
        ("/_sandbox/clock", "application/json"),
        ("/_sandbox/faults", "application/json"),
    ] {
        for body in malformed() {
            let url = format!("{}{path}", p21.sandbox.url());
            let request = p21.client.post(url).bearer_auth(&p21.token).header("accept", "application/json");
            let answer = request.header("content-type", content_type).body(body.clone()).send().await.unwrap();
            assert_none_foreign(&answer.text().await.unwrap(), &format!("{path} {content_type} {body}"));
            asked += 1;
        }
    }
    assert!(asked > 4_000, "{asked}");
}

#[tokio::test]
async fn nor_does_one_about_paths_and_queries() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.admin = true;
            config.max_body = 100_000;
        })
    })
    .await;
    for path in [
        "/uiserver0/api/v2/services?type=a&type=b",
        "/uiserver0/api/v2/services?type=%ff",
        "/uiserver0/api/v2/services?%zz",
        "/uiserver0/api/v2/definition/%ff",
        "/uiserver0/api/v2/defaults/%ff",
        "/uiserver0/api/v2/basics/%ff%00",
        "/uiserver0/api/v2/transaction/async?id=1&id=2",
        "/uiserver0/api/v2/transaction/async?id=%ff",
        "/uiserver0/api/v2/transaction/async",
        "/odataservice/odata/table/%ff",
        "/odataservice/odata/view/%ff",
        "/odataservice/odata/table/supplier?$top=x",
        "/odataservice/odata/table/supplier?$filter=%ff",
        "/odataservice/odata/table/supplier?$top=1&$top=2",
        "/_sandbox/tables/%ff",
        "/_sandbox/tables/supplier?top=x",
        "/_sandbox/tables/supplier?top=1&top=2",
    ] {
        let url = format!("{}{path}", p21.sandbox.url());
        let answer =
            p21.client.get(url).bearer_auth(&p21.token).header("accept", "application/json").send().await.unwrap();
        let status = answer.status();
        assert_none_foreign(&answer.text().await.unwrap(), &format!("{path}: {status}"));
    }
    let large = p21.post("/api/v2/transaction").header("content-type", "application/json").body("x".repeat(200_000));
    let (status, text) = text_of(large.send().await.unwrap()).await;
    assert!(status == 413 && text.contains("this local P21 takes"), "{text}");
    assert_none_foreign(&text, "413");
}
