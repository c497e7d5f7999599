//! A local server that behaves like Prophet 21 (P21) on the wire, silent failures included: nobody can test against an
//! ERP.
//!
//! ```no_run
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! use p21_sandbox::{ServerVersion, Sandbox};
//!
//! let sandbox = Sandbox::builder().p21_version(ServerVersion::v26_1()).start().await?;
//! let base_url = sandbox.url(); // user `sandbox`, password `sandbox`
//! // ... talk to it ...
//! sandbox.stop().await;
//! # Ok(()) }
//! ```
//!
//! It interprets service definitions and rules, whichever it is given: a window is replayed edit by edit, as P21 does
//! it. What neither can say about a service is a small file of its own in the source (`behaviour`).
//!
//! # What is simulated
//!
//! `CHECKS.md` beside the sources lists every check of the facts about P21 with the test that shows it.
//!
//! * Tokens, v1 and v2, by password and by consumer key, as JSON or XML; the router and its redirect; the server info;
//!   401 in both forms. The UI server's paths are below `/uiserver0`.
//! * The list of services, definitions, defaults, basics; undeployed windows and unknown names.
//! * `POST /api/v2/transaction`: sets of independent transactions, each of them atomic; the current row and what lands
//!   on it; keys, folding and upserts; cascades; required, disabled, computed and numbered columns; labels and codes;
//!   `IgnoreDisabled` in all its outcomes; empty values; the grammar of messages; the echo.
//! * `POST /api/v2/transaction/get`: whole windows, every element and field; blank ones for what is not there.
//! * `POST /api/v2/transaction/async`, polling, callbacks: a queue with two slots, in the form of 25.2 and of 26.1.
//!   Callbacks go to this machine only, unless told otherwise ([`AsyncSettings::callbacks_anywhere`]).
//! * `POST /api/v2/commands`: opening, changing, selecting, saving, tools, closing, on the same window as transactions;
//!   notes and their areas.
//! * The Interactive API, v1, v2 and, by the names and documents of one description, the XML flavour: sessions with their slots, timeouts, ghosts and pool; windows of any service over the same
//!   records, with tabs, rows, valid values as labels or keys, tools, response windows, events; what opens which tab, what
//!   asks, what is lost without a word, as the rules about windows say.
//! * `POST /api/v2/process/pdfreport`: `m_reprintpurchaseorders`, `m_picktickets`, `m_reprintpicktickets`, as PDF, from
//!   stored records; success and failure side by side, the error envelope, the empty 500s.
//! * The stored procedure executor, for reading.
//! * JSON and XML in and out, as DataContract reads and writes it: the namespace, the order of children and what becomes
//!   of late ones.
//! * What single services do, whenever their definitions are served: returns share the records of `Order`, which refuses
//!   them; `Shipping` ships and invoices the tickets that orders print; requisitions are purchase orders of their own
//!   type; suppliers of an `Item` at a location, and the window that stands in the way of its every save; zones of bins;
//!   adjustments move stock; vouchers are made of receipts, and without any a disabled column is never reached; an order line without a price gets the contract's; one of an assembly takes stock first and
//!   gets a production order for the rest; printing a `ProductionOrder` makes a ticket and brings the PDFs along, labor that is recorded later
//!   wants another one, and confirming one through a transaction is a shell; `TimeEntry` with its technicians, periods
//!   and the order of its grid; one assembly an item; what the type of a price page opens.
//! * What rules say of any service: lengths of texts, dates that ascend, the one row that is the primary one, one new row
//!   a record and request, values that open a dialog. Prompts and response windows that a site has configured
//!   ([`Config::prompts`]).
//! * Master data, which windows open like any other record.
//! * Binding as Json.NET does it: names by letter and case, its error texts with path and position, the status that is
//!   a 500 on older builds and a 400 on newer ones.
//! * OData: tables and views as definitions and `facts/known.toml` name them, over the same records; lists, JSON
//!   schema, `$filter`, `$select`, `$orderby`, `$top`, `$skip`, `$count`; rights of users and scopes of keys; the
//!   filters that P21 gets wrong without a word (`in`, text column against text column), and the 404s for everything
//!   it refuses.
//! * The session pool: any idle session, a dialog that stays up and fails the next call on that session, price pages
//!   that never do ([`PoolSettings`]). Prompts that are answered No ([`Prompt`]).
//! * Faults by chance or one by one ([`FaultSettings`], [`Sandbox::queue_fault`]): every family of error bodies, 502,
//!   503, 504, connections that break before or after the work, slow answers; latencies as documented ([`Latency`]).
//!   Chance starts from [`Config::random_seed`].
//! * A site's own fields and lists of values ([`SandboxBuilder::overlay`]).
//! * Services that nobody has published a definition of, when asked for ([`SandboxBuilder::sketches`], `--sketches`): sketches,
//!   made of what is known (notepads of items, customers, suppliers and vendors, `BinLocation`, `PickZone`,
//!   `ProductionOrder`, `ProductionOrderPicking`, `ProductionOrderProcessing`, `PutawayZone`, `RMA`, `RequisitionPurchaseOrder`, `ShipTo`, `Task`, `Territory`).
//! * The versions 25.2 and 26.1; a build number selects what changed between builds.
//!
//! # Marks
//!
//! Where an answer is not what a real server would send, its header `P21-Sandbox` says so: `not simulated` (with every
//! 501), `own words` (the form is P21's, the sentence is not: P21's is not known), `ignored: ...` (a member that nobody
//! knows the meaning of), `sketch: ...` (the definition of the service is a sketch), `own form` (an answer of the XML flavour that its
//! description doesn't show).
//!
//! # What is not simulated
//!
//! Of the Interactive API row limits, the selection of several rows, the web client's windows (`ui/full`), and the
//! tools of windows beyond saving, clearing, closing, notes with their areas, and the wizard of direct shipments (in a
//! transaction `c_create_po` does nothing). The Entity, Inventory, Sales, Purchasing, Contacts and UDT services, the
//! administration page, other reports, criteria that a report would ignore, and XML bodies of commands, reports and
//! callbacks are answered with 501 and a text that says so. An asynchronous job can wait for ever, but never times out
//! in the queue. Stored procedures are not executed. Of the tools of windows only those that pick a note's areas exist.
//! Beside configured response windows only `Item Issues Detected` opens, and the dialogs that contaminate a session of
//! the pool. Lengths that no rule knows are not enforced. A site's business rules do not exist beyond these windows,
//! nor do taxes, nor prices other than a contract's (fixed, by breaks of fixed prices or multipliers, or by a
//! multiplier of the supplier's list price). Stock moves with adjustments and is allocated to assemblies; receipts,
//! shipments and other orders don't touch it. An invoice of `Shipping` is its number and no record, a short shipment is
//! not asked about, packaging codes neither, vouchers use up no receipts, which nothing but the seed brings (order
//! 3999001), lots and bins are kept and not added up, and only production orders bring the PDFs along that a
//! transaction prints. Production orders get their components from the payload or from recorded labor, not from the
//! assembly; they can't be completed. Of OData, the v3 surface and the search views (`p21_view_es_*`) answer 501; there
//! are the tables and columns that definitions and `known.toml` name, and of those that no window has a field for only
//! numbers of rows (`_uid`) and the keys of what a row lies below are filled in; its 100 MB limit on answers is not
//! there. Scopes of consumer keys are enforced for OData only.
//! A contaminated session shows by the dialog's text alone.
//!
//! # Levers
//!
//! Every setting has a name: `--set unknowns.absent_record=refused` on the command line (`--list-settings` shows them all),
//! [`SandboxBuilder::set`], and [`Sandbox::set`] or `/_sandbox/settings` while the sandbox runs: the size of the pool, too, and
//! `random_seed`, which starts chance again. Only at the start: the P21 version, definitions, sketches and overlay, which are
//! compiled then; master data and the data file; the largest body (`max_body`).
//!
//! [`Config::admin`] (`--admin`) offers these to programs on this machine; requests through a proxy or from a web page
//! are refused.
//!
//! | request | |
//! | --- | --- |
//! | `GET /_sandbox/state` | the time, tables and their rows, sessions of the pool, asynchronous jobs, tokens, faults that wait |
//! | `GET /_sandbox/tables/{name}?top=100&skip=0` | stored rows of a database table, as they are |
//! | `POST /_sandbox/tables` | creates a table: `{"name":"..","columns":{"a":"integer"},"rows":[{"a":"1"}]}` |
//! | `POST /_sandbox/refresh-odata` | what *Refresh OData API service* does on P21's administration page |
//! | `POST /_sandbox/reset` | all records and created tables go, the seed comes back; sessions are clean, no fault waits; what runs in the queue goes on |
//! | `POST /_sandbox/expire-tokens` | every token expires |
//! | `POST /_sandbox/clock` | moves the clock: `{"advance_seconds":3600}`, or to a moment: `{"now":"2027-01-31T12:00:00Z"}` |
//! | `POST /_sandbox/clean-sessions` | closes the dialogs in the pool's sessions |
//! | `POST /_sandbox/faults` | queues a fault: `{"fault":"commit-drop","path":"/transaction","method":"POST","times":1}` |
//! | `DELETE /_sandbox/faults` | forgets the faults that wait |
//! | `GET /_sandbox/settings` | every setting: its value, what it takes, what it is about, whether it can be changed now |
//! | `POST /_sandbox/settings` | changes settings, all of them or none: `{"xml_tokens":true,"asynchronous.duration":"2s"}` |
//!
//! # Choices
//!
//! Where the facts about P21 are silent, the sandbox chooses: `CHOICES.md` beside the sources lists every choice with the
//! setting that switches it, if there is one, and the test that shows it.
//!
//! # Storage
//!
//! Records are kept in SQLite, in memory or in a file. A row belongs to the database table that most of its columns are
//! in (`DbColumnName`), and is a JSON object keyed by column; a form of the same table as the row it belongs to is a
//! view of that row. Values are what the database has: `Y`, `N` and codes where they are known. Master data (company,
//! customer, items, prices) comes from `seed.toml`, in the same form; what a window saves beside its own record (stock,
//! tickets, production orders) is written in the same SQLite transaction.
//!
//! With a file (`--data`) an acknowledged write is in SQLite's log: a process that is killed at any instant loses none
//! and leaves none by half. Only the end of the machine itself may take the last ones.
#![forbid(unsafe_code)]

