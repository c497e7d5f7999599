//! How the order of elements is checked: known only when the whole transaction was seen.

use crate::check::in_order::{Misplaced, misplaced};
use crate::check::transaction::{Walk, why};
use crate::check::{Code, Finding};
use crate::facts::schema::Why;

impl Walk<'_> {
    pub(in crate::check::transaction) fn sequences(&mut self) {
        for sequence in self.schema.sequences.iter() {
            let place = |element: u16| sequence.elements.iter().position(|other| *other == element);
            let within: Vec<(usize, usize)> =
                self.order.iter().enumerate().filter_map(|(at, (element, _))| Some((at, place(*element)?))).collect();
            let mut wrong = misplaced_of(&within);
            if !sequence.last.is_empty() {
                // Everything else comes before what comes last, in whatever order.
                let found: Vec<usize> = wrong.iter().map(|(at, _)| *at).collect();
                let rank = |(at, (element, _)): (usize, &(u16, usize))| {
                    let is_last = sequence.last.contains(element) && !found.contains(&at);
                    (is_last || place(*element).is_none()).then_some((at, usize::from(is_last)))
                };
                let around: Vec<(usize, usize)> = self.order.iter().enumerate().filter_map(rank).collect();
                wrong.extend(misplaced_of(&around));
                wrong.sort_by_key(|(at, _)| *at);
            }
            for (at, place) in wrong {
                self.out_of_order(at, place, &sequence.why);
            }
        }
    }

    fn out_of_order(&mut self, at: usize, place: Misplaced, reason: &Why) {
        let name = |at: usize| {
            let element = self.order.get(at).map_or(u16::MAX, |(element, _)| *element);
            self.schema.elements.get(usize::from(element)).map_or("", |element| &element.name)
        };
        let element = name(at).to_owned();
        let (problem, remedy) = match place {
            Misplaced::Late(before) => {
                let before = name(before);
                (format!("`{element}` comes after `{before}`"), format!("send `{element}` before `{before}`"))
            }
            Misplaced::Early(after) => {
                let after = name(after);
                (format!("`{element}` comes before `{after}`"), format!("send `{element}` after every `{after}`"))
            }
        };
        let place = self.order.get(at).map_or(0, |(_, place)| *place);
        self.report(Finding {
            row: None,
            code: Code::ElementOrder,
            path: self.element_path(place),
            problem,
            element: Some(element),
            field: None,
            consequence: why(reason),
            remedy,
        });
    }
}

/// Which items are in the wrong place, of items with their ranks.
fn misplaced_of(ranked: &[(usize, usize)]) -> Vec<(usize, Misplaced)> {
    let ranks: Vec<usize> = ranked.iter().map(|(_, rank)| *rank).collect();
    let item = |at: usize| ranked[at].0;
    let of = |(at, place)| {
        let place = match place {
            Misplaced::Late(before) => Misplaced::Late(item(before)),
            Misplaced::Early(after) => Misplaced::Early(item(after)),
        };
        (item(at), place)
    };
    misplaced(&ranks).into_iter().map(of).collect()
}
