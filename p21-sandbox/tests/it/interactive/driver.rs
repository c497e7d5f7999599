//! Somebody who drives windows, request by request.

use p21_sandbox::{SandboxBuilder, ServerVersion};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::*;

/// The base of the API, and of its second version.
pub(super) const API: &str = "/api/ui/interactive";
pub(super) const V2: &str = "/api/ui/interactive/v2";
pub(super) const SESSIONS: &str = "/api/ui/interactive/sessions";

/// The profiles that the facts name.
pub(super) fn profiles() -> [(&'static str, ServerVersion); 3] {
    ["25.2", "26.1-early", "26.1"].map(|name| (name, ServerVersion::parse(name).unwrap()))
}

/// A sandbox of each of them.
pub(super) async fn of_every_version() -> Vec<(&'static str, P21)> {
    let mut all = Vec::new();
    for (name, version) in profiles() {
        all.push((name, p21_with(|builder| builder.p21_version(version)).await));
    }
    all
}

/// A sandbox of each of them, with a session that hands out response windows.
pub(super) async fn in_session() -> Vec<(&'static str, P21)> {
    let all = of_every_version().await;
    for (_, p21) in &all {
        p21.session().await;
    }
    all
}

/// The same on some versions.
pub(super) async fn in_session_on(versions: &[&str]) -> Vec<(&'static str, P21)> {
    let mut all = in_session().await;
    all.retain(|(name, _)| versions.contains(name));
    all
}

/// A sandbox of 26.1 as it is now, unless told otherwise.
pub(super) async fn current() -> P21 {
    current_with(|builder| builder).await
}

pub(super) async fn current_with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> P21 {
    p21_with(|builder| change(builder.p21_version(ServerVersion::v26_1()))).await
}

/// An answer: its status, and its body where that is JSON.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    pub(super) text: String,
    pub(super) marks: Vec<String>,
}

impl Answer {
    /// The status of the result; -1 if it is none.
    pub(super) fn result(&self) -> i64 {
        self.body["Status"].as_i64().unwrap_or(-1)
    }

    pub(super) fn message(&self) -> &str {
        self.body["Messages"][0]["Text"].as_str().unwrap_or_default()
    }

    pub(super) fn error(&self) -> &str {
        self.body["ErrorMessage"].as_str().unwrap_or_default()
    }

    /// The data of events of a name: key and value.
    pub(super) fn events(&self, name: &str) -> Vec<(String, String)> {
        let events = self.body["Events"].as_array().into_iter().flatten().filter(|event| event["Name"] == name);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        events
            .flat_map(|event| event["Data"].as_array().into_iter().flatten())
            .map(|pair| (text(&pair["Key"]), text(&pair["Value"])))
            .collect()
    }

    pub(super) fn has_event(&self, name: &str) -> bool {
        self.body["Events"].as_array().into_iter().flatten().any(|event| event["Name"] == name)
    }

    /// The response window that has opened.
    pub(super) fn popup(&self) -> String {
        assert_eq!((self.status, self.result()), (StatusCode::OK, 3), "{self:?}");
        assert_eq!(self.body["ResponseWindowId"], "", "the id is in an event alone");
        let (key, id) = self.events("windowopened").swap_remove(0);
        assert_eq!(key, "windowid");
        id
    }

    #[track_caller]
    pub(super) fn ok(self) -> Self {
        assert_eq!((self.status, self.result()), (StatusCode::OK, 1), "{self:?}");
        self
    }

    /// An error envelope.
    #[track_caller]
    pub(super) fn refused(self, status: u16, text: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.error()), (status, text), "{self:?}");
        assert!(self.body.get("Status").is_none(), "{self:?}");
        self
    }

    #[track_caller]
    pub(super) fn lost(self) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (500, ""), "{self:?}");
    }
}

