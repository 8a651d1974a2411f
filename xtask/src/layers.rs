//! `cargo xtask layers`: which file of the library uses which, and whether that follows the layers.

mod arrows;
mod circles;
mod modules;

use std::collections::{BTreeMap, BTreeSet};

use self::arrows::{Arrows, arrows};
use self::circles::circles;
use self::modules::Modules;
use crate::generated::Result;
use crate::sources::{self, LAYERS, Source, layer};

const USAGE: &str = "\
usage: cargo xtask layers [--check | --list]

  --check   print only what is wrong
  --list    print each arrow from file to file, with what is used";

/// C's types name one another in circles: a loop its handles, a handle its loop.
const MAY_BE_CIRCULAR: &str = "abi";

pub fn run(arguments: &[&str]) -> std::result::Result<(), String> {
    let sources = sources::read().map_err(|error| error.to_string())?;
    let arrows = read(&sources).map_err(|error| error.to_string())?;
    match arguments {
        [] => print!("{}", table(&arrows)),
        ["--check"] => {}
        ["--list"] => print!("{}", listing(&arrows)),
        _ => return Err(USAGE.into()),
    }
    let wrong = wrong(&arrows);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// The arrows between the files that lie in layers.
fn read(sources: &[Source]) -> Result<Arrows> {
    let mut arrows = arrows(&Modules::read(sources)?);
    arrows.retain(|(from, to), _| !layer(from).is_empty() && !layer(to).is_empty());
    Ok(arrows)
}

/// How many arrows lead from each layer to each.
fn table(arrows: &Arrows) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (from, to) in arrows.keys() {
        *counts.entry((layer(from), layer(to))).or_default() += 1;
    }
    let row = |name: &str, cells: [String; LAYERS.len()]| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>12}")).collect();
        format!("{name:<12}{cells}\n")
    };
    let mut text = row("uses", LAYERS.map(str::to_string));
    for from in LAYERS {
        let count = |to| counts.get(&(from, to)).map_or("-".into(), usize::to_string);
        text.push_str(&row(from, LAYERS.map(count)));
    }
    text
}

fn listing(arrows: &Arrows) -> String {
    arrows
        .iter()
        .map(|((from, to), paths)| arrow(from, to, paths))
        .fold(String::new(), |text, line| text + &line + "\n")
}

fn arrow(from: &str, to: &str, paths: &BTreeSet<String>) -> String {
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    format!("{from} -> {to}: {}", paths.join(", "))
}

