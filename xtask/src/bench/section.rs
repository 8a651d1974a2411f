//! The parts of bench/RESULTS.md that commands write; what stands around them is written by hand.

use std::fs;

use crate::root;

/// Replaces the part of this name, or puts a new one at the end.
pub fn write(name: &str, body: &str) -> Result<(), String> {
    let path = root().join("bench/RESULTS.md");
    let old = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    fs::write(&path, replaced(&old, name, body)).map_err(|e| format!("{}: {e}", path.display()))
}

fn replaced(text: &str, name: &str, body: &str) -> String {
    let start = format!("<!-- {name}: written by cargo xtask bench {name} --write -->");
    let end = format!("<!-- end of {name} -->");
    let (before, after) = match (text.split_once(&start), text.split_once(&end)) {
        (Some((before, _)), Some((_, after))) => (before.to_owned(), after),
        _ => (format!("{}\n\n", text.trim_end()), "\n"),
    };
    format!("{before}{start}\n\n{}\n\n{end}{after}", body.trim_end())
}

/// Writes a plot beside RESULTS.md.
pub fn write_plot(name: &str, svg: &str) -> Result<(), String> {
    let path = root().join("bench").join(name);
    fs::write(&path, svg).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_added_and_then_replaced_in_its_place() {
        let first = replaced("# Results\n", "gaps", "one\n");
        assert!(first.starts_with("# Results\n\n<!-- gaps: written"), "{first}");
        assert!(first.ends_with("\n\none\n\n<!-- end of gaps -->\n"), "{first}");
        let second = replaced(&format!("{first}\nby hand\n"), "gaps", "two");
        assert!(second.contains("\n\ntwo\n\n") && !second.contains("one"), "{second}");
        assert!(second.ends_with("<!-- end of gaps -->\n\nby hand\n"), "{second}");
    }
}
