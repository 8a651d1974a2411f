//! The steps by which an entry says what holds from which instruction on.

use crate::sys::stack::registers::NUMBERS;
use crate::sys::stack::table::reader::Reader;
use crate::sys::stack::table::{Base, Row, Saved};

/// What the numbers of an entry are multiplied with, and where its functions have the return address.
#[derive(Clone, Copy)]
pub(super) struct Factors {
    pub(super) code: usize,
    pub(super) data: isize,
    pub(super) link: u64,
}

/// How many states are put aside at once.
const DEPTH: usize = 8;

pub(super) struct Program {
    factors: Factors,
    start: usize,
    now: State,
    /// What held at the first instruction.
    first: State,
    aside: [State; DEPTH],
    depth: usize,
}

#[derive(Clone, Copy)]
struct State {
    /// The register, by number, and how far above it the caller's frame begins. None where it is calculated.
    frame: Option<(u64, isize)>,
    fp: Saved,
    link: Saved,
}

impl Program {
    pub(super) fn new(start: usize, factors: Factors) -> Program {
        let none = State { frame: None, fp: Saved::Kept, link: Saved::Kept };
        Program { factors, start, now: none, first: none, aside: [none; DEPTH], depth: 0 }
    }

    /// What came up to now holds at the first instruction.
    pub(super) fn has_begun(&mut self) {
        self.first = self.now;
    }

    pub(super) fn row(&self) -> Row {
        let State { frame, fp, link } = self.now;
        let frame = match frame {
            Some((number, above)) if number == NUMBERS.sp => Some(Base::Sp(above)),
            Some((number, above)) if number == NUMBERS.fp => Some(Base::Fp(above)),
            _ => None,
        };
        Row { start: self.start, frame, fp, link }
    }

    /// Goes on up to the instruction at `at`. None where a step is not known.
    pub(super) fn run(&mut self, mut steps: Reader<'_>, at: usize) -> Option<()> {
        let mut place = self.start;
        while !steps.is_at_end() {
            let step = steps.byte()?;
            let low = u64::from(step & 0x3f);
            let further = match step {
                0x40..=0x7f => Some(usize::from(step & 0x3f)),
                0x02 => Some(usize::from(steps.byte()?)),
                0x03 => Some(usize::from(steps.half()?)),
                0x04 => Some(usize::try_from(steps.word()?).ok()?),
                _ => None,
            };
            if let Some(further) = further {
                place = place.checked_add(further.checked_mul(self.factors.code)?)?;
                if place > at {
                    return Some(());
                }
                continue;
            }
            match step {
                0x80..=0xbf => {
                    let above = self.above(&mut steps)?;
                    self.set(low, Saved::At(above));
                }
                0xc0..=0xff => self.set_as_first(low),
                _ => self.rare(step, &mut steps)?,
            }
        }
        Some(())
    }

    fn rare(&mut self, step: u8, steps: &mut Reader<'_>) -> Option<()> {
        match step {
            0x00 | 0x2d => {} // nothing; on aarch64 the return address is signed from here on, or no more
            0x05 => {
                let number = steps.unsigned()?;
                let above = self.above(steps)?;
                self.set(number, Saved::At(above));
            }
            0x06 => self.set_as_first(steps.unsigned()?),
            0x07 => self.set(steps.unsigned()?, Saved::Lost),
            0x08 => self.set(steps.unsigned()?, Saved::Kept),
            0x09 => {
                let number = steps.unsigned()?;
                steps.unsigned()?;
                self.set(number, Saved::Lost);
            }
            0x0a => {
                *self.aside.get_mut(self.depth)? = self.now;
                self.depth += 1;
            }
            0x0b => {
                self.depth = self.depth.checked_sub(1)?;
                self.now = *self.aside.get(self.depth)?;
            }
            0x0c => {
                let number = steps.unsigned()?;
                self.now.frame = Some((number, isize::try_from(steps.unsigned()?).ok()?));
            }
            0x0d => {
                let number = steps.unsigned()?;
                self.now.frame = Some((number, self.now.frame?.1));
            }
            0x0e => self.now.frame = Some((self.now.frame?.0, isize::try_from(steps.unsigned()?).ok()?)),
            0x0f => {
                skip_calculation(steps)?;
                self.now.frame = None;
            }
            0x10 | 0x16 => {
                let number = steps.unsigned()?;
                skip_calculation(steps)?;
                self.set(number, Saved::Lost);
            }
            0x11 => {
                let number = steps.unsigned()?;
                let above = self.above_signed(steps)?;
                self.set(number, Saved::At(above));
            }
            0x12 => {
                let number = steps.unsigned()?;
                self.now.frame = Some((number, self.above_signed(steps)?));
            }
            0x13 => self.now.frame = Some((self.now.frame?.0, self.above_signed(steps)?)),
            0x14 | 0x15 => {
                let number = steps.unsigned()?;
                steps.unsigned()?; // as long as a signed one
                self.set(number, Saved::Lost);
            }
            0x2e => drop(steps.unsigned()?), // the size of what a call is given
            _ => return None,
        }
        Some(())
    }

