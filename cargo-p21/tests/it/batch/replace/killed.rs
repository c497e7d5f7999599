//! The program, killed with SIGKILL while it replaces pages.

use std::collections::BTreeMap;
use std::time::Duration;

use p21_client::odata::col;
use serde_json::Value;

use super::*;

/// Killed again and again it comes to the same as one call.
#[test]
fn killed_at_any_instant_it_goes_on_and_each_page_is_ended_and_followed_once() {
    const COUNT: usize = 16;

    // Sessions of killed processes stay until the server ends them.
    let desk = Desk::new(&["--latency", "3ms", "--set", "interactive.pool_size=500"]);
    let names: Vec<String> = (0..COUNT).map(|at| format!("Before {at:02}")).collect();
    let uids = old(&desk, &names);
    let new: Vec<String> = (0..COUNT).map(|at| format!("Behind {at:02}")).collect();
    let rows: String =
        uids.iter().zip(&new).map(|(uid, name)| row(&uid.to_string(), "WIDGETS;COMPONENTS", name)).collect();
    desk.write("behind.csv", columns() + &rows);
    let (mut kills, mut rounds, mut name) = (0, 0, 0);
    loop {
        rounds += 1;
        assert!(rounds < 60, "it doesn't come to its end");
        // Nothing of the sandbox's is later than that.
        // The rate lets it take so long that it can be killed, however fast the machine is.
        let waits = ["--timeout", "3", "--lands-within", "0", "--rate", "20", "--format", "json"];
        let run = format!("behind {name}");
        let fixed = ["run", "--workflow", "replace-pages", "--input", "behind.csv", "--run", &run, "--at-once", "2"];
        let arguments = [&fixed[..], &ON[..], &waits[..]].concat();
        let within = (kills < 6).then(|| Duration::from_millis(400 + 150 * kills));
        let Some(output) = desk.run_or_kill(&arguments, within) else {
            kills += 1;
            continue;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.code() {
            Some(0) => break,
            // What nobody knows is never sent again under its name: a person has looked, and goes on under another.
            Some(1) => {
                let said: Value = serde_json::from_str(&said).unwrap();
                let steps = ["expired", "created", "linked"];
                let ambiguous = |step: &&str| said[step]["summary"]["tally"]["ambiguous"].as_u64().unwrap() > 0;
                assert!(steps.iter().any(ambiguous), "{said}");
                name += 1;
            }
            _ => panic!("{said}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
    assert!(kills > 2, "it was done before it could be killed: {kills}");
    assert_eq!(until(&desk, &uids), [Some(DAY); COUNT], "each has ended");
    assert_eq!(desk.there("price_page", "description", "Behind"), new, "none lost, and none doubled");
    let all: BTreeMap<i64, String> = new.iter().map(|name| (of(&desk, name)[0].uid, name.clone())).collect();
    for (uid, name) in &all {
        let links = wait(async {
            client(&desk).table("price_page_x_book").filter(col("price_page_uid").eq(*uid)).count().await
        });
        assert_eq!(links.unwrap(), 2, "{name}");
    }
}
