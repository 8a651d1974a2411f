//! How long things took: counts in buckets, four to each power of two, from a microsecond to a quarter of an hour.
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The first bucket holds what took at most so long.
const FIRST_NS: u64 = 1 << FIRST_SHIFT;
const FIRST_SHIFT: u32 = 10;

/// Powers of two that are told apart: up to 2^40 ns, 1,100 s.
pub(crate) const POWERS: usize = 30;
const PER_POWER: usize = 4;

/// What took longer than all powers is in the last bucket.
const LAST: usize = 1 + POWERS * PER_POWER;

/// One thread writes, and any may read at the same time: no figure is torn, but those of a record that is being
/// made may be seen in part. There is no count beside the buckets, so that it cannot differ from them.
pub(crate) struct Histogram {
    sum: AtomicU64,
    max: AtomicU64,
    counts: [AtomicU64; LAST + 1],
}

/// Adds without a locked instruction: there is one writer.
#[inline(always)]
pub(crate) fn add(figure: &AtomicU64, more: u64) {
    figure.store(figure.load(Relaxed).wrapping_add(more), Relaxed);
}

/// Raises a figure that one thread writes.
#[inline(always)]
pub(crate) fn raise(figure: &AtomicU64, value: u64) {
    if value > figure.load(Relaxed) {
        figure.store(value, Relaxed);
    }
}

/// A bucket holds what is above the bound of the one before, and up to its own, which is included.
#[inline]
const fn bucket(ns: u64) -> usize {
    let below = ns.saturating_sub(1);
    if below < FIRST_NS {
        return 0;
    }
    let power = below.ilog2();
    let quarter = (below >> (power - 2)) as usize % PER_POWER;
    let index = 1 + (power - FIRST_SHIFT) as usize * PER_POWER + quarter;
    if index < LAST { index } else { LAST }
}

/// The longest time that a bucket holds.
const fn bound(index: usize) -> u64 {
    if index == 0 {
        return FIRST_NS;
    }
    if index >= LAST {
        return u64::MAX;
    }
    let (power, quarter) = ((index - 1) / PER_POWER, (index - 1) % PER_POWER);
    ((PER_POWER + quarter + 1) as u64) << (power as u32 + FIRST_SHIFT - 2)
}

impl Histogram {
    pub(crate) const fn new() -> Histogram {
        Histogram {
            sum: AtomicU64::new(0),
            max: AtomicU64::new(0),
            counts: [const { AtomicU64::new(0) }; LAST + 1],
        }
    }

    /// Counts one. Only the thread whose histogram this is.
    #[inline]
    pub(crate) fn record(&self, ns: u64) {
        if let Some(count) = self.counts.get(bucket(ns)) {
            add(count, 1);
        }
        add(&self.sum, ns);
        raise(&self.max, ns);
    }

    /// Counts what another has counted. Only the thread whose histogram this is.
    #[inline(never)]
    pub(crate) fn take(&self, other: &Histogram) {
        for (count, more) in self.counts.iter().zip(&other.counts) {
            add(count, more.load(Relaxed));
        }
        add(&self.sum, other.sum());
        raise(&self.max, other.max());
    }

    /// Begins anew. Only the thread whose histogram this is.
    #[inline(never)]
    pub(crate) fn clear(&self) {
        self.counts.iter().chain([&self.sum, &self.max]).for_each(|figure| figure.store(0, Relaxed));
    }

    #[inline(never)]
    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// All times together, in nanoseconds.
    pub(crate) fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }

    pub(crate) fn max(&self) -> u64 {
        self.max.load(Relaxed)
    }

    /// The time that so many thousandths stay below or reach, a quarter too long at most; 0 if there are none.
    #[inline(never)]
    pub(crate) fn percentile(&self, per_mille: u64) -> u64 {
        let rank = (u128::from(self.count()) * u128::from(per_mille)).div_ceil(1000).max(1);
        let mut seen = 0;
        self.buckets()
            .find(|(_, count)| {
                seen += u128::from(*count);
                seen >= rank
            })
            .map_or(0, |(bound, _)| bound.min(self.max()))
    }

    /// The bounds, which are included, and counts of the buckets that hold any, from the shortest on.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        let all = self.counts.iter().enumerate();
        all.map(|(index, count)| (bound(index), count.load(Relaxed))).filter(|(_, count)| *count > 0)
    }

    /// For each power of two how many took at most so long, then all, with `u64::MAX`.
    pub(crate) fn cumulative(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut seen = 0;
        self.counts.iter().enumerate().filter_map(move |(index, count)| {
            seen += count.load(Relaxed);
            (index % PER_POWER == 0 || index == LAST).then_some((bound(index), seen))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_border_on_each_other() {
        for index in 0..LAST {
            assert_eq!(bucket(bound(index)), index);
            assert_eq!(bucket(bound(index) + 1), index + 1);
        }
        assert_eq!((bucket(0), bucket(u64::MAX), bound(LAST)), (0, LAST, u64::MAX));
        assert_eq!(bound(LAST - 1), 1 << 40);
        assert!((1..LAST).all(|index| bound(index) - bound(index - 1) <= bound(index - 1) / 4 + 1));
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times_or_little_more() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut times = Vec::new();
        let histogram = Histogram::new();
        for _ in 0..10_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let ns = state >> (24 + state % 37); // all magnitudes up to 2^40
            times.push(ns);
            histogram.record(ns);
        }
        times.sort_unstable();
        assert_eq!(histogram.count(), 10_000);
        assert_eq!(histogram.sum(), times.iter().sum::<u64>());
        assert_eq!(histogram.max(), *times.last().unwrap());
        for per_mille in [1, 10, 250, 500, 900, 990, 999, 1000] {
            let exact = times[(per_mille * 10) as usize - 1];
            let told = histogram.percentile(per_mille);
            assert!(
                told >= exact && told <= (exact + exact / 4).max(FIRST_NS),
                "{per_mille}: {exact}, {told}"
            );
        }
        for (bound, count) in histogram.cumulative() {
            assert_eq!(count, times.iter().filter(|&&ns| ns <= bound).count() as u64);
        }
        assert_eq!(histogram.cumulative().count(), POWERS + 2);
        assert_eq!(histogram.buckets().map(|(_, count)| count).sum::<u64>(), 10_000);
    }

    #[test]
    fn one_takes_what_others_have_counted() {
        let (sum, one, other) = (Histogram::new(), Histogram::new(), Histogram::new());
        one.record(5_000);
        other.record(7_000_000);
        sum.take(&one);
        sum.take(&other);
        assert_eq!((sum.count(), sum.sum(), sum.max()), (2, 7_005_000, 7_000_000));
    }

    #[test]
    fn an_empty_one_has_no_figures() {
        let histogram = Histogram::new();
        histogram.record(5_000_000);
        histogram.clear();
        assert_eq!(
            (histogram.count(), histogram.sum(), histogram.max(), histogram.percentile(500)),
            (0, 0, 0, 0)
        );
        assert_eq!(histogram.buckets().next(), None);
        assert_eq!(histogram.cumulative().last(), Some((u64::MAX, 0)));
    }
}
