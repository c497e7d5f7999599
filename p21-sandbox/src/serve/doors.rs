//! One record through two doors: a payload that is replayed, and the same keystrokes at a window that hands out every
//! question, call by call, as a session of many requests drives it. Both store the same rows.

use std::sync::Arc;

use serde_json::{Value, json};

use super::engine::Engine;
use super::pool::Session;
use super::transaction::request::TransactionSet;
use crate::facts::config::Config;
use crate::facts::definitions::ServedDefinitions;
use crate::facts::plan::{Catalogue, Service};
use crate::facts::seed::Seed;
use crate::facts::settings::prompts::{Prompt, PromptWhen};
use crate::store::{Store, seeded};
use crate::window::dialog::{Answer, Kind, Question, Reply};
use crate::window::refusal::Stop;
use crate::window::{Caller, Desk, Event, Post, Window, tabs};

fn engine(change: impl FnOnce(&mut Config)) -> Engine {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions");
    let version = p21_model::Version::new(25, 2);
    let definitions = ServedDefinitions::load(directory, version).unwrap();
    let seed = Seed::embedded().unwrap();
    let catalogue = Catalogue::compile(definitions, version, &seed.displays).unwrap();
    let mut config = Config::default();
    config.clock.set_day(jiff::civil::date(2026, 3, 2));
    change(&mut config);
    let store = Store::open(None, Some(&|writer| seeded::fill(&seed, &catalogue, &config, writer))).unwrap();
    Engine::new(Arc::new(catalogue), config, store)
}

fn caller() -> Caller {
    Caller { user: "somebody".to_owned() }
}

/// Somebody who drives a window: each verb is a request with a desk of its own, and each question is answered by another.
struct Driver<'e> {
    engine: &'e Engine,
    window: Window,
    answer: Answer,
    asked: Vec<(Kind, String)>,
    events: Vec<Event>,
}

impl<'e> Driver<'e> {
    fn open(engine: &'e Engine, service: &Arc<Service>, answer: Answer) -> Self {
        let window = engine.window(service);
        Self { engine, window, answer, asked: Vec::new(), events: Vec::new() }
    }

