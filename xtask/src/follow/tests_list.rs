//! The names of libuv's tests, from its list of them.

use super::Names;

/// Some entries of the list stand for two tests, of which the second has this behind its name.
const SECOND: &str = "_iouring";

pub fn read(list: &str) -> Names {
    let entries = list.lines().filter_map(|line| {
        let (macro_name, rest) = line.trim_start().split_once('(')?;
        let is_entry = macro_name.starts_with("TEST_") && macro_name.contains("ENTRY");
        let name = rest.split([',', ')']).next()?.trim();
        (is_entry && !name.is_empty()).then(|| name.to_owned())
    });
    entries.collect()
}

/// Tests that are new, and those of our table that are gone. What is in the list that we follow and not in the
/// table is for other systems.
pub fn against(covered: &Names, before: &Names, after: &Names) -> (Names, Names) {
    let is_covered = |name: &String| covered.contains(name) || covered.contains(&format!("{name}{SECOND}"));
    let new = after.iter().filter(|name| !is_covered(name) && !before.contains(*name));
    let is_there = |name: &str| after.contains(name) || !before.contains(name);
    let gone = covered.iter().filter(|name| !is_there(name.trim_end_matches(SECOND)));
    (new.cloned().collect(), gone.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_new_or_gone_by_their_names() {
        let before =
            read("  TEST_ENTRY  (one)\n  TEST_ENTRY_CUSTOM (two, 0, 1, 5)\n  TEST_ENTRY (windows)\n");
        let after = read("TEST_DECLARE (no)\nTEST_ENTRY (one)\nTEST_ENTRY (three)\nTEST_ENTRY (windows)\n");
        let covered: Names = ["one", "one_iouring", "two"].map(str::to_owned).into();
        let (new, gone) = against(&covered, &before, &after);
        assert_eq!(new, Names::from(["three".to_owned()]));
        assert_eq!(gone, Names::from(["two".to_owned()]));
        assert_eq!(against(&covered, &before, &before), (Names::new(), Names::new()));
    }
}
