//! `cargo xtask manual`: the reference of the C API, a page a topic and a man page a function, from the doc comments
//! of the exported functions. It fails where one does not say all that a reference has to.

mod comment;
mod differences;
mod entry;
mod markdown;
mod parameters;
mod prototypes;
mod roff;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::generated::Files;
use crate::root;

type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask manual [--check]

  writes target/reference-docs/*.md and target/man/man3/*.3; with --check it only looks whether each function says
  all that it has to, and whether groff, if it is here, takes the man pages";

pub fn run(arguments: &[&str]) -> std::result::Result<(), String> {
    let is_check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err(USAGE.into()),
    };
    let entries = entry::read()?;
    let complaints = entry::complaints(&entries);
    if !complaints.is_empty() {
        return Err(complaints.join("\n"));
    }
    let target = c_tests::target_folder();
    let (man3, pages) = (target.join("man/man3"), roff::pages(&entries));
    write(&man3, &pages)?;
    if is_check {
        format(&man3, &pages)?;
        println!("{} functions have all that the reference needs", entries.len());
    } else {
        write(&target.join("reference-docs"), &markdown::pages(&entries))?;
        println!("{}\n{}", target.join("reference-docs").display(), target.join("man").display());
    }
    Ok(())
}

/// Writes the man pages into the folder `man3`.
pub fn write_man_pages(man3: &Path) -> std::result::Result<(), String> {
    write(man3, &roff::pages(&entry::read()?))
}

fn write(folder: &Path, files: &Files) -> Result<()> {
    let told = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(told)?;
    files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text)).map_err(told)
}

/// Has groff format all pages; what it complains of is the error.
fn format(folder: &Path, pages: &Files) -> Result<()> {
    let mut groff = Command::new("groff");
    match groff.current_dir(folder).args(["-man", "-ww", "-z", "-Tutf8"]).args(pages.keys()).output() {
        Ok(output) if output.status.success() && output.stderr.is_empty() => Ok(()),
        Ok(output) => Err(format!("groff: {}", String::from_utf8_lossy(&output.stderr))),
        Err(_) => {
            println!("# groff is not here: the man pages are not formatted");
            Ok(())
        }
    }
}

/// The text of a file of the project.
fn project_file(name: &str) -> Result<String> {
    fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_says_all_that_it_has_to() {
        let entries = entry::read().expect("the sources parse");
        assert_eq!(entries.len(), 319);
        assert_eq!(entry::complaints(&entries), Vec::<String>::new());
    }
}
