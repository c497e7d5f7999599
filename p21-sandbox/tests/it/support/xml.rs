//! Payloads in XML, and requests that say which format they are in.

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use super::{ITEMS, ORDER_HEADER, P21};

pub const NAMESPACE: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
pub const TRANSACTION: &str = "/api/v2/transaction";
pub const GET: &str = "/api/v2/transaction/get";
pub const JSON: &str = "application/json";
pub const XML: &str = "application/xml";

pub struct Answer {
    pub status: StatusCode,
    pub media_type: String,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        assert!(self.media_type.contains("json"), "{}: {}", self.media_type, self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn root(&self) -> &str {
        let text = self.text.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?><").unwrap();
        &text[..text.find([' ', '>', '/']).unwrap()]
    }
}

impl P21 {
    pub async fn say(&self, method: Method, path: &str, content_type: &str, accept: &str, body: String) -> Answer {
        let request = self
            .client
            .request(method, format!("{}{path}", self.sandbox.ui_url()))
            .bearer_auth(&self.token)
            .header(header::CONTENT_TYPE, content_type)
            .header(header::ACCEPT, accept);
        let response = request.body(body).send().await.unwrap();
        let media_type = response.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        Answer {
            status: response.status(),
            media_type: media_type.unwrap_or_default(),
            text: response.text().await.unwrap(),
        }
    }

    pub async fn send_xml(&self, accept: &str, body: impl Into<String>) -> Answer {
        self.say(Method::POST, TRANSACTION, XML, accept, body.into()).await
    }
}

pub fn edits(edits: &[(&str, &str)]) -> String {
    edits.iter().map(|(name, value)| format!("<Edit><Name>{name}</Name><Value>{value}</Value></Edit>")).collect()
}

pub fn xml_element(name: &str, keys: &[&str], row: &str) -> String {
    let keys: String = keys.iter().map(|key| format!("<a:string>{key}</a:string>")).collect();
    format!(
        "<DataElement><Keys xmlns:a=\"{ARRAYS}\">{keys}</Keys><Name>{name}</Name>\
         <Rows><Row><Edits>{row}</Edits><RelativeDateEdits/></Row></Rows><Type>Form</Type></DataElement>"
    )
}

pub fn xml_set(elements: &str) -> String {
    format!(
        "<TransactionSet xmlns=\"{NAMESPACE}\">\n <Name>Order</Name><Transactions><Transaction><DataElements>{elements}\
         </DataElements><Status>New</Status></Transaction></Transactions><UseCodeValues>false</UseCodeValues>\
         </TransactionSet>"
    )
}

pub fn xml_order() -> String {
    let line = [("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")];
    xml_set(&format!(
        "{}{}",
        xml_element("TABPAGE_1.order", &[], &edits(&ORDER_HEADER)),
        xml_element(ITEMS, &["unit_quantity"], &edits(&line))
    ))
}
