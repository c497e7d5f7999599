//! A workflow whose process is killed at any instant, and called again until it comes to its end: nothing lost, nothing
//! doubled. The process is this test program again; the sandbox lives here, with faults on.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use p21_sandbox::Latency;
use p21_services::batch::SqliteJournal;
use p21_services::client::Timeouts;
use p21_services::client::odata::col;
use p21_services::client::resilience::ReadBack;
use p21_services::workflows::Workflow;

use super::workflows::{DAY, LIST, flow, new_page};
use super::*;

const PAGES: usize = 24;

const KILLS: usize = 7;

const BOOKS: [&str; 2] = ["WIDGETS", "COMPONENTS"];

/// The page that comes behind an old one.
fn successor(at: usize) -> String {
    format!("Behind {at:02}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suppliers_pages_are_replaced_once_however_often_the_program_is_killed() {
    let sandbox = sandbox(|builder| {
        builder.configure(|config| {
            config.faults.latency = Latency::Fixed(Duration::from_millis(3));
            // Sessions of killed processes stay until the server ends them.
            config.interactive.pool_size = 500;
        })
    })
    .await;
    let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
    let first = flow(&client, folder.path(), "old");
    let names: Vec<String> = (0..PAGES).map(|at| format!("Ahead {at:02}")).collect();
    let old = first.create_pages(names.iter().map(|name| new_page(name, LIST))).await.unwrap().pages;
    let old: Vec<i64> = names.iter().map(|name| old[name]).collect();
    sandbox.set("faults.chances", "drop=0.01,commit-drop=0.01").unwrap();
    let spelt: Vec<String> = old.iter().map(ToString::to_string).collect();
    let (mut kills, mut rounds, mut said, mut name) = (0, 0, String::new(), 0);
    loop {
        rounds += 1;
        assert!(rounds < 60, "it doesn't come to its end: {said}");
        let mut process = Command::new(std::env::current_exe().unwrap());
        process.args(["killed_workflow::at_work", "--exact", "--ignored", "--nocapture"]);
        process.env("P21_WORKFLOW_URL", sandbox.url()).env("P21_WORKFLOW_OLD", spelt.join(" "));
        process.env("P21_WORKFLOW_NAME", format!("replace {name}"));
        process.env("P21_WORKFLOW_FOLDER", folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = process.spawn().unwrap();
        let until = Instant::now() + Duration::from_millis(fastrand::u64(100..900));
        while Instant::now() < until && process.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if kills < KILLS && process.try_wait().unwrap().is_none() {
            process.kill().unwrap();
            process.wait().unwrap();
            kills += 1;
            continue;
        }
        let output = tokio::task::spawn_blocking(move || process.wait_with_output()).await.unwrap().unwrap();
        said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        if said.contains("whole: true") {
            break;
        }
        // What nobody knows is never sent again under its name. Its page is seen not to end, and a person who has
        // looked goes on under another name.
        if said.lines().any(|line| line.trim().starts_with("ambiguous: ") && line.trim() != "ambiguous: 0,") {
            name += 1;
        }
    }
    assert!(kills > 2, "it was done before it could be killed: {kills}");
    sandbox.set("faults.chances", "").unwrap();
    // The old ones end on the day, each has one successor, and that is once in each book.
    let pricing = client.pricing();
    let pages = pricing.pages(old.iter().copied()).await.unwrap();
    assert!(pages.values().all(|page| page.until == Some(DAY)), "{pages:#?}");
    let new = pricing.pages_described((0..PAGES).map(successor)).await.unwrap();
    let described: Vec<&str> = new.iter().map(|page| page.description.as_str()).collect();
    assert_eq!(described.len(), PAGES, "none lost, and none doubled: {described:?}");
    assert!((0..PAGES).all(|at| described.contains(&successor(at).as_str())), "{described:?}");
    for page in &new {
        let links = client.table("price_page_x_book").filter(col("price_page_uid").eq(page.uid)).count().await.unwrap();
        assert_eq!(links, BOOKS.len() as u64, "{page:?}");
    }
    let books = pricing.books_of_pages(new.iter().map(|page| page.uid)).await.unwrap();
    assert!(books.values().all(|of| BOOKS.iter().all(|id| of.iter().any(|book| book.is_called(id)))), "{books:#?}");
}

#[tokio::test]
#[ignore = "the process that a test kills"]
async fn at_work() {
    let said = |name: &str| std::env::var(name).ok();
    let (Some(url), Some(folder), Some(old)) =
        (said("P21_WORKFLOW_URL"), said("P21_WORKFLOW_FOLDER"), said("P21_WORKFLOW_OLD"))
    else {
        return;
    };
    let name = said("P21_WORKFLOW_NAME").unwrap();
    let pause = Duration::from_millis(5);
    let client = Client::builder(url)
        .credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD))
        .retry(Retry::default().first_delay(pause).contaminated_delay(pause, 2 * pause))
        .timeouts(Timeouts::default().operation(Duration::from_millis(1_500)).attempt(Duration::from_millis(700)))
        .build()
        .unwrap();
    let journal = SqliteJournal::open(Path::new(&folder).join("replace.journal")).unwrap();
    let flow = Workflow::new(client, journal, name).with(move |batch| {
        let how = ReadBack::default().settle(Duration::ZERO).lands_within(Duration::from_millis(300));
        batch.pause(pause).at_once(2).breaker(None).attempts(20).read_back(how)
    });
    let old: Vec<i64> = old.split(' ').map(|uid| uid.parse().unwrap()).collect();
    let new = old.iter().enumerate().map(|(at, uid)| new_page(&successor(at), LIST).replaces(*uid));
    let done = flow.replace_pages(10, Some(old.clone()), new, &BOOKS, DAY).await.unwrap();
    let is_whole = done.expired.open.is_empty() && done.created.missing.is_empty() && done.linked.missing.is_empty();
    println!("whole: {is_whole}\n{done:#?}");
}
