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
//! * A site's own fields and lists of values ([`Builder::overlay`]).
//! * Services that nobody has published a definition of, when asked for ([`Builder::sketches`], `--sketches`): sketches,
//!   made of what is known (notepads of items, customers, suppliers and vendors, `BinLocation`, `PickZone`,
//!   `ProductionOrder`, `ProductionOrderPicking`, `PutawayZone`, `RMA`, `RequisitionPurchaseOrder`, `ShipTo`, `Task`).
//! * The versions 25.2 and 26.1; a build number selects what changed between builds.
//!
//! # Marks
//!
//! Where an answer is not what a real server would send, its header `P21-Sandbox` says so: `not simulated` (with every
//! 501), `own words` (the form is P21's, the sentence is not: P21's is not known), `ignored: ...` (a member that nobody
//! knows the meaning of), `sketch: ...` (the definition of the service is a sketch).
//!
//! # What is not simulated
//!
//! The Interactive API, the Entity, Inventory, Sales, Purchasing, Contacts and UDT services, the administration page, other reports, criteria that a report would ignore, and
//! XML bodies of commands, reports and callbacks are answered with 501 and a text that says so. An asynchronous job can
//! wait for ever, but never times out in the queue. Stored procedures are not executed. Of the tools of windows only
//! those that pick a note's areas exist. Beside configured response windows only `Item Issues Detected` opens, and the
//! dialogs that contaminate a session of the pool. Lengths that no rule knows are not enforced. A site's business
//! rules do not exist beyond these windows, nor do taxes, nor prices other than a contract's (fixed, by breaks of fixed
//! prices or multipliers, or by a multiplier of the supplier's list price). Stock moves with adjustments and is allocated
//! to assemblies; receipts, shipments and other orders don't touch it. An invoice of `Shipping` is its number and no
//! record, a short shipment is not asked about, packaging codes neither,
//! vouchers use up no receipts, which nothing but the seed brings (order 3999001), lots and bins are kept and not added up, and only production orders bring the PDFs along that a transaction prints. Production orders get their
//! components from the payload or from recorded labor, not from the assembly; they can't be completed.
//! Of OData, the v3 surface and the search views (`p21_view_es_*`) answer 501; there are the tables and columns that
//! definitions and `known.toml` name, and of those that no window has a field for only numbers of rows (`_uid`) and the
//! keys of what a row lies below are filled in; its 100 MB limit on answers is not there. Scopes of consumer keys are enforced for OData only.
//! A contaminated session shows by the dialog's text alone.
//!
//! # Levers
//!
//! Every setting has a name: `--set unknowns.absent_record=refused` on the command line (`--list-settings` shows them all),
//! [`Builder::set`], and [`Sandbox::set`] or `/_sandbox/settings` while the sandbox runs.
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
//! Where the facts about P21 are silent, the sandbox does this. What has a name in [`Config`] can be switched.
//!
//! | question | choice |
//! | --- | --- |
//! | `Results` when no transaction passed | null ([`Config::results_on_failure`]) |
//! | a set without `Transactions` | 200, nothing succeeded, nothing failed |
//! | texts in OData filters | compared letter by letter, case included |
//! | an unknown service | an empty 500, as on `definition` ([`Unknowns::unknown_service`]) |
//! | a service that P21 has and that no definition is served of (`facts/elsewhere.toml`, every `m_*`) | 501, on every path |
//! | `FieldMap`, `Parameters`, `Query`, a split method other than `Standard`, `Documents`, `RelativeDateEdits` | taken and ignored; the answer and the log name them ([`Unknowns::unread_members`]: 501) |
//! | a number for an enum | taken, whatever it is; only words are refused |
//! | JSON that is none | Json.NET's sentences; types whose name on the server is not known have a short one |
//! | a body over [`Config::max_body`] | 413 with an error envelope |
//! | an unknown element | fails with `General Exception: Invalid data element name: ...` ([`Unknowns::unknown_element`]) |
//! | a body that is neither JSON nor XML | 415 |
//! | the body of a 401 for a bad token | the members of the documented body, `Error` is `invalid_token` |
//! | the server info in XML | a map as DataContract writes one, below `ServerInfo`; what is not known of its values is null |
//! | the price of a purchase order's line | what `unit_price_display` shows |
//! | `assembly` of an order line that is none | null |
//! | a task that starts after its target | `The start date must be on or before the target date.` |
//! | what a new customer's packing basis, freight code and FOB are | `Partial`, `To Be Determined`, `To Be Determined` |
//! | problem documents | `type`, `title`, `status`, `errors`; in XML as ASP.NET Core writes them |
//! | a request without `Accept` | XML, where there is an XML form ([`Config::missing_accept`]) |
//! | an `Accept` that fits neither JSON nor XML | JSON |
//! | error envelopes where XML is wanted | JSON |
//! | children that XML has twice, or that are not known | the first one counts; unknown ones are skipped |
//! | `Keys` in XML that are no strings of the arrays' namespace | skipped: there are none |
//! | an asynchronous set for an unknown service | refused at once, as on `/transaction` |
//! | the status of a job that nobody has submitted | 404 with an error envelope; without an id 400 |
//! | how long a job takes, how many run | no longer than it has to, two ([`Config::asynchronous`]) |
//! | `Messages` and `Status` of a job before 26.1 | the texts, one a line; `Failed` if any transaction failed |
//! | a callback that can't be made, or is answered with an error | `CallbackResult` is `Failure : ` and why |
//! | a callback in XML | the root is `AsyncRequest`, in the namespace of payloads |
//! | the status of a report's error envelope | 500 ([`Config::reports`]) |
//! | a service that is no report, sent to `/process/pdfreport` | the error envelope |
//! | `m_picktickets` with labels, a reprint without a company | an empty 500, as for an unknown company |
//! | which purchase orders can be printed again | all that are stored and not deleted, whatever `reprint_flag` says |
//! | what is on a new pick ticket | of each component that the location stocks, what the order needs and no ticket has |
//! | documents of sales orders' pick tickets | `PT<number> PICK_TICKET` |
//! | a command that fails | its result has status 2 and the text; the batch goes on; the answer has the worst status |
//! | a command that voids the answer | the ones before it have run and what they saved stays; those after it don't run |
//! | rows in commands | counted from 1; a grid without rows gets its first one by a change |
//! | commands that name a record that is not there | a new record, as in a transaction |
//! | a read, and the session pool | takes a session as every transaction call does, and waits for one; it neither meets a dialog nor closes one |
//! | `Documents` of a transaction | items as a report has them; the form of a production order is named `PRO<n> PRODUCTION_ORDER` |
//! | a value that a rule's dates or lengths refuse in words that are not known | `Invalid {field} value: {value}` |
//! | a read keyed on a list element | 500 with an error envelope ([`Unknowns::list_read`]) |
//! | a return read through `Order` | 500 with an error envelope |
//! | `Keys` that are a text | 400, as for objects among them ([`Unknowns::bare_keys`]) |
//! | the form of asynchronous requests | words before 26.1, numbers from then on ([`Unknowns::async_form`]) |
//! | a read of a pick ticket that is invoiced | is answered: only changing it is refused |
//! | a read without states, or of a record that is not there | the blank window: one empty row an element ([`Unknowns::absent_record`]) |
//! | children in a read | one row a parent row, in the order of the parents; a form is blank where a parent has none |
//! | the order of fields in a read | looked-up columns first, then the definition's order: a read that is sent back fails at `customer_name` before it reaches `company_id`, as on P21 |
//! | keys that compare | numbers as numbers ([`Config::numeric_keys`]), texts letter by letter |
//! | which record a header means | the number P21 gives, if it leads the keys (`job_no`); else all other keys together; the company is the session's if it is not sent |
//! | a header with the company and number of a stored contract, without its `job_no` | that contract ([`Unknowns::equal_numbers`]: a renewal, with a number of its own) |
//! | a number that no record has | a new record with that number |
//! | a key that the definition does not require, and no rule numbers | is numbered from 1000001 |
//! | fields that the definition requires and no rule corrects | are wanted on create: `Required value missing for ...` ([`Config::required_flags`]) |
//! | a key edited in a form that shows the current line | selects nothing and is not written |
//! | a date that a prompt objects to (`requested_date` on `order_date`) | the prompt is answered No: the edit is dropped in silence |
//! | labels of a list that was emptied for publication | those that the rules know; without any, everything is taken |
//! | `Y` and `N` while labels are wanted | taken for switches |
//! | a value a number, date or list does not take | `Invalid {field} value: {value}` |
//! | rows in which every edit is empty and ignored | are skipped, tab and all |
//! | a value longer than its column | `Invalid {field} value: {value}`, as it is typed |
//! | an order that is opened in `RMA` | is loaded, as a return is |
//! | a pick ticket that is not there | `Enter a valid ID or leave ID blank.`, as the Interactive API has it |
//! | a purchase order whose receipts are on a voucher already | can be put on another one |
//! | the lines of a voucher that the payload does not name | are there with nothing invoiced |
//! | a line of a voucher that names no receipt of the purchase order | `Record specified was not found.`; one without any of its numbers means the only receipt there is |
//! | what is on a new pick ticket of an order | of each line what no ticket has yet; without any there is no ticket |
//! | the table of a record whose key is a column of none (a voucher) | one of its own: it is no row of the tables that the window shows |
//! | a vendor that is not there | `Record specified was not found.` on a requisition; other purchase orders take it |
//! | a zone that the location does not have | `Invalid {field} value: {value}` |
//! | an assembly that exists | a header with `Keys` changes it; without, it is a second one: `The record already exists.` |
//! | an entry date in a closed period | `The accounting period is not open.`; a day that is in no period is open |
//! | times of service labor | are open without an item and a component |
//! | labor for a production order | goes to the line that its number or item names; without either, to the first one |
//! | a tab of a price page before its type is set | is disabled |
//! | a group that does not go with the type of the page | is disabled |
//! | several primary salesreps | are taken; a list that was edited and has none is refused |
//! | a tab after those that come last (payments of an order) | is disabled |
//! | a field that came too early, where P21's text is not known | `{before} must be set before {field}` |
//! | a row that a prompt drops | is in the echo; its children land on the row that is current then |
//! | several contracts that price a line | the newest; it has to be approved, and in force on the server's day |
//! | an order line of an assembly whose production orders are made by hand | nothing is made or allocated |
//! | a tab that is disabled, under `IgnoreDisabled`, with false success | nothing of the transaction is written, the header is echoed |
//! | a column that is disabled, under `IgnoreDisabled`, with false success | the value is dropped, the rest is written, the element is missing from the echo |
//! | a transaction that edits nothing | `Save is not enabled.` |
//! | services that want `/commands` | the notes' known text; for others `Object reference not set to an instance of an object.` |
//! | views | `p21_view_` and the name of any table: the same columns and rows |
//! | a filter with `in` and other terms | is discarded as a whole |
//! | texts in filters | compare letter by letter; columns are written as the schema has them |
//! | null in filters | as in SQL: `ne` does not find it, nor does `not` |
//! | a column against a column, or `add`, `sub` | 404 with the text for the left column's type; `Int32` for whole numbers |
//! | functions, `$orderby`, `$expand`, `$top` with mistakes | 404 with the texts of the OData library that P21 uses |
//! | `now()` | 404 without a body |
//! | an unknown column in `$select` | the message ([`OData::unknown_select`]) |
//! | bodies of OData errors | the text alone ([`OData::error_body`]) |
//! | a filter over 64 KiB, 8,000 words or 64 levels | 400 `Query is too complex`, in the documented envelope |
//! | other query options | 501 |
//! | keys whose scope has no `/odata:` part | `/api` reads everything; others nothing |
//! | a status column that nobody gave a value | `704`, `N`: rows are active until somebody deletes them |
//! | a code that is not known | OData shows the label |
//! | the zone of datetimes | the machine's ([`OData::time_zone`]) |
//! | reads (`transaction/get`) and the pool | take no session |
//! | a contaminated session | fails the next transaction of the same service; half of them are stored all the same ([`PoolSettings::stored_anyway`]) |
//! | a prompt's answer | the row goes, the echo shows what was sent; a stored row stays as it was |
//! | a set of several transactions at documented latencies | each takes its time, all on one session |
//! | a P21 version newer than the definitions | rules of the P21 version, or of the definitions' version where they do not fit |
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
pub use facts::column::Kind as ColumnType;
pub use facts::config::{Config, ConsumerKey, PASSWORD, ServerVersion, USER, UnknownVersion, User};
pub use facts::definitions::Definitions;
pub use facts::error::StartError;
pub use facts::master::MasterData;
pub use facts::settings::accept::MissingAccept;
pub use facts::settings::family::ErrorFamily;
pub use facts::settings::faults::{Chances, Fault, FaultSettings, Latency, QueuedFault};
pub use facts::settings::jobs::AsyncSettings;
pub use facts::settings::odata::{ErrorBody, OData, UnknownSelect};
pub use facts::settings::pool::{Dialog, PoolSettings};
pub use facts::settings::prompts::{Prompt, PromptWhen};
pub use facts::settings::report::ReportSettings;
pub use facts::unknowns::{
    AbsentRecord, AsyncForm, BareKeys, CreatedAgain, EqualNumbers, ListRead, Refusal, UnknownElement, Unknowns,
    UnreadMembers,
};
pub use serve::cli;
pub use serve::odata::{CreateTableError, NewTable};
pub use serve::sandbox::{Builder, Sandbox};
