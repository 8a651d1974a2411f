//! Who was to blame before: a culprit is told of once, and then counted.

#![forbid(unsafe_code)]

const MOST: usize = 64;

#[derive(Clone, Copy, Default)]
pub(super) struct Culprit {
    pub(super) function: usize,
    pub(super) code: u32,
    pub(super) times: u64,
    pub(super) total_ns: u64,
    pub(super) worst_ns: u64,
}

pub(super) struct Culprits {
    known: [Culprit; MOST],
    count: usize,
}

impl Culprits {
    pub(super) fn new() -> Culprits {
        Culprits { known: [Culprit::default(); MOST], count: 0 }
    }

    /// One more time: how often that was. Those for which there is no place are always new.
    pub(super) fn meet(&mut self, function: usize, code: u32) -> u64 {
        if let Some(culprit) = self.find(function, code) {
            culprit.times += 1;
            return culprit.times;
        }
        if let Some(place) = self.known.get_mut(self.count) {
            *place = Culprit { function, code, times: 1, ..Culprit::default() };
            self.count += 1;
        }
        1
    }

    /// It took so long in all that time.
    pub(super) fn took(&mut self, function: usize, code: u32, ns: u64) {
        if let Some(culprit) = self.find(function, code) {
            culprit.total_ns += ns;
            culprit.worst_ns = culprit.worst_ns.max(ns);
        }
    }

    fn find(&mut self, function: usize, code: u32) -> Option<&mut Culprit> {
        let known = self.known.iter_mut().take(self.count);
        known.into_iter().find(|culprit| culprit.function == function && culprit.code == code)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Culprit> {
        self.known.iter().take(self.count)
    }
}

/// Whether the n-th time is worth a line: the first, the tenth, the hundredth and so on.
pub(super) fn is_told(times: u64) -> bool {
    let mut left = times;
    while left >= 10 && left % 10 == 0 {
        left /= 10;
    }
    left == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_for_itself() {
        let mut culprits = Culprits::new();
        assert_eq!(culprits.meet(1, 2), 1);
        assert_eq!(culprits.meet(1, 2), 2);
        assert_eq!(culprits.meet(1, 3), 1);
        culprits.took(1, 2, 50);
        culprits.took(1, 2, 30);
        let first = culprits.all().next().unwrap();
        assert_eq!((first.times, first.total_ns, first.worst_ns), (2, 80, 50));
        (10..200).for_each(|function| assert_eq!(culprits.meet(function, 0), 1));
        assert_eq!(culprits.all().count(), MOST);
    }

    #[test]
    fn lines_become_rarer() {
        let told: Vec<_> = (1..=1000).filter(|times| is_told(*times)).collect();
        assert_eq!(told, [1, 10, 100, 1000]);
    }
}
