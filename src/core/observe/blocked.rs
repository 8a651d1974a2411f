//! `uv_ext_on_blocked`: the program itself is told who holds a loop, or keeps jobs from the workers.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::abi::*;
use crate::core::memory::callback::{self, ToldOfBlocked};
use crate::core::observe::asked_ends::Asker;
use crate::core::observe::call::{CallKind, handle_type};
use crate::core::observe::holders::{Holders, Listener};
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::short::Short;
use crate::core::observe::under_way::Seen;
use crate::core::observe::watched::Wish;
use crate::core::observe::{queued, seats, stamp};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fork_lock::ForkLock;
use crate::sys::symbols;

const MS: u64 = 1_000_000;
/// As for `UV_WATCHDOG`.
const LONGEST_MS: u64 = 24 * 3600 * 1000;

/// Who is to be told. It is held while they are: whoever takes it back knows that they are not called any more.
static ASKED: ForkLock<Option<ToldOfBlocked>> = ForkLock::new(None);
/// After how many milliseconds; 0 while nobody is.
static LIMIT_MS: AtomicU64 = AtomicU64::new(0);
/// How often that was changed.
static CHANGES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The program's function is called on this thread just now.
    static IS_TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Somebody is to be told, or nobody any more. `UV_EBUSY` from the function that is told.
pub(super) fn ask(limit_ms: u64, who: Option<ToldOfBlocked>) -> UvResult {
    if who.is_some() && !(1..=LONGEST_MS).contains(&limit_ms) {
        return Err(Errno::EINVAL);
    }
    if IS_TELLING.get() {
        return Err(Errno::EBUSY);
    }
    ASKED.with(|asked| {
        LIMIT_MS.store(if who.is_some() { limit_ms } else { 0 }, Release);
        CHANGES.fetch_add(1, Release);
        if who.is_some() {
            stamp::tell(limit_ms, Wish::EXACT_FOR_PROGRAM);
            Wish::BLOCKED.turn_on();
        } else {
            Wish::BLOCKED.turn_off();
            Wish::EXACT_FOR_PROGRAM.turn_off();
        }
        *asked = who;
    });
    Ok(())
}

/// The use of the library ends, or this is the child of a fork.
pub(super) fn forget() {
    let _ = ask(0, None);
}

/// At once in the child of a fork. Safe in signal handlers.
pub(super) fn break_off() {
    LIMIT_MS.store(0, Relaxed);
}

/// How often it is to be looked, if somebody is to be told.
pub(super) fn tick_ms() -> Option<u64> {
    let limit_ms = LIMIT_MS.load(Acquire);
    (limit_ms > 0).then(|| (limit_ms / 4).clamp(1, 50))
}

/// What the observer keeps for it.
pub(super) struct Blocked {
    holders: Holders<Teller>,
    /// Since when jobs have been waiting for longer than the limit; 0 if they do not.
    short_since: u64,
    changes: u64,
}

impl Blocked {
    pub(super) fn new() -> Blocked {
        Blocked { holders: Holders::new(Asker::Program), short_since: 0, changes: 0 }
    }

    /// Looks at everybody.
    pub(super) fn tick(&mut self, now: u64) {
        if LIMIT_MS.load(Acquire) == 0 {
            return;
        }
        ASKED.with(|asked| {
            let Some(who) = *asked else { return };
            // Who is new has not been told of what others know.
            let changes = CHANGES.load(Acquire);
            if self.changes != changes {
                self.changes = changes;
                self.holders.forget();
                self.short_since = 0;
            }
            let limit_ns = LIMIT_MS.load(Acquire) * MS;
            IS_TELLING.set(true);
            self.holders.look(limit_ns, now, &mut Teller(who));
            self.look_at_pool(limit_ns, now, &Teller(who));
            IS_TELLING.set(false);
        });
    }

