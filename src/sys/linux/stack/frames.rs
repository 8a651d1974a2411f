//! From a frame to the one that called it.

#![forbid(unsafe_code)]

use crate::sys::stack::calls::Call;
use crate::sys::stack::code::Code;
use crate::sys::stack::copied::{Copied, WORD};
use crate::sys::stack::registers::{Registers, plain};
use crate::sys::stack::table::{self, Base, Row, Saved};
use crate::sys::symbols;

/// Frames that are looked for.
const MOST: usize = 64;

#[derive(Clone, Copy)]
struct Frame {
    /// In the call that it is at.
    address: usize,
    /// Where its function begins, if that is known.
    start: Option<usize>,
    /// The call that it is at; the innermost is at none.
    call: Option<Call>,
    is_own: bool,
    /// It, or one inside of it, was found by a return address that may be of a call that is over.
    is_guess: bool,
}

pub(super) struct Frames {
    all: [Frame; MOST],
    count: usize,
}

impl Frames {
    /// `function` is one of the program's.
    pub(super) fn of(mut registers: Registers, stack: &Copied, code: &Code, function: usize) -> Frames {
        let none = Frame { address: 0, start: None, call: None, is_own: false, is_guess: false };
        let mut frames = Frames { all: [none; MOST], count: 0 };
        // Where the library is part of the program its code is not told apart.
        let own = code.around(with_own as fn() as usize).filter(|own| !own.contains(&function));
        let (mut call, mut is_guess) = (None, false);
        for place in &mut frames.all {
            // After a call that does not return another function may begin.
            let address = if call.is_some() { registers.pc.wrapping_sub(1) } else { registers.pc };
            let row = table::row(address);
            let start = row.map(|row| row.start).or_else(|| symbols::start_of(address));
            let is_own = own.as_ref().is_some_and(|own| own.contains(&address));
            *place = Frame { address, start, call, is_own, is_guess };
            frames.count += 1;
            let Some(caller) = caller(&registers, row.as_ref(), start, stack, code) else { break };
            (registers, call) = (caller.registers, Some(caller.call));
            is_guess |= caller.is_guess;
        }
        frames
    }

    /// The addresses up to the frame of a function of the program's, or, where it has none, up to those of the
    /// library that called the program. Where the program has called the library, that one function stands for it. With each goes
    /// whether it is a guess.
    pub(super) fn up_to(&self, function: usize) -> impl Iterator<Item = (usize, bool)> {
        let all = self.all.get(..self.count).unwrap_or_default();
        let found = all.iter().position(|frame| frame.start == Some(function));
        let all = all.get(..found.map_or_else(|| before_own(all), |last| last + 1)).unwrap_or_default();
        let is_inner = |index: usize| {
            let is_own = |index: usize| all.get(index).is_some_and(|frame: &Frame| frame.is_own);
            is_own(index) && is_own(index + 1)
        };
        let shown = move |(index, frame): (usize, &Frame)| {
            (!is_inner(index)).then_some((frame.address, frame.is_guess))
        };
        all.iter().enumerate().filter_map(shown)
    }
}

/// How many frames there are before one of the library that calls by a pointer what is not the library's. Without
/// such a one something is amiss, and nothing of the library's is told.
fn before_own(all: &[Frame]) -> usize {
    let enters = |pair: &[Frame]| matches!(pair, [inner, outer] if outer.is_own && !inner.is_own);
    let calls_back =
        |pair: &[Frame]| enters(pair) && pair.last().is_some_and(|outer| outer.call == Some(Call::ByPointer));
    let end = all.windows(2).position(calls_back).or_else(|| all.windows(2).position(enters));
    end.map_or(all.len(), |last| last + 1)
}

/// Stands for the library's own code.
fn with_own() {}

/// Who called a frame.
struct Caller {
    /// As they are after the return.
    registers: Registers,
    call: Call,
    is_guess: bool,
}

fn caller(
    at: &Registers,
    row: Option<&Row>,
    start: Option<usize>,
    stack: &Copied,
    code: &Code,
) -> Option<Caller> {
    if row.is_some_and(|row| row.link == Saved::Lost) {
        return None; // the outermost one
    }
    let call_of = |outer: Registers| Some((outer, code.call_before(outer.pc)?));
    if let Some(exact) = row.and_then(|row| by_table(at, row, stack)).and_then(call_of) {
        let (registers, call) = exact;
        return Some(Caller { registers, call, is_guess: false });
    }
    // What certainly called the function, then what may have.
    let led_here = |call: &Call| Code::leads_to(*call, start) == Some(true);
    let may_have_led = |call: &Call| Code::leads_to(*call, start) != Some(false);
    let pointed = if row.is_none() { by_frame_pointer(at, stack).and_then(call_of) } else { None };
    let next = |is_fit: &dyn Fn(&Call) -> bool| {
        by_return_address(at, row, stack, &|address| code.call_before(address).filter(is_fit))
    };
    let certain = pointed.filter(|(_, call)| led_here(call)).or_else(|| next(&led_here));
    let is_guess = certain.is_none();
    let found =
        certain.or_else(|| pointed.filter(|(_, call)| may_have_led(call))).or_else(|| next(&may_have_led));
    found.map(|(registers, call)| Caller { registers, call, is_guess })
}

fn by_table(at: &Registers, row: &Row, stack: &Copied) -> Option<Registers> {
    let frame = match row.frame? {
        Base::Sp(above) => at.sp.checked_add_signed(above)?,
        Base::Fp(above) => at.fp?.checked_add_signed(above)?,
    };
    if frame < at.sp {
        return None;
    }
    let pc = match row.link {
        Saved::At(above) => stack.word(frame.checked_add_signed(above)?)?,
        Saved::Kept => at.link?,
        Saved::Lost => return None,
    };
    Some(Registers { pc: plain(pc), sp: frame, fp: saved_fp(at, row, frame, stack), link: None })
}

