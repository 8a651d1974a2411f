//! `cargo xtask unsafe`: how much of the library the compiler does not check, folder by folder, and
//! the ceilings above which it must not grow.

mod count;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use self::count::Counts;
use crate::generated::Result;
use crate::root;
use crate::sources::{self, LAYERS, Source};

const USAGE: &str = "\
usage: cargo xtask unsafe [--check | --write]

  --check   compare with xtask/unsafe.tsv, and fail if a figure has grown
  --write   lower the figures there to what the sources say, and take up the files that forbid unsafe code";

const CEILINGS: &str = "xtask/unsafe.tsv";

/// The row of everything but the types that C sees.
const WHOLE: &str = "outside abi/";

/// The layers whose files are logic: each should forbid unsafe code, or say with its blocks why not.
const LOGIC: [&str; 4] = ["core", "standalone", "requests", "handles"];

/// Where blocks are expected: files elsewhere should have no more than [`MOST_BLOCKS`].
const BORDERS: [&str; 2] = ["sys", "api"];
const MOST_BLOCKS: usize = 10;

pub fn run(arguments: &[&str]) -> std::result::Result<(), String> {
    let figures = sources::read().map(|sources| Figures::of(&sources)).map_err(|error| error.to_string())?;
    match arguments {
        [] => {
            print!("{}", figures.report());
            Ok(())
        }
        ["--check"] => {
            let grown = figures.above(&Ceilings::read()?);
            if grown.is_empty() {
                return Ok(());
            }
            Err(format!("above {CEILINGS}:\n{}", grown.join("\n")))
        }
        ["--write"] => {
            let ceilings = match root().join(CEILINGS).exists() {
                true => figures.lowered(Ceilings::read()?),
                false => figures.as_ceilings(),
            };
            std::fs::write(root().join(CEILINGS), ceilings.render())
                .map_err(|error| format!("{CEILINGS}: {error}"))
        }
        _ => Err(USAGE.into()),
    }
}

/// What the sources say.
struct Figures {
    files: BTreeMap<String, Counts>,
    /// The files that forbid unsafe code, themselves or through a module above them.
    forbidding: BTreeSet<String>,
}

impl Figures {
    fn of(sources: &[Source]) -> Figures {
        let own: BTreeSet<&str> = sources
            .iter()
            .filter(|source| count::forbids(&source.text))
            .map(|source| source.name.as_str())
            .collect();
        let covered = |name: &str| {
            own.contains(name)
                || name.match_indices('/').any(|(at, _)| {
                    let above = &name[..at];
                    own.contains(format!("{above}/mod.rs").as_str())
                        || own.contains(format!("{above}.rs").as_str())
                })
        };
        Figures {
            files: sources.iter().map(|source| (source.name.clone(), Counts::of(&source.text))).collect(),
            forbidding: sources
                .iter()
                .map(|source| source.name.clone())
                .filter(|name| covered(name))
                .collect(),
        }
    }

    /// The sums of the layers, and of all of them but the first.
    fn rows(&self) -> Vec<(&'static str, Counts)> {
        let mut rows: Vec<_> = LAYERS.iter().map(|layer| (*layer, self.layer(layer))).collect();
        let mut whole = Counts::default();
        rows[1..].iter().for_each(|(_, counts)| whole += *counts);
        rows.push((WHOLE, whole));
        rows
    }

    fn layer(&self, layer: &str) -> Counts {
        let mut sum = Counts::default();
        self.in_layers(&[layer]).for_each(|(_, counts)| sum += counts);
        sum
    }

