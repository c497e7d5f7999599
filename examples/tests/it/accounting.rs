//! No write is lost or doubled, whatever goes wrong on the way. `benches/faults.rs` does the same 10,000 times.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::time::Duration;

use p21_examples::accounting::{
    Account, Plan, Record, Told, account, account_entries, compare, entries_of, hasty, in_doubt, new_book, records_for,
};
use p21_sandbox::Sandbox;
use p21_services::client::Clock;
use p21_services::client::resilience::ResolvedHow;

use super::both_versions;

/// What became of some writes; the account balances.
async fn balanced(plan: Plan) -> Account {
    let (account, _) = account(&plan).await.unwrap();
    assert!(account.is_balanced(), "{plan:?}: {account:?}");
    assert_eq!(account.writes, account.writes.max(plan.records), "{account:?}");
    account
}

#[tokio::test]
async fn what_is_lost_doubled_or_reported_wrongly_is_seen() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let client = hasty(&sandbox, &Plan::new("", 0), &Clock::default()).unwrap();
    for number in [13, 13, 15] {
        client.submit(new_book(number)).await.unwrap();
    }
    let answered = Told::Stored(ResolvedHow::Answered);
    let record = |number, created, changed| Record { number, created, changed };
    let records = [
        record(13, answered, Some(answered)),
        record(15, Told::Refused, None),
        record(17, answered, None),
        record(19, Told::Ambiguous, None),
    ];
    let mut account = Account::default();
    compare(&client, &records, &mut account).await.unwrap();
    // Book 13 has its keyless row twice and was never changed, book 15 is there, book 17 and its row are not.
    assert_eq!((account.doubled, account.lost, account.unreported, account.ambiguous_stored), (1, 2, 1, 0));
}

#[tokio::test]
async fn without_faults_every_answer_tells() {
    let account = balanced(Plan::new("", 40)).await;
    assert_eq!(account, Account { writes: 56, answered: 54, refused: 2, ..Account::default() });
}

#[tokio::test]
async fn contaminated_sessions_lose_and_double_nothing() {
    let account = balanced(Plan::new("contamination=0.3", 100)).await;
    assert!(account.read_back > 0 && account.repeated > 0 && account.ambiguous == account.by_wrong_key, "{account:?}");
}

#[tokio::test]
async fn silent_failures_lose_and_double_nothing() {
    for faults in ["empty500=0.2", "commit-I=0.1", "503=0.2", "commit-503=0.1"] {
        let account = balanced(Plan::new(faults, 60)).await;
        assert!(account.read_back + account.repeated > 0, "{faults}: {account:?}");
    }
}

#[tokio::test]
async fn broken_connections_lose_and_double_nothing() {
    let before = balanced(Plan::new("drop=0.1", 100)).await;
    assert!(before.repeated > 0, "{before:?}");
    assert!(before.ambiguous_stored == 0, "nothing is stored before the connection breaks: {before:?}");
    let after = balanced(Plan::new("commit-drop=0.1", 100)).await;
    assert!(after.read_back > 0 && after.repeated == 0, "{after:?}");
}

#[tokio::test]
async fn answers_that_come_too_late_lose_and_double_nothing() {
    let plan =
        Plan { operation: Duration::from_secs(2), settle: Duration::from_millis(100), ..Plan::new("slow=0.1:4s", 40) };
    let account = balanced(plan).await;
    assert!(account.read_back > 0, "{account:?}");
}

#[tokio::test]
async fn orders_are_never_doubled_and_ambiguous_only_where_a_fault_left_them() {
    for faults in in_doubt(0.15) {
        for renewals in [false, true] {
            let account = balanced(Plan { renewals, ..Plan::new(&faults, 40) }).await;
            assert!(account.answered > account.ambiguous, "{faults}: {account:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_ambiguous_once_the_first_try_can_not_land_and_there_is_a_key_or_a_lookup() {
    for faults in in_doubt(0.15) {
        for renewals in [false, true] {
            let plan = Plan { renewals, patient: true, ..Plan::new(&faults, 30) };
            let account = balanced(plan).await;
            // This one fails reads as well, for good: what can't be read stays unknown.
            if !faults.starts_with("commit-B") {
                assert_eq!(account.ambiguous, account.by_wrong_key, "{faults}: {account:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_typed_into_windows_is_all_stored_without_faults() {
    for p21_version in both_versions() {
        let (entries, _) = account_entries(&Plan { p21_version, ..Plan::new("", 40) }).await.unwrap();
        let account = Account { writes: 52, answered: 50, refused: 2, ..Account::default() };
        assert_eq!((entries_of(40), records_for(52), records_for(51), records_for(0)), (52, 40, 39, 0));
        // Nothing shows whose the notes are.
        assert!(entries.is_balanced() && entries.account == account && entries.unproven == 8, "{entries:?}");
    }
}

#[tokio::test]
async fn what_is_typed_into_windows_is_neither_lost_nor_doubled_and_leaves_no_session() {
    let faults = in_doubt(0.02).into_iter().chain(["session-lost=0.02", "popup=0.02", "503=0.02"].map(str::to_owned));
    // Either version meets every second one; the bench has them all.
    for (faults, p21_version) in faults.zip(both_versions().into_iter().cycle()) {
        let (entries, _) = account_entries(&Plan { p21_version, ..Plan::new(&faults, 20) }).await.unwrap();
        assert!(entries.is_balanced(), "{faults}: {entries:?}");
        assert!(entries.account.answered > entries.account.ambiguous, "{faults}: {entries:?}");
    }
}