/// The arrows that run against the layers, and the circles, in words.
fn wrong(arrows: &Arrows) -> Vec<String> {
    let rank = |file: &str| LAYERS.iter().position(|name| *name == layer(file));
    let against: Vec<_> = arrows.iter().filter(|((from, to), _)| rank(from) < rank(to)).collect();
    let mut lines = Vec::new();
    if !against.is_empty() {
        lines.push(format!("against the layers: {}", against.len()));
        lines.extend(against.iter().map(|((from, to), paths)| format!("  {}", arrow(from, to, paths))));
    }
    let all = arrows.keys().map(|(from, to)| (from.as_str(), to.as_str()));
    for circle in circles(all.filter(|(from, _)| layer(from) != MAY_BE_CIRCULAR)) {
        lines.push(format!("a circle of {} files:", circle.len()));
        let within =
            |(from, to): &(String, String)| circle.contains(from.as_str()) && circle.contains(to.as_str());
        let parts = arrows.iter().filter(|(ends, _)| within(ends));
        lines.extend(parts.map(|((from, to), paths)| format!("  {}", arrow(from, to, paths))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows_of(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> =
            files.iter().map(|(name, text)| Source { name: (*name).into(), text: (*text).into() }).collect();
        let arrows = read(&sources).expect("the sources parse");
        listing(&arrows).lines().map(str::to_string).collect()
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod core; mod sys;");
    const CORE: (&str, &str) = ("core/mod.rs", "mod a; mod b;");

    #[test]
    fn what_is_passed_on_by_a_module_is_used_where_it_is_defined() {
        let arrows = arrows_of(&[
            ROOT,
            ("sys/mod.rs", "mod x; pub(crate) use x::Thing; pub(crate) fn own() {}"),
            ("sys/x.rs", "pub(crate) struct Thing;"),
            CORE,
            ("core/a.rs", "use crate::sys::Thing;"),
            ("core/b.rs", "fn f() { crate::sys::own() }"),
        ]);
        assert_eq!(
            arrows,
            ["core/a.rs -> sys/x.rs: crate::sys::Thing", "core/b.rs -> sys/mod.rs: crate::sys::own"]
        );
    }

    #[test]
    fn a_module_that_is_imported_is_used_by_what_is_named_of_it() {
        let arrows = arrows_of(&[
            ROOT,
            ("sys/mod.rs", "pub(crate) mod x; pub(crate) mod y;"),
            ("sys/x.rs", "pub(crate) fn f() {}"),
            ("sys/y.rs", ""),
            CORE,
            ("core/a.rs", "use crate::sys::{self, x}; fn g() { x::f(); sys::y::made(); z.x() }"),
            ("core/b.rs", "fn g() { use super::a; a::g() }"),
        ]);
        let expected = [
            "core/a.rs -> sys/x.rs: x::f",
            "core/a.rs -> sys/y.rs: sys::y::made",
            "core/b.rs -> core/a.rs: a::g",
        ];
        assert_eq!(arrows, expected.map(str::to_string));
    }

    #[test]
    fn tests_fields_and_other_crates_draw_no_arrow() {
        let arrows = arrows_of(&[
            ("lib.rs", "mod core;"),
            CORE,
            (
                "core/a.rs",
                "use std::io; #[cfg(test)] mod tests { use crate::core::b::f; } fn g() { io::copy() }",
            ),
            ("core/b.rs", "fn f(x: &X) { x.a; <X as Y>::a::g() }"),
        ]);
        assert!(arrows.is_empty(), "{arrows:?}");
    }

    #[test]
    fn everything_of_a_module_means_what_is_named_of_it() {
        let arrows = arrows_of(&[
            ROOT,
            (
                "sys/mod.rs",
                "macro_rules! make { () => {} } mod x; mod y; pub(crate) use self::x::*; pub(crate) use self::y::*;",
            ),
            ("sys/x.rs", "make! { CODE = 1 } pub(crate) struct Other;"),
            ("sys/y.rs", "pub(crate) struct Thing;"),
            CORE,
            ("core/a.rs", "use crate::sys::*; fn f(t: Thing) {}"),
            ("core/b.rs", "use crate::sys::CODE;"),
        ]);
        let expected = [
            "core/a.rs -> sys/y.rs: Thing",
            "core/b.rs -> sys/x.rs: crate::sys::CODE",
            "sys/x.rs -> sys/mod.rs: make",
        ];
        assert_eq!(arrows, expected.map(str::to_string));
    }

    #[test]
    fn a_parent_that_uses_its_child_and_is_used_by_it_is_a_circle() {
        let sources = [
            ("lib.rs", "mod core;"),
            ("core/mod.rs", "mod a; pub(crate) use a::Thing; pub(crate) fn f(t: Thing) {}"),
            ("core/a.rs", "pub(crate) struct Thing; fn g() { super::f() }"),
        ];
        let sources = sources.map(|(name, text)| Source { name: name.into(), text: text.into() });
        let wrong = wrong(&read(&sources).expect("the sources parse"));
        assert_eq!(wrong[0], "a circle of 2 files:");
    }

    #[test]
    fn an_arrow_to_a_later_layer_is_wrong() {
        let sources =
            [ROOT, ("core/mod.rs", "pub(crate) fn f() {}"), ("sys/mod.rs", "fn g() { crate::core::f() }")];
        let sources = sources.map(|(name, text)| Source { name: name.into(), text: text.into() });
        let wrong = wrong(&read(&sources).expect("the sources parse"));
        assert_eq!(wrong, ["against the layers: 1", "  sys/mod.rs -> core/mod.rs: crate::core::f"]);
    }
}