    fn in_layers<'a>(&'a self, layers: &'a [&str]) -> impl Iterator<Item = (&'a str, Counts)> {
        let files = self.files.iter().map(|(name, counts)| (name.as_str(), *counts));
        files.filter(move |(name, _)| layers.contains(&sources::layer(name)))
    }

    fn report(&self) -> String {
        let mut text = format!(
            "{:<14}{:>8}{:>8}{:>8}{:>8}{:>11}{:>10}\n",
            "folder", "lines", "inside", "share", "blocks", "unsafe fn", "formulae"
        );
        for (name, counts) in self.rows() {
            let _ = writeln!(
                text,
                "{name:<14}{:>8}{:>8}{:>6.1} %{:>8}{:>11}{:>10}",
                counts.lines,
                counts.inside,
                counts.share(),
                counts.blocks,
                counts.functions,
                counts.formulae
            );
        }
        text.push_str(
            "\ninside: code lines in unsafe blocks; unsafe fn: those that are no exports; formulae: SAFETY \
             comments\nthat give no reason.\n",
        );
        let crowded: Vec<_> = self
            .files
            .iter()
            .filter(|(name, counts)| counts.blocks > MOST_BLOCKS && !BORDERS.contains(&sources::layer(name)))
            .map(|(name, counts)| format!("{name} ({})", counts.blocks))
            .collect();
        section(&mut text, &format!("more than {MOST_BLOCKS} blocks, outside sys/ and api/"), &crowded);
        let forbidding: Vec<_> = self.forbidding.iter().cloned().collect();
        section(&mut text, "forbid unsafe code", &forbidding);
        let open: Vec<_> = self
            .in_layers(&LOGIC)
            .filter(|(name, _)| !self.forbidding.contains(*name))
            .map(|(name, counts)| match (counts.blocks, counts.functions) {
                (0, 0) => name.to_string(),
                (blocks, functions) => format!("{name} ({blocks} blocks, {functions} unsafe fn)"),
            })
            .collect();
        section(&mut text, "logic that does not forbid it", &open);
        text
    }

    /// Which figures are above their ceilings, in words.
    fn above(&self, ceilings: &Ceilings) -> Vec<String> {
        let mut grown = Vec::new();
        for (name, counts) in self.rows() {
            let ceiling = ceilings.rows.get(name).copied().unwrap_or_default();
            for (what, now, most) in Row::of(counts).pairs(ceiling) {
                if now > most {
                    grown.push(format!("{name}: {now} {what}, {most} before"));
                }
            }
        }
        for name in ceilings.forbidding.difference(&self.forbidding) {
            grown.push(match self.files.contains_key(name) {
                true => format!("{name}: has to say #![forbid(unsafe_code)]"),
                false => format!("{name}: forbids unsafe code, but is not there"),
            });
        }
        grown
    }

    fn as_ceilings(&self) -> Ceilings {
        let rows =
            self.rows().into_iter().map(|(name, counts)| (name.to_string(), Row::of(counts))).collect();
        Ceilings { rows, forbidding: self.forbidding.clone() }
    }

    fn lowered(&self, before: Ceilings) -> Ceilings {
        let mut ceilings = self.as_ceilings();
        for (name, row) in &mut ceilings.rows {
            let before = before.rows.get(name).copied().unwrap_or_default();
            *row = row.least(before);
        }
        let present = |name: &String| self.files.contains_key(name);
        ceilings.forbidding.extend(before.forbidding.into_iter().filter(present));
        ceilings
    }
}

fn section(text: &mut String, title: &str, entries: &[String]) {
    let _ = writeln!(text, "\n{title}: {}", entries.len());
    for entry in entries {
        let _ = writeln!(text, "  {entry}");
    }
}

/// The figures of a folder that must not grow.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Row {
    inside: usize,
    blocks: usize,
    functions: usize,
    formulae: usize,
}

impl Row {
    fn of(counts: Counts) -> Row {
        let Counts { inside, blocks, functions, formulae, .. } = counts;
        Row { inside, blocks, functions, formulae }
    }

    fn least(self, other: Row) -> Row {
        Row {
            inside: self.inside.min(other.inside),
            blocks: self.blocks.min(other.blocks),
            functions: self.functions.min(other.functions),
            formulae: self.formulae.min(other.formulae),
        }
    }

    /// Each figure with its name and the same one of `other`.
    fn pairs(self, other: Row) -> [(&'static str, usize, usize); 4] {
        [
            ("lines inside unsafe blocks", self.inside, other.inside),
            ("unsafe blocks", self.blocks, other.blocks),
            ("unsafe functions", self.functions, other.functions),
            ("SAFETY comments without a reason", self.formulae, other.formulae),
        ]
    }
}

/// What `xtask/unsafe.tsv` says.
struct Ceilings {
    rows: BTreeMap<String, Row>,
    forbidding: BTreeSet<String>,
}

impl Ceilings {
    fn read() -> std::result::Result<Ceilings, String> {
        let text =
            std::fs::read_to_string(root().join(CEILINGS)).map_err(|error| format!("{CEILINGS}: {error}"))?;
        Ceilings::parse(&text).map_err(|error| format!("{CEILINGS}: {error}"))
    }

