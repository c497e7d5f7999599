//! What is sent, as the description shows it.

use super::read::{Document, XmlElement};
use crate::wire::xml::tree::Space;
use crate::wire::xml::{INTERACTIVE, Out, XmlReadError, XmlWriteError};

type Written = Result<(), XmlWriteError>;

mod sealed {
    use super::{Out, Written, XmlElement, XmlReadError};

    pub trait Members: Sized {
        fn write(&self, out: &mut Out) -> Written;
        fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError>;
    }
}
use sealed::Members;

/// A body of a request.
pub trait Body: Members {
    /// The name of its root element.
    const ROOT: &'static str;

    /// The document.
    ///
    /// ```
    /// use p21_model::interactive::xml::{Body, TabRequest};
    ///
    /// let xml = TabRequest::new("w", "tab_line_items").to_xml()?;
    /// assert_eq!(
    ///     String::from_utf8(xml)?,
    ///     "<TabRequest xmlns=\"urn:epicor-com:p21:interactive:v1\"><WindowId>w</WindowId><TabName>tab_line_items</TabName></TabRequest>"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A value has a character that XML can't hold.
    fn to_xml(&self) -> Result<Vec<u8>, XmlWriteError> {
        let mut out = Out::new(256);
        out.document(Self::ROOT, Some(INTERACTIVE), |out| self.write(out))?;
        Ok(out.finish())
    }

    /// Reads the document. What isn't known in it is skipped, and of two of a name the first counts.
    ///
    /// # Errors
    /// It is no XML, another document, in another namespace, or lacks something that the description requires.
    fn read_xml(bytes: &[u8]) -> Result<Self, XmlReadError> {
        let document = Document::read(bytes)?;
        let root = document.root();
        if root.name() != Self::ROOT {
            return Err(XmlReadError::Root { found: super::read::cut(root.name(), 80), expected: Self::ROOT });
        }
        if !root.is_in(&[Space::Interactive]) {
            return Err(root.misplaced());
        }
        Members::read(root)
    }
}

/// What an element says that has to be there.
fn required(root: XmlElement<'_>, element: &'static str, member: &'static str) -> Result<String, XmlReadError> {
    root.said(member).map(str::to_owned).ok_or(XmlReadError::Missing { element, member })
}

macro_rules! bodies {
    ($($(#[$about:meta])* $name:ident {
        $($(#[$of:meta])* $member:ident: $spelt:literal,)+
    })+) => {$(
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$of])* pub $member: String,)+
        }

        impl $name {
            #[doc = concat!("The body of a call: ", $("`", $spelt, "` ",)+ ".")]
            pub fn new($($member: impl Into<String>,)+) -> Self {
                Self { $($member: $member.into(),)+ }
            }
        }

        impl Members for $name {
            fn write(&self, out: &mut Out) -> Written {
                $(out.leaf($spelt, &self.$member)?;)+
                Ok(())
            }

            fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
                Ok(Self { $($member: required(root, stringify!($name), $spelt)?,)+ })
            }
        }

        impl Body for $name {
            const ROOT: &'static str = stringify!($name);
        }
    )+};
}

bodies! {
    /// `POST /common/session`. The description names its three members and shows no form of it: this one is a choice.
    SessionRequest {
        /// The user.
        user_name: "UserName",
        /// The user's password.
        password: "Password",
        /// The company.
        company: "Company",
    }
    /// `PUT /data`, which saves.
    SaveRequest {
        /// The window.
        window_id: "WindowId",
    }
    /// `PUT /tab`.
    TabRequest {
        /// The window.
        window_id: "WindowId",
        /// The tab: `tab_line_items`.
        tab_name: "TabName",
    }
    /// `POST /tools`.
    ToolRequest {
        /// The window.
        window_id: "WindowId",
        /// The tool: `post`, `print`, `copy`, `delete`, `search`, and what else a window has.
        tool_name: "ToolName",
    }
}

macro_rules! shown {
    ($($name:ident: $($member:ident)+;)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($member), &self.$member))+.finish_non_exhaustive()
            }
        }
    )+};
}
// Without the password.
shown! {
    SessionRequest: user_name company;
    SaveRequest: window_id;
    TabRequest: window_id tab_name;
    ToolRequest: window_id tool_name;
}

/// `POST /window`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WindowType {
    /// The menu entry, `OE-I-1`: required.
    pub menu_id: String,
    /// What the window is called; it says nothing to P21.
    pub name: Option<String>,
    /// The service, `oe_entry`: wanted by windows of several services.
    pub service_name: Option<String>,
    /// The title; it says nothing to P21.
    pub title: Option<String>,
}

impl WindowType {
    /// The window of a menu entry.
    pub fn new(menu_id: impl Into<String>) -> Self {
        Self { menu_id: menu_id.into(), ..Self::default() }
    }
}

impl Members for WindowType {
    fn write(&self, out: &mut Out) -> Written {
        out.leaf("MenuId", &self.menu_id)?;
        out.optional("Name", self.name.as_deref())?;
        out.optional("ServiceName", self.service_name.as_deref())?;
        out.optional("Title", self.title.as_deref())
    }

    fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
        let of = |member: &str| root.said(member).map(str::to_owned);
        Ok(Self {
            menu_id: required(root, Self::ROOT, "MenuId")?,
            name: of("Name"),
            service_name: of("ServiceName"),
            title: of("Title"),
        })
    }
}

impl Body for WindowType {
    const ROOT: &'static str = "WindowType";
}

