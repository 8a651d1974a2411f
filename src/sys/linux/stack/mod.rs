//! Where a thread of this process is, and who called it: the addresses of its stack's frames, seen from another
//! thread.
//!
//! A thread in a system call is not disturbed. One that runs is asked by a signal of which the program makes no use,
//! and stands still while its stack is copied, for 20 ms at most. Frames are found by the tables that compilers write
//! for exceptions; where there are none, such as in code made at run time, by frame pointers; and where those are not
//! known, by the next return address whose call leads into the function at hand. If only a pointer could tell where that
//! call led, the frame is a guess: it may be of a call that is over.
//!
//! Nothing is taken from the program's allocator, no lock of the loader or the C library is needed, and memory that
//! is not there is no harm. Where anything is refused, or another processor is at work, there are no frames.

mod asked;
mod calls;
mod code;
mod copied;
mod frames;
mod place;
mod registers;
mod table;

use self::code::Code;
use self::copied::Copied;
use self::frames::Frames;
use self::place::Place;
use crate::sys::clock;

/// A function that was called, and has not returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// In the call that it is at; in the innermost one, of the instruction that comes next.
    pub(crate) address: usize,
    /// It may have returned already.
    pub(crate) is_guess: bool,
}

/// How often a thread is looked at that has gone on meanwhile, or was not held for long enough; and the pause between.
const ATTEMPTS: usize = 5;
const PAUSE_NS: u64 = 5_000_000;

/// Has `tell` look at the frames of a thread, the innermost first. The last one is that of `function`; where that is
/// not among them, such as when it ended with a jump, the last before the library's own that called the program.
pub(crate) fn with(tid: libc::pid_t, function: usize, tell: &mut dyn FnMut(Frame)) {
    if !calls::ARE_KNOWN {
        return;
    }
    let mut attempts = (0..ATTEMPTS).inspect(|attempt| {
        if *attempt > 0 {
            clock::sleep_ns(PAUSE_NS);
        }
    });
    let Some((registers, stack)) = attempts.find_map(|_| copy(tid)) else { return };
    let Some(code) = Code::read() else { return };
    for (address, is_guess) in Frames::of(registers, &stack, &code, function).up_to(function) {
        tell(Frame { address, is_guess });
    }
}

/// Where a thread is, and its stack at that moment.
fn copy(tid: libc::pid_t) -> Option<(registers::Registers, Copied)> {
    match place::of(tid)? {
        Place::InCall(registers) => {
            let stack = Copied::take(registers.sp)?;
            // If it is at the same place still, or again, the copy is of one moment as far as frames go.
            matches!(place::of(tid)?, Place::InCall(after) if after == registers)
                .then_some((registers, stack))
        }
        Place::Running => asked::while_still(tid, |registers| Some((registers, Copied::take(registers.sp)?))),
    }
}

#[cfg(test)]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed};

    use super::*;
    use crate::sys::{symbols, thread};

    static TID: AtomicI32 = AtomicI32::new(0);
    static END: AtomicBool = AtomicBool::new(false);

    #[inline(never)]
    fn inside(wait: fn()) {
        while !END.load(Relaxed) {
            wait();
        }
    }

    #[inline(never)]
    fn outside(wait: fn()) {
        TID.store(thread::own_tid(), Relaxed);
        inside(wait);
        END.store(false, Relaxed);
    }

    fn while_it_waits(wait: fn(), look: impl FnOnce(libc::pid_t)) {
        TID.store(0, Relaxed);
        let waiting = std::thread::spawn(move || outside(wait));
        while TID.load(Relaxed) == 0 {
            std::thread::yield_now();
        }
        look(TID.load(Relaxed));
        END.store(true, Relaxed);
        waiting.join().unwrap();
    }

    fn names(tid: libc::pid_t) -> Vec<String> {
        let mut names = Vec::new();
        with(tid, outside as fn(fn()) as usize, &mut |frame| {
            symbols::look_up(frame.address, &mut |place| names.push(place.function.to_string()));
        });
        names
    }

    #[test]
    fn frames_of_a_thread_are_found_wherever_it_is() {
        let has_both = |names: &[String]| {
            let of = |part| names.iter().position(|name| name.contains(part));
            of("inside")
                .zip(of("outside"))
                .is_some_and(|(inner, outer)| inner < outer && outer == names.len() - 1)
        };
        // Between two looks it may be on its way: then there may be no answer, and another look is in order.
        let comes = |tid| (0..1000).any(|_| has_both(&names(tid)));
        while_it_waits(std::hint::spin_loop, |tid| assert!(comes(tid), "{:?}", names(tid)));
        while_it_waits(|| clock::sleep_ns(1 << 30), |tid| assert!(comes(tid), "{:?}", names(tid)));
        assert!(names(0).is_empty());
        // One that is held for too long goes on, and what was seen of it does not count.
        while_it_waits(std::hint::spin_loop, |tid| {
            let held = (0..1000).any(|_| {
                let mut was_asked = false;
                let seen = asked::while_still(tid, |_| {
                    was_asked = true;
                    clock::sleep_ns(60_000_000);
                    Some(())
                });
                assert_eq!(seen, None);
                was_asked
            });
            assert!(held);
            assert!(comes(tid), "it can be asked again");
        });
    }
}
