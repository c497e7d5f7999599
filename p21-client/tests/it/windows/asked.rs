use p21_client::windows::{Policy, PolicyRule, Reply, WindowProblem};

use crate::support::job::{APPROVED, COMMENT, JOB_NO, Job, Line, PRICE};
use crate::support::windows::Windows;

fn gl() -> PolicyRule {
    PolicyRule::class("w_message").saying("gl accounts").answer("cb_2")
}

#[tokio::test]
async fn a_response_window_is_a_value_and_its_answer_resumes_the_call() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    let reply = window.type_in(APPROVED, true).or_ask().await.unwrap();
    let asked = reply.asked().unwrap();
    let question = asked.question();
    assert_eq!((question.class(), question.title()), ("w_message", "Prophet 21"));
    assert_eq!(question.text(), Some("Do you want the GL accounts to be set?"));
    assert!(question.has_tool("cb_1") && question.has_tool("Quick.Save") && question.fields().next().is_none());
    let Reply::Done(done) = asked.answer("cb_1").await.unwrap() else { panic!("it asks again") };
    assert!(done.result.has_closed() && done.answered.is_empty());
    assert_eq!(window.read(APPROVED).await.unwrap(), Some(true));
    assert_eq!(window.unsaved(), 1);
    let none = window.type_in(COMMENT, "x").or_ask().await.unwrap().asked().unwrap_err();
    assert_eq!(none.window_problem(), Some(&WindowProblem::NotAsked));
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_an_error_and_stays() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    let error = window.type_in(APPROVED, true).await.unwrap_err();
    assert!(error.is_asked(), "{error}");
    let line = error.to_string();
    assert!(
        line.contains("Do you want the GL accounts") && line.contains("the response window `Prophet 21` is open"),
        "{line}"
    );
    // Nothing else is done meanwhile, and nothing is sent.
    let before = p21.server.total();
    assert!(window.save().await.unwrap_err().is_asked());
    assert_eq!(p21.server.total(), before);
    let mut pending = window.pending().unwrap();
    let error = pending.type_in("dw", "a", "b").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::NotOnResponseWindow { .. })), "{error}");
    let error = pending.answer("cb_9").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::NotOnResponseWindow { .. })), "{error}");
    // A tool that doesn't answer leaves it open.
    let error = window.pending().unwrap().answer("Quick.Save").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::StillAsked { .. })), "{error}");
    window.pending().unwrap().answer("cb_2").await.unwrap().done().unwrap();
    assert!(window.pending().is_none());
    assert_eq!(window.read(APPROVED).await.unwrap(), None);
}

#[tokio::test]
async fn a_rule_answers_and_says_so_by_call_or_by_session() {
    let p21 = Windows::start().await;
    let session = p21.client().session().policy(Policy::new().with(gl())).start().await.unwrap();
    let mut window = session.open::<Job>().await.unwrap();
    let done = window.type_in(APPROVED, true).await.unwrap();
    assert_eq!(done.answered.len(), 1);
    assert_eq!((done.answered[0].class.as_str(), done.answered[0].tool.as_str()), ("w_message", "cb_2"));
    assert_eq!(window.read(APPROVED).await.unwrap(), None);
    let yes = Policy::new().with(PolicyRule::class("w_message").answer("cb_1"));
    window.type_in(APPROVED, true).answering(yes).await.unwrap();
    assert_eq!(window.read(APPROVED).await.unwrap(), Some(true));
    session.end().await.unwrap();
    // A rule for another question doesn't fit.
    let other = Policy::new().with(PolicyRule::class("w_message").saying("e-mail").answer("cb_1"));
    let session = p21.client().session().policy(other).start().await.unwrap();
    let mut window = session.open::<Job>().await.unwrap();
    assert!(window.type_in(APPROVED, true).await.unwrap_err().is_asked());
}

#[tokio::test]
async fn tools_are_listed_run_and_never_sent_where_they_are_not() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    window.type_in(JOB_NO, "J-1").await.unwrap();
    let names: Vec<String> = window.tools().await.unwrap().into_iter().map(|tool| tool.tool_name).collect();
    assert_eq!(names, ["cb_add", "cb_odd", "Quick.Save"]);
    let error = window.run_tool("cb_none").await.unwrap_err();
    assert_eq!(error.window_problem(), Some(&WindowProblem::NoSuchTool { tool: "cb_none".to_owned() }));
    assert!(!p21.calls().iter().any(|call| call.starts_with("POST tools")));
    let error = window.run_tool("cb_odd").await.unwrap_err();
    assert_eq!(error.window_problem(), Some(&WindowProblem::FailedSilently));
    let asked = window.run_tool("cb_add").or_ask().await.unwrap().asked().unwrap();
    asked.answer("cb_1").await.unwrap().done().unwrap();
    assert_eq!(window.read(COMMENT).await.unwrap().unwrap().as_str(), "noted");
    window.tools_of::<Line>().await.unwrap();
    window.tools_at(PRICE, 1).await.unwrap();
    let queries: Vec<String> =
        p21.server.seen("/uiserver0/api/ui/interactive/v2/tools").into_iter().map(|seen| seen.query).collect();
    assert!(queries.contains(&"windowId=w-1&dwName=line".to_owned()), "{queries:?}");
    assert!(queries.contains(&"windowId=w-1&dwName=line&fieldName=price&row=1".to_owned()), "{queries:?}");
    // Run where they belong; looked for first, on their own level.
    let before = p21.calls().len();
    window.run_tool_of::<Line>("cb_odd").await.unwrap_err();
    window.run_tool_at(PRICE, 2, "cb_odd").await.unwrap_err();
    window.run_tool_of::<Line>("cb_none").await.unwrap_err();
    window.run_tool("cb_none").unlisted().await.unwrap_err();
    let run: Vec<String> = p21.calls()[before..].iter().filter(|call| call.starts_with("POST")).cloned().collect();
    assert_eq!(
        run,
        [
            r#"POST tools {"WindowId":"w-1","ToolName":"cb_odd","DatawindowName":"line"}"#,
            r#"POST tools {"WindowId":"w-1","ToolName":"cb_odd","DatawindowName":"line","FieldName":"price","Row":2}"#,
            r#"POST tools {"WindowId":"w-1","ToolName":"cb_none"}"#,
        ]
    );
}

#[tokio::test]
async fn what_a_response_window_has_not_is_answered_with_what_it_has() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    let mut asked = window.run_tool("cb_add").or_ask().await.unwrap().asked().unwrap();
    let before = p21.server.total();
    let error = asked.type_in("_dw_hdr", "expiration_date", "2027-12-31").await.unwrap_err();
    let has_none = WindowProblem::NotOnResponseWindow { what: "_dw_hdr expiration_date".to_owned(), has: Vec::new() };
    assert_eq!(error.window_problem(), Some(&has_none));
    assert!(error.to_string().contains("it has no fields"), "{error}");
    let error = asked.run("cb_select_all").await.unwrap_err();
    let Some(WindowProblem::NotOnResponseWindow { what, has }) = error.window_problem() else { panic!("{error}") };
    assert_eq!((what.as_str(), &has[..]), ("cb_select_all", &["cb_1", "cb_2", "Quick.Save"].map(str::to_owned)[..]));
    assert!(error.to_string().contains("`cb_1`, `cb_2`"), "{error}");
    assert_eq!(p21.server.total(), before, "nothing was sent");
}
