//! Windows by themselves, without a server: what they own, what they are lent, what they ask.

use std::sync::Arc;

use super::dialog::{Answer, Kind, Policy, Question, Reply, as_documented};
use super::posting::{Posting, values};
use super::refusal::Stop;
use super::tabs::{self, Selected};
use super::{Behaviour, Caller, Desk, Entry, Event, Plain, Post, Window};
use crate::facts::config::Config;
use crate::facts::definitions::ServedDefinitions;
use crate::facts::plan::Catalogue;
use crate::facts::seed::Seed;
use crate::facts::settings::prompts::{Prompt, PromptWhen};
use crate::store::{Store, seeded};

const ITEMS: &str = "TP_ITEMS.items";

/// What desks are made of: the repository's definitions, a seeded store, somebody who calls.
struct Office {
    catalogue: Catalogue,
    config: Config,
    store: Store,
    caller: Caller,
    post: Post,
}

impl Office {
    fn new() -> Self {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions");
        let version = p21_model::Version::new(25, 2);
        let definitions = ServedDefinitions::load(directory, version).unwrap();
        let seed = Seed::embedded().unwrap();
        let catalogue = Catalogue::compile(definitions, version, &seed.displays).unwrap();
        let config = Config::default();
        config.clock.set_day(jiff::civil::date(2026, 3, 2));
        let store = Store::open(None, Some(&|writer| seeded::fill(&seed, &catalogue, &config, writer))).unwrap();
        Self { catalogue, config, store, caller: Caller { user: "somebody".to_owned() }, post: Post::default() }
    }

    fn desk(&mut self, policy: Policy) -> Desk<'_> {
        Desk {
            store: &mut self.store,
            catalogue: &self.catalogue,
            config: &self.config,
            caller: &self.caller,
            post: &mut self.post,
            policy,
        }
    }

    fn window(&self, service: &str, behaviour: &'static dyn Behaviour) -> Window {
        Window::open(Arc::clone(self.catalogue.get(service).unwrap()), behaviour)
    }

    /// An order with what P21 wants in its header.
    fn order(&mut self) -> Window {
        let mut window = self.window("Order", &Plain);
        let desk = &mut self.desk(as_documented);
        let header = window.service.header.unwrap();
        for (field, value) in [
            ("customer_id", "100198"),
            ("sales_loc_id", "100"),
            ("source_loc_id", "100"),
            ("ship_to_id", "100198"),
            ("contact_id", "1001"),
            ("po_no", "PO-1"),
            ("order_date", "2026-03-02"),
            ("requested_date", "2026-03-20"),
        ] {
            window.change(desk, header, field, value).unwrap();
        }
        window
    }
}

/// As an interactive session: every question goes to whoever drives the window.
fn hand_out(_: &Question) -> Reply {
    Reply::LeaveUp
}

/// Types a line of an order, as one row.
fn line(window: &mut Window, desk: &mut Desk<'_>, item: &str, price: &str) -> Result<usize, Stop> {
    let element = window.service.element_index(ITEMS).unwrap();
    let sent = [("oe_order_item_id", item), ("unit_quantity", "5"), ("unit_price", price)].map(|(name, value)| Entry {
        name,
        value,
        is_skipped: value.is_empty(),
    });
    window.select_tab(element)?;
    let row = window.select_row(desk, element, &[], &sent)?.unwrap();
    window.type_row(desk, element, row, &[], &sent)?;
    Ok(row)
}

fn lines(window: &Window) -> usize {
    let storage = window.service.plan(window.service.element_index(ITEMS).unwrap()).storage;
    window.rows.below(storage, 0).len()
}

fn refusal(outcome: Result<(), Stop>) -> String {
    outcome.unwrap_err().into_refusal().unwrap().text
}

#[test]
fn a_window_outlives_its_desk_and_is_cleared_reloaded_and_thrown_away() {
    let mut office = Office::new();
    let mut window = office.order();
    line(&mut window, &mut office.desk(as_documented), "WIDGET-001", "10").unwrap();

    // Between two calls others save, and the window moves to another thread.
    let mut other = office.order();
    line(&mut other, &mut office.desk(as_documented), "WIDGET-002", "").unwrap();
    other.save(&mut office.desk(as_documented)).unwrap();
    let mut window = std::thread::spawn(move || window).join().unwrap();

    line(&mut window, &mut office.desk(as_documented), "WIDGET-002", "20").unwrap();
    window.save(&mut office.desk(as_documented)).unwrap();
    let (first, second) = (other.record.unwrap(), window.record.unwrap());
    assert_ne!(first, second);
    let events = window.take_events();
    assert!(
        matches!(events.as_slice(), [Event::Begun, .., Event::KeyGenerated(..), Event::Saved(Some(_))]),
        "{events:?}"
    );

    window.load(&office.desk(as_documented), first).unwrap();
    assert_eq!((lines(&window), window.record), (1, Some(first)));
    window.load(&office.desk(as_documented), second).unwrap();
    assert_eq!((lines(&window), window.named_in_header("po_no")), (2, "PO-1"));
    window.clear();
    assert!(!window.is_open() && window.record.is_none());
    window.begin(&mut office.desk(as_documented)).unwrap();
    assert_eq!(lines(&window), 0);

    // What is thrown away leaves nothing behind.
    let count =
        |office: &Office| office.store.table_counts().unwrap().iter().find(|(table, _)| table == "oe_hdr").cloned();
    let before = count(&office);
    let mut thrown = office.order();
    line(&mut thrown, &mut office.desk(as_documented), "WIDGET-001", "").unwrap();
    drop(thrown);
    assert_eq!(count(&office), before);
}

