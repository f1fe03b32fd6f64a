//! The best choice over all bills at once. In: who may be matched with what, and at which cost.
//! Out: pairs, such that the costs, with `UNMATCHED` for each that goes without, are as low as can
//! be. Never here: first come, first served, within the named bound; a result that depends on
//! anything but the costs and the order of both sides.

use std::collections::BTreeMap;

/// What it costs to go without.
pub const UNMATCHED: i32 = 1_000;
/// Steps for those that hang together: the square of the smaller side times the larger one. Beyond,
/// pairs are taken by cost, the lowest first.
const STEPS_MAX: usize = 40_000_000;

/// A pair that may be: its cost is below [`UNMATCHED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub cost: i32,
    pub left: usize,
    pub right: usize,
}

/// Pairs of a left one and a right one.
pub fn assign(edges: &[Edge]) -> Vec<(usize, usize)> {
    let parts = connected(edges);
    let mut pairs: Vec<_> = parts.iter().flat_map(|part| solve(part)).collect();
    pairs.sort_unstable();
    pairs
}

/// Edges that hang together.
fn connected(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let lefts = edges.iter().map(|edge| edge.left + 1).max().unwrap_or(0);
    let rights = edges.iter().map(|edge| edge.right + 1).max().unwrap_or(0);
    let mut parents: Vec<usize> = (0..lefts + rights).collect();
    for edge in edges {
        let (one, other) = (root(&mut parents, edge.left), root(&mut parents, lefts + edge.right));
        if let Some(parent) = parents.get_mut(one.max(other)) {
            *parent = one.min(other);
        }
    }
    let mut parts = BTreeMap::<usize, Vec<Edge>>::new();
    for edge in edges {
        parts.entry(root(&mut parents, edge.left)).or_default().push(*edge);
    }
    parts.into_values().collect()
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while let Some(parent) = parents.get(at).copied().filter(|parent| *parent != at) {
        let above = parents.get(parent).copied().unwrap_or(parent);
        if let Some(parent) = parents.get_mut(at) {
            *parent = above;
        }
        at = above;
    }
    at
}

/// Distinct numbers in order, and the place of each.
fn places(numbers: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut places: BTreeMap<usize, usize> = numbers.map(|number| (number, 0)).collect();
    for (place, at) in places.values_mut().zip(0..) {
        *place = at;
    }
    places
}

fn solve(part: &[Edge]) -> Vec<(usize, usize)> {
    if let [only] = part {
        return vec![(only.left, only.right)];
    }
    let lefts = places(part.iter().map(|edge| edge.left));
    let rights = places(part.iter().map(|edge| edge.right));
    let place = |places: &BTreeMap<usize, usize>, at| places.get(&at).copied().unwrap_or(0);
    let mut local: Vec<Edge> = part
        .iter()
        .map(|edge| Edge {
            left: place(&lefts, edge.left),
            right: place(&rights, edge.right),
            ..*edge
        })
        .collect();
    local.sort_unstable();
    let (small, large) = (lefts.len().min(rights.len()), lefts.len().max(rights.len()));
    let found = if small.saturating_mul(small).saturating_mul(large) > STEPS_MAX {
        cheapest_first(&local)
    } else {
        cheapest_in_all(&local, lefts.len(), rights.len())
    };
    let names: (Vec<usize>, Vec<usize>) =
        (lefts.into_keys().collect(), rights.into_keys().collect());
    let pair = |(left, right): (usize, usize)| Some((*names.0.get(left)?, *names.1.get(right)?));
    found.into_iter().filter_map(pair).collect()
}

