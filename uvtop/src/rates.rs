//! What changed between one poll and the next. A process tells totals since its start.

use std::collections::{HashMap, VecDeque};

use crate::histogram::Histogram;
use crate::model::{Callback, Loop, Place, Sample};

/// Figures of recent times are of so long, or of two polls if they are further apart.
pub const RECENT_MS: u64 = 10_000;

/// Points of a line that are kept: more than a screen is wide.
const POINTS: usize = 500;

const NS_PER_MS: u64 = 1_000_000;

/// The share of the time between two polls for which a loop did not wait.
fn busy(earlier: &Loop, later: &Loop, ms: u64) -> f64 {
    let ns = busy_ns(later).saturating_sub(busy_ns(earlier));
    if ms == 0 { 0.0 } else { (ns as f64 / (ms * NS_PER_MS) as f64).min(1.0) }
}

/// A call counts when it has returned, and so the one under way is added.
fn busy_ns(one: &Loop) -> u64 {
    let under_way = one.now.as_ref().map_or(0, |now| now.since_ms * NS_PER_MS);
    one.calling_ns + one.own_ns + under_way
}

/// The share of all the time that a loop was run.
pub fn busy_ever(one: &Loop) -> Option<f64> {
    let (busy, idle) = (busy_ns(one), one.idle_ns);
    (busy + idle > 0).then(|| busy as f64 / (busy + idle) as f64)
}

/// A point a poll, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Line(VecDeque<f64>);

impl Line {
    fn add(&mut self, point: f64) {
        if self.0.len() == POINTS {
            self.0.pop_front();
        }
        self.0.push_back(point);
    }

    pub fn last(&self) -> Option<f64> {
        self.0.back().copied()
    }

    /// The newest points that there is room for.
    pub fn tail(&self, room: usize) -> impl Iterator<Item = f64> + '_ {
        self.0.iter().skip(self.0.len().saturating_sub(room)).copied()
    }
}

/// What is drawn of a loop.
#[derive(Clone, Debug, Default)]
pub struct LoopLines {
    /// Shares of 1.
    pub busy: Line,
    /// The longest turn, or the call under way, in nanoseconds.
    pub lag: Line,
}

/// All that is known of a process.
#[derive(Debug, Default)]
pub struct History {
    /// Of recent times, the newest last.
    samples: VecDeque<Sample>,
    loops: HashMap<u64, LoopLines>,
    pub queued: Line,
    pub at_work: Line,
}

impl History {
    pub fn add(&mut self, sample: Sample) {
        if let Some(before) = self.samples.back() {
            if sample.pid != before.pid || sample.uptime_ms < before.uptime_ms {
                *self = History::default(); // the name is another process' now
            }
        }
        self.draw(&sample);
        self.samples.push_back(sample);
        self.forget();
    }

    /// Adds a point to each line.
    fn draw(&mut self, sample: &Sample) {
        self.queued.add(sample.pool.queued as f64);
        self.at_work.add(sample.pool.busy as f64);
        self.loops.retain(|id, _| sample.loops.iter().any(|one| one.id == *id));
        let Some(before) = self.samples.back() else { return };
        let ms = sample.uptime_ms - before.uptime_ms;
        for one in &sample.loops {
            let Some(earlier) = before.loops.iter().find(|earlier| earlier.id == one.id) else { continue };
            let under_way = one.now.as_ref().map_or(0, |now| now.since_ms * NS_PER_MS);
            let worst = one.lag.since(&earlier.lag).worst().unwrap_or(0);
            let lines = self.loops.entry(one.id).or_default();
            lines.busy.add(busy(earlier, one, ms));
            lines.lag.add(worst.max(under_way) as f64);
        }
    }

    /// Keeps one sample that is old enough to compare with.
    fn forget(&mut self) {
        let Some(newest) = self.samples.back().map(|sample| sample.uptime_ms) else { return };
        let is_old = |sample: Option<&Sample>| sample.is_some_and(|old| newest - old.uptime_ms >= RECENT_MS);
        while self.samples.len() > 2 && is_old(self.samples.get(1)) {
            self.samples.pop_front();
        }
    }

    pub fn newest(&self) -> Option<&Sample> {
        self.samples.back()
    }