    fn parse(text: &str) -> Result<Ceilings> {
        let mut ceilings = Ceilings { rows: BTreeMap::new(), forbidding: BTreeSet::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split('\t').collect::<Vec<_>>().as_slice() {
                ["forbid", name] => drop(ceilings.forbidding.insert((*name).to_string())),
                [folder, inside, blocks, functions, formulae] => {
                    let row = Row {
                        inside: inside.parse()?,
                        blocks: blocks.parse()?,
                        functions: functions.parse()?,
                        formulae: formulae.parse()?,
                    };
                    ceilings.rows.insert((*folder).to_string(), row);
                }
                _ => return Err(format!("not a row: {line}").into()),
            }
        }
        Ok(ceilings)
    }

    fn render(&self) -> String {
        let mut text = String::from(
            "# What `cargo xtask unsafe --check` allows at most; `--write` lowers it, and nothing raises it but a\n\
             # hand that has a reason. By folder of src/: code lines inside unsafe blocks, unsafe blocks, unsafe\n\
             # functions that are no exports, SAFETY comments without a reason; then the files that forbid unsafe\n\
             # code, themselves or through the module above them.\n",
        );
        for name in LAYERS.iter().chain([&WHOLE]) {
            let row = self.rows.get(*name).copied().unwrap_or_default();
            let _ =
                writeln!(text, "{name}\t{}\t{}\t{}\t{}", row.inside, row.blocks, row.functions, row.formulae);
        }
        for name in &self.forbidding {
            let _ = writeln!(text, "forbid\t{name}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, text: &str) -> Source {
        Source { name: name.into(), text: text.into() }
    }

    fn figures() -> Figures {
        Figures::of(&[
            source("abi/x.rs", "fn f() { unsafe { g() } }\n"),
            source("core/a.rs", "#![forbid(unsafe_code)]\n"),
            source("core/b/mod.rs", "#![forbid(unsafe_code)]\nmod c;\n"),
            source("core/b/c.rs", "fn f() {}\n"),
            source("sys/d.rs", "// SAFETY: as above.\nunsafe fn f() {\n    unsafe { g() }\n}\n"),
        ])
    }

    #[test]
    fn the_whole_leaves_the_types_of_c_out() {
        let rows = figures().rows();
        let (name, whole) = rows.last().expect("there are rows");
        assert_eq!(*name, WHOLE);
        assert_eq!(Row::of(*whole), Row { inside: 1, blocks: 1, functions: 1, formulae: 1 });
    }

    #[test]
    fn a_module_forbids_for_its_children() {
        let forbidding: Vec<_> = figures().forbidding.into_iter().collect();
        assert_eq!(forbidding, ["core/a.rs", "core/b/c.rs", "core/b/mod.rs"]);
    }

    #[test]
    fn what_is_written_is_what_is_read_and_nothing_is_above_it() {
        let ceilings = Ceilings::parse(&figures().as_ceilings().render()).expect("it parses");
        assert_eq!(figures().above(&ceilings), Vec::<String>::new());
    }

    #[test]
    fn growth_is_told_and_cannot_be_written_away() {
        let before = Ceilings::parse("sys\t0\t1\t1\t5\noutside abi/\t1\t1\t1\t1\nabi\t1\t1\t0\t0\n")
            .expect("it parses");
        assert_eq!(figures().above(&before), ["sys: 1 lines inside unsafe blocks, 0 before"]);
        let lowered = figures().lowered(before);
        assert_eq!(lowered.rows["sys"], Row { inside: 0, blocks: 1, functions: 1, formulae: 1 });
    }

    #[test]
    fn a_file_that_forbade_must_go_on_doing_so() {
        let mut ceilings = figures().as_ceilings();
        ceilings.forbidding.insert("sys/d.rs".into());
        ceilings.forbidding.insert("core/gone.rs".into());
        assert_eq!(figures().above(&ceilings).len(), 2);
    }
}