/// `PUT /change`: values, typed in order, each with all that it brings about before the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChangeRequest {
    /// The window.
    pub window_id: String,
    /// What is typed.
    pub changes: Vec<Change>,
}

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Change {
    /// The datawindow: `d_oe_hdr`.
    pub datawindow_name: String,
    /// The field.
    pub field_name: String,
    /// The value: dates are `12/31/2027`, decimals have a point.
    pub value: String,
    /// The row, counted from 0; the current one, if nothing is said.
    pub row: Option<i64>,
}

impl ChangeRequest {
    /// Values for fields of a window.
    pub fn new(window_id: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { window_id: window_id.into(), changes }
    }
}

impl Change {
    /// A value for a field of the current row.
    pub fn new(datawindow: impl Into<String>, field: impl Into<String>, value: impl Into<String>) -> Self {
        Self { datawindow_name: datawindow.into(), field_name: field.into(), value: value.into(), row: None }
    }
}

impl Members for ChangeRequest {
    fn write(&self, out: &mut Out) -> Written {
        out.leaf("WindowId", &self.window_id)?;
        out.wrap("Changes", |out| {
            self.changes.iter().try_for_each(|change| {
                let written = out.wrap("Change", |out| {
                    out.leaf("DataWindowName", &change.datawindow_name)?;
                    out.leaf("FieldName", &change.field_name)?;
                    out.leaf("Value", &change.value)?;
                    out.optional("Row", change.row.map(|row| row.to_string()).as_deref())
                });
                written.map_err(|error| error.in_field(&change.field_name))
            })
        })
    }

    fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
        let changes = root.child("Changes").ok_or(XmlReadError::Missing { element: Self::ROOT, member: "Changes" })?;
        let change = |of: XmlElement<'_>| {
            Ok(Change {
                datawindow_name: required(of, "Change", "DataWindowName")?,
                field_name: required(of, "Change", "FieldName")?,
                // An empty value is one.
                value: of
                    .text_of("Value")
                    .ok_or(XmlReadError::Missing { element: "Change", member: "Value" })?
                    .to_owned(),
                row: of.number("Row")?,
            })
        };
        Ok(Self {
            window_id: required(root, Self::ROOT, "WindowId")?,
            changes: changes.all("Change").map(change).collect::<Result<_, XmlReadError>>()?,
        })
    }
}

impl Body for ChangeRequest {
    const ROOT: &'static str = "ChangeRequest";
}

/// `POST /row`, which adds one. `PUT /row` selects one: its body isn't shown, and is this one with its row by choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RowRequest {
    /// The window.
    pub window_id: String,
    /// The datawindow.
    pub datawindow_name: String,
    /// The row, counted from 0.
    pub row: Option<i64>,
}

impl RowRequest {
    /// A row more in a datawindow.
    pub fn new(window_id: impl Into<String>, datawindow: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), datawindow_name: datawindow.into(), row: None }
    }

    /// A row of a datawindow, counted from 0.
    pub fn select(window_id: impl Into<String>, datawindow: impl Into<String>, row: i64) -> Self {
        Self { row: Some(row), ..Self::new(window_id, datawindow) }
    }
}

impl Members for RowRequest {
    fn write(&self, out: &mut Out) -> Written {
        out.leaf("WindowId", &self.window_id)?;
        out.leaf("DataWindowName", &self.datawindow_name)?;
        out.optional("Row", self.row.map(|row| row.to_string()).as_deref())
    }

    fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
        Ok(Self {
            window_id: required(root, Self::ROOT, "WindowId")?,
            datawindow_name: required(root, Self::ROOT, "DataWindowName")?,
            row: root.number("Row")?,
        })
    }
}

impl Body for RowRequest {
    const ROOT: &'static str = "RowRequest";
}

/// `POST /row/data`: a row more, and values for it in one call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RowDataRequest {
    /// The window.
    pub window_id: String,
    /// The datawindow.
    pub datawindow_name: String,
    /// Fields and values, typed in order.
    pub fields: Vec<(String, String)>,
}

impl RowDataRequest {
    /// A row more in a datawindow, with values.
    pub fn new(
        window_id: impl Into<String>,
        datawindow: impl Into<String>,
        fields: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let fields = fields.into_iter().collect();
        Self { window_id: window_id.into(), datawindow_name: datawindow.into(), fields }
    }
}

impl Members for RowDataRequest {
    fn write(&self, out: &mut Out) -> Written {
        out.leaf("WindowId", &self.window_id)?;
        out.leaf("DataWindowName", &self.datawindow_name)?;
        out.wrap("Fields", |out| {
            self.fields.iter().try_for_each(|(name, value)| {
                let written = out.with_attributes("Field", &[("name", Some(name))], |out| out.text(value));
                written.map_err(|error| error.in_field(name))
            })
        })
    }

    fn read(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
        let missing = |element, member| XmlReadError::Missing { element, member };
        let fields = root.child("Fields").ok_or(missing(Self::ROOT, "Fields"))?;
        let field = |of: XmlElement<'_>| {
            let name = of.attribute("name").filter(|name| !name.trim().is_empty());
            Ok((name.ok_or(missing("Field", "name"))?.to_owned(), of.text().to_owned()))
        };
        Ok(Self {
            window_id: required(root, Self::ROOT, "WindowId")?,
            datawindow_name: required(root, Self::ROOT, "DataWindowName")?,
            fields: fields.all("Field").map(field).collect::<Result<_, XmlReadError>>()?,
        })
    }
}

impl Body for RowDataRequest {
    const ROOT: &'static str = "RowDataRequest";
}
