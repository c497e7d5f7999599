//! Transcripts, played again: on a sandbox like the one they are of every answer is the same; where one differs is said.

use p21_sandbox::ServerVersion;
use p21_services::client::windows::InteractiveFlavour;
use serde_json::Value;

use super::super::{both_versions, client, sandbox};
use super::cut::{contract, noted, orders_and_notes};
use super::faults::the_only_session;

#[tokio::test]
async fn a_transcript_is_answered_the_same_on_a_sandbox_like_its_own() {
    for version in both_versions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.jsonl");
        let first = sandbox(|builder| builder.p21_version(version.clone())).await;
        let session = client(&first).session().transcript(&path).start().await.unwrap();
        session.enter(&noted("PO-REPLAY")).await.unwrap_or_else(|error| panic!("{error}"));
        session.enter(&contract("C-REPLAY")).await.unwrap_or_else(|error| panic!("{error}"));
        session.end().await.unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(p21_sandbox::PASSWORD) && !text.contains("Bearer"), "no secret is in it");

        let second = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = client(&second);
        let replayed = client.replay(&path).await.unwrap();
        assert_eq!((replayed.calls, replayed.difference), (text.lines().count() - 1, None));
        assert_eq!(orders_and_notes(&client, "PO-REPLAY").await, (1, 1), "what was saved is saved again");
        // Another item at the first line: the first answer that shows it is named, and no session is left.
        let changed = text.replacen("\"Value\":\"WIDGET-001\"", "\"Value\":\"NO-SUCH-ITEM\"", 1);
        assert_ne!(changed, text);
        std::fs::write(&path, changed).unwrap();
        let third = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = super::super::client(&third);
        let difference = client.replay(&path).await.unwrap().difference.unwrap();
        assert!(difference.step.contains("`oe_order_item_id`"), "{difference}");
        assert_eq!(difference.recorded, 1, "{difference}");
        assert_eq!(the_only_session(&client).await.as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn a_transcript_of_another_version_says_where_the_servers_differ() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let first = sandbox(|builder| builder.p21_version(ServerVersion::v25_2())).await;
    let session = client(&first).session().transcript(&path).start().await.unwrap();
    session.end().await.unwrap();
    let second = sandbox(|builder| builder.p21_version(ServerVersion::v26_1())).await;
    let difference = client(&second).replay(&path).await.unwrap().difference.unwrap();
    assert_eq!((difference.call, difference.step.as_str()), (1, "start the session"), "{difference}");
    assert!(difference.to_string().contains("SessionId"), "{difference}");
}

#[tokio::test]
async fn a_transcript_of_a_session_that_was_probed_for_has_the_question_and_is_answered_the_same() {
    for has_v2 in [true, false] {
        let like = |has_v2: bool| sandbox(move |builder| builder.configure(|config| config.interactive.v2 = has_v2));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.jsonl");
        let (first, second, other) = (like(has_v2).await, like(has_v2).await, like(!has_v2).await);
        let session = client(&first).session().probed().transcript(&path).start().await.unwrap();
        let mut book = session.open_named("SalesPriceBook").await.unwrap();
        book.type_named("FORM.form", "price_book_id", "WIDGETS").await.unwrap();
        book.close().await.unwrap();
        session.end().await.unwrap();
        // What was asked of a flavour that isn't there is of no session that was used.
        let text = std::fs::read_to_string(&path).unwrap();
        let calls: Vec<Value> = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        let steps: Vec<&str> = calls.iter().map(|call| call["step"].as_str().unwrap()).collect();
        assert_eq!(steps[..3], ["start the session", "ask which Interactive API it is", "open the window"]);
        let prefix = if has_v2 { "/api/ui/interactive/v2/" } else { "/ui/interactive/v1/" };
        let of_windows = &calls[1..calls.len() - 1];
        assert!(of_windows.iter().all(|call| call["path"].as_str().unwrap().starts_with(prefix)), "{text}");

        let replayed = client(&second).replay(&path).await.unwrap();
        assert_eq!((replayed.calls, replayed.difference), (calls.len(), None));
        let difference = client(&other).replay(&path).await.unwrap().difference;
        // Version 1 is there on either.
        assert_eq!(difference.is_some(), has_v2, "{difference:?}");
        if let Some(difference) = difference {
            assert_eq!((difference.call, difference.place.as_str(), &difference.replayed), (2, "status", &404.into()));
        }
        for sandbox in [&second, &other] {
            assert_eq!(the_only_session(&client(sandbox)).await.as_array().map(Vec::len), Some(1));
        }
    }
}

#[tokio::test]
async fn a_transcript_in_xml_is_played_again_with_the_login_of_whoever_plays_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let first = sandbox(|builder| builder).await;
    let in_xml = client(&first).session().flavour(InteractiveFlavour::Xml).company("ACME");
    let session = in_xml.menu_id("SalesPricePage", "SP-1").transcript(&path).start().await.unwrap();
    let entered = session.enter(&super::page()).await.unwrap_or_else(|error| panic!("{error}"));
    session.end().await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(p21_sandbox::PASSWORD) && text.contains("\"company\":\"ACME\""), "{text}");

    let second = sandbox(|builder| builder).await;
    let client = client(&second);
    let replayed = client.replay(&path).await.unwrap();
    assert_eq!((replayed.calls, replayed.difference), (text.lines().count() - 1, None));
    let uid: i64 = entered.key("price_page_uid").unwrap().parse().unwrap();
    let stored = client.read(p21_services::sales_price_page::Key::new(uid)).await.unwrap();
    assert!(stored.is_some(), "what was saved is saved again");
    assert_eq!(the_only_session(&client).await.as_array().map(Vec::len), Some(1));
    let none = text.replace("\"company\":\"ACME\"", "\"company\":\"NONE\"");
    std::fs::write(&path, none).unwrap();
    let difference = client.replay(&path).await.unwrap().difference.unwrap();
    assert_eq!((difference.call, difference.place.as_str()), (1, "status"), "{difference}");
}

#[tokio::test]
async fn what_is_no_transcript_is_named_with_its_line_and_nothing_is_sent() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    for (text, said) in [
        ("", "line 1: a transcript begins with"),
        ("{\"p21_transcript\":2}", "line 1: it is of version 2"),
        ("{\"p21_transcript\":1,\"flavour\":\"v9\"}", "line 1: it is in `v9`"),
        ("{\"p21_transcript\":1}\n{\"call\":1}", "line 2: missing field `step`"),
        (
            "{\"p21_transcript\":1}\n{\"call\":1,\"step\":\"x\",\"method\":\"POST\",\"path\":\"/api/v2/transaction\"}",
            "line 2: it is no call of the Interactive API",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = client.replay(&path).await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains(said), "{error}");
    }
    let error = client.replay(folder.path().join("nowhere")).await.unwrap_err();
    assert!(error.to_string().contains("can't be read"), "{error}");
}
