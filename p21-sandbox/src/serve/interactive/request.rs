//! The bodies of calls, bound as Json.NET does.

use crate::serve::json_net::{Flag, List, Number, Text, object};

// What the server calls these types is not known, but for the first.
object! {
    /// What a new session is to be like.
    SessionWanted as "UserParameters" {
        "SessionType" => kind: Text,
        "SessionTimeout" => timeout: Option<Number>,
        "ResponseWindowHandlingEnabled" => hands_out: Option<Flag>,
        "ClientPlatformApp" => app: Text,
        "WorkstationID" => workstation: Text,
    }
}

object! {
    /// Which window is to be opened.
    OpenWanted as "OpenWindowRequest" {
        "ServiceName" => service: Text,
        "Title" => title: Text,
        "Name" => name: Text,
        "MenuId" => menu: Text,
    }
}

object! {
    /// Values for fields.
    Changes as "ChangeRequest" {
        "WindowId" => window: Text,
        "List" => list: List<Change>,
    }
}

object! {
    /// A value for a field.
    Change as "FieldChange" {
        "TabName" => tab: Text,
        "DatawindowName" => datawindow: Text,
        "FieldName" => field: Text,
        "Value" => value: Text,
        "ValueType" => value_type: Text,
        "Row" => row: Option<Number>,
    }
}

object! {
    /// The same in v1.
    ChangesV1 as "ChangeRequestV1" {
        "WindowId" => window: Text,
        "ChangeRequests" => list: List<ChangeV1>,
    }
}

object! {
    /// The same in v1: there are no tabs, and all values are as they are shown.
    ChangeV1 as "FieldChangeV1" {
        "DataWindowName" => datawindow: Text,
        "FieldName" => field: Text,
        "Value" => value: Text,
    }
}

object! {
    /// Which tab is to be in front. The path is v1's.
    TabWanted as "TabRequest" {
        "WindowId" => window: Text,
        "PageName" => page: Text,
        "TabName" => tab: Text,
        "PagePath" => path: Option<PagePath>,
    }
}

object! {
    /// A tab in v1.
    PagePath as "PagePath" {
        "PageName" => page: Text,
    }
}

object! {
    /// Which row, of which grid; the second spelling of both is v1's.
    RowWanted as "RowRequest" {
        "WindowId" => window: Text,
        "DatawindowName" => datawindow: Text,
        "Row" => row: Option<Number>,
        "DataWindowName" => datawindow_v1: Text,
        "RowNumber" => row_v1: Option<Number>,
    }
}

object! {
    /// Which tool is to run.
    ToolWanted as "ToolRequest" {
        "WindowId" => window: Text,
        "ToolName" => tool: Text,
        "ToolText" => text: Text,
        "DatawindowName" => datawindow: Text,
        "FieldName" => field: Text,
        "Row" => row: Option<Number>,
    }
}

object! {
    /// A window; what v1 saves by.
    WindowWanted as "WindowRequest" {
        "WindowId" => window: Text,
    }
}

impl From<ChangesV1> for Changes {
    fn from(ChangesV1 { window, list }: ChangesV1) -> Self {
        let change =
            |ChangeV1 { datawindow, field, value }: ChangeV1| Change { datawindow, field, value, ..Change::default() };
        Self { window, list: List(list.0.into_iter().map(|item| item.map(change)).collect()) }
    }
}

