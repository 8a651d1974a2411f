//! What the runner of the C tests said of them.

use std::collections::BTreeMap;

#[derive(Default)]
pub struct Outcome {
    pub passed: Vec<String>,
    /// With what they printed.
    pub failed: Vec<(String, String)>,
    /// Ended at a check, for want of descriptors.
    pub short: Vec<String>,
    /// By reason.
    pub skipped: BTreeMap<String, Vec<String>>,
}

/// Descriptors that a call may need and a test may have closed again when a check fails.
const NEARLY_NONE: u32 = 3;

impl Outcome {
    /// Reads the runner's TAP. `may_wait`: the test may be waiting in vain where it has few descriptors.
    pub fn read(text: &str, few_descriptors: bool, may_wait: impl Fn(&str) -> bool) -> Outcome {
        let mut outcome = Outcome::default();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let (is_ok, rest) = match (line.strip_prefix("ok "), line.strip_prefix("not ok ")) {
                (Some(rest), _) => (true, rest),
                (_, Some(rest)) => (false, rest),
                _ => continue,
            };
            let Some((name, remark)) = rest.split_once(" - ").and_then(|(_, rest)| rest.split_once(" # "))
            else {
                continue;
            };
            let mut printed = format!("{remark}\n");
            while let Some(line) = lines.next_if(|line| line.starts_with("# ")) {
                printed.push_str(&line[2..]);
                printed.push('\n');
            }
            match remark.strip_prefix("SKIP ") {
                _ if !is_ok
                    && few_descriptors
                    && (is_shortage(&printed) || may_wait(name) && is_asleep(remark)) =>
                {
                    outcome.short.push(name.to_owned());
                }
                _ if !is_ok => outcome.failed.push((name.to_owned(), printed)),
                Some(reason) => {
                    outcome.skipped.entry(general(reason)).or_default().push(name.to_owned());
                }
                None => outcome.passed.push(name.to_owned()),
            }
        }
        outcome
    }

    pub fn skipped_count(&self) -> usize {
        self.skipped.values().map(Vec::len).sum()
    }
}

/// Whether a test has ended at a check when next to no descriptor was left, or one that was told so. A test
/// that was killed, or that found something left open, has failed.
fn is_shortage(printed: &str) -> bool {
    const TOLD: [&str; 2] = ["too many open files", "Too many open files"];
    let at_check = printed.starts_with("Aborted") && !printed.contains("left open");
    let left = |line: &str| {
        let (used, rest) = line.strip_prefix("descriptors: ")?.split_once(" of ")?;
        let (all, rest) = rest.split_once(" in use, errno ")?;
        let left = all.parse::<u32>().ok()?.saturating_sub(used.parse().ok()?);
        Some(left <= NEARLY_NONE || rest.parse() == Ok(libc::EMFILE))
    };
    let is_at_limit = printed.lines().filter_map(left).any(|is_so| is_so);
    at_check && (is_at_limit || TOLD.iter().any(|text| printed.contains(text)))
}

/// Whether a test that was killed had been waiting, not spinning.
fn is_asleep(remark: &str) -> bool {
    const MOST_MS: u32 = 1000;
    let busy = |remark: &str| {
        let rest = remark.strip_prefix("still running after ")?.split_once(" ms, ")?.1;
        rest.split_once(" ms of them busy")?.0.parse::<u32>().ok()
    };
    busy(remark).is_some_and(|busy| busy < MOST_MS)
}

/// A reason without what differs from machine to machine.
fn general(reason: &str) -> String {
    let without_value = reason.split('=').next().unwrap_or(reason);
    without_value.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
TAP version 13
1..5
ok 1 - one # 3 ms
ok 2 - two # SKIP not here
not ok 3 - three # Aborted, 4 ms
# a.c:1: CHECK_OK(uv_pipe(fds, 0, 0)): -24 (too many open files)
# descriptors: 4 of 8 in use, errno 24
not ok 4 - four # still running after 30000 ms, 29000 ms of them busy
# descriptors: 8 of 8 in use, errno 24
not ok 5 - five # Aborted, 4 ms
# descriptor 5 was left open: socket
# descriptors: 8 of 8 in use, errno 24
1 passed, 3 failed, 1 skipped
";

    #[test]
    fn shortage_is_told_from_failure() {
        let outcome = Outcome::read(TEXT, true, |_| true);
        assert_eq!((outcome.passed.len(), outcome.skipped_count()), (1, 1));
        assert_eq!(outcome.short, ["three"]);
        let failed: Vec<_> = outcome.failed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(failed, ["four", "five"]);
        assert_eq!(Outcome::read(TEXT, false, |_| true).failed.len(), 3);
        let waiting = TEXT.replace("29000", "29");
        assert_eq!(Outcome::read(&waiting, true, |_| true).short, ["three", "four"]);
        assert_eq!(Outcome::read(&waiting, true, |_| false).short, ["three"]);
    }
}
