//! What goes wrong in windows: one clear error each, which says what P21 still holds; no session is left, and nothing is
//! stored twice.

use std::time::Duration;

use p21_sandbox::{ErrorFamily, Fault, QueuedFault, Sandbox, ServerVersion};
use p21_services::client::windows::{
    InteractiveFlavour, KeepAlive, Session, SessionBuilder, SessionPool, Window, WindowProblem,
};
use p21_services::client::{Clock, Error};
use p21_services::order::Order;
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, SalesPriceBook};
use p21_services::sales_price_page::{SalesPricePage, header};
use serde_json::Value;

use super::windows::{sessions, type_page};
use super::{both_versions, client, sandbox};

/// A mistake, or something that happens to a program.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bad {
    Service,
    Tab,
    Datawindow,
    Field,
    Row,
    /// Its tab was never in front, so that it isn't enabled yet.
    Tool,
    /// The same, sent all the same.
    UnlistedTool,
    Expired,
    Popup,
    RequiredMissing,
}

const ALL: [Bad; 10] = [
    Bad::Service,
    Bad::Tab,
    Bad::Datawindow,
    Bad::Field,
    Bad::Row,
    Bad::Tool,
    Bad::UnlistedTool,
    Bad::Expired,
    Bad::Popup,
    Bad::RequiredMissing,
];

/// Those whose window is given up, or another one.
const STORES_NONE: [Bad; 5] = [Bad::Service, Bad::Row, Bad::Tool, Bad::UnlistedTool, Bad::Expired];

/// The tool of a tab that was never in front.
const LATE: &str = "hdr_note&&cb_addnote";

impl Bad {
    /// Its name among problems, and what the error says that P21 holds.
    fn due(self) -> (&'static str, &'static str) {
        match self {
            Self::Service => ("cannot-open", "P21 holds no such window"),
            Self::Tab => ("unknown-tab", "1 value typed and not saved"),
            Self::Datawindow => ("unknown-datawindow", "1 value typed and not saved"),
            Self::Field => ("unknown-field", "1 value typed and not saved"),
            Self::Row => ("no-such-row", "nothing typed that isn't saved"),
            Self::Tool => ("no-such-tool", "nothing typed that isn't saved"),
            Self::UnlistedTool => ("refused", "nothing typed that isn't saved"),
            Self::Expired => ("session-lost", "P21 holds nothing of the window any more"),
            Self::Popup => ("blocked", "is open"),
            Self::RequiredMissing => ("required-missing", "1 value typed and not saved"),
        }
    }

    /// What the flavour has no form for, or the window is another one there.
    fn is_possible(self, flavour: InteractiveFlavour) -> bool {
        flavour != InteractiveFlavour::Xml || !matches!(self, Self::Tool | Self::UnlistedTool | Self::Popup)
    }

    async fn fails(self, sandbox: &Sandbox, session: &Session) -> Result<Option<Error>, Error> {
        if self == Self::Service {
            return Ok(session.open_named("NoSuchService").await.err());
        }
        if self == Self::Row {
            let mut book = session.open::<SalesPriceBook>().await?;
            book.type_in(book::header::PRICE_BOOK_ID, "WIDGETS").await?;
            let rows = u32::try_from(book.rows::<book::pages::Row>().await?.len()).unwrap_or_default();
            book.save().await?;
            let error = book.select_row::<book::pages::Row>(rows + 1).await.err();
            book.close().await?;
            return Ok(error);
        }
        if matches!(self, Self::Tool | Self::UnlistedTool) {
            let mut order = session.open::<Order>().await?;
            let error = match self {
                Self::Tool => order.run_tool(LATE).await.err(),
                _ => order.run_tool(LATE).unlisted().await.err(),
            };
            // Once its tab was in front it is there.
            order.select_tab("HDR_NOTE").await?;
            assert!(order.tools().await?.iter().any(|tool| tool.tool_name == LATE));
            order.close().await?;
            return Ok(error);
        }
        let mut page = session.open::<SalesPricePage>().await?;
        page.type_in(header::DESCRIPTION, "Wrong").await?;
        let error = match self {
            Self::Tab => page.select_tab("NONE").await.map(drop),
            Self::Datawindow => page.type_named("FORM.d_dw_price_page_main", "description", "x").await.map(drop),
            Self::Field => page.type_named("FORM.form", "descripton", "x").await.map(drop),
            Self::Expired => {
                sandbox.clock().advance(Duration::from_secs(400));
                let lost = page.type_in(header::COMPANY_ID, "ACME").await.map(drop);
                // Nothing is sent any more, and the reason stays.
                let again = page.save().await.map(drop);
                assert!(lost.is_err() && again.as_ref().is_err_and(Error::is_session_lost), "{again:?}");
                lost
            }
            Self::Popup => {
                // It comes behind a call that says nothing of it.
                sandbox.queue_fault(QueuedFault::next(Fault::Popup).method("PUT"));
                page.type_in(header::COMPANY_ID, "ACME").await?;
                page.type_in(header::SUPPLIER_ID, 10).await.map(drop)
            }
            _ => page.save().await.map(drop),
        };
        let error = error.err();
        if self == Self::Expired {
            return Ok(error);
        }
        if self == Self::Popup {
            let Some(asked) = page.pending() else { return Ok(None) };
            let tool = asked.question().tools().first().map(|tool| tool.tool_name.clone()).unwrap_or_default();
            asked.answer(&tool).await?.done()?;
        }
        // The window takes what it should have been, and stores it once.
        finish(&mut page, &format!("{self:?}")).await?;
        page.close().await?;
        Ok(error)
    }
}

