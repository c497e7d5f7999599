//! A P21 with windows, in small: sessions by token, windows of the service `Job`, a response window, rows. What a test wants
//! otherwise it says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::Method;
use p21_client::windows::Session;
use p21_client::{Client, ClientBuilder};
use serde_json::{Value, json};

use super::window::Win;
use super::{Reply, Seen, Server, answer, empty};

pub(crate) const SESSIONS: &str = "/uiserver0/api/ui/interactive/sessions";
const V2: &str = "/uiserver0/api/ui/interactive/v2/";

/// What the fake does otherwise than usual.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manners {
    /// Rows are counted from 0.
    pub(crate) from_zero: bool,
    /// Detail forms show the row that was selected before.
    pub(crate) one_behind: bool,
    /// The first row is selected again whenever a tab with rows comes to the front.
    pub(crate) first_again: bool,
    /// Clearing leaves what was typed.
    pub(crate) keeps: bool,
    /// How long each call takes.
    pub(crate) slow: Duration,
}

#[derive(Default)]
struct State {
    sessions: BTreeMap<String, String>,
    windows: BTreeMap<String, Win>,
    next: usize,
    created: usize,
    busy_until: Option<Instant>,
    overlaps: usize,
}

pub(crate) struct Windows {
    pub(crate) server: Server,
    state: Arc<Mutex<State>>,
}

impl Windows {
    pub(crate) async fn start() -> Self {
        Self::with(Manners::default(), |_| None).await
    }

    /// What `script` answers with `None` is answered as the fake does.
    pub(crate) async fn with(
        manners: Manners,
        script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let own = Arc::clone(&state);
        let server = Server::start(move |request| {
            script(request).or_else(|| own.lock().unwrap().handle(request, &manners).map(|r| r.after(manners.slow)))
        })
        .await;
        Self { server, state }
    }

    /// What `script` answers is said in place of the answer, once the work is done.
    pub(crate) async fn behind(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let own = Arc::clone(&state);
        let server = Server::start(move |request| {
            let reply = own.lock().unwrap().handle(request, &Manners::default());
            script(request).or(reply)
        })
        .await;
        Self { server, state }
    }

    pub(crate) fn client(&self) -> Client {
        self.server.client()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        self.server.builder()
    }

    pub(crate) async fn session(&self) -> Session {
        self.client().session().start().await.unwrap()
    }

    /// How many sessions there are.
    pub(crate) fn sessions(&self) -> usize {
        self.state.lock().unwrap().sessions.len()
    }

    pub(crate) fn windows(&self) -> usize {
        self.state.lock().unwrap().windows.len()
    }

    /// How many calls came while another was being worked on.
    pub(crate) fn overlaps(&self) -> usize {
        self.state.lock().unwrap().overlaps
    }

    /// Ends every session, as an idle limit does.
    pub(crate) fn forget_sessions(&self) {
        let mut state = self.state.lock().unwrap();
        state.sessions.clear();
        state.windows.clear();
    }

    /// Until no session is left; fails if that takes too long.
    pub(crate) async fn settled(&self) {
        for _ in 0..400 {
            if self.sessions() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} sessions are left", self.sessions());
    }

    /// The calls on windows: method, last part of the path, body.
    pub(crate) fn calls(&self) -> Vec<String> {
        let log = self.server.all();
        let of = |seen: &Seen| {
            let path = seen.path.strip_prefix(V2)?;
            Some(format!("{} {path} {}", seen.method, String::from_utf8_lossy(&seen.body)).trim().to_owned())
        };
        log.iter().filter_map(of).collect()
    }
}

pub(crate) fn ok(body: &Value) -> Reply {
    answer(200, "application/json; charset=utf-8", body.to_string())
}

pub(crate) fn refused(status: u16, text: &str) -> Reply {
    answer(status, "application/json", json!({"ErrorMessage": text, "ErrorType": null}).to_string())
}

pub(crate) fn result(status: u8) -> Value {
    json!({"Status": status, "Messages": [], "Events": [], "ResponseWindowId": ""})
}

fn saying(status: u8, text: &str) -> Reply {
    ok(&json!({"Status": status, "Messages": [{"Text": text, "Type": 2}], "Events": [], "ResponseWindowId": ""}))
}

