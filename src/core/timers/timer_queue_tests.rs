use super::*;
use crate::core::memory::queue::gather;

fn timers(count: usize) -> Vec<uv_timer_t> {
    (0..count).map(|_| crate::abi::zeroed()).collect()
}

/// A queue and its timers, beside a model: a sorted list of (timeout, start order, index).
struct Pair<'a> {
    queue: TimerQueue,
    timers: &'a [uv_timer_t],
    model: Vec<(u64, u64, usize)>,
    starts: u64,
}

impl<'a> Pair<'a> {
    fn new(timers: &'a [uv_timer_t], first_order: u64) -> Pair<'a> {
        let mut queue = TimerQueue::new();
        queue.next_order = first_order;
        for timer in timers {
            List::<DueLink>::init(timer);
            timer.flags.set(REF);
        }
        Pair { queue, timers, model: Vec::new(), starts: 0 }
    }

    fn start(&mut self, index: usize, timeout: u64) {
        self.model.retain(|&(.., i)| i != index);
        let new = (timeout, self.starts, index);
        self.model.insert(self.model.partition_point(|&old| old < new), new);
        self.starts += 1;
        self.queue.set(&self.timers[index], timeout);
        self.timers[index].set(ACTIVE);
    }

    fn stop(&mut self, index: usize) {
        self.model.retain(|&(.., i)| i != index);
        if self.timers[index].has(ACTIVE) {
            self.queue.unset(&self.timers[index]);
            self.timers[index].clear(ACTIVE);
        }
    }

    /// As a timer that is stopped, and whose memory is used for something else.
    fn renew(&mut self, index: usize) {
        self.stop(index);
        let timer = &self.timers[index];
        assert!(!timer.has(TIMER_FILED));
        timer.node.words().iter().for_each(|word| word.set(std::ptr::without_provenance_mut(1)));
        timer.file_under(0);
        List::<DueLink>::init(timer);
    }

    fn expect_due(&mut self, now: u64) {
        let count = self.model.partition_point(|&(timeout, ..)| timeout <= now);
        let expected: Vec<usize> = self.model.drain(..count).map(|(.., index)| index).collect();
        let mut actual = Vec::new();
        gather(
            |batch: List<'_, DueLink>| assert_eq!(self.queue.take_due(now, batch) as usize, count),
            |timer| {
                assert!(!timer.has(ACTIVE));
                actual.push(self.timers.iter().position(|it| std::ptr::eq(it, timer)).unwrap());
            },
        );
        assert_eq!(actual, expected);
    }

    fn next(&self) -> Option<u64> {
        self.model.first().map(|&(timeout, ..)| timeout)
    }

    fn expect_next(&mut self) {
        assert_eq!(self.queue.next_timeout(), self.next());
        assert_eq!(self.queue.settled_timeout(), self.next());
    }

    /// Where they ask, other threads get the exact answer after each change; else one that may be too early.
    fn expect_next_for_others(&self, is_exact: bool) {
        let bound = self.queue.heap.earliest();
        assert_eq!(bound.is_some(), self.next().is_some());
        assert!(if is_exact { bound == self.next() } else { bound <= self.next() });
    }
}

fn random(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 33) % bound
}

fn check_against_model(seed: u64, count: usize, steps: usize, first_order: u64, start: u64) {
    let timers = timers(count);
    let mut pair = Pair::new(&timers, first_order);
    let mut state = seed;
    let mut now = start;
    let others_ask = seed % 2 == 1;
    if others_ask {
        expect_others();
    }
    for _ in 0..steps {
        let index = random(&mut state, count as u64) as usize;
        match random(&mut state, 64) {
            0..36 => {
                let far = [20, 20, 300, 100_000][random(&mut state, 4) as usize];
                pair.start(index, now + random(&mut state, far));
            }
            36 => pair.start(index, u64::MAX),
            37..56 => pair.stop(index),
            56..58 => pair.renew(index),
            58..62 => {
                now += random(&mut state, 5);
                pair.expect_due(now);
            }
            62 => {
                now += random(&mut state, 200_000);
                pair.expect_due(now);
            }
            _ => pair.expect_next(),
        }
        pair.expect_next_for_others(others_ask);
    }
    pair.expect_next();
    pair.expect_due(u64::MAX);
    pair.expect_next();
}

#[test]
fn agrees_with_a_sorted_list() {
    for seed in 0..60 {
        check_against_model(seed, 40, 2000, 0, 0);
        check_against_model(seed, 400, 4000, 0, 0);
    }
}

/// Fifty days of milliseconds need more than 32 bits.
#[test]
fn time_outgrows_short_words() {
    for seed in 0..20 {
        check_against_model(seed, 40, 2000, 0, (1 << 32) - 1_000_000);
    }
}

#[test]
fn order_outgrows_short_words() {
    for seed in 0..20 {
        check_against_model(seed, 64, 600, u64::from(u32::MAX) - 200, 0);
        check_against_model(seed, 300, 3000, u64::from(u32::MAX) - 1000, 0);
    }
}

#[test]
fn equal_timeouts_keep_the_order_of_their_starts() {
    for count in [10, 1000] {
        let timers = timers(count);
        let mut pair = Pair::new(&timers, 0);
        (0..count).for_each(|index| pair.start(index, 5));
        (0..count).step_by(3).for_each(|index| pair.start(index, 9));
        (0..count).step_by(2).for_each(|index| pair.start(index, 9));
        pair.expect_due(20);
    }
}

#[test]
fn stopped_timers_are_gone_at_once() {
    let timers = timers(1000);
    let mut pair = Pair::new(&timers, 0);
    (0..1000).for_each(|index| pair.start(index, index as u64));
    (0..999).for_each(|index| pair.renew(index));
    assert_eq!(pair.queue.heap.len(), 1);
    pair.expect_next();
    (0..1000).for_each(|index| pair.start(index, 7));
    pair.expect_due(7);
    assert_eq!(pair.queue.heap.len(), 0);
}

/// More than a sorting of many can tell apart.
#[test]
fn what_is_due_for_weeks_comes_before_the_others() {
    let timers = timers(200);
    for orders_apart in [0, 1 << 33] {
        let mut pair = Pair::new(&timers, 0);
        (0..100).for_each(|index| pair.start(index, 1000 + index as u64 % 7));
        pair.queue.next_order += orders_apart;
        let later = if orders_apart == 0 { 1 << 33 } else { 1003 };
        (100..200).for_each(|index| pair.start(index, later));
        pair.expect_due(later + 10);
        assert!(pair.queue.is_empty());
    }
}

#[test]
fn other_threads_are_told_exactly_from_the_first_change_after_they_have_asked() {
    let timers = timers(3);
    let mut pair = Pair::new(&timers, 0);
    assert_eq!(pair.queue.next_timeout_for_others(), None);
    pair = Pair::new(&timers, 0);
    pair.start(0, 10);
    pair.start(1, 20);
    pair.start(0, 40);
    assert!(pair.queue.next_timeout_for_others() <= Some(20));
    pair.start(2, 30);
    pair.start(2, 50);
    assert_eq!(pair.queue.next_timeout_for_others(), Some(20));
    pair.stop(1);
    assert_eq!(pair.queue.next_timeout_for_others(), Some(40));
    pair.start(0, u64::MAX);
    pair.stop(2);
    assert_eq!(pair.queue.next_timeout_for_others(), Some(u64::MAX));
}
