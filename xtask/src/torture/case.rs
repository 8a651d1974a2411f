//! Cases: which call of a scenario fails, with what, and for how long.

use std::fmt;

use super::errors::{CALLS, Call, is_survived, may_last, number};

/// As it is written on the command line: `SCENARIO:CALL:ERROR:N:once`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub scenario: String,
    pub call: &'static str,
    pub error: &'static str,
    /// The n-th call fails, counted from 0.
    pub n: usize,
    /// And all after it.
    pub sticky: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { scenario, call, error, n, .. } = self;
        write!(out, "{scenario}:{call}:{error}:{n}:{}", self.mode())
    }
}

impl Case {
    pub fn parse(text: &str) -> Option<Case> {
        let words: Vec<_> = text.split(':').collect();
        let &[scenario, call, error, n, mode] = words.as_slice() else { return None };
        let call = CALLS.iter().find(|known| known.name == call)?;
        let error = call.errors.iter().find(|known| **known == error)?;
        Some(Case {
            scenario: scenario.to_owned(),
            call: call.name,
            error,
            n: n.parse().ok()?,
            sticky: match mode {
                "once" => false,
                "sticky" => true,
                _ => return None,
            },
        })
    }

    pub fn mode(&self) -> &'static str {
        if self.sticky { "sticky" } else { "once" }
    }

    /// Whether the scenario must not notice.
    pub fn is_survived(&self) -> bool {
        is_survived(self.call, self.error, self.sticky)
    }

    /// What the torture program is told.
    pub fn words(&self) -> [String; 6] {
        let error = number(self.error).unwrap_or_default();
        [
            self.scenario.clone(),
            self.call.into(),
            error.to_string(),
            self.n.to_string(),
            self.mode().into(),
            if self.is_survived() { "survived" } else { "told" }.into(),
        ]
    }
}

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything within the bounds below.
    Full,
    /// The first places, and few of those after them.
    Selection,
}

/// So many first places are tried one by one; from there on each is a quarter further than the last.
const ONE_BY_ONE: usize = 400;
/// For errors besides the first one.
const ONE_BY_ONE_MORE: usize = 40;
/// For a failure that lasts, which comes to the same at most places.
const ONE_BY_ONE_LASTING: usize = 100;

/// All cases of a scenario, of which is known how often it makes each call.
pub fn plan(scenario: &str, counts: &[(String, usize)], extent: Extent) -> Vec<Case> {
    let mut cases = Vec::new();
    for call in CALLS {
        let Some(&(_, count)) = counts.iter().find(|(name, _)| name == call.name) else { continue };
        for (index, error) in call.errors.iter().enumerate() {
            let mut add = |n: usize, sticky: bool| {
                if !sticky || may_last(call.name, error) {
                    cases.push(Case { scenario: scenario.into(), call: call.name, error, n, sticky });
                }
            };
            let is_memory = matches!(call.name, "alloc" | "malloc");
            let (once, lasting) = match extent {
                Extent::Full if index == 0 => (ONE_BY_ONE, ONE_BY_ONE_LASTING),
                Extent::Full => (ONE_BY_ONE_MORE, ONE_BY_ONE_MORE),
                Extent::Selection if is_memory => (ONE_BY_ONE_MORE, 4),
                Extent::Selection if index == 0 => (6, 2),
                Extent::Selection => (1, 1),
            };
            let once = if is_memory && extent == Extent::Full { usize::MAX } else { once };
            for n in places(count, once) {
                add(n, false);
            }
            for n in places(count, lasting) {
                add(n, true);
            }
        }
    }
    cases
}

/// The first few places, some of those after them, and the last.
fn places(count: usize, one_by_one: usize) -> Vec<usize> {
    let mut places: Vec<_> = (0..count.min(one_by_one)).collect();
    let mut next = one_by_one;
    while next < count {
        // The start is a selection of its own.
        if one_by_one > 1 {
            places.push(next);
        }
        next += (next / 4).max(1);
    }
    if count > 0 && places.last() != Some(&(count - 1)) {
        places.push(count - 1);
    }
    places
}

/// The calls that can be asked for.
pub fn call_named(name: &str) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_line_is_its_case() {
        let text = "tcp_echo:read:EIO:3:sticky";
        let case = Case::parse(text).unwrap();
        assert_eq!(case.to_string(), text);
        assert_eq!(case.words().join(" "), "tcp_echo read 5 3 sticky told");
        assert_eq!(Case::parse("tcp_echo:read:EIO:3"), None);
        assert_eq!(Case::parse("tcp_echo:read:ENOTDIR:3:once"), None);
    }

    #[test]
    fn places_begin_one_by_one_and_reach_the_end() {
        assert_eq!(places(3, 8), [0, 1, 2]);
        assert!(places(0, 8).is_empty());
        assert_eq!(places(20, 8), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 19]);
        assert_eq!(places(20, 1), [0, 19]);
    }

    #[test]
    fn what_passes_does_not_last() {
        let counts = [("read".to_string(), 1)];
        let cases = plan("any", &counts, Extent::Full);
        assert!(cases.iter().all(|case| !(case.sticky && case.error == "EINTR")));
        assert!(cases.iter().any(|case| !case.sticky && case.error == "EINTR"));
        assert!(cases.iter().any(|case| case.sticky && case.error == "EIO"));
    }
}
