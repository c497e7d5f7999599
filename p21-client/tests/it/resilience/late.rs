//! Writes that land after somebody has looked.

use std::future::IntoFuture as _;
use std::time::Duration;

use p21_client::resilience::{ReadBack, ResolvedHow};
use p21_model::row::Element as _;

use super::{UNSETTLED, full, landed, quick, submit};
use crate::support::job::{Fault, NOTE, Note, P21, When, job, key};

#[tokio::test]
async fn a_write_that_shows_up_late_is_waited_for() {
    for fault in UNSETTLED {
        let p21 = P21::start([Some((When::Late(2), fault))]).await;
        let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
        assert_eq!((resolved.how, p21.writes()), (ResolvedHow::ReadBack, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_repeat_that_is_refused_because_the_first_came_through_after_all_is_stored() {
    // `After` stands for the first try, which lands just before the second is looked at.
    let p21 = P21::start([Some((When::Before, Fault::Drop)), Some((When::After, Fault::Refused))]).await;
    let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 2));
    let p21 = P21::start([Some((When::Before, Fault::Drop)), Some((When::Before, Fault::Refused))]).await;
    let error = submit(&p21, full("J-1"), &landed()).await.unwrap_err();
    assert!(error.is_rejected() && !error.is_ambiguous() && p21.writes() == 2, "{error}");
    // The first one may still land: what the refusal of the second says isn't the whole truth.
    let p21 = P21::start([Some((When::Before, Fault::Drop)), Some((When::Before, Fault::Refused))]).await;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 2, "{error}");
    assert!(error.unresolved().unwrap().may_land_until.unwrap() > jiff::Timestamp::now());
}

#[tokio::test]
async fn what_may_land_late_is_sent_again_only_when_it_can_not_land_any_more() {
    let with_note = || job("J-1").push(Note::edit().set(NOTE, "called"));
    for (when, how) in [(When::Before, ResolvedHow::Repeated), (When::Late(3), ResolvedHow::ReadBack)] {
        let p21 = P21::start([Some((when, Fault::Drop))]).await;
        let clock = p21_client::Clock::movable();
        let client = p21.server.builder().clock(clock.clone()).build().unwrap();
        let patient = ReadBack::default().settle(Duration::from_secs(301));
        let submission = client.submit(with_note()).key(key("J-1")).read_back(patient).into_future();
        let passing = async {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                clock.advance(Duration::from_secs(20));
                if p21.reads() < 4 {
                    assert!(p21.writes() <= 1, "watched, not sent again");
                }
            }
        };
        let resolved = tokio::select! {
            resolved = submission => resolved.unwrap(),
            () = passing => unreachable!(),
        };
        assert_eq!(resolved.how, how);
        p21.finish();
        assert_eq!(p21.values("J-1", "NOTES.note", "note").len(), 1, "{when:?}");
    }
}

#[tokio::test]
async fn who_waits_for_landing_sends_a_keyed_write_again_only_when_the_first_can_not_land_any_more() {
    for (when, how, writes) in [(When::Before, ResolvedHow::Repeated, 2), (When::Late(4), ResolvedHow::ReadBack, 1)] {
        let p21 = P21::start([Some((when, Fault::Drop))]).await;
        let clock = p21_client::Clock::movable();
        let client = p21.server.builder().clock(clock.clone()).build().unwrap();
        let how_to = quick().wait_for_landing();
        let submission = client.submit(full("J-1")).key(key("J-1")).read_back(how_to).into_future();
        let start = clock.timestamp();
        let passing = async {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                if clock.timestamp().duration_since(start).as_secs() < 290 {
                    assert!(p21.writes() <= 1, "{when:?}: watched, not sent again");
                }
                clock.advance(Duration::from_secs(20));
            }
        };
        let resolved = tokio::select! {
            resolved = submission => resolved.unwrap(),
            () = passing => unreachable!(),
        };
        assert_eq!((resolved.how, p21.writes(), resolved.may_land_until), (how, writes, None), "{when:?}");
    }
}

#[tokio::test]
async fn rows_without_a_key_are_not_repeated_while_p21_may_still_be_at_work() {
    let with_note = || job("J-1").push(Note::edit().set(NOTE, "called"));
    for fault in UNSETTLED {
        // P21 stores it after the last look.
        let p21 = P21::start([Some((When::Late(3), fault))]).await;
        let error = submit(&p21, with_note(), &quick()).await.unwrap_err();
        assert!(error.is_ambiguous() && error.to_string().contains("may still be at work"), "{fault:?}: {error}");
        p21.finish();
        assert_eq!((p21.writes(), p21.values("J-1", "NOTES.note", "note").len()), (1, 1));
    }
    let p21 = P21::start([Some((When::After, Fault::Drop))]).await;
    assert_eq!(submit(&p21, with_note(), &quick()).await.unwrap().how, ResolvedHow::ReadBack);
}