/// A whole page in a window that holds some of another.
async fn finish(page: &mut Window<SalesPricePage>, description: &str) -> Result<(), Error> {
    type_page(page).await?;
    page.type_in(header::DESCRIPTION, description).await?;
    page.save().await.map(drop)
}

async fn pages(client: &Client, description: &str) -> usize {
    let called = p21_services::client::odata::col("description").eq(description);
    client.table("price_page").filter(called).allow_unordered_pages().rows::<Value>().await.unwrap().len()
}

async fn all_pages(client: &Client) -> usize {
    client.table("price_page").allow_unordered_pages().rows::<Value>().await.unwrap().len()
}

fn in_flavour(client: &Client, flavour: InteractiveFlavour) -> SessionBuilder {
    let session = client.session().flavour(flavour);
    if flavour != InteractiveFlavour::Xml {
        return session;
    }
    session
        .company("ACME")
        .menu_id("SalesPricePage", "SP-1")
        .menu_id("SalesPriceBook", "SB-1")
        .menu_id("NoSuchService", "X")
}

/// What is wrong with what comes of a mistake.
async fn wrong(sandbox: &Sandbox, client: &Client, flavour: InteractiveFlavour, bad: Bad) -> Vec<String> {
    let before = all_pages(client).await;
    let error = in_flavour(client, flavour).run(async |session| bad.fails(sandbox, session).await).await;
    let error = match error {
        Ok(Some(error)) => error,
        Ok(None) => return vec!["nothing was wrong".to_owned()],
        Err(error) => return vec![format!("mended it fails all the same: {error}")],
    };
    let (name, holds) = bad.due();
    let line = error.to_string();
    let problem = error.window_problem();
    let held = error.window().map(|window| window.holds.as_str());
    let is_stored = usize::from(!STORES_NONE.contains(&bad));
    let there = (pages(client, &format!("{bad:?}")).await, all_pages(client).await, pages(client, "Wrong").await);
    [
        (problem.map(WindowProblem::name) == Some(name), "its name"),
        (!line.contains('\n') && problem.is_some_and(|problem| line.ends_with(problem.mend())), "its mend"),
        (held.is_some_and(|held| held.contains(holds)), "what P21 holds"),
        (bad != Bad::Service || line.contains("NoSuchService"), "what was asked for"),
        (!error.is_ambiguous() && !error.is_retryable(), "that it is certain"),
        (sessions(client).await == 0, "a session is left"),
        (there == (is_stored, before + is_stored, 0), "it is stored once, where it is mended"),
    ]
    .into_iter()
    .filter(|(is_right, _)| !is_right)
    .map(|(_, what)| format!("{what}: {line}"))
    .collect()
}