impl P21 {
    /// A call with a token.
    pub(super) async fn call_as(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("{}{path}", self.sandbox.ui_url());
        let method: Method = method.parse().unwrap();
        let mut request = self.client.request(method, url).bearer_auth(token).header("accept", "application/json");
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_as(&self.token, method, path, body).await
    }

    /// Another token of the same user.
    pub(super) async fn token(&self) -> String {
        let login = json!({"username": "sandbox", "password": "sandbox"});
        let url = format!("{}/api/security/token/v2", self.sandbox.url());
        let answer = answer(self.client.post(url).json(&login).send().await.unwrap()).await;
        answer.body["AccessToken"].as_str().unwrap().to_owned()
    }

    /// Starts a session that hands out response windows.
    pub(super) async fn session(&self) -> Answer {
        self.session_with(json!({"ResponseWindowHandlingEnabled": true, "SessionTimeout": 3600})).await
    }

    pub(super) async fn session_with(&self, body: Value) -> Answer {
        let answer = self.call("POST", SESSIONS, Some(&body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer
    }

    /// The sessions that are listed.
    pub(super) async fn sessions(&self) -> usize {
        self.call("GET", SESSIONS, None).await.body.as_array().unwrap().len()
    }

    /// How many rows a table has.
    pub(super) async fn sandbox_rows(&self, table: &str) -> usize {
        let url = format!("{}/odataservice/odata/table/{table}", self.sandbox.url());
        let answer = answer(self.client.get(url).bearer_auth(&self.token).send().await.unwrap()).await;
        answer.body["value"].as_array().unwrap_or_else(|| panic!("{answer:?}")).len()
    }

    pub(super) async fn try_open(&self, body: Value) -> Answer {
        self.call("POST", &format!("{V2}/window"), Some(&body)).await
    }

    /// Opens the window of a service, in a session of its own if there is none.
    pub(super) async fn open(&self, service: &str) -> Driven<'_> {
        let answer = self.try_open(json!({"ServiceName": service})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        Driven { p21: self, id: answer.body["WindowId"].as_str().unwrap().to_owned() }
    }
}

pub(super) async fn answer(response: reqwest::Response) -> Answer {
    let marks = response.headers().get_all("p21-sandbox").iter();
    let marks = marks.map(|mark| mark.to_str().unwrap().to_owned()).collect();
    let (status, text) = text_of(response).await;
    Answer { status, body: serde_json::from_str(&text).unwrap_or_default(), text, marks }
}

/// An open window.
#[derive(Clone)]
pub(super) struct Driven<'a> {
    pub(super) p21: &'a P21,
    pub(super) id: String,
}

/// A change of one field.
pub(super) fn item(tab: Option<&str>, datawindow: &str, field: &str, value: &str) -> Value {
    json!({"TabName": tab, "DatawindowName": datawindow, "FieldName": field, "Value": value})
}

impl<'a> Driven<'a> {
    /// Another window of the session: a popup.
    pub(super) fn other(&self, id: &str) -> Driven<'a> {
        Driven { p21: self.p21, id: id.to_owned() }
    }

    /// Calls with the window's id in the body.
    pub(super) async fn send(&self, method: &str, path: &str, mut body: Value) -> Answer {
        body["WindowId"] = json!(self.id);
        self.p21.call(method, &format!("{V2}{path}"), Some(&body)).await
    }

    pub(super) async fn changes(&self, list: Vec<Value>) -> Answer {
        self.send("PUT", "/change", json!({"List": list})).await
    }

    /// Types into `TAB.datawindow`.
    pub(super) async fn change(&self, element: &str, field: &str, value: &str) -> Answer {
        let (tab, datawindow) = element.split_once('.').unwrap();
        self.changes(vec![item(Some(tab), datawindow, field, value)]).await
    }

    /// Types several values, each in a call that has to succeed.
    pub(super) async fn types(&self, element: &str, fields: &[(&str, &str)]) {
        for (field, value) in fields {
            let answer = self.change(element, field, value).await;
            assert_eq!((answer.status, answer.result()), (StatusCode::OK, 1), "{element} {field}: {answer:?}");
        }
    }