#[test]
fn a_prompt_over_a_row_is_answered_by_default_or_handed_out() {
    let mut office = Office::new();
    office.config.prompts = vec![Prompt::new("Order", ITEMS, "unit_price", PromptWhen::Missing)];
    let mut window = office.order();
    window.behaviour = &Units;
    // As documented: No, and the line is gone without a word.
    line(&mut window, &mut office.desk(as_documented), "WIDGET-001", "").unwrap();
    assert_eq!((lines(&window), window.asked().is_none()), (0, true));

    for (answer, kept) in [(Answer::No, 0), (Answer::Yes, 1)] {
        let asked = line(&mut window, &mut office.desk(hand_out), "WIDGET-001", "").unwrap_err();
        assert!(matches!(asked, Stop::Asked));
        assert_eq!(window.asked().map(|question| question.kind), Some(Kind::Prompt));
        // Until it is answered nothing else goes.
        let desk = &mut office.desk(hand_out);
        let header = window.service.header.unwrap();
        assert!(refusal(window.change(desk, header, "po_no", "PO-2")).starts_with("Unexpected response window"));
        assert!(refusal(window.save(desk)).starts_with("Unexpected response window"));
        assert!(refusal(window.run_tool(desk, "cb_select").map(|_| ())).starts_with("Unexpected response window"));
        assert!(window.answer(desk, answer).unwrap());
        assert_eq!((lines(&window), window.asked().is_none()), (kept, true), "{answer:?}");
        assert!(!window.answer(desk, answer).unwrap(), "there is nothing to answer any more");
    }
    // The row that stays is finished as any other.
    let element = window.service.element_index(ITEMS).unwrap();
    let row = *window.rows.below(window.service.plan(element).storage, 0).first().unwrap();
    assert_eq!(window.named(row, element, "unit_of_measure"), "EA");
    window.save_and_stay(&mut office.desk(hand_out)).unwrap();
}

#[test]
fn a_response_window_over_a_row_is_refused_or_handed_out() {
    let mut office = Office::new();
    let prompt = Prompt::new("Order", ITEMS, "unit_price", PromptWhen::Missing);
    office.config.prompts = vec![prompt.response_window("Cost")];
    let mut window = office.order();
    let stop = line(&mut window, &mut office.desk(as_documented), "WIDGET-001", "").unwrap_err();
    assert_eq!(stop.into_refusal().unwrap().text, "Unexpected response window: Cost");
    let mut window = office.order();
    line(&mut window, &mut office.desk(hand_out), "WIDGET-001", "").unwrap_err();
    assert_eq!(window.asked().map(|question| (&*question.title, question.kind)), Some(("Cost", Kind::ResponseWindow)));
    window.answer(&mut office.desk(hand_out), Answer::Yes).unwrap();
    assert_eq!(lines(&window), 1);
}

#[test]
fn dates_out_of_order_ask_as_anything_else_does() {
    let mut office = Office::new();
    let mut window = office.order();
    let header = window.service.header.unwrap();
    // As documented: No, and the date is what it was.
    window.change(&mut office.desk(as_documented), header, "requested_date", "2026-03-02").unwrap();
    assert!(window.named_in_header("requested_date").starts_with("2026-03-20"));
    for (answer, shown) in [(Answer::No, "2026-03-20"), (Answer::Yes, "2026-03-02")] {
        let stop = window.change(&mut office.desk(hand_out), header, "requested_date", "2026-03-02").unwrap_err();
        assert!(matches!(stop, Stop::Asked));
        window.answer(&mut office.desk(hand_out), answer).unwrap();
        assert!(window.named_in_header("requested_date").starts_with(shown), "{answer:?}");
    }
}

/// A line that is done has its unit.
struct Units;

impl Behaviour for Units {
    fn row_done(&self, window: &mut Window, _desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        window.set_named(row, element, "unit_of_measure", "EA".to_owned());
        Ok(())
    }
}

