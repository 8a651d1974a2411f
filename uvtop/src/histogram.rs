//! How long things took, as the library counts it: how many in each bucket.

use serde::Deserialize;

/// Counts in buckets, from the shortest times on; buckets without any are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Answered")]
pub struct Histogram {
    /// The longest time that a bucket holds, and how many it holds.
    buckets: Vec<(u64, u64)>,
    max: u64,
}

/// As it is in the answer, where the bound of the last bucket is null. The quantiles there are made of the buckets.
#[derive(Deserialize)]
struct Answered {
    buckets: Vec<(Option<u64>, u64)>,
    max: u64,
}

impl From<Answered> for Histogram {
    fn from(answered: Answered) -> Histogram {
        let mut buckets: Vec<(u64, u64)> = answered
            .buckets
            .into_iter()
            .map(|(bound, count)| (bound.unwrap_or(u64::MAX), count))
            .filter(|(_, count)| *count > 0)
            .collect();
        buckets.sort_unstable();
        Histogram { buckets, max: answered.max }
    }
}

impl Histogram {
    /// What came after an earlier state of the same histogram.
    pub fn since(&self, earlier: &Histogram) -> Histogram {
        let before = |bound| {
            let place = earlier.buckets.binary_search_by_key(&bound, |(bound, _)| *bound);
            place.ok().and_then(|place| earlier.buckets.get(place)).map_or(0, |(_, count)| *count)
        };
        let buckets = self
            .buckets
            .iter()
            .map(|&(bound, count)| (bound, count.saturating_sub(before(bound))))
            .filter(|(_, count)| *count > 0)
            .collect();
        // If the longest time came since, it is exact; else it only bounds the buckets, as it should.
        Histogram { buckets, max: self.max }
    }

    pub fn count(&self) -> u64 {
        self.buckets.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The time that so many thousandths stay below or reach, a quarter too long at most.
    pub fn quantile(&self, per_mille: u64) -> Option<u64> {
        let rank = (u128::from(self.count()) * u128::from(per_mille)).div_ceil(1000).max(1);
        let mut seen = 0;
        let bucket = self.buckets.iter().find(|(_, count)| {
            seen += u128::from(*count);
            seen >= rank
        });
        bucket.map(|(bound, _)| (*bound).min(self.max))
    }

    /// The longest time, a quarter too long at most.
    pub fn worst(&self) -> Option<u64> {
        self.buckets.last().map(|(bound, _)| (*bound).min(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Histogram {
        serde_json::from_str(text).unwrap()
    }

    fn histogram(buckets: &[(u64, u64)], max: u64) -> Histogram {
        Histogram { buckets: buckets.to_vec(), max }
    }

    #[test]
    fn of_an_answer() {
        let one = parsed(r#"{"count":3,"sum":9,"p50":1,"max":7,"buckets":[[1024,2],[null,1],[2048,0]]}"#);
        assert_eq!(one.buckets, [(1024, 2), (u64::MAX, 1)]);
        assert_eq!((one.count(), one.worst()), (3, Some(7)));
    }

    #[test]
    fn quantiles_are_bounds_of_buckets_and_no_more_than_the_longest() {
        let one = histogram(&[(1024, 50), (2048, 40), (4096, 9), (8192, 1)], 5000);
        assert_eq!(one.quantile(0), Some(1024));
        assert_eq!(one.quantile(500), Some(1024));
        assert_eq!(one.quantile(501), Some(2048));
        assert_eq!(one.quantile(900), Some(2048));
        assert_eq!(one.quantile(990), Some(4096));
        assert_eq!(one.quantile(991), Some(5000));
        assert_eq!(one.quantile(1000), one.worst());
    }

    #[test]
    fn an_empty_one_has_none() {
        let none = Histogram::default();
        assert_eq!((none.quantile(500), none.worst(), none.count()), (None, None, 0));
    }

    #[test]
    fn what_came_since() {
        let before = histogram(&[(1024, 5), (8192, 1)], 8000);
        let after = histogram(&[(1024, 5), (2048, 3), (8192, 1), (16384, 1)], 9000);
        let since = after.since(&before);
        assert_eq!(since.buckets, [(2048, 3), (16384, 1)]);
        assert_eq!((since.quantile(500), since.worst()), (Some(2048), Some(9000)));
        let quiet = histogram(&[(1024, 7), (8192, 1)], 8000).since(&before);
        assert_eq!((quiet.count(), quiet.worst()), (2, Some(1024)), "the longest one was before");
        assert_eq!(before.since(&before), Histogram { max: 8000, ..Histogram::default() });
    }

    #[test]
    fn one_that_began_anew_has_no_negative_counts() {
        let before = histogram(&[(1024, 5)], 1000);
        assert_eq!(histogram(&[(1024, 2)], 900).since(&before).count(), 0);
    }

    #[test]
    fn absurd_counts_do_not_overflow() {
        let absurd = histogram(&[(1, u64::MAX), (2, u64::MAX)], 0);
        assert_eq!((absurd.count(), absurd.quantile(1000)), (u64::MAX, Some(0)));
    }
}
