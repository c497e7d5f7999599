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
