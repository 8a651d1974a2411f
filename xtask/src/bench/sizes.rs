//! What the libraries weigh, on disk and at the start of a program.

use std::fs;
use std::process::Command;

use super::{Subject, counts};

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

pub fn measure(ours: &Subject, theirs: &Subject) -> Result<Vec<Size>, String> {
    Ok(vec![
        Size {
            what: "bytes of the stripped library",
            ours: stripped(ours)?,
            theirs: stripped(theirs)?,
            most: Some(2.0),
        },
        Size {
            what: "instructions of a program that only starts",
            ours: counts::start_up(ours)?,
            theirs: counts::start_up(theirs)?,
            most: None,
        },
    ])
}

fn stripped(subject: &Subject) -> Result<f64, String> {
    let copy = subject.library.join("stripped.so");
    let library = subject.library.join("libuv.so.1");
    let status = Command::new("strip").arg("-o").arg(&copy).arg(&library).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(format!("strip: {}", library.display()));
    }
    let bytes = fs::metadata(&copy).map_err(|e| format!("{}: {e}", copy.display()))?.len();
    Ok(bytes as f64)
}