fn cheapest_first(sorted: &[Edge]) -> Vec<(usize, usize)> {
    let (mut lefts, mut rights) =
        (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut pairs = Vec::new();
    for edge in sorted {
        if !lefts.contains(&edge.left) && !rights.contains(&edge.right) {
            lefts.insert(edge.left);
            rights.insert(edge.right);
            pairs.push((edge.left, edge.right));
        }
    }
    pairs
}

/// The Hungarian method, with the smaller side as rows. A pair is worth what it saves; one that may
/// not be saves nothing, and stands for going without.
fn cheapest_in_all(edges: &[Edge], lefts: usize, rights: usize) -> Vec<(usize, usize)> {
    let is_turned = lefts > rights;
    let (rows, columns) = if is_turned { (rights, lefts) } else { (lefts, rights) };
    let mut costs = vec![0i64; rows * columns];
    for edge in edges {
        let (row, column) =
            if is_turned { (edge.right, edge.left) } else { (edge.left, edge.right) };
        if let Some(cost) = costs.get_mut(row * columns + column) {
            *cost = i64::from(edge.cost - UNMATCHED).min(*cost);
        }
    }
    let row_of = hungarian(&costs, columns);
    let pairs = row_of.into_iter().enumerate().filter_map(|(column, row)| {
        let row = row?;
        costs.get(row * columns + column).filter(|cost| **cost < 0)?;
        Some(if is_turned { (column, row) } else { (row, column) })
    });
    pairs.collect()
}

/// A column while a row looks for its own.
#[derive(Clone, Copy)]
struct Column {
    row: Option<usize>,
    potential: i64,
    least: i64,
    /// The column that it was reached from.
    from: Option<usize>,
    is_done: bool,
}

/// For each column the row that takes it. `costs` has a line of `columns` for each row.
fn hungarian(costs: &[i64], columns: usize) -> Vec<Option<usize>> {
    const FAR: i64 = i64::MAX / 4;
    let idle = Column { row: None, potential: 0, least: FAR, from: None, is_done: false };
    let mut table = vec![idle; columns];
    let lines: Vec<&[i64]> = costs.chunks(columns.max(1)).collect();
    let mut potentials = vec![0i64; lines.len()];
    for start in 0..lines.len() {
        for column in &mut table {
            (column.least, column.from, column.is_done) = (FAR, None, false);
        }
        // The row that looks, and the column that it was pushed from.
        let (mut row, mut at): (usize, Option<usize>) = (start, None);
        let last = loop {
            let own = potentials.get(row).copied().unwrap_or(0);
            let line = lines.get(row).copied().unwrap_or_default();
            let mut next: Option<(i64, usize)> = None;
            for (place, (column, cost)) in table.iter_mut().zip(line).enumerate() {
                if column.is_done {
                    continue;
                }
                let reduced = cost - own - column.potential;
                if reduced < column.least {
                    (column.least, column.from) = (reduced, at);
                }
                if next.is_none_or(|(least, _)| column.least < least) {
                    next = Some((column.least, place));
                }
            }
            let Some((delta, place)) = next else { break None };
            if let Some(potential) = potentials.get_mut(start) {
                *potential += delta;
            }
            for column in &mut table {
                if column.is_done {
                    column.potential -= delta;
                    let taken = column.row.and_then(|row| potentials.get_mut(row));
                    taken.into_iter().for_each(|potential| *potential += delta);
                } else {
                    column.least -= delta;
                }
            }
            let Some(column) = table.get_mut(place) else { break None };
            column.is_done = true;
            match column.row {
                Some(other) => (row, at) = (other, Some(place)),
                None => break Some(place),
            }
        };
        push(&mut table, last, start);
    }
    table.into_iter().map(|column| column.row).collect()
}

/// Each column on the way takes the row of the one before it; the first takes the row that began.
fn push(table: &mut [Column], last: Option<usize>, start: usize) {
    let mut at = last;
    while let Some(place) = at {
        let from = table.get(place).and_then(|column| column.from);
        let row = match from {
            Some(from) => table.get(from).and_then(|column| column.row),
            None => Some(start),
        };
        if let Some(column) = table.get_mut(place) {
            column.row = row;
        }
        at = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost(edges: &[Edge], pairs: &[(usize, usize)], lefts: usize) -> i32 {
        let of = |pair: &(usize, usize)| {
            let fits = edges.iter().filter(|edge| (edge.left, edge.right) == *pair);
            fits.map(|edge| edge.cost).min().expect("only pairs that may be")
        };
        let paired: i32 = pairs.iter().map(of).sum();
        paired + UNMATCHED * i32::try_from(lefts - pairs.len()).expect("few")
    }

    /// By trying everything.
    fn least(edges: &[Edge], left: usize, lefts: usize, taken: &mut Vec<usize>) -> i32 {
        if left == lefts {
            return 0;
        }
        let mut best = UNMATCHED + least(edges, left + 1, lefts, taken);
        for edge in edges.iter().filter(|edge| edge.left == left) {
            if !taken.contains(&edge.right) {
                taken.push(edge.right);
                best = best.min(edge.cost + least(edges, left + 1, lefts, taken));
                taken.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn nothing_is_cheaper(
            raw in prop::collection::vec((0i32..UNMATCHED, 0usize..6, 0usize..5), 0..20),
        ) {
            let edges: Vec<Edge> =
                raw.into_iter().map(|(cost, left, right)| Edge { cost, left, right }).collect();
            let pairs = assign(&edges);
            let mut rights: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
            rights.sort();
            rights.dedup();
            prop_assert_eq!(rights.len(), pairs.len(), "each once");
            prop_assert_eq!(cost(&edges, &pairs, 6), least(&edges, 0, 6, &mut Vec::new()));
        }
    }

    #[test]
    fn the_first_that_comes_does_not_win() {
        let edge = |left, right, cost| Edge { cost, left, right };
        let edges = [edge(0, 0, 10), edge(0, 1, 20), edge(1, 0, 15)];
        assert_eq!(assign(&edges), [(0, 1), (1, 0)]);
    }
}
