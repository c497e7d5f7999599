//! A mistake is one message: rustc reports a broken bound of an `async fn` three times, for the call, for its future and for
//! what is awaited. So a public call with a bound, or an argument of any type that fits, isn't one: it returns a boxed future.

use std::path::Path;

use crate::sources;

/// Calls that stay `async fn`s, with the reason.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "p21-client/src/windows/session/builder.rs: run",
    "whether the future of an async closure is `Send` can't be said yet",
)];

/// Files whose calls have records spelt by a function: they are made by `p21_services::workflows` and by the command, not by
/// whoever writes a program.
const FOR_WORKFLOWS: &str = "p21-batch/src/workflow/";

#[test]
fn a_public_call_with_a_bound_is_no_async_fn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut seen, mut bounded) = (0, Vec::new());
    for krate in ["p21-client", "p21-batch"] {
        for file in sources::below(&root.join(krate).join("src")) {
            let name = sources::name(&root, &file);
            for signature in signatures(&std::fs::read_to_string(&file).unwrap()) {
                seen += 1;
                if is_bounded(&signature) && !name.starts_with(FOR_WORKFLOWS) {
                    bounded.push(format!("{name}: {}", called(&signature)));
                }
            }
        }
    }
    assert!(seen > 40, "{seen} public `async fn`s");
    let known = EXCEPTIONS.map(|(call, _)| call.to_owned());
    assert_eq!(bounded, known, "return a boxed future (`Sending`, `Doing`), so that a mistake is one message");
}

/// The public `async fn`s of a source, each from its name to its body.
fn signatures(text: &str) -> Vec<String> {
    let from = text.split("pub async fn ").skip(1);
    from.map(|rest| rest.split(" {\n").next().unwrap_or_default().to_owned()).collect()
}

fn called(signature: &str) -> &str {
    signature.split(['(', '<']).next().unwrap_or_default()
}

/// Whether it takes something by a trait: `impl` in its arguments, or a parameter with a bound.
fn is_bounded(signature: &str) -> bool {
    let (arguments, returned) = signature.split_once("->").unwrap_or((signature, ""));
    let parameters = arguments.split('(').next().unwrap_or_default();
    arguments.contains("impl ") || parameters.contains(':') || returned.contains("where")
}

#[test]
fn bounds_are_found_wherever_they_stand() {
    for bounded in [
        "read<E: ElementOf<S>>(&mut self) -> Result<(), Error>",
        "write(&self, path: impl AsRef<Path>)",
        "store<K>(self, key: K) -> Result<(), Error>\n    where\n        K: RecordKey,",
    ] {
        assert!(is_bounded(bounded), "{bounded}");
    }
    assert!(!is_bounded("run_commands<S>(&self, commands: &Commands<S>) -> Result<CommandsOutcome, Error>"));
    assert_eq!(signatures("pub async fn next(&mut self) -> u8 {\n}\n"), ["next(&mut self) -> u8"]);
}
