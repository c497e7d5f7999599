use p21_client::windows::{Window, WindowProblem};
use p21_model::value::Decimal;

use crate::support::job::{COMMENT, Header, ITEM_ID, JOB_NO, Job, Line, PRICE};
use crate::support::windows::{Manners, Windows};

/// Three lines, whose items are.
async fn with_lines(p21: &Windows) -> (p21_client::windows::Session, p21_client::windows::Window<Job>) {
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    for (at, item) in ["A-1", "A-2", "A-3"].into_iter().enumerate() {
        if at > 0 {
            window.add_row::<Line>().await.unwrap();
        }
        window.type_in(ITEM_ID, item).await.unwrap();
    }
    (session, window)
}

#[tokio::test]
async fn a_row_that_p21_adds_with_a_failure_is_added() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    let added = window.add_row::<Line>().await.unwrap();
    assert_eq!(added.incomplete.as_deref(), Some("Required value missing for Item ID on row 1"));
    assert_eq!(window.rows::<Line>().await.unwrap().len(), 2);
    window.type_in(ITEM_ID, "A-2").await.unwrap();
    assert_eq!(window.add_row::<Line>().await.unwrap().incomplete, None);
}

#[tokio::test]
async fn rows_are_selected_by_what_the_window_shows_however_p21_counts() {
    for from_zero in [false, true] {
        let p21 = Windows::with(Manners { from_zero, ..Manners::default() }, |_| None).await;
        let (_session, mut window) = with_lines(&p21).await;
        for row in [1, 3, 2, 2, 1] {
            window.select_row::<Line>(row).await.unwrap();
            let rows = window.rows::<Line>().await.unwrap();
            assert_eq!(rows.current(), Some(row), "from zero: {from_zero}");
            assert_eq!(window.read(ITEM_ID).await.unwrap().unwrap().as_str(), format!("A-{row}"));
        }
        window.type_in(PRICE, 7).await.unwrap();
        let rows = window.rows::<Line>().await.unwrap();
        let prices: Vec<Option<Decimal>> = rows.iter().map(|row| row.get(PRICE).unwrap()).collect();
        assert_eq!(prices, [Some(Decimal::from(7)), None, None]);
        assert_eq!(window.select_where(ITEM_ID, "A-3").await.unwrap(), 3);
        for missing in [0, 4, 99] {
            let error = window.select_row::<Line>(missing).await.unwrap_err();
            assert_eq!(error.window_problem(), Some(&WindowProblem::NoSuchRow));
        }
        let error = window.select_where(ITEM_ID, "A-9").await.unwrap_err();
        assert_eq!(error.window_problem(), Some(&WindowProblem::NoSuchRow));
        window.select_row::<Line>(1).await.unwrap();
        window.type_in(ITEM_ID, "A-2").await.unwrap();
        assert!(window.select_where(ITEM_ID, "A-2").await.unwrap_err().is_input(), "two rows have it");
    }
}

#[tokio::test]
async fn a_detail_shows_the_row_that_was_selected_even_where_it_is_one_behind() {
    use crate::support::job::TEXT;
    for one_behind in [false, true] {
        let p21 = Windows::with(Manners { one_behind, ..Manners::default() }, |_| None).await;
        let (_session, mut window) = with_lines(&p21).await;
        for row in [2, 3, 1] {
            window.show_detail(row, ITEM_ID, TEXT).await.unwrap();
            assert_eq!(window.read(TEXT).await.unwrap().unwrap().as_str(), format!("A-{row}"), "behind: {one_behind}");
        }
    }
}

#[tokio::test]
async fn a_row_that_can_not_be_proven_is_an_error_before_anything_is_typed() {
    let stuck = |seen: &crate::support::Seen| {
        let selects = seen.path.ends_with("/v2/row") && seen.method == axum::http::Method::PUT;
        selects.then(|| crate::support::windows::ok(&crate::support::windows::result(1)))
    };
    let p21 = Windows::with(Manners::default(), stuck).await;
    let (_session, mut window) = with_lines(&p21).await;
    let error = window.select_row::<Line>(1).await.unwrap_err();
    assert_eq!(error.window_problem(), Some(&WindowProblem::RowNotSelected { row: 1 }));
}

#[tokio::test]
async fn a_form_has_one_row_and_no_call_selects_it() {
    let p21 = Windows::start().await;
    let (_session, mut window) = with_lines(&p21).await;
    let before = p21.calls().iter().filter(|call| call.starts_with("PUT row")).count();
    // P21 would select another row of the list behind a detail form.
    window.select_row::<Header>(1).await.unwrap();
    let error = window.select_row::<Header>(2).await.unwrap_err();
    assert_eq!(error.window_problem(), Some(&WindowProblem::NoSuchRow));
    assert_eq!(p21.calls().iter().filter(|call| call.starts_with("PUT row")).count(), before);
}

/// P21 selects the first row of a grid when its tab comes to the front.
#[tokio::test]
async fn the_row_that_was_selected_or_added_is_current_again_when_its_tab_comes_back() {
    let p21 = Windows::with(Manners { first_again: true, ..Manners::default() }, |_| None).await;
    let (_session, mut window) = with_lines(&p21).await;
    window.select_row::<Line>(2).await.unwrap();
    window.type_in(COMMENT, "elsewhere").await.unwrap();
    window.type_in(PRICE, 7).await.unwrap();
    window.type_in(COMMENT, "elsewhere").await.unwrap();
    assert_eq!(window.read(ITEM_ID).await.unwrap().unwrap().as_str(), "A-2");
    window.add_row::<Line>().await.unwrap();
    window.type_in(ITEM_ID, "A-4").await.unwrap();
    window.type_in(COMMENT, "elsewhere").await.unwrap();
    window.type_in(PRICE, 8).await.unwrap();
    let prices = async |window: &mut Window<Job>| -> Vec<Option<Decimal>> {
        window.rows::<Line>().await.unwrap().iter().map(|row| row.get(PRICE).unwrap()).collect()
    };
    assert_eq!(prices(&mut window).await, [None, Some(Decimal::from(7)), None, Some(Decimal::from(8))]);
    // Another record has other rows: none of them is selected.
    window.type_in(JOB_NO, "J-2").await.unwrap();
    let before = p21.calls().iter().filter(|call| call.starts_with("PUT row")).count();
    window.type_in(PRICE, 9).await.unwrap();
    assert_eq!(p21.calls().iter().filter(|call| call.starts_with("PUT row")).count(), before);
    assert_eq!(prices(&mut window).await[0], Some(Decimal::from(9)));
}