mod behaviour;
mod facts;
mod serve;
mod store;
mod window;

pub use facts::clock::Clock;
pub use facts::column::ColumnType;
pub use facts::config::{Config, ConsumerKey, PASSWORD, ServerVersion, USER, UnknownVersion, User};
pub use facts::definitions::ServedDefinitions;
pub use facts::error::StartError;
pub use facts::master::MasterData;
pub use facts::settings::accept::MissingAccept;
pub use facts::settings::family::ErrorFamily;
pub use facts::settings::faults::{Chances, Fault, FaultSettings, Latency, QueuedFault};
pub use facts::settings::interactive::{
    BurntCall, GoneSession, GoneWindow, IdleSession, InteractiveSettings, SessionSlot, ToolsById, UnsavedClose,
};
pub use facts::settings::jobs::AsyncSettings;
pub use facts::settings::odata::{ErrorForm, OData, UnknownSelect};
pub use facts::settings::pool::{PoolDialog, PoolSettings};
pub use facts::settings::prompts::{Prompt, PromptWhen};
pub use facts::settings::report::ReportSettings;
pub use facts::unknowns::{
    AbsentRecord, AsyncForm, BareKeys, CreatedAgain, EqualNumbers, FurtherKeys, ListRead, RefusalForm, UnknownElement,
    Unknowns, UnreadMembers,
};
pub use serve::builder::SandboxBuilder;
pub use serve::cli;
pub use serve::odata::{CreateTableError, NewTable};
pub use serve::sandbox::Sandbox;
