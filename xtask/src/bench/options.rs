//! What the measurements that keep a book have in common on their command line.

use std::path::PathBuf;

pub const USAGE: &str = "\
options of gaps, libuv, programs and scale:

  --rounds N     runs of each library for each row, in turn
  --quick        one round of short runs, in a book of its own
  --resume       leave out rows that the book has all rounds of
  --report       measure nothing: tables and plots from the book
  --write        write bench/RESULTS.md and the plots
  --library FILE  take this libuv.so instead of building ours
  --list         name the rows
  WORD ...       only rows with all these words; A,B is a word that is A or B";

pub struct Options {
    pub rounds: usize,
    pub quick: bool,
    pub resume: bool,
    pub report: bool,
    pub write: bool,
    pub list: bool,
    pub library: Option<PathBuf>,
    words: Vec<String>,
}

impl Options {
    pub fn parse(arguments: &[&str], rounds: usize) -> Result<Options, String> {
        let mut options = Options {
            rounds,
            quick: false,
            resume: false,
            report: false,
            write: false,
            list: false,
            library: None,
            words: Vec::new(),
        };
        let mut asked = None;
        let mut left = arguments.iter();
        while let Some(&argument) = left.next() {
            match argument {
                "--rounds" => {
                    asked =
                        left.next().and_then(|text| text.parse().ok()).filter(|&rounds: &usize| rounds > 0);
                    asked.ok_or(USAGE)?;
                }
                "--quick" => options.quick = true,
                "--resume" => options.resume = true,
                "--report" => options.report = true,
                "--write" => options.write = true,
                "--list" => options.list = true,
                "--library" => options.library = Some(left.next().ok_or(USAGE)?.into()),
                _ if argument.starts_with('-') => return Err(USAGE.into()),
                word => options.words.push(word.into()),
            }
        }
        options.rounds = asked.unwrap_or(if options.quick { 1 } else { rounds });
        Ok(options)
    }

    pub fn chooses(&self, row: &str) -> bool {
        self.words.iter().all(|word| word.split(',').any(|part| row.contains(part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_in_a_row_and_a_comma_means_or() {
        let options = Options::parse(&["gap_work,gap_fs", "alone"], 5).expect("it is right");
        assert!(options.chooses("gap_work/alone/gap=5us"));
        assert!(options.chooses("gap_fs/alone/gap=5us"));
        assert!(!options.chooses("gap_async/alone/gap=5us"));
        assert!(!options.chooses("gap_work/crowded/gap=5us"));
    }

    #[test]
    fn quick_is_one_round_unless_told_otherwise() {
        let rounds = |arguments: &[&str]| Options::parse(arguments, 5).expect("it is right").rounds;
        assert_eq!(rounds(&[]), 5);
        assert_eq!(rounds(&["--quick"]), 1);
        assert_eq!(rounds(&["--rounds", "3", "--quick"]), 3);
        assert!(Options::parse(&["--rounds", "0"], 5).is_err());
        assert!(Options::parse(&["--what"], 5).is_err());
    }
}
