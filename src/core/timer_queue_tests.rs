use super::*;

fn timers(count: usize) -> Vec<uv_timer_t> {
    // SAFETY: all fields of a handle allow zeros.
    (0..count).map(|_| unsafe { std::mem::zeroed() }).collect()
}

/// A queue and its timers, beside a model: a sorted list of (timeout, start order, index).
struct Pair {
    queue: TimerQueue,
    base: *mut uv_timer_t,
    model: Vec<(u64, u64, usize)>,
    starts: u64,
}

impl Pair {
    fn new(timers: &mut [uv_timer_t], first_order: u32) -> Pair {
        let base = timers.as_mut_ptr();
        let mut queue = TimerQueue::new();
        queue.next_order = first_order;
        for i in 0..timers.len() {
            // SAFETY: the timers outlive the pair.
            unsafe {
                let timer = base.add(i);
                queue::init(&raw mut (*timer).node.queue);
                (*timer).flags = REF;
                queue.claim(timer).unwrap();
            }
        }
        Pair { queue, base, model: Vec::new(), starts: 0 }
    }

    fn start(&mut self, index: usize, timeout: u64) {
        self.model.retain(|&(.., i)| i != index);
        let new = (timeout, self.starts, index);
        self.model.insert(self.model.partition_point(|&old| old < new), new);
        self.starts += 1;
        // SAFETY: the timers outlive the pair.
        unsafe {
            let timer = self.base.add(index);
            self.queue.set(timer, timeout);
            (*timer).flags |= ACTIVE;
        }
    }

    fn stop(&mut self, index: usize) {
        self.model.retain(|&(.., i)| i != index);
        // SAFETY: the timers outlive the pair.
        unsafe {
            let timer = self.base.add(index);
            if (*timer).flags & ACTIVE != 0 {
                self.queue.unset();
                (*timer).flags &= !ACTIVE;
            }
        }
    }

    /// Stops the timer, gives its slot back and takes another.
    fn renew(&mut self, index: usize) {
        self.stop(index);
        // SAFETY: the timers outlive the pair.
        unsafe {
            self.queue.release(self.base.add(index));
            self.queue.claim(self.base.add(index)).unwrap();
        }
    }

    fn expect_due(&mut self, now: u64) {
        let mut batch = uv__queue { next: null_mut(), prev: null_mut() };
        let batch = &raw mut batch;
        let count = self.model.partition_point(|&(timeout, ..)| timeout <= now);
        let expected: Vec<usize> = self.model.drain(..count).map(|(.., index)| index).collect();
        let mut actual = Vec::new();
        // SAFETY: the timers outlive the pair; `batch` outlives its links.
        unsafe {
            queue::init(batch);
            assert_eq!(self.queue.take_due(now, batch) as usize, count);
            while let Some(node) = queue::pop_front(batch) {
                let timer = queue::container_of!(node, uv_timer_t, node);
                assert_eq!((*timer).flags & ACTIVE, 0);
                actual.push(timer.offset_from(self.base) as usize);
            }
        }
        assert_eq!(actual, expected);
    }

    fn expect_next(&mut self) {
        // SAFETY: the timers outlive the pair.
        let next = unsafe { self.queue.next_timeout() };
        assert_eq!(next, self.model.first().map(|&(timeout, ..)| timeout));
    }
}

fn random(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 33) % bound
}

fn check_against_model(seed: u64, count: usize, steps: usize, first_order: u32, start: u64) {
    let mut timers = timers(count);
    let mut pair = Pair::new(&mut timers, first_order);
    let mut state = seed;
    let mut now = start;
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
fn order_survives_renumbering() {
    for seed in 0..20 {
        check_against_model(seed, 64, 600, u32::MAX - 200, 0);
        check_against_model(seed, 300, 3000, u32::MAX - 1000, 0);
    }
}

#[test]
fn equal_timeouts_keep_the_order_of_their_starts() {
    for count in [10, 1000] {
        let mut timers = timers(count);
        let mut pair = Pair::new(&mut timers, 0);
        (0..count).for_each(|index| pair.start(index, 5));
        (0..count).step_by(3).for_each(|index| pair.start(index, 9));
        (0..count).step_by(2).for_each(|index| pair.start(index, 9));
        pair.expect_due(20);
    }
}

#[test]
fn many_stopped_timers_are_swept_out() {
    let mut timers = timers(1000);
    let mut pair = Pair::new(&mut timers, 0);
    (0..1000).for_each(|index| pair.start(index, index as u64));
    (0..999).for_each(|index| pair.stop(index));
    pair.expect_next();
    assert_eq!(pair.queue.heap.len(), 1);
    (0..1000).for_each(|index| pair.start(index, 7));
    pair.expect_due(7);
    assert_eq!(pair.queue.heap.len(), 0);
}

#[test]
fn slots_are_used_again() {
    let mut timers = timers(3);
    let [a, b, c] = &mut timers[..] else { unreachable!() };
    let (a, b, c) = (&raw mut *a, &raw mut *b, &raw mut *c);
    let mut queue = TimerQueue::new();
    // SAFETY: the timers outlive the queue.
    unsafe {
        queue.claim(a).unwrap();
        queue.claim(b).unwrap();
        queue.set(a, 5);
        queue.unset(); // never marked active: as if stopped
        queue.release(a);
        assert_eq!(queue.next_timeout(), None);
        queue.claim(c).unwrap();
        assert_eq!(((*c).start_id, queue.timers.len()), (0, 2));
        queue.release(b);
        queue.release(c);
        queue.claim(a).unwrap();
        queue.claim(b).unwrap();
        assert_eq!(((*a).start_id, (*b).start_id, queue.timers.len()), (0, 1, 2));
    }
}
