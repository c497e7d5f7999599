//! Long lists of ids, spread over several requests.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::column::Column;
use super::filter::Node;
use super::literal::Literal;
use crate::error::Error;

/// How many ids a request's chains of `or` hold: more make queries that P21 refuses as too complex.
pub(crate) const MAX_IDS: usize = 50;

/// How long a request's ids get in all, before they are percent-encoded. Common servers take request lines of 8 KB.
const MAX_LENGTH: usize = 2_000;

/// The filters of the requests that answer a simplified filter together, each row in one of them only.
///
/// # Errors
/// The ids can't be spread.
pub(crate) fn split(node: Node) -> Result<Vec<Node>, Error> {
    let mut others = match node {
        Node::All(nodes) => nodes,
        single => vec![single],
    };
    let longest = others.iter().enumerate().filter_map(|(at, node)| ids(node).map(|ids| (ids.len(), at))).max();
    let total: usize = others.iter().map(count).sum();
    let Some((_, at)) = longest else {
        return if total > MAX_IDS { Err(too_many(total)) } else { Ok(vec![whole(others)]) };
    };
    let Node::AnyOf(column, ids) = others.swap_remove(at) else { return Err(too_many(total)) };
    let rest: usize = others.iter().map(count).sum();
    if rest >= MAX_IDS {
        return Err(too_many(total));
    }
    let part = |ids| {
        let mut nodes = others.clone();
        nodes.insert(0, Node::AnyOf(column.clone(), ids));
        whole(nodes)
    };
    Ok(chunks(&column, ids, MAX_IDS - rest).into_iter().map(part).collect())
}

fn too_many(total: usize) -> Error {
    Error::input(format!(
        "{total} ids in `eq_any` can't be spread over requests of {MAX_IDS}: one list may be longer than that, \
         if it stands alone or is joined to the rest with `and`"
    ))
}

fn whole(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.swap_remove(0) } else { Node::All(nodes) }
}

fn ids(node: &Node) -> Option<&[Literal]> {
    match node {
        Node::AnyOf(_, ids) => Some(ids),
        _ => None,
    }
}

/// How many ids a node holds, however deep.
fn count(node: &Node) -> usize {
    match node {
        Node::AnyOf(_, ids) => ids.len(),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(count).sum(),
        Node::Not(inner) => count(inner),
        _ => 0,
    }
}

/// Ids that the database takes for the same stay together, else their rows would come twice.
fn chunks(column: &Column, ids: Vec<Literal>, size: usize) -> Vec<Vec<Literal>> {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(ids.len());
    let mut groups: Vec<Vec<Literal>> = Vec::with_capacity(ids.len());
    for id in ids {
        match places.entry(id.identity()) {
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push(vec![id]);
            }
            Entry::Occupied(place) if !groups[*place.get()].contains(&id) => groups[*place.get()].push(id),
            Entry::Occupied(_) => {}
        }
    }
    let mut chunks: Vec<Vec<Literal>> = Vec::new();
    let mut length = 0;
    for group in groups {
        let more: usize = group.iter().map(|id| column.name.len() + " eq  or ".len() + id.to_string().len()).sum();
        match chunks.last_mut() {
            Some(chunk) if chunk.len() + group.len() <= size && length + more <= MAX_LENGTH => {
                chunk.extend(group);
                length += more;
            }
            _ => {
                chunks.push(group);
                length = more;
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::{Filter, col};

    fn parts(filter: Filter) -> Vec<String> {
        split(filter.0.simplified()).unwrap().iter().map(Node::spelt).collect()
    }

    #[test]
    fn fifty_ids_go_into_a_request() {
        for (ids, requests) in [(1, 1), (50, 1), (51, 2), (100, 2), (700, 14)] {
            assert_eq!(parts(col("uid").eq_any(0..ids)).len(), requests, "{ids}");
        }
        let parts = parts(col("uid").eq_any(0..51).and(col("row_status_flag").eq(704)));
        assert!(
            parts[0].starts_with("(uid eq 0 or ") && parts[0].ends_with(" or uid eq 49) and row_status_flag eq 704")
        );
        assert_eq!(parts[1], "uid eq 50 and row_status_flag eq 704");
    }

    #[test]
    fn ids_share_the_room_with_other_lists() {
        let parts = parts(col("a").eq_any(0..30).and(col("b").eq_any(0..60)));
        assert_eq!(parts.len(), 3, "20 of b beside 30 of a");
        assert!(split(col("a").eq_any(0..50).and(col("b").eq_any(0..60)).0).is_err());
        assert!(split(col("a").eq_any(0..60).or(col("b").eq(1)).0).is_err());
        assert!(split((!col("a").eq_any(0..60)).0).unwrap_err().is_input());
    }

    #[test]
    fn long_ids_make_short_chains() {
        let ids = (0..50).map(|id| format!("{id:0>100}"));
        let parts = parts(col("item_id").eq_any(ids));
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.len() <= MAX_LENGTH));
    }

    #[test]
    fn ids_that_the_database_takes_for_one_stay_together() {
        let ids = (0..60).map(|id| format!("A{id}")).chain(["a0 ".to_owned(), "A1".to_owned()]);
        let parts = parts(col("item_id").eq_any(ids));
        assert!(parts[0].starts_with("item_id eq 'A0' or item_id eq 'a0 ' or item_id eq 'A1' or item_id eq 'A2'"));
        assert_eq!(parts.join(" ").matches("'A1'").count(), 1);
    }
}
