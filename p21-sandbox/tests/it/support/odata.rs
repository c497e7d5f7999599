//! Queries.

use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::{P21, text_of};

impl P21 {
    pub async fn odata(&self, path: &str, options: &[(&str, &str)]) -> Response {
        let url = format!("{}/odataservice/odata/{path}", self.sandbox.url());
        self.client
            .get(reqwest::Url::parse_with_params(&url, options).unwrap())
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap()
    }

    pub async fn odata_query(&self, path: &str, options: &[(&str, &str)]) -> Value {
        let (status, text) = text_of(self.odata(path, options).await).await;
        assert_eq!(status, StatusCode::OK, "{options:?}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn odata_rows(&self, table: &str, filter: &str) -> Vec<Value> {
        self.odata_query(&format!("table/{table}"), &[("$filter", filter)]).await["value"].as_array().unwrap().clone()
    }

    /// An item's row at a location.
    pub async fn stock(&self, item: &str, location: &str) -> Value {
        let items = self.odata_rows("inv_mast", &format!("item_id eq '{item}'")).await;
        let filter = format!("inv_mast_uid eq {} and location_id eq {location}", items[0]["inv_mast_uid"]);
        self.odata_rows("inv_loc", &filter).await.remove(0)
    }

    /// A query that is refused with 404; its text.
    pub async fn odata_refused(&self, table: &str, options: &[(&str, &str)]) -> String {
        let (status, text) = text_of(self.odata(&format!("table/{table}"), options).await).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{options:?}: {text}");
        text
    }
}