    /// What recent figures are compared with.
    fn oldest(&self) -> Option<&Sample> {
        if self.samples.len() > 1 { self.samples.front() } else { None }
    }

    /// Of how long the recent figures are.
    pub fn recent_ms(&self) -> u64 {
        match (self.oldest(), self.newest()) {
            (Some(oldest), Some(newest)) => newest.uptime_ms - oldest.uptime_ms,
            _ => 0,
        }
    }

    pub fn lines(&self, id: u64) -> Option<&LoopLines> {
        self.loops.get(&id)
    }

    /// Recent lags. A loop that is new has only recent ones.
    pub fn recent_lag(&self, id: u64) -> Histogram {
        let of = |sample: Option<&Sample>| sample.and_then(|sample| find(&sample.loops, |one| one.id == id));
        of(self.newest()).map_or_else(Histogram::default, |newest| match of(self.oldest()) {
            Some(oldest) => newest.lag.since(&oldest.lag),
            None => newest.lag,
        })
    }

    /// Recent turns of a loop, each second.
    pub fn turns_per_second(&self, one: &Loop) -> Option<f64> {
        let earlier = self.oldest()?.loops.iter().find(|earlier| earlier.id == one.id)?;
        let turns = one.iterations.saturating_sub(earlier.iterations);
        Some(turns as f64 * 1000.0 / self.recent_ms().max(1) as f64)
    }

    /// Recent waits and runs of a kind of work.
    pub fn recent_work(&self, kind: &str) -> (Histogram, Histogram) {
        let of = |sample: Option<&Sample>| {
            sample.and_then(|sample| find(&sample.pool.work, |work| work.kind == kind))
        };
        match (of(self.newest()), of(self.oldest())) {
            (Some(newest), Some(oldest)) => (newest.wait.since(&oldest.wait), newest.run.since(&oldest.run)),
            (Some(newest), None) => (newest.wait, newest.run),
            (None, _) => Default::default(),
        }
    }

    /// What functions took of the recent time.
    pub fn recent_shares(&self) -> Shares<'_> {
        let [before, now] =
            [self.oldest(), self.newest()].map(|sample| sample.map(taken).unwrap_or_default());
        Shares { before, now, ms: self.recent_ms() }
    }
}

/// By function and kind, in nanoseconds.
type Taken<'a> = HashMap<(&'a Place, &'a str), u64>;

/// What functions took up to the newest sample, and up to the one to compare with.
pub struct Shares<'a> {
    before: Taken<'a>,
    now: Taken<'a>,
    ms: u64,
}

impl Shares<'_> {
    /// A share of the time that passed; of several threads together it may be more than 1.
    pub fn of(&self, callback: &Callback) -> f64 {
        let of =
            |taken: &Taken<'_>| taken.get(&(&callback.place, callback.kind.as_str())).copied().unwrap_or(0);
        let ns = of(&self.now).saturating_sub(of(&self.before));
        if self.ms == 0 { 0.0 } else { ns as f64 / (self.ms * NS_PER_MS) as f64 }
    }
}

/// What the calls of all functions took, with those under way.
fn taken(sample: &Sample) -> Taken<'_> {
    let mut taken = Taken::new();
    for one in &sample.callbacks {
        *taken.entry((&one.place, one.kind.as_str())).or_default() += one.total_ns;
    }
    let loops = sample.loops.iter().filter_map(|one| one.now.as_ref());
    let workers = sample.pool.workers.iter().filter_map(|worker| worker.now.as_ref());
    for now in loops.chain(workers) {
        *taken.entry((&now.place, now.kind.as_str())).or_default() += now.since_ms * NS_PER_MS;
    }
    taken
}