    pub(super) async fn tab(&self, page: &str) -> Answer {
        self.send("PUT", "/tab", json!({"PageName": page})).await
    }

    pub(super) async fn add_row(&self, datawindow: &str) -> Answer {
        self.send("POST", "/row", json!({"DatawindowName": datawindow})).await
    }

    pub(super) async fn row(&self, datawindow: &str, row: i64) -> Answer {
        self.send("PUT", "/row", json!({"DatawindowName": datawindow, "Row": row})).await
    }

    pub(super) async fn save(&self) -> Answer {
        self.p21.call("PUT", &format!("{V2}/data"), Some(&json!(self.id))).await
    }

    pub(super) async fn clear(&self) -> Answer {
        self.p21.call("DELETE", &format!("{V2}/data?id={}", self.id), None).await
    }

    pub(super) async fn close(&self) -> Answer {
        self.p21.call("DELETE", &format!("{V2}/window?id={}", self.id), None).await
    }

    pub(super) async fn state(&self) -> Answer {
        self.p21.call("GET", &format!("{V2}/window?id={}", self.id), None).await
    }

    pub(super) async fn data(&self) -> Answer {
        self.p21.call("GET", &format!("{V2}/data?id={}", self.id), None).await
    }

    pub(super) async fn tools(&self) -> Vec<String> {
        let answer = self.p21.call("GET", &format!("{V2}/tools?windowId={}", self.id), None).await;
        let tools = answer.body.as_array().unwrap_or_else(|| panic!("{answer:?}"));
        tools.iter().map(|tool| tool["ToolName"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) async fn press(&self, tool: &str) -> Answer {
        self.send("POST", "/tools", json!({"ToolName": tool})).await
    }

    /// The datawindows that the state shows.
    pub(super) async fn datawindows(&self) -> Vec<String> {
        let state = self.state().await;
        let datawindows = state.body["Definition"]["Datawindows"].as_object();
        datawindows.unwrap_or_else(|| panic!("{state:?}")).keys().cloned().collect()
    }

    /// The full names of what the data shows.
    pub(super) async fn shown(&self) -> Vec<String> {
        let data = self.data().await;
        let shown = data.body.as_array().unwrap_or_else(|| panic!("{data:?}"));
        shown.iter().map(|of| of["FullName"].as_str().unwrap().to_owned()).collect()
    }

    /// The rows of a datawindow that the data shows, field by field.
    pub(super) async fn rows(&self, datawindow: &str) -> Vec<Row> {
        let data = self.data().await;
        let all = data.body.as_array().unwrap_or_else(|| panic!("{data:?}"));
        let of = all.iter().find(|of| of["Name"] == datawindow).unwrap_or_else(|| panic!("{datawindow}: {data:?}"));
        assert_eq!(of["TotalRows"], of["Data"].as_array().unwrap().len());
        let columns: Vec<&str> = of["Columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let row = |cells: &Value| -> Row {
            let cells = cells.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned());
            columns.iter().map(|name| (*name).to_owned()).zip(cells).collect()
        };
        of["Data"].as_array().unwrap().iter().map(row).collect()
    }

    /// A field of the only row, or of the first.
    pub(super) async fn value(&self, datawindow: &str, field: &str) -> String {
        let rows = self.rows(datawindow).await;
        rows.first().and_then(|row| row.get(field)).cloned().unwrap_or_else(|| panic!("{datawindow} has no {field}"))
    }

    /// Whether a tab is enabled.
    pub(super) async fn is_enabled(&self, page: &str) -> bool {
        let state = self.state().await;
        let pages = state.body["Definition"]["TabPageList"].as_array().unwrap();
        pages.iter().find(|of| of["Name"] == page).unwrap_or_else(|| panic!("no tab {page}"))["Enabled"] == true
    }
}