fn event(status: u8, name: &str, key: &str, value: &str) -> Value {
    json!({"Status": status, "Messages": [], "ResponseWindowId": "",
        "Events": [{"Name": name, "Data": [{"Key": key, "Value": value}]}]})
}

impl State {
    fn handle(&mut self, request: &Seen, manners: &Manners) -> Option<Reply> {
        let token = request.header("authorization").to_owned();
        if request.path == SESSIONS {
            return Some(self.session(&request.method, &token));
        }
        let path = request.path.strip_prefix(V2)?.to_owned();
        let now = Instant::now();
        self.overlaps += usize::from(self.busy_until.is_some_and(|until| now < until));
        self.busy_until = Some(now + manners.slow);
        if !self.sessions.contains_key(&token) {
            return Some(answer(400, "application/json", r#"{"error":"Session not found or expired"}"#));
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if path == "window" && request.method == Method::POST {
            return Some(self.open(&token, &body));
        }
        let id = query(request).or_else(|| body.as_str().map(str::to_owned));
        let id = id.or_else(|| body["WindowId"].as_str().map(str::to_owned)).unwrap_or_default();
        let Some(mut window) = self.windows.get(&id).cloned() else {
            return Some(answer(400, "application/json", r#"{"error":"Window not found"}"#));
        };
        if let Some(popup) = &window.popup {
            let text = format!(
                "Unable to process request on window {id} since response window {popup} blocks it: w_message (Prophet 21) - \
                 Do you want the GL accounts to be set?"
            );
            return Some(refused(400, &text));
        }
        if std::mem::take(&mut window.burnt) {
            self.windows.insert(id, window);
            return Some(empty(500));
        }
        let reply = self.on_window(&mut window, &id, (&request.method, &path), &body, manners);
        if request.method != Method::DELETE || path != "window" {
            // A popup that answered is gone.
            if self.windows.contains_key(&id) {
                self.windows.insert(id, window);
            }
        }
        Some(reply)
    }

    fn session(&mut self, method: &Method, token: &str) -> Reply {
        match *method {
            Method::POST if self.sessions.contains_key(token) => refused(409, "Session already exists."),
            Method::POST => {
                self.created += 1;
                let id = format!("s-{}", self.created);
                self.sessions.insert(token.to_owned(), id.clone());
                ok(&json!({"Id": id, "Properties": [
                    {"Name": "Telemetry", "Properties": {"fullversion": "26.1.5950.0"}},
                    {"Name": "SessionHandling", "Properties": {"PoolSize": "5", "SessionCleanupExpiration": "00:06:00"}}]}))
            }
            Method::DELETE if self.sessions.remove(token).is_some() => {
                self.windows.retain(|_, window| window.owner != token);
                empty(200)
            }
            Method::DELETE => refused(400, "Invalid session"),
            _ => ok(&self.sessions.values().map(|id| json!({"Id": id})).collect()),
        }
    }

    fn open(&mut self, token: &str, body: &Value) -> Reply {
        if body["ServiceName"] == "Nothing" {
            return refused(400, "Cannot open window  because is not available or user SVC does not have permission.");
        }
        self.next += 1;
        let id = format!("w-{}", self.next);
        let lines = vec![BTreeMap::from([("item_id".to_owned(), String::new())])];
        self.windows
            .insert(id.clone(), Win { owner: token.to_owned(), tab: "FORM".to_owned(), lines, ..Win::default() });
        ok(&json!({"WindowId": id, "Title": "Job Entry", "DataElements": [{"Name": "FORM.header", "Table": "job"}]}))
    }

    fn on_window(
        &mut self,
        window: &mut Win,
        id: &str,
        call: (&Method, &str),
        body: &Value,
        manners: &Manners,
    ) -> Reply {
        match (call.0.as_str(), call.1) {
            ("GET", "window") => ok(&window.state(id)),
            ("DELETE", "window") => {
                self.windows.remove(id);
                empty(200)
            }
            ("PUT", "change") => self.change(window, id, body),
            ("PUT", "tab") => window.select_tab(body["PageName"].as_str().unwrap_or_default(), manners),
            ("POST", "row") => {
                let incomplete = window.lines.last().is_some_and(|line| line["item_id"].is_empty());
                window.lines.push(BTreeMap::from([("item_id".to_owned(), String::new())]));
                window.line = window.lines.len() - 1;
                if incomplete { saying(2, "Required value missing for Item ID on row 1") } else { ok(&result(1)) }
            }
            ("PUT", "row") => window.select_row(body["Row"].as_i64().unwrap_or_default(), manners),
            ("PUT", "data") if window.header.get("job_no").is_none_or(String::is_empty) => {
                saying(2, "Required value missing for Job No on row 1.")
            }
            ("PUT", "data") => ok(&json!({"Status": 1, "Messages": [], "ResponseWindowId": "", "Events": [
                {"Name": "savesucceeded", "Data": [{"Key": "datawindow", "Value": "header"}]},
                {"Name": "keygenerated", "Data": [{"Key": "job_uid", "Value": "1001"}]}]})),
            ("GET", "data") => ok(&window.data(manners)),
            ("DELETE", "data") => {
                if !manners.keeps {
                    window.header.clear();
                    window.lines = vec![BTreeMap::from([("item_id".to_owned(), String::new())])];
                }
                ok(&result(1))
            }
            ("GET", "tools") => {
                let names = if window.parent.is_some() {
                    ["cb_1", "cb_2", "Quick.Save"]
                } else {
                    ["cb_add", "cb_odd", "Quick.Save"]
                };
                let tools = names
                    .map(|name| json!({"WindowId": id, "ToolName": name, "DatawindowName": null, "FieldName": null}));
                ok(&json!(tools))
            }
            ("POST", "tools") => self.tool(window, id, body["ToolName"].as_str().unwrap_or_default()),
            _ => empty(404),
        }
    }

    fn change(&mut self, window: &mut Win, id: &str, body: &Value) -> Reply {
        for item in body["List"].as_array().into_iter().flatten() {
            let text = |member: &str| item[member].as_str().unwrap_or_default().to_owned();
            let (datawindow, field, value) = (text("DatawindowName"), text("FieldName"), text("Value"));
            match (datawindow.as_str(), field.as_str(), value.as_str()) {
                ("header", "comment", "refuse") => return refused(400, "Column is disabled: comment"),
                ("header", "job_no", "missing") => return saying(2, "Enter a valid ID or leave ID blank."),
                ("header", _, "zero") => return ok(&result(0)),
                ("header", _, "unclear") => {
                    window.header.insert(field, value);
                    return ok(&result(0));
                }
                ("header", "approved", "ON") => {
                    let popup = self.ask(window, id, (field, value));
                    return ok(&event(3, "windowopened", "windowid", &popup));
                }
                ("header", ..) => drop(window.header.insert(field, value)),
                ("line", ..) => drop(window.lines[window.line].insert(field, value)),
                ("question", ..) => {}
                _ => {
                    window.burnt = true;
                    return refused(400, &format!("Unable to find datawindow named {datawindow}"));
                }
            }
        }
        ok(&event(1, "tabpageenabled", "pagename", "NOTES"))
    }

    fn ask(&mut self, window: &mut Win, id: &str, then: (String, String)) -> String {
        self.next += 1;
        let popup = format!("p-{}", self.next);
        (window.popup, window.then) = (Some(popup.clone()), Some(then));
        let asks = Win { owner: window.owner.clone(), parent: Some(id.to_owned()), ..Win::default() };
        self.windows.insert(popup.clone(), asks);
        popup
    }

    fn tool(&mut self, window: &mut Win, id: &str, tool: &str) -> Reply {
        let Some(parent) = window.parent.clone() else {
            return match tool {
                "cb_add" => {
                    let popup = self.ask(window, id, ("comment".to_owned(), "noted".to_owned()));
                    ok(&event(3, "windowopened", "windowid", &popup))
                }
                _ => ok(&result(2)),
            };
        };
        if !matches!(tool, "cb_1" | "cb_2") {
            return ok(&result(1));
        }
        self.windows.remove(id);
        if let Some(window) = self.windows.get_mut(&parent) {
            window.popup = None;
            if let Some((field, value)) = window.then.take()
                && tool == "cb_1"
            {
                window.header.insert(field, value);
            }
        }
        ok(&event(1, "close", "is_response", "true"))
    }
}

fn query(request: &Seen) -> Option<String> {
    let pair = request.query.split('&').find_map(|pair| pair.split_once('='))?;
    matches!(pair.0, "id" | "windowId").then(|| pair.1.to_owned())
}