fn find<T: Clone>(all: &[T], is_it: impl Fn(&T) -> bool) -> Option<T> {
    all.iter().find(|one| is_it(one)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::recorded;
    use crate::model::{Now, State};

    /// A process with one loop, after so long, of which it was busy for so long.
    fn sample(uptime_ms: u64, busy_ms: u64) -> Sample {
        let [mut sample, _] = recorded();
        sample.uptime_ms = uptime_ms;
        sample.loops.truncate(1);
        let one = &mut sample.loops[0];
        (one.calling_ns, one.own_ns, one.now) = (busy_ms * NS_PER_MS, 0, None);
        sample
    }

    fn under_way(mut sample: Sample, since_ms: u64) -> Sample {
        let place = Place { function: Some("slow".into()), module: None };
        sample.loops[0].now = Some(Now { place, kind: "timer".into(), since_ms });
        sample.loops[0].state = State::Blocked;
        sample
    }

    fn busy_of(history: &History) -> Vec<f64> {
        let id = history.newest().unwrap().loops[0].id;
        history.lines(id).map(|lines| lines.busy.tail(100).collect()).unwrap_or_default()
    }

    #[test]
    fn busy_is_the_share_of_the_time_between_polls() {
        let mut history = History::default();
        for (uptime, busy) in [(1000, 300), (1500, 300), (2000, 425), (2500, 925)] {
            history.add(sample(uptime, busy));
        }
        assert_eq!(busy_of(&history), [0.0, 0.25, 1.0]);
        assert_eq!(history.recent_ms(), 1500);
    }

    #[test]
    fn a_call_under_way_counts_before_it_has_returned_and_only_once() {
        let mut history = History::default();
        history.add(sample(1000, 0));
        history.add(under_way(sample(2000, 0), 500));
        history.add(under_way(sample(3000, 0), 1500));
        history.add(sample(4000, 2000));
        assert_eq!(busy_of(&history), [0.5, 1.0, 0.5]);
    }

    #[test]
    fn the_lag_is_at_least_that_of_the_call_under_way() {
        let mut history = History::default();
        history.add(sample(1000, 0));
        history.add(under_way(sample(2000, 0), 500));
        let id = history.newest().unwrap().loops[0].id;
        assert_eq!(history.lines(id).unwrap().lag.last(), Some(5e8));
        history.add(sample(3000, 600));
        assert_eq!(history.lines(id).unwrap().lag.last(), Some(0.0), "no turn has ended");
    }

    #[test]
    fn recent_figures_are_of_the_last_ten_seconds() {
        let mut history = History::default();
        for second in 0..30 {
            history.add(sample(second * 1000, second * 100));
        }
        assert_eq!(history.recent_ms(), RECENT_MS);
        let mut seldom = History::default();
        for minute in 0..4 {
            seldom.add(sample(minute * 60_000, 0));
        }
        assert_eq!(seldom.recent_ms(), 60_000);
    }

    #[test]
    fn another_process_of_the_same_name_begins_anew() {
        let mut history = History::default();
        history.add(sample(5000, 100));
        history.add(sample(6000, 200));
        history.add(sample(10, 1));
        assert_eq!((history.recent_ms(), busy_of(&history).len()), (0, 0));
    }

    #[test]
    fn polls_in_the_same_millisecond_are_no_division_by_zero() {
        let mut history = History::default();
        history.add(sample(1000, 100));
        history.add(sample(1000, 100));
        assert_eq!(busy_of(&history), [0.0]);
    }

    #[test]
    fn of_a_recorded_process() {
        let mut history = History::default();
        let [first, second] = recorded();
        let ms = second.uptime_ms - first.uptime_ms;
        history.add(first);
        history.add(second.clone());
        assert_eq!(history.recent_ms(), ms);
        for one in &second.loops {
            let lines = history.lines(one.id).unwrap();
            assert!((0.0..=1.0).contains(&lines.busy.last().unwrap()));
            assert!(history.turns_per_second(one).unwrap() > 0.0);
        }
        let blocked = &second.loops[0];
        assert_eq!(blocked.state, State::Blocked);
        assert!(history.lines(blocked.id).unwrap().lag.last().unwrap() >= 1e9);
        let jobs = second.callbacks.iter().find(|one| one.place.label() == "compress_image").unwrap();
        assert!(history.recent_shares().of(jobs) > 1.0, "several workers are at it");
        assert!(history.recent_work("work").0.count() > 0);
        assert_eq!(history.recent_work("no such").0.count(), 0);
    }

    #[test]
    fn a_line_forgets_its_oldest_points() {
        let mut line = Line::default();
        (0..POINTS + 10).for_each(|point| line.add(point as f64));
        assert_eq!(line.tail(POINTS + 10).count(), POINTS);
        assert_eq!(line.tail(2).collect::<Vec<_>>(), [(POINTS + 8) as f64, (POINTS + 9) as f64]);
    }
}