    /// A request, and as long as the window asks another one with the answer.
    fn call<T>(&mut self, verb: impl FnOnce(&mut Window, &mut Desk<'_>) -> Result<T, Stop>) -> Option<T> {
        let mut done = self.request(verb);
        let is_done = done.is_some();
        while let Some((kind, title)) = self.window.asked().map(|question| (question.kind, question.title.clone())) {
            self.asked.push((kind, title));
            let answer = self.answer;
            self.request(|window, desk| window.answer(desk, answer));
            done = None;
        }
        assert!(is_done || self.asked.last().is_some());
        done
    }

    fn request<T>(&mut self, verb: impl FnOnce(&mut Window, &mut Desk<'_>) -> Result<T, Stop>) -> Option<T> {
        let leave_up = |_: &Question| Reply::LeaveUp;
        let mut store = self.engine.store();
        let (caller, mut post) = (caller(), Post::default());
        let desk = &mut Desk { policy: leave_up, ..self.engine.desk(&mut store, &caller, &mut post) };
        let done = verb(&mut self.window, desk);
        self.events.extend(self.window.take_events());
        match done {
            Ok(done) => Some(done),
            Err(Stop::Asked) => None,
            Err(stop) => panic!("{:?}", stop.into_refusal()),
        }
    }

    /// Types a payload: element by element, row by row, one field a call.
    fn enter(&mut self, elements: &[Value]) {
        for sent in elements {
            let name = sent["Name"].as_str().unwrap();
            let element = self.window.service.element_index(name).unwrap();
            for row in sent["Rows"].as_array().unwrap() {
                self.call(|window, _| window.select_tab(element));
                let is_open = tabs::enabled(&self.window, element).is_ok();
                assert!(is_open, "{name} is in front and shown as shut");
                let kind = self.window.service.element(element).kind;
                if kind == p21_model::definition::ElementKind::List {
                    self.call(|window, desk| window.append(desk, element));
                }
                for edit in row["Edits"].as_array().unwrap() {
                    let [field, value] = ["Name", "Value"].map(|member| edit[member].as_str().unwrap());
                    self.call(|window, desk| window.change(desk, element, field, value));
                }
            }
        }
    }
}

/// The rows of a record, but for their ids.
fn rows(engine: &Engine, record: i64) -> Vec<(String, i64, crate::store::Data)> {
    let rows = engine.store().rows(record).unwrap();
    rows.into_iter().map(|row| (row.table, row.position, row.data)).collect()
}

fn newest(engine: &Engine, service: &Service) -> i64 {
    let table = &service.storages[0].table;
    engine.store().headers_of(table, 10_000, |_| true).unwrap().last().unwrap().0
}

fn element(name: &str, rows: &[&[(&str, &str)]]) -> Value {
    let row = |edits: &&[(&str, &str)]| {
        let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        json!({"Edits": edits})
    };
    json!({"Name": name, "Keys": [], "Rows": rows.iter().map(row).collect::<Vec<_>>()})
}

/// Documented records.
fn documented() -> Vec<(&'static str, Vec<Value>)> {
    let order = [
        ("customer_id", "100198"),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", "100198"),
        ("contact_id", "1001"),
        ("po_no", "PO-1"),
        ("taker", "SANDBOX"),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-20"),
    ];
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5"), ("unit_price", "10")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "1"), ("unit_price", "2.5")],
    ];
    let contract = [
        ("company_id", "ACME"),
        ("contract_no", "C-1"),
        ("customer_id", "100198"),
        ("start_date", "2026-03-02"),
        ("end_date", "2027-12-31"),
        ("approved", "ON"),
    ];
    let line: [&[(&str, &str)]; 1] =
        [&[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Source"), ("multiplier", "0.9")]];
    let breaks: [&[(&str, &str)]; 1] = [&[
        ("calculation_method_cd", "Fixed Price"),
        ("calculation_value1", "10"),
        ("break1", "5"),
        ("calculation_value2", "8"),
        ("break2", "0"),
    ]];
    let moved: [&[(&str, &str)]; 1] = [&[("item_id", "WIDGET-001"), ("unit_quantity", "3")]];
    let why = [("location_id", "100"), ("reason_id", "Cycle Count")];
    vec![
        ("Order", vec![element("TABPAGE_1.order", &[&order]), element("TP_ITEMS.items", &lines)]),
        (
            "JobContractPricing",
            vec![
                element("FORM.d_dw_job_price_hdr", &[&contract]),
                element("JOBPRICELINE.jobpriceline", &line),
                element("VALUES.values", &breaks),
            ],
        ),
        (
            "InventoryAdjustment",
            vec![element("TABPAGE_1.tp_1_dw_1", &[&why]), element("TABPAGE_17.tp_17_dw_17", &moved)],
        ),
    ]
}

#[test]
fn what_is_typed_at_a_window_is_stored_as_what_a_transaction_says() {
    for (name, elements) in documented() {
        let [transacted, driven] = [engine(|_| {}), engine(|_| {})];
        let service = Arc::clone(transacted.catalogue.get(name).unwrap());
        let set = json!({"Name": name, "Transactions": [{"Status": "New", "DataElements": elements}]});
        let set: TransactionSet = serde_json::from_value(set).unwrap();
        let answer = transacted.run(&service, &set, &caller(), &mut Session::dedicated()).unwrap().json;
        assert!(answer.contains("\"Succeeded\":1"), "{name}: {answer}");

        let mut driver = Driver::open(&driven, driven.catalogue.get(name).unwrap(), Answer::No);
        driver.enter(&elements);
        driver.call(|window, desk| window.save_and_stay(desk));
        assert_eq!(driver.asked, [], "{name}");
        assert!(driver.events.iter().any(|event| matches!(event, Event::Saved(_))), "{name}: {:?}", driver.events);
        let record = newest(&driven, &service);
        assert_eq!(rows(&driven, record), rows(&transacted, newest(&transacted, &service)), "{name}");

        // What is typed after the save is gone with a reload, and what is stored is there.
        let header = driver.window.service.header.unwrap();
        let shown = |window: &Window| window.rows.iter().map(|row| row.data.clone()).collect::<Vec<_>>();
        driver.call(Window::reload);
        let stored = shown(&driver.window);
        let open = |field: &&p21_model::schema::FieldSchema| {
            field.value_type == p21_model::schema::ValueType::Text && field.name.contains("desc")
        };
        if let Some(field) = service.element(header).fields.iter().find(open) {
            driver.call(|window, desk| window.change(desk, header, &field.name, "typed and not saved"));
            assert_ne!(shown(&driver.window), stored, "{name}");
        }
        driver.call(Window::reload);
        assert_eq!(shown(&driver.window), stored, "{name}");
        assert_eq!(driver.window.close(), [Event::Closed]);
        assert_eq!(rows(&driven, record), rows(&transacted, newest(&transacted, &service)), "{name}");
    }
}

/// Sites ask: about a row, with a window of its own, about dates. Whoever drives the window answers each.
#[test]
fn every_question_is_handed_out_and_its_answer_decides() {
    for answer in [Answer::Yes, Answer::No] {
        let prompted = |config: &mut Config| {
            config.prompts =
                vec![Prompt::new("Order", "TP_ITEMS.items", "unit_price", PromptWhen::Missing).response_window("Cost")];
        };
        let engine = engine(prompted);
        let service = Arc::clone(engine.catalogue.get("Order").unwrap());
        let mut driver = Driver::open(&engine, &service, answer);
        let (_, elements) = documented().swap_remove(0);
        driver.enter(&elements[..1]);
        let header = service.header.unwrap();
        // Before the order date: P21 asks.
        driver.call(|window, desk| window.change(desk, header, "requested_date", "2026-03-01"));
        driver.enter(&[element("TP_ITEMS.items", &[&[("oe_order_item_id", "WIDGET-001")]])]);
        let kinds: Vec<Kind> = driver.asked.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Kind::Prompt, Kind::ResponseWindow], "{answer:?}");
        assert_eq!(driver.asked[1].1, "Cost");
        let answered = driver.events.iter().filter(|event| matches!(event, Event::Answered)).count();
        let asked = driver.events.iter().filter(|event| matches!(event, Event::Asked(_))).count();
        assert_eq!((asked, answered), (2, 2));
        let date = driver.window.named_in_header("requested_date").starts_with("2026-03-01");
        assert_eq!(date, answer == Answer::Yes);
        let items = service.element_index("TP_ITEMS.items").unwrap();
        let storage = service.plan(items).storage;
        let kept = driver
            .window
            .rows
            .below(storage, 0)
            .iter()
            .any(|row| driver.window.named(*row, items, "oe_order_item_id") == "WIDGET-001");
        assert_eq!(kept, answer == Answer::Yes);
    }
}

/// Tabs are shown as they take edits, for every element of every service, in an empty window and in a begun one.
#[test]
fn every_tab_is_shown_as_it_takes_edits() {
    let engine = engine(|_| {});
    let mut shut = 0;
    for service in engine.catalogue.services() {
        let mut driver = Driver::open(&engine, service, Answer::No);
        for begun in [false, true] {
            if begun {
                driver.call(Window::begin);
            }
            for element in 0..service.elements.len() as u16 {
                let shown = tabs::enabled(&driver.window, element).is_ok();
                let taken = matches!(driver.window.select_tab(element), Ok(tabs::Selected::Open));
                assert_eq!(shown, taken, "{} {}", service.name(), service.element(element).name);
                shut += usize::from(!shown);
            }
        }
    }
    assert!(shut > 10, "{shut}");
}
