//! Which items stand where they shouldn't: the fewest whose going puts the others in order.

/// Which items of a sequence of ranks stay, so that the ranks never fall, and as many as can. Of equally many the ones
/// that come first stay: then the item is wrong that comes too late.
pub(super) fn stay(ranks: &[usize]) -> Vec<bool> {
    // Of each rank the longest run that ends with it so far: its length and its last item.
    let mut longest: Vec<(usize, Option<usize>)> = vec![(0, None); ranks.iter().max().map_or(0, |rank| rank + 1)];
    let mut before = Vec::with_capacity(ranks.len());
    let mut best: (usize, Option<usize>) = (0, None);
    for (item, rank) in ranks.iter().enumerate() {
        let run = longest[..=*rank].iter().copied().reduce(|one, other| if other.0 > one.0 { other } else { one });
        let (length, last) = run.unwrap_or_default();
        before.push(last);
        longest[*rank] = (length + 1, Some(item));
        if length + 1 > best.0 {
            best = longest[*rank];
        }
    }
    let mut stays = vec![false; ranks.len()];
    let mut at = best.1;
    while let Some(item) = at {
        stays[item] = true;
        at = before[item];
    }
    stays
}

/// The item that one in the wrong place should come before or after.
pub(super) enum Misplaced {
    /// It comes after this one, which it should precede.
    Late(usize),
    /// It comes before this one, which it should follow.
    Early(usize),
}

/// The items in the wrong place, each with one that stays.
pub(super) fn misplaced(ranks: &[usize]) -> Vec<(usize, Misplaced)> {
    let stays = stay(ranks);
    let kept: Vec<usize> = (0..ranks.len()).filter(|item| stays[*item]).collect();
    let place = |item: usize| {
        // The ranks of what stays rise: the first that is to come behind the item, and the last before it.
        let next = kept.get(kept.partition_point(|other| ranks[*other] <= ranks[item])).copied();
        let last = kept.partition_point(|other| ranks[*other] < ranks[item]).checked_sub(1).map(|at| kept[at]);
        match (next, last) {
            (Some(next), _) if next < item => Some((item, Misplaced::Late(next))),
            (_, Some(last)) if last > item => Some((item, Misplaced::Early(last))),
            _ => None,
        }
    };
    (0..ranks.len()).filter(|item| !stays[*item]).filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(ranks: &[usize]) -> Vec<(usize, &'static str, usize)> {
        let of = |(item, misplaced)| match misplaced {
            Misplaced::Late(before) => (item, "after", before),
            Misplaced::Early(after) => (item, "before", after),
        };
        misplaced(ranks).into_iter().map(of).collect()
    }

    #[test]
    fn one_item_in_the_wrong_place_is_one() {
        assert_eq!(wrong(&[]), []);
        assert_eq!(wrong(&[0, 0, 1, 1, 2]), []);
        assert_eq!(wrong(&[1, 0]), [(1, "after", 0)]);
        assert_eq!(wrong(&[0, 2, 1]), [(2, "after", 1)]);
        assert_eq!(wrong(&[2, 0, 0, 1, 1]), [(0, "before", 4)]);
        assert_eq!(wrong(&[1, 1, 1, 0, 1]), [(3, "after", 0)]);
        assert_eq!(wrong(&[0, 2, 1, 1, 0]), [(1, "before", 3), (4, "after", 2)]);
    }
}
