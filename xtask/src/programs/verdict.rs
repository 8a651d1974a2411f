//! What comes of comparing: whether the same was printed, and who was faster.

use std::fmt;

/// Less than this is nobody's gain: the same library differs as much from itself.
const NOTICEABLE: f64 = 0.03;
/// Of so many pairs, one may say otherwise.
const PAIRS_PER_EXCEPTION: usize = 8;
/// Fewer agree too often by chance.
const ENOUGH: usize = 6;

pub struct Verdict {
    /// The time on ours over the time on the distribution's, the median of the pairs.
    pub ratio: Option<f64>,
    pub speed: &'static str,
}

impl Verdict {
    pub fn of(mut ratios: Vec<f64>) -> Verdict {
        if ratios.is_empty() {
            return Verdict { ratio: None, speed: "not timed" };
        }
        ratios.sort_by(f64::total_cmp);
        let middle = ratios.len() / 2;
        let median =
            if ratios.len() % 2 == 1 { ratios[middle] } else { (ratios[middle - 1] + ratios[middle]) / 2.0 };
        let exceptions = ratios.len() / PAIRS_PER_EXCEPTION;
        let below = ratios.iter().filter(|ratio| **ratio < 1.0).count();
        let speed = if ratios.len() < ENOUGH {
            "too few pairs"
        } else if median < 1.0 - NOTICEABLE && ratios.len() - below <= exceptions {
            "faster"
        } else if median > 1.0 + NOTICEABLE && below <= exceptions {
            "slower"
        } else {
            "same"
        };
        Verdict { ratio: Some(median), speed }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ratio {
            Some(ratio) => write!(f, "prints the same; {} ({ratio:.2} of the time)", self.speed),
            None => write!(f, "prints the same; {}", self.speed),
        }
    }
}

/// The first line that differs is told.
pub fn same(expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let (mut expected, mut found) = (expected.lines(), found.lines());
    loop {
        match (expected.next(), found.next()) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => return Err("the ends of lines differ".into()),
            (one, other) => {
                let told = |line: Option<&str>| line.unwrap_or("(nothing more)").to_owned();
                return Err(format!("prints otherwise\n  first: {}\n  here:  {}", told(one), told(other)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(same("a\nb\n", "a\nb\n"), Ok(()));
        let told = same("a\nb\n", "a\nc\n").expect_err("they differ");
        assert!(told.contains("first: b\n  here:  c"), "{told}");
        assert!(same("a\nb\n", "a\n").expect_err("one is shorter").contains("(nothing more)"));
        assert!(same("a\n", "a").is_err());
    }

    #[test]
    fn only_what_nearly_all_pairs_say_is_faster_or_slower() {
        let speed = |ratios: &[f64]| Verdict::of(ratios.to_vec()).speed;
        assert_eq!(speed(&[0.9, 0.91, 0.92, 1.2, 0.9, 0.9, 0.9, 0.9]), "faster");
        assert_eq!(speed(&[0.9, 0.91, 1.2, 1.2, 0.9, 0.9, 0.9, 0.9]), "same");
        assert_eq!(speed(&[0.99; 8]), "same");
        assert_eq!(speed(&[1.1; 6]), "slower");
        assert_eq!(speed(&[1.1, 0.99, 1.1, 1.1, 1.1, 1.1]), "same");
        assert_eq!(speed(&[1.1; 3]), "too few pairs");
        assert_eq!(speed(&[]), "not timed");
    }
}