/// What a server binds leniently, and refuses in words of its own, is read here; what clients write is the model's. Here they
/// are held to the same members.
#[cfg(test)]
mod tests {
    use p21_model::interactive as model;
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    fn read<T: DeserializeOwned>(written: &impl Serialize) -> T {
        serde_json::from_slice(&serde_json::to_vec(written).unwrap()).unwrap()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn number(of: &Option<Number>) -> Option<i64> {
        of.as_ref().map(|number| number.0)
    }

    #[test]
    fn every_member_of_a_session_and_of_a_window_that_the_model_writes_is_read() {
        let mut session = model::SessionRequest::default();
        session.session_type = Some(model::SessionType::Auto);
        session.session_timeout = Some(90);
        session.response_window_handling_enabled = Some(false);
        (session.client_platform_app, session.workstation_id) = (some("app"), some("machine"));
        let wanted: SessionWanted = read(&session);
        assert_eq!((wanted.kind.as_str(), number(&wanted.timeout)), ("Auto", Some(90)));
        assert!(wanted.hands_out.is_some_and(|flag| !flag.0));
        assert_eq!((wanted.app.as_str(), wanted.workstation.as_str()), ("app", "machine"));
        let mut open = model::OpenRequest::service("Order");
        (open.title, open.name) = (some("Order Entry"), some("w_order"));
        open.menu_id = model::OpenRequest::menu_id(7).menu_id;
        let wanted: OpenWanted = read(&open);
        let all = [wanted.service, wanted.title, wanted.name, wanted.menu];
        assert_eq!(all.each_ref().map(Text::as_str), ["Order", "Order Entry", "w_order", "7"]);
    }

    #[test]
    fn every_member_of_a_change_that_the_model_writes_is_read_in_both_versions() {
        let mut change = model::Change::default();
        (change.tab_name, change.datawindow_name) = (some("FORM"), some("form"));
        (change.field_name, change.value) = ("description".to_owned(), "X".to_owned());
        (change.value_type, change.row) = (Some(model::ValueMeaning::Data), Some(2));
        let wanted: Changes = read(&model::ChangeRequest::new("w", vec![change]));
        let [item] = &wanted.list.iter().collect::<Vec<_>>()[..] else { panic!("one change") };
        let texts = [&wanted.window, &item.tab, &item.datawindow, &item.field, &item.value, &item.value_type];
        assert_eq!(texts.map(Text::as_str), ["w", "FORM", "form", "description", "X", "Data"]);
        assert_eq!(number(&item.row), Some(2));
        let change = model::v1::Change::new(some("form"), "description", "X");
        let wanted: Changes = read::<ChangesV1>(&model::v1::ChangeRequest::new("w", vec![change])).into();
        let [item] = &wanted.list.iter().collect::<Vec<_>>()[..] else { panic!("one change") };
        let texts = [&wanted.window, &item.datawindow, &item.field, &item.value];
        assert_eq!(texts.map(Text::as_str), ["w", "form", "description", "X"]);
    }

    #[test]
    fn every_member_of_tabs_rows_tools_and_saves_that_the_model_writes_is_read_in_both_versions() {
        let mut tab = model::TabRequest::new("w", "VALUES");
        tab.tab_name = some("COSTS");
        let wanted: TabWanted = read(&tab);
        assert_eq!([&wanted.window, &wanted.page, &wanted.tab].map(Text::as_str), ["w", "VALUES", "COSTS"]);
        let wanted: TabWanted = read(&model::v1::TabRequest::new("w", "VALUES"));
        assert_eq!((wanted.window.as_str(), wanted.path.unwrap().page.as_str()), ("w", "VALUES"));
        let wanted: RowWanted = read(&model::AddRowRequest::new("w", "items"));
        assert_eq!((wanted.window.as_str(), wanted.datawindow.as_str()), ("w", "items"));
        let wanted: RowWanted = read(&model::SelectRowRequest::new("w", "items", 3));
        assert_eq!((wanted.datawindow.as_str(), number(&wanted.row)), ("items", Some(3)));
        let wanted: RowWanted = read(&model::v1::SelectRowRequest::new("w", "items", 3));
        assert_eq!((wanted.datawindow_v1.as_str(), number(&wanted.row_v1)), ("items", Some(3)));
        let wanted: RowWanted = read(&model::v1::AddRowRequest::new("w", "items"));
        assert_eq!((wanted.window.as_str(), wanted.datawindow_v1.as_str()), ("w", "items"));
        let mut tool = model::RunToolRequest::new("w", "cb_add");
        (tool.tool_text, tool.datawindow_name, tool.field_name) = (some("&Add"), some("items"), some("item_id"));
        tool.row = Some(4);
        let wanted: ToolWanted = read(&tool);
        let texts = [&wanted.window, &wanted.tool, &wanted.text, &wanted.datawindow, &wanted.field];
        assert_eq!(texts.map(Text::as_str), ["w", "cb_add", "&Add", "items", "item_id"]);
        assert_eq!(number(&wanted.row), Some(4));
        let wanted: WindowWanted = read(&model::v1::SaveRequest::new("w"));
        assert_eq!(wanted.window.as_str(), "w");
        assert_eq!(read::<String>(&model::SaveRequest::new("w")), "w", "the bare id");
    }
}
