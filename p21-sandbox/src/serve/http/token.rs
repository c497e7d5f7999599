//! The token endpoints.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::body::{self, Content};
use super::{Grant, State, answer};
use crate::facts::config::ConsumerKey;
use crate::facts::texts;
use crate::serve::json_net::{Text, object};

// What the server calls this type is not known.
object! {
    /// The body of a v2 login: a password, or a consumer key.
    Login as "TokenRequest" {
        "username" => username: Text,
        "password" => password: Text,
        "ClientSecret" => client_secret: Text,
        "GrantType" => grant_type: Text,
    }
}

/// `POST /api/security/token/v2`: credentials in the body.
pub(super) async fn v2(Extract(state): Extract<State>, Content(content): Content) -> Response {
    let login: Login = match body::json(&content, &state.engine.config.p21_version) {
        Ok(login) => login,
        Err(refusal) => return *refusal,
    };
    match &login.client_secret {
        Text(Some(key)) if login.grant_type.as_str() == "client_credentials" => {
            by_key(&state, key, login.username.as_str())
        }
        _ => by_password(&state, login.username.as_str(), login.password.as_str()),
    }
}

/// `POST /api/security/token`: credentials in headers, the body empty.
pub(super) async fn v1(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let user = header("username").unwrap_or_default();
    match header("appkey") {
        Some(key) => by_key(&state, key, user),
        None => by_password(&state, user, header("password").unwrap_or_default()),
    }
}

fn by_password(state: &State, user: &str, password: &str) -> Response {
    let config = &state.engine.config;
    if !config.users.iter().any(|known| known.name == user && known.password == password) {
        return answer::json_value(
            StatusCode::UNAUTHORIZED,
            &json!({"error": "invalid_grant", "error_description": "The user name or password is incorrect."}),
        );
    }
    let lifetime = config.token_lifetime;
    let expires = config.clock.after(lifetime).as_second();
    let claims = json!({"sub": user, "aud": "/api", "iss": "P21.Soa", "exp": expires});
    let token = issue(state, "RS256", &claims, user, Grant { scope: None }, lifetime);
    if config.xml_tokens {
        return xml(&token, lifetime.as_secs(), &refresh_token());
    }
    answer::json_text(
        json!({
            "AccessToken": token,
            "RefreshToken": refresh_token(),
            "ExpiresInSeconds": lifetime.as_secs(),
            "TokenType": "Bearer",
        })
        .to_string(),
    )
}

/// "Never expires" is twenty years.
const KEY_LIFETIME: Duration = Duration::from_secs(630_720_000);

/// Any user name is taken: the key is the whole credential.
fn by_key(state: &State, key: &str, user: &str) -> Response {
    let Some(known) = state.engine.config.consumer_keys.iter().find(|known| known.key == key) else {
        return unknown_key(key);
    };
    let session = uuid::Uuid::new_v4().to_string();
    let scope = &known.scope;
    let grant = Grant { scope: Some(scope.as_str().into()) };
    let token = issue(state, "HS256", &key_claims(known, user, &session), user, grant, KEY_LIFETIME);
    if state.engine.config.xml_tokens {
        return xml(&token, KEY_LIFETIME.as_secs(), "");
    }
    answer::json_text(
        json!({
            "AccessToken": token,
            "TokenType": "Bearer",
            "UserName": user,
            "ExpiresIn": KEY_LIFETIME.as_secs(),
            "RefreshToken": "",
            "Scope": scope,
            "SessionId": session,
            "ConsumerUid": known.uid.to_string(),
            "AppKey": null,
        })
        .to_string(),
    )
}

fn key_claims(key: &ConsumerKey, user: &str, session: &str) -> Value {
    json!({
        "sub": user,
        "aud": key.scope,
        "P21.ConsumerUid": key.uid.to_string(),
        "P21.SessionId": session,
        "iss": "P21.Soa",
        "exp": 2_147_483_647,
    })
}

/// A deterministic 500, and it echoes the key.
fn unknown_key(key: &str) -> Response {
    let inner = format!(
        "P21.Common.Exceptions.NotFoundException: Your query did not yield any results.  No resources found for query \
         string \"Consumer Key: {key}\".\r\n   at P21.Business.Security.ConsumerManager.GetConsumer(String consumerId)"
    );
    answer::plain_envelope(
        StatusCode::INTERNAL_SERVER_ERROR,
        texts::NO_CLIENT_TOKEN.pattern(),
        Some("P21.Business.Common.TokenException"),
        Some(&inner),
    )
}

/// A token that reads like a JWT. Its signature is random: tokens are known by heart here, never verified.
fn issue(state: &State, algorithm: &str, claims: &Value, user: &str, grant: Grant, lifetime: Duration) -> String {
    let head = base64url(json!({"alg": algorithm, "typ": "JWT"}).to_string().as_bytes());
    let claims = base64url(claims.to_string().as_bytes());
    let signature: Vec<u8> =
        [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].iter().flat_map(|part| *part.as_bytes()).collect();
    let token = format!("{head}.{claims}.{}", base64url(&signature));
    let config = &state.engine.config;
    let until = config.clock.after(lifetime);
    state.tokens.issue(token.clone(), user, grant, until, &config.clock, config.one_token_per_user);
    token
}

fn refresh_token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// XML always says `ExpiresIn`.
fn xml(token: &str, expires_in: u64, refresh: &str) -> Response {
    answer::xml_text(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<TokenResponse><AccessToken>{token}</AccessToken>\
         <TokenType>Bearer</TokenType><ExpiresIn>{expires_in}</ExpiresIn><RefreshToken>{refresh}</RefreshToken>\
         </TokenResponse>"
    ))
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| (group << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(group >> (18 - 6 * place)) as usize & 63]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64url_has_no_padding() {
        let coded: Vec<String> =
            ["", "f", "fo", "foo", "foob", "~~~?"].iter().map(|text| super::base64url(text.as_bytes())).collect();
        assert_eq!(coded, ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "fn5-Pw"]);
    }
}