fn saved_fp(at: &Registers, row: &Row, frame: usize, stack: &Copied) -> Option<usize> {
    match row.fp {
        Saved::At(above) => stack.word(frame.checked_add_signed(above)?),
        Saved::Kept => at.fp,
        Saved::Lost => None,
    }
}

/// Where a frame pointer leads to the caller's, the return address is beside it.
fn by_frame_pointer(at: &Registers, stack: &Copied) -> Option<Registers> {
    let fp = at.fp.filter(|fp| *fp >= at.sp)?;
    let outer = stack.word(fp)?;
    let pc = stack.word(fp.checked_add(WORD)?)?;
    (outer > fp).then_some(Registers {
        pc: plain(pc),
        sp: fp.checked_add(2 * WORD)?,
        fp: Some(outer),
        link: None,
    })
}

/// The next word behind a call that fits. Where the function has put the frame pointer on the stack, that fits, too.
fn by_return_address(
    at: &Registers,
    row: Option<&Row>,
    stack: &Copied,
    fitting_call: &dyn Fn(usize) -> Option<Call>,
) -> Option<(Registers, Call)> {
    stack.words(at.sp).find_map(|(place, word)| {
        let pc = plain(word);
        let call = fitting_call(pc)?;
        let (frame, fp) = match row {
            None => (place.checked_add(WORD)?, None),
            Some(row) => {
                let frame = match row.link {
                    Saved::At(above) => place.checked_add_signed(above.checked_neg()?)?,
                    _ => place.checked_add(WORD)?,
                };
                let fp = saved_fp(at, row, frame, stack);
                let has_fp = matches!(row.frame, Some(Base::Fp(_)));
                if has_fp && !fp.is_some_and(|fp| fp > place && stack.has(fp)) {
                    return None;
                }
                (frame, fp)
            }
        };
        Some((Registers { pc, sp: frame, fp, link: None }, call))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Registers = Registers { pc: 1, sp: 0x7000, fp: None, link: None };
    /// As of a function that has the frame pointer in the word before the return address.
    const ROW: Row = Row {
        start: 1,
        frame: Some(Base::Fp(2 * WORD as isize)),
        fp: Saved::At(-2 * WORD as isize),
        link: Saved::At(-(WORD as isize)),
    };

    fn address(word: usize) -> usize {
        AT.sp + word * WORD
    }

    #[test]
    fn the_table_says_where_the_caller_is() {
        let stack = Copied::made_up(AT.sp, &[0, 0, 77, 5, 0]);
        let row = Row { frame: Some(Base::Sp(4 * WORD as isize)), ..ROW };
        let outer = by_table(&AT, &row, &stack).unwrap();
        assert_eq!(outer, Registers { pc: 5, sp: address(4), fp: Some(77), link: None });
        assert_eq!(by_table(&AT, &ROW, &stack), None, "the frame pointer is not known");
        let known = Registers { fp: Some(address(2)), ..AT };
        assert_eq!(by_table(&known, &ROW, &stack), Some(outer));
        let below = Registers { fp: Some(AT.sp - 64), ..AT };
        assert_eq!(by_table(&below, &ROW, &stack), None);
        let beyond = Registers { fp: Some(address(50)), ..AT };
        assert_eq!(by_table(&beyond, &ROW, &stack), None);
    }

    #[test]
    fn frame_pointers_lead_upward() {
        let stack = Copied::made_up(AT.sp, &[0, address(3), 5, 0, 6]);
        let at = Registers { fp: Some(address(1)), ..AT };
        let outer = Registers { pc: 5, sp: address(3), fp: Some(address(3)), link: None };
        assert_eq!(by_frame_pointer(&at, &stack), Some(outer));
        assert_eq!(by_frame_pointer(&outer, &stack), None, "it leads downward");
        assert_eq!(by_frame_pointer(&AT, &stack), None);
    }

    #[test]
    fn return_addresses_of_calls_that_lead_elsewhere_are_passed_by() {
        let stack = Copied::made_up(AT.sp, &[5, 0, address(6), 5, 4, 6, 0]);
        let fitting = |address| (address == 5 || address == 6).then_some(Call::ByPointer);
        let (outer, call) = by_return_address(&AT, Some(&ROW), &stack, &fitting).unwrap();
        // Before the first 5 there is no frame pointer.
        assert_eq!((outer.pc, outer.sp, outer.fp), (5, address(4), Some(address(6))));
        assert_eq!(call, Call::ByPointer);
        let only_six = |address| (address == 6).then_some(Call::To(1));
        assert_eq!(by_return_address(&AT, Some(&ROW), &stack, &only_six), None, "4 is no frame pointer");
        let (outer, _) = by_return_address(&AT, None, &stack, &only_six).unwrap();
        assert_eq!((outer.pc, outer.sp, outer.fp), (6, address(6), None));
    }

    #[test]
    fn the_librarys_own_frames_are_left_out() {
        let frame = |is_own, call| Frame { address: 0, start: None, call, is_own, is_guess: false };
        let (table, pointer) = (Some(Call::From(9)), Some(Call::ByPointer));
        // The C library, by the library, by the program, by the library, by the program.
        let all = [
            frame(false, None),
            frame(true, table),
            frame(false, table),
            frame(true, pointer),
            frame(false, table),
        ];
        assert_eq!(before_own(&all), 3);
        assert_eq!(before_own(&all[..3]), 1);
        assert_eq!(before_own(&all[3..]), 2);
        assert_eq!(before_own(&[]), 0);
    }
}