#[tokio::test]
async fn every_mistake_is_one_clear_error_that_says_what_p21_holds() {
    let mut all = Vec::new();
    for version in both_versions() {
        for flavour in [InteractiveFlavour::V2, InteractiveFlavour::V1, InteractiveFlavour::Xml] {
            let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
            let client = client(&sandbox);
            for bad in ALL.into_iter().filter(|bad| bad.is_possible(flavour)) {
                let wrong = wrong(&sandbox, &client, flavour, bad).await;
                all.extend(wrong.into_iter().map(|wrong| format!("{version:?} {flavour:?} {bad:?}: {wrong}")));
            }
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}

/// Everything that a program asks of a session and a window, from its start to its end.
async fn typed(session: SessionBuilder, description: &str) -> Result<(), Error> {
    session
        .run(async |session| {
            let mut page = session.open::<SalesPricePage>().await?;
            finish(&mut page, description).await?;
            page.close().await
        })
        .await
}

const INTERACTIVE: &str = "/uiserver0/api/ui/interactive/";

#[tokio::test]
async fn a_connection_cut_at_any_call_of_a_session_is_one_error_and_leaves_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.jsonl");
    let sandbox = sandbox(|builder| builder.p21_version(ServerVersion::v26_1())).await;
    let client = client(&sandbox);
    typed(client.session().transcript(&path), "Whole").await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let steps: Vec<String> = text
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["step"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((steps[0].as_str(), steps[steps.len() - 1].as_str()), ("start the session", "end the session"));
    let faults =
        [Fault::Drop, Fault::DropAfter, Fault::AnswerAfter(ErrorFamily::Empty), Fault::Answer(ErrorFamily::BadGateway)];
    for (at, step) in steps.iter().enumerate() {
        for fault in &faults {
            let what = format!("{at} {step} {fault}");
            if let Some(times) = u32::try_from(at).ok().filter(|times| *times > 0) {
                sandbox.queue_fault(QueuedFault::next(Fault::Slow(Duration::ZERO)).path(INTERACTIVE).times(times));
            }
            sandbox.queue_fault(QueuedFault::next(fault.clone()).path(INTERACTIVE));
            let outcome = typed(client.session(), &what).await;
            assert_eq!(sessions(&client).await, 0, "{what}");
            let stored = pages(&client, &what).await;
            match &outcome {
                Ok(()) => assert_eq!(stored, 1, "{what}"),
                Err(error) if error.is_ambiguous() => assert!(step == "save" && stored <= 1, "{what}: {error}"),
                // What follows the save is no doubt about it.
                Err(error) => {
                    let saved = steps.iter().position(|step| step == "save").unwrap();
                    assert_eq!(stored, usize::from(at > saved), "{what}: {error}");
                }
            }
            // An end that is cut is made again.
            assert!(step != "end the session" || outcome.is_ok(), "{what}: {outcome:?}");
        }
    }
}

/// How many sessions are left, once those have ended that are about to.
async fn none_left(client: &Client) -> usize {
    for _ in 0..200 {
        if sessions(client).await == 0 {
            return 0;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sessions(client).await
}

#[tokio::test]
async fn a_session_that_is_dropped_or_given_up_on_an_error_path_leaves_none_on_the_server() {
    let sandbox = sandbox(|builder| builder).await;
    for late in [false, true] {
        let client = client(&sandbox);
        let failed: Result<(), Error> = async {
            let session = client.session().start().await?;
            let mut page = session.open::<SalesPricePage>().await?;
            page.type_in(header::EFFECTIVE_DATE, date(2027, 1, 1)).await?;
            if late {
                page.save().await?;
            }
            session.open_named("NoSuchService").await.map(drop)
        }
        .await;
        failed.unwrap_err();
        assert_eq!(none_left(&client).await, 0);
        // The token is free again.
        client.session().start().await.unwrap().end().await.unwrap();
    }
}

#[tokio::test]
async fn a_session_outlives_the_idle_limit_where_it_is_kept_alive_and_nowhere_else() {
    for (alive, holds_a_window) in
        [(KeepAlive::BeforeLimit, false), (KeepAlive::BeforeLimit, true), (KeepAlive::Never, true)]
    {
        let sandbox = sandbox(|builder| builder).await;
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let client = super::client_with(&sandbox, |builder| builder.clock(clock.clone()));
        let session = client.session().keep_alive(alive).start().await.unwrap();
        let page = match holds_a_window {
            true => Some(session.open::<SalesPricePage>().await.unwrap()),
            false => None,
        };
        let idle = || session.idle();
        for _ in 0..8 {
            clock.advance(Duration::from_secs(31));
            sandbox.clock().advance(Duration::from_secs(31));
            // Until it was asked for, if it is.
            for _ in 0..if alive == KeepAlive::Never { 1 } else { 500 } {
                if idle() < Duration::from_secs(31) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        let there = session.check().await;
        assert_eq!(there.is_ok(), alive != KeepAlive::Never, "{alive:?} {holds_a_window}: {there:?}");
        drop(page);
        session.end().await.unwrap();
        assert_eq!(sessions(&client).await, 0);
    }
}

#[tokio::test]
async fn a_pool_starts_no_more_sessions_than_the_server_says_it_has() {
    let with = |version: ServerVersion, places: usize| {
        sandbox(move |builder| builder.p21_version(version).configure(|config| config.interactive.pool_size = places))
    };
    let has_three = with(ServerVersion::v26_1(), 3).await;
    for at_once in [false, true] {
        let clients = [client(&has_three), client(&has_three)];
        let pool = SessionPool::of(clients).each(3).wait(Duration::from_millis(500)).build();
        let mut held = Vec::new();
        if at_once {
            held.extend(futures_util::future::join_all((0..6).map(|_| pool.get())).await.into_iter().flatten());
        } else {
            while let Ok(session) = pool.get().await {
                held.push(session);
            }
        }
        assert_eq!(held.len(), 3, "{at_once}");
        assert_eq!((pool.status().granted, pool.status().refused), (3, 3), "{at_once}");
        drop(held);
        // They are lent again.
        drop(pool.get().await.unwrap());
        pool.close().await;
        assert_eq!(none_left(&client(&has_three)).await, 0);
    }
    // Where nothing is said, nothing is taken for granted.
    let says_nothing = with(ServerVersion::v25_2(), 6).await;
    let pool = SessionPool::of([client(&says_nothing)]).each(6).build();
    assert_eq!((pool.warm(6).await.unwrap(), pool.status().granted), (6, 6));
    pool.close().await;
}