    fn look_at_pool(&mut self, limit_ns: u64, now: u64, teller: &Teller) {
        let (count, longest) = queued::waiting(now);
        let is_short = longest >= limit_ns;
        if is_short == (self.short_since != 0) {
            return;
        }
        let since = if is_short { now.saturating_sub(longest) } else { self.short_since };
        self.short_since = if is_short { since } else { 0 };
        let workers = seats::all().map(|(_, seat)| seat).filter(|seat| seat.role() == Role::Worker);
        let busy = workers.filter_map(|seat| Some((seat, seat.present()?)));
        let culprit = busy.min_by_key(|(_, seen)| seen.since).filter(|_| is_short);
        let about = culprit.map(|(seat, seen)| About { thread: seat.tid.load(Relaxed), ..About::of(&seen) });
        teller.tell(&Event {
            what: UV_EXT_BLOCKED_POOL,
            has_ended: !is_short,
            duration_ns: now.saturating_sub(since),
            queued: count as u64,
            about: about.unwrap_or_default(),
        });
    }
}

/// Calls the program's function.
struct Teller(ToldOfBlocked);

struct Event {
    what: libc::c_uint,
    has_ended: bool,
    duration_ns: u64,
    queued: u64,
    about: About,
}

/// Whom it is about.
#[derive(Clone, Copy, Default)]
struct About {
    loop_at: usize,
    thread: libc::c_int,
    function: usize,
    code: u32,
    is_known: bool,
    loop_name: Short<UV_EXT_NAME_SIZE>,
    handle_name: Short<UV_EXT_NAME_SIZE>,
}

impl About {
    fn of(seen: &Seen) -> About {
        About { function: seen.function, code: seen.code, is_known: true, ..About::default() }
    }

    fn loop_of(seat: &Seat, seen: &Seen) -> About {
        About {
            loop_at: seat.loop_at.load(Relaxed),
            thread: seat.tid.load(Relaxed),
            loop_name: seat.loop_name.with(Short::of),
            handle_name: seat.with_detail(seen, Short::of),
            ..About::of(seen)
        }
    }
}

impl Listener for Teller {
    type Kept = About;

    fn begins(&mut self, seat: &Seat, seen: &Seen, held_ns: u64) -> About {
        let about = About::loop_of(seat, seen);
        self.tell_loop(about, false, held_ns);
        about
    }

    fn ends(&mut self, _seat: Option<&Seat>, _seen: &Seen, about: About, held_ns: u64) {
        self.tell_loop(about, true, held_ns);
    }
}

impl Teller {
    fn tell_loop(&self, about: About, has_ended: bool, duration_ns: u64) {
        self.tell(&Event { what: UV_EXT_BLOCKED_LOOP, has_ended, duration_ns, queued: 0, about });
    }

    fn tell(&self, event: &Event) {
        let about = &event.about;
        let mut function_name = Short::<256>::default();
        if about.function != 0 {
            let _ = symbols::describe(about.function, &mut function_name); // it is cut, not refused
        }
        let mut kind = Short::<16>::default();
        if about.is_known {
            kind = Short::of(CallKind::of(about.code).name());
        }
        callback::blocked(
            self.0,
            &uv_ext_blocked_s {
                size: size_of::<uv_ext_blocked_s>(),
                what: event.what,
                ended: event.has_ended.into(),
                duration_ns: event.duration_ns,
                r#loop: std::ptr::without_provenance(about.loop_at),
                loop_name: about.loop_name.get().as_ptr(),
                thread: about.thread,
                handle_type: handle_type(about.code),
                handle_name: about.handle_name.get().as_ptr(),
                function: std::ptr::without_provenance(about.function),
                function_name: function_name.get().as_ptr(),
                kind: kind.get().as_ptr(),
                queued: event.queued,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_those_of_the_watchdog() {
        extern "C" fn on_blocked(_: *const uv_ext_blocked_t, _: *mut libc::c_void) {}
        let who = ToldOfBlocked::new(Some(on_blocked), std::ptr::null_mut());
        assert_eq!(ask(0, who), Err(Errno::EINVAL));
        assert_eq!(ask(LONGEST_MS + 1, who), Err(Errno::EINVAL));
        assert_eq!(tick_ms(), None);
    }
}