/// Asks before every save, and shuts the tab of lines as long as there is no order number of the customer's.
struct Asks;

impl Behaviour for Asks {
    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        window.ask_before_save(desk, "Issues Detected")
    }

    fn shuts_tab(&self, window: &Window, _element: u16) -> bool {
        window.named_in_header("po_no").is_empty()
    }
}

#[test]
fn what_stands_before_a_save_is_refused_or_handed_out_and_the_save_goes_on() {
    let mut office = Office::new();
    let mut window = office.order();
    window.behaviour = &Asks;
    line(&mut window, &mut office.desk(as_documented), "WIDGET-001", "").unwrap();
    assert_eq!(refusal(window.save(&mut office.desk(as_documented))), "Unexpected response window: Issues Detected");
    for answer in [Answer::No, Answer::Yes] {
        assert!(matches!(window.save_and_stay(&mut office.desk(hand_out)), Err(Stop::Asked)));
        assert!(window.record.is_none());
        window.answer(&mut office.desk(hand_out), answer).unwrap();
        assert_eq!(window.record.is_some(), answer == Answer::Yes);
    }
    // The next save asks anew.
    assert!(matches!(window.save_and_stay(&mut office.desk(hand_out)), Err(Stop::Asked)));
}

/// Marks the header and posts something before each save.
struct Marks;

impl Behaviour for Marks {
    fn before_save(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        assert!(window.postings.is_empty(), "what an earlier save wanted to write is gone");
        window.postings.push(Posting::Change { row: 1, columns: values([("posted", "Y")]) });
        let marks = window.rows[0].data.entry("marks".to_owned()).or_default();
        marks.push('x');
        Ok(())
    }
}

#[test]
fn a_save_that_is_refused_leaves_the_window_as_it_was() {
    let mut office = Office::new();
    let mut window = office.order();
    window.behaviour = &Marks;
    line(&mut window, &mut office.desk(as_documented), "", "10").unwrap();
    for _ in 0..2 {
        refusal(window.save_and_stay(&mut office.desk(as_documented)));
        assert!(!window.rows[0].data.contains_key("marks"));
    }
    let items = window.service.element_index(ITEMS).unwrap();
    window.change(&mut office.desk(as_documented), items, "oe_order_item_id", "WIDGET-001").unwrap();
    window.save_and_stay(&mut office.desk(as_documented)).unwrap();
    assert_eq!(window.rows[0].data["marks"], "x");
}

#[test]
fn what_comes_up_behind_a_save_stays_up_and_the_record_is_stored() {
    let mut office = Office::new();
    let mut window = office.order();
    line(&mut window, &mut office.desk(as_documented), "WIDGET-001", "").unwrap();
    window.save(&mut office.desk(as_documented)).unwrap();
    assert!(window.asked().is_none(), "orders have no such dialog");

    // Only the dialog is of interest, not what the definition flags as required.
    office.config.required_flags = false;
    let mut window = office.window("PurchaseOrder", &Plain);
    let desk = &mut office.desk(as_documented);
    let header = window.service.header.unwrap();
    window.begin(desk).unwrap();
    let info = window.service.element_index("TABPAGE_18.extended_info").unwrap();
    let lines = window.service.element_index("TABPAGE_17.tp_17_dw_17").unwrap();
    let storage = window.service.plan(lines).storage;
    window.add_row(desk, storage, 0);
    for (element, field, value) in
        [(header, "vendor_id", "5010"), (lines, "item_id", "WIDGET-001"), (info, "acknowledged", "ON")]
    {
        window.change(desk, element, field, value).unwrap();
    }
    window.save(desk).unwrap();
    assert_eq!(window.asked().map(|question| question.kind), Some(Kind::AfterSave));
    assert!(window.answer(desk, Answer::No).unwrap() && window.record.is_some());
}

#[test]
fn a_tab_is_enabled_for_edits_and_for_what_is_shown_or_for_neither() {
    let mut office = Office::new();
    let mut window = office.window("Order", &Asks);
    let items = window.service.element_index(ITEMS).unwrap();
    let header = window.service.header.unwrap();
    let agree = |window: &mut Window, element: u16, open: bool| {
        let shown = tabs::enabled(window, element).is_ok();
        assert_eq!(shown, open, "{element}");
        assert_eq!(matches!(window.select_tab(element), Ok(Selected::Open)), shown, "{element}");
    };
    agree(&mut window, items, false);
    agree(&mut window, header, true);
    window.change(&mut office.desk(as_documented), header, "po_no", "PO-1").unwrap();
    agree(&mut window, items, true);
    // Remittances are the last step: after them no other tab opens.
    let last = window.service.element_index("TP_REMITTANCES.remittances").unwrap();
    window.edited.insert(last);
    agree(&mut window, items, false);
    agree(&mut window, last, true);
}
