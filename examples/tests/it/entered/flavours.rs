//! Servers that lack a version of the Interactive API: what a session speaks is chosen by name, or found out once.

use p21_services::client::windows::{InteractiveFlavour, SessionPool, WindowProblem};

use super::*;

/// The steps of a transcript.
fn steps(path: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter_map(|line| line["step"].as_str().map(str::to_owned)).collect()
}

const ASKED: &str = "ask which Interactive API it is";

async fn left(client: &Client) -> usize {
    let list = client.request(p21_services::client::Method::GET, "/api/ui/interactive/sessions").send().await.unwrap();
    list.json::<Vec<Value>>().unwrap().len()
}

#[tokio::test]
async fn a_session_speaks_what_the_server_has_and_it_is_asked_once() {
    use InteractiveFlavour::{V1, V2, Xml};
    let folder = tempfile::tempdir().unwrap();
    for number in 0..8 {
        let has = |flavour: InteractiveFlavour| match flavour {
            V2 => number & 1 != 0,
            V1 => number & 2 != 0,
            _ => number & 4 != 0,
        };
        let sandbox = sandbox(|builder| {
            builder.configure(|config| {
                (config.interactive.v2, config.interactive.v1, config.interactive.xml) = (has(V2), has(V1), has(Xml));
            })
        })
        .await;
        for company in [false, true] {
            let client = client(&sandbox);
            let due = [V2, V1, Xml].into_iter().find(|flavour| has(*flavour) && (*flavour != Xml || company));
            let probed = |file: &str| {
                let session =
                    client.session().probed().menu_id("SalesPriceBook", "SB-1").transcript(folder.path().join(file));
                if company { session.company("ACME") } else { session }
            };
            let Some(due) = due else {
                let error = probed("none").start().await.unwrap_err();
                let problem = error.window_problem();
                assert!(matches!(problem, Some(WindowProblem::NotInThisFlavour { .. })), "{error}");
                assert!(error.to_string().contains("neither version 2"), "{error}");
                assert_eq!(error.to_string().contains("`company`"), !company, "{error}");
                assert_eq!(left(&client).await, 0, "{number}");
                continue;
            };
            for file in ["first", "second"] {
                let opened = probed(file).run(async |session| {
                    let window = session.open_named("SalesPriceBook").await?;
                    window.close().await?;
                    Ok::<_, p21_services::client::Error>(session.flavour())
                });
                assert_eq!(opened.await.unwrap_or_else(|error| panic!("{number} {error}")), due, "{number}");
                let asked = steps(&folder.path().join(file)).iter().filter(|step| *step == ASKED).count();
                assert_eq!(asked, usize::from(file == "first" && due != Xml), "{number} {file}");
            }
            assert_eq!(left(&client).await, 0, "{number}");
            // What is said by name isn't asked for.
            if !has(V2) {
                let by_name = client.session().flavour(V2).start().await.unwrap();
                assert!(by_name.open_named("SalesPriceBook").await.is_err());
                by_name.end().await.unwrap();
            }
        }
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_pool_of_one_client_asks_once_and_a_record_goes_by_what_is_there() {
    let sandbox = sandbox(|builder| builder.configure(|config| config.interactive.v2 = false)).await;
    let client = client(&sandbox);
    let pool = SessionPool::of([client.clone()]).each(3).starting(|session| session.probed()).build();
    let sessions = futures_util::future::join_all((0..3).map(|_| pool.get())).await;
    for session in &sessions {
        assert_eq!(session.as_ref().unwrap().flavour(), InteractiveFlavour::V1);
    }
    drop(sessions);
    pool.close().await;
    // Until the sessions that were lent are back, and ended.
    while left(&client).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let link = book::Transaction::new()
        .push(book::header::Row::edit().price_book_id("COMPONENTS"))
        .push(book::pages::Row::edit().price_page_uid(4));
    let fresh = super::super::client(&sandbox);
    let stored = fresh.store(&link).session(fresh.session().probed()).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((stored.route.door, stored.proof), (Door::Window, EntryProof::Proven));
    assert_eq!(left(&fresh).await, 0);
}

#[tokio::test]
async fn what_shows_neither_that_it_is_there_nor_that_it_isnt_is_an_error() {
    use p21_sandbox::{ErrorFamily, Fault, QueuedFault};
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let path = "/api/ui/interactive/v2/window";
    sandbox.queue_fault(QueuedFault::next(Fault::Answer(ErrorFamily::Empty)).method("GET").path(path));
    client.session().probed().start().await.unwrap_err();
    assert_eq!(left(&client).await, 0);
    // It is asked again.
    let session = client.session().probed().start().await.unwrap();
    assert_eq!(session.flavour(), InteractiveFlavour::V2);
    session.end().await.unwrap();
}
