//! What levers are told: JSON, refused in sentences that name the member.

use axum::extract::{FromRef, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::refused;
use crate::serve::http::{Content, State};
use crate::serve::json_net;

/// The content of a lever's body.
pub(super) struct Told<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Told<T>
where
    State: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Content(body) = Content::from_request(request, state).await?;
        read(&body).map(Self).map_err(|problem| refused(StatusCode::BAD_REQUEST, &problem))
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let error = match serde_path_to_error::deserialize(&mut json) {
        Ok(content) => return json.end().map(|()| content).map_err(|error| json_net::syntax(&error, body)),
        Err(error) => error,
    };
    let (path, error) = (error.path().to_string(), error.into_inner());
    if !error.is_data() {
        return Err(format!("{} (line {}, column {})", json_net::syntax(&error, body), error.line(), error.column()));
    }
    let text = error.to_string();
    let named = |start: &str| text.strip_prefix(start).and_then(|rest| rest.split('`').nth(1));
    Err(if let Some(member) = named("unknown field") {
        let there_are = text.rsplit("expected ").next().unwrap_or_default().trim_start_matches("one of ");
        let there_are = there_are.split(" at line ").next().unwrap_or_default();
        format!("there is no member `{member}`; there are {there_are}")
    } else if let Some(member) = named("missing field") {
        format!("the member `{member}` is missing")
    } else {
        format!("`{path}` has a value of the wrong type (line {}, column {})", error.line(), error.column())
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lever {
        times: u32,
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(read::<Lever>(b"{\"times\":3}").unwrap().times, 3);
        for (body, part) in [
            ("{}", "`times` is missing"),
            ("{\"time\":1}", "no member `time`; there are `times`"),
            ("{\"times\":\"x\"}", "`times` has a value of the wrong type (line 1"),
            ("{\"times\":1} x", "Additional text"),
            ("{", "Unexpected end"),
            ("", "Unexpected end"),
            ("[]", "`.` has a value of the wrong type"),
        ] {
            let problem = read::<Lever>(body.as_bytes()).unwrap_err();
            assert!(problem.contains(part), "{body}: {problem}");
        }
    }
}
