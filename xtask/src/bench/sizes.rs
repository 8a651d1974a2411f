//! What the libraries weigh, on disk and at the start of a program.

use std::fs;
use std::path::Path;
use std::process::Command;

use c_tests::Linkage;

use super::{Subject, counts};
use crate::reference::Reference;
use crate::root;

pub struct Size {
    pub what: &'static str,
    pub ours: f64,
    pub theirs: f64,
    /// Ours over libuv's, at most.
    pub most: Option<f64>,
}

impl Size {
    pub fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }

    pub fn verdict(&self) -> &'static str {
        match self.most {
            Some(most) if self.ratio() > most => "not met",
            Some(_) => "met",
            None => "",
        }
    }
}

pub fn measure(ours: &Subject, theirs: &Subject, reference: &Reference) -> Result<Vec<Size>, String> {
    let fixed = c_tests::own_library(Linkage::Static).map_err(|e| format!("building: {e}"))?;
    let our_server = server(ours, &fixed.include, &fixed.folder.join("libuv.a"))?;
    let their_include = reference.folder.join("include");
    let their_server = server(theirs, &their_include, &reference.library().join("libuv.a"))?;
    Ok(vec![
        Size {
            what: "bytes of the stripped library",
            ours: stripped(ours, &ours.library.join("libuv.so.1"))?,
            theirs: stripped(theirs, &theirs.library.join("libuv.so.1"))?,
            most: Some(2.5),
        },
        Size {
            what: "bytes of an echo server with the static library",
            ours: our_server,
            theirs: their_server,
            most: Some(2.0),
        },
        Size {
            what: "instructions of a program that only starts",
            ours: counts::start_up(ours)?,
            theirs: counts::start_up(theirs)?,
            most: Some(1.2),
        },
    ])
}

/// Links a program that uses a part of the library, without the rest of it.
fn server(subject: &Subject, include: &Path, library: &Path) -> Result<f64, String> {
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let program = subject.library.join("echo_server");
    let mut command = Command::new(&cc);
    command.args(["-O2", "-Wl,--gc-sections", "-I"]).arg(include).arg("-o").arg(&program);
    command.arg(root().join("examples/echo_server.c")).arg(library);
    let status = command.args(["-pthread", "-ldl", "-lrt", "-lm"]).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(format!("{cc}: {}", program.display()));
    }
    stripped(subject, &program)
}

fn stripped(subject: &Subject, file: &Path) -> Result<f64, String> {
    let copy = subject.library.join("stripped");
    let status = Command::new("strip").arg("-o").arg(&copy).arg(file).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(format!("strip: {}", file.display()));
    }
    let bytes = fs::metadata(&copy).map_err(|e| format!("{}: {e}", copy.display()))?.len();
    Ok(bytes as f64)
}