    fn set(&mut self, number: u64, saved: Saved) {
        if number == NUMBERS.fp {
            self.now.fp = saved;
        }
        if number == self.factors.link {
            self.now.link = saved;
        }
    }

    fn set_as_first(&mut self, number: u64) {
        let saved = if number == NUMBERS.fp { self.first.fp } else { self.first.link };
        self.set(number, saved);
    }

    fn above(&self, steps: &mut Reader<'_>) -> Option<isize> {
        isize::try_from(steps.unsigned()?).ok()?.checked_mul(self.factors.data)
    }

    fn above_signed(&self, steps: &mut Reader<'_>) -> Option<isize> {
        isize::try_from(steps.signed()?).ok()?.checked_mul(self.factors.data)
    }
}

fn skip_calculation(steps: &mut Reader<'_>) -> Option<()> {
    let len = usize::try_from(steps.unsigned()?).ok()?;
    steps.take(len).map(drop)
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use super::*;

    const FACTORS: Factors = Factors { code: 1, data: -8, link: 16 };
    /// The frame begins 8 above the stack's end, with the return address at its end.
    const BEGIN: [u8; 5] = [0x0c, 7, 8, 0x90, 1];

    fn row(steps: &[u8], at: usize) -> Option<Row> {
        let mut program = Program::new(0x1000, FACTORS);
        program.run(Reader::new(&BEGIN, 0), at)?;
        program.has_begun();
        program.run(Reader::new(steps, 0), at)?;
        Some(program.row())
    }

    #[test]
    fn what_holds_changes_from_instruction_to_instruction() {
        // push %rbp; mov %rsp,%rbp; ... leave; ret
        let steps = [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 60, 0x0c, 7, 8, 0xc6];
        let row = |at| row(&steps, at).map(|row| (row.frame, row.fp)).unwrap();
        assert_eq!(row(0x1000), (Some(Base::Sp(8)), Saved::Kept));
        assert_eq!(row(0x1001), (Some(Base::Sp(16)), Saved::At(-16)));
        assert_eq!(row(0x1004), (Some(Base::Fp(16)), Saved::At(-16)));
        assert_eq!(row(0x103f), (Some(Base::Fp(16)), Saved::At(-16)));
        assert_eq!(row(0x1040), (Some(Base::Sp(8)), Saved::Kept));
    }

    #[test]
    fn states_are_put_aside_and_come_back() {
        let steps = [0x0a, 0x41, 0x0e, 32, 0x41, 0x0b];
        let row = |at| row(&steps, at).and_then(|row| row.frame);
        assert_eq!(
            (row(0x1000), row(0x1001), row(0x1002)),
            (Some(Base::Sp(8)), Some(Base::Sp(32)), Some(Base::Sp(8)))
        );
    }

    #[test]
    fn calculations_are_not_known_and_unknown_steps_are_nothing() {
        let calculated = row(&[0x0f, 3, 0x76, 0x78, 0x06, 0x10, 6, 2, 0x76, 0], 0x1000).unwrap();
        assert_eq!((calculated.frame, calculated.fp, calculated.link), (None, Saved::Lost, Saved::At(-8)));
        for steps in [&[0x3f][..], &[0x0b], &[0x0f, 9, 0], &[0x0e], &[0x0a; 20]] {
            assert_eq!(row(steps, 0x1000), None, "{steps:x?}");
        }
    }
}
