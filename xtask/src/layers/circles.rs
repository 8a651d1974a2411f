//! Circles in a graph.

use std::collections::{BTreeMap, BTreeSet};

/// The sets of nodes that reach one another; single ones left out.
pub fn circles<'a>(arrows: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<BTreeSet<&'a str>> {
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows {
        uses.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|node| (*node, reach(&uses, node))).collect();
    let mut circles = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (node, others) in &reached {
        if others.contains(node) && !seen.contains(node) {
            let back = |other: &&&str| reached.get(**other).is_some_and(|onward| onward.contains(node));
            let circle: BTreeSet<&str> = others.iter().filter(back).copied().collect();
            seen.extend(&circle);
            circles.push(circle);
        }
    }
    circles
}

/// All that can be reached from a node, by at least one step.
fn reach<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![from];
    while let Some(node) = ahead.pop() {
        for next in uses.get(node).into_iter().flatten() {
            if reached.insert(*next) {
                ahead.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_reach_one_another_are_one_circle() {
        let arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")];
        let expected = [BTreeSet::from(["a", "b", "c"]), BTreeSet::from(["d", "e"])];
        assert_eq!(circles(arrows.into_iter()), expected);
    }

    #[test]
    fn a_graph_without_circles_has_none() {
        assert!(circles([("a", "b"), ("b", "c"), ("a", "c")].into_iter()).is_empty());
    }
}
