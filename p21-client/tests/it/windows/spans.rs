//! What sessions and windows log.

use p21_client::windows::TARGET;

use crate::support::job::{COMMENT, JOB_NO, Job};
use crate::support::log;
use crate::support::windows::Windows;

#[tokio::test]
async fn a_call_is_logged_in_its_window_and_that_in_its_session_without_values() {
    log::start();
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    window.type_in(JOB_NO, "J-OF-THE-SPANS").await.unwrap();
    window.type_in(COMMENT, "refuse").await.unwrap_err();
    window.close().await.unwrap();
    let id = session.id().to_owned();
    session.end().await.unwrap();
    let text = log::text();
    let calls: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("type `header` `job_no`") && line.contains("p21.window{window=\"Job\""))
        .collect();
    let within = |line: &&str| {
        line.contains(&format!("p21.session{{session={id:?}}}:p21.window{{window=\"Job\""))
            && line.contains(":p21.window_call{")
            && line.contains(&format!("{TARGET}: "))
    };
    assert!(calls.iter().any(within), "{calls:#?}");
    assert!(!text.contains("J-OF-THE-SPANS"), "what is typed is data, and data isn't logged");
}
