//! Somebody who drives windows in XML, document by document.

use reqwest::{Method, StatusCode};

use super::driver::{Answer, answer};
use crate::support::*;

pub(super) const SPACE: &str = "xmlns=\"urn:epicor-com:p21:interactive:v1\"";

/// What an element says, the first of that name.
pub(super) fn said<'a>(xml: &'a str, name: &str) -> &'a str {
    let Some((_, rest)) = xml.split_once(&format!("<{name}>")) else { return "" };
    rest.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
}

/// The errors, which a 200 may have.
pub(super) fn errors(answer: &Answer) -> &str {
    said(&answer.text, "Errors")
}

#[track_caller]
pub(super) fn done(answer: Answer) -> Answer {
    let status = said(&answer.text, "Status");
    assert_eq!((answer.status, status, errors(&answer)), (StatusCode::OK, "Ready", ""), "{answer:?}");
    answer
}

#[track_caller]
pub(super) fn failed(answer: &Answer, text: &str) {
    assert_eq!(
        (answer.status, errors(answer)),
        (StatusCode::OK, format!("<Error>{text}</Error>").as_str()),
        "{answer:?}"
    );
}

/// An application error, whose messages say why.
#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(said(&answer.text, "Status"), "Error", "{answer:?}");
    assert!(said(&answer.text, "Messages").contains(text), "{answer:?}");
}

impl P21 {
    pub(super) async fn xml(&self, method: &str, path: &str, body: &str) -> Answer {
        let url = format!("{}{path}", self.sandbox.ui_url());
        let method: Method = method.parse().unwrap();
        let request = self.client.request(method, url).bearer_auth(&self.token);
        let request = request.header("content-type", "application/xml").body(body.to_owned());
        answer(request.send().await.unwrap()).await
    }

    pub(super) async fn xml_session(&self, password: &str, company: &str) -> Answer {
        let body = format!(
            "<SessionRequest {SPACE}><UserName>sandbox</UserName><Password>{password}</Password><Company>{company}</Company></SessionRequest>"
        );
        self.xml("POST", "/common/session", &body).await
    }

    /// Opens the window of order entry, as the description does.
    pub(super) async fn xml_order(&self) -> Form<'_> {
        self.xml_session("sandbox", "ACME").await;
        let body = format!(
            "<WindowType {SPACE}>\n<MenuId>OE-I-1</MenuId>\n<Name>Order Entry</Name>\n<ServiceName>oe_entry</ServiceName>\n<Title>Order Entry</Title>\n</WindowType>"
        );
        self.xml_open(&body).await
    }

    pub(super) async fn xml_page(&self) -> Form<'_> {
        self.xml_session("sandbox", "ACME").await;
        let body =
            format!("<WindowType {SPACE}><MenuId>SP-1</MenuId><ServiceName>SalesPricePage</ServiceName></WindowType>");
        self.xml_open(&body).await
    }

    pub(super) async fn xml_open(&self, body: &str) -> Form<'_> {
        let opened = done(self.xml("POST", "/window", body).await);
        Form { p21: self, id: said(&opened.text, "WindowId").to_owned(), opened }
    }
}

/// An open window.
pub(super) struct Form<'a> {
    p21: &'a P21,
    pub(super) id: String,
    pub(super) opened: Answer,
}

impl Form<'_> {
    /// A document about the window.
    pub(super) async fn send(&self, method: &str, path: &str, root: &str, members: &str) -> Answer {
        let body = format!("<{root} {SPACE}>\n<WindowId>{}</WindowId>\n{members}\n</{root}>", self.id);
        self.p21.xml(method, path, &body).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let separator = if path.contains('?') { '&' } else { '?' };
        self.p21.xml("GET", &format!("{path}{separator}id={}", self.id), "").await
    }

    pub(super) async fn changes(&self, list: &[(&str, &str, &str, Option<i64>)]) -> Answer {
        let change = |(datawindow, field, value, row): &(&str, &str, &str, Option<i64>)| {
            let row = row.map(|row| format!("<Row>{row}</Row>")).unwrap_or_default();
            format!(
                "<Change><DataWindowName>{datawindow}</DataWindowName><FieldName>{field}</FieldName><Value>{value}</Value>{row}</Change>"
            )
        };
        let list: String = list.iter().map(change).collect();
        self.send("PUT", "/change", "ChangeRequest", &format!("<Changes>{list}</Changes>")).await
    }

    pub(super) async fn types(&self, datawindow: &str, fields: &[(&str, &str)]) {
        for (field, value) in fields {
            done(self.changes(&[(datawindow, field, value, None)]).await);
        }
    }

    pub(super) async fn tab(&self, name: &str) -> Answer {
        self.send("PUT", "/tab", "TabRequest", &format!("<TabName>{name}</TabName>")).await
    }

    pub(super) async fn row(&self, datawindow: &str, row: i64) -> Answer {
        let members = format!("<DataWindowName>{datawindow}</DataWindowName><Row>{row}</Row>");
        self.send("PUT", "/row", "RowRequest", &members).await
    }

    pub(super) async fn save(&self) -> Answer {
        self.send("PUT", "/data", "SaveRequest", "").await
    }

    /// The rows of a datawindow that `GET /data` shows: what each says of a field.
    pub(super) async fn rows(&self, datawindow: &str, field: &str) -> Vec<String> {
        let data = done(self.get("/data").await).text;
        let Some((_, of)) = data.split_once(&format!("<DataWindow name=\"{datawindow}\"")) else {
            panic!("{datawindow}: {data}")
        };
        let of = of.split_once("</DataWindow>").unwrap().0;
        let rows = of.split("<Row>").skip(1);
        let value = |row: &str| {
            let (_, rest) = row.split_once(&format!("<Field name=\"{field}\">"))?;
            Some(rest.split_once("</Field>")?.0.to_owned())
        };
        rows.map(|row| value(row).unwrap_or_default()).collect()
    }
}

pub(super) const HEADER: [(&str, &str); 6] = [
    ("customer_id", "100198"),
    ("ship_to_id", "100198"),
    ("contact_id", "1001"),
    ("sales_loc_id", "100"),
    ("source_loc_id", "100"),
    ("po_no", "PO-1"),
];
