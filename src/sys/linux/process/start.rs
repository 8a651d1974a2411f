//! The parent's side of starting a program.
//!
//! The child is made as by vfork: it borrows our memory, so that nothing is copied, while our thread
//! waits until the program runs or an error is known. Where a new user is given the child gets its own
//! memory, by fork: with that user's rights it could be tampered with, and the parent through it.
//! Emulators that do not share the memory are found out by the first child; where children of this kind
//! are refused, they are forked.

use std::cell::Cell;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, Ordering::Relaxed};

use libc::{c_int, c_void, gid_t, pid_t, uid_t};

use super::pidfd;
use crate::sys::c_library;
use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::fd;
use crate::sys::mapped::Stack;
use crate::sys::signal::AllBlocked;
use crate::sys::unix::process::child::{self, CANDIDATE_SIZE, Orders, SHELL};
use crate::sys::unix::process::{Texts, wait};

/// What to run.
pub(crate) struct Program<'a> {
    pub(crate) file: &'a CStr,
    pub(crate) args: Option<Texts<'a>>,
    /// None for this process's own.
    pub(crate) env: Option<Texts<'a>>,
    pub(crate) cwd: Option<&'a CStr>,
    /// What becomes descriptor 0, 1, ...; -1: nothing, or the null device for the first three. Changed
    /// by the child.
    pub(crate) sources: &'a mut [c_int],
    pub(crate) new_session: bool,
    pub(crate) wants_pidfd: bool,
    pub(crate) uid: Option<uid_t>,
    pub(crate) gid: Option<gid_t>,
}

/// A child that runs its program.
pub(crate) struct Started {
    pub(crate) pid: pid_t,
    /// If there is one to be had.
    pub(crate) pidfd: Option<OwnedFd>,
}

/// Whether children made as by vfork do share memory: not known, yes, no.
static SHARES_MEMORY: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;

/// The system does not make such children, and was seen to fork.
/// ThreadSanitizer's own `clone` cannot lend its memory to a child.
static ONLY_FORKS: AtomicBool = AtomicBool::new(cfg!(uv_thread_sanitizer));

/// Where programs are looked for if the environment does not say.
const DEFAULT_SEARCH: &[u8] = b"/usr/bin:/bin";

/// Of its end.
const STACK_ALIGNMENT: usize = 16;

/// Starts the program. An error of the child until it runs is returned here, and the child is gone.
/// `EMFILE` and `ENFILE` may stand for no descriptor left for the pidfd.
pub(crate) fn start(program: &mut Program) -> UvResult<Started> {
    // Were this thread cancelled now, the child would be, with what it shares with us; or nobody would know of it.
    let before = c_library::set_cancel_state(c_library::CANCEL_DISABLE);
    let started = attempts(program);
    c_library::set_cancel_state(before);
    started
}

fn attempts(program: &mut Program) -> UvResult<Started> {
    let by_fork = program.uid.is_some() || program.gid.is_some() || ONLY_FORKS.load(Relaxed);
    match attempt(program, by_fork) {
        Err(refusal) if !by_fork && refusal.may_mean_absent() => {
            let outcome = attempt(program, true)?;
            ONLY_FORKS.store(true, Relaxed);
            outcome
        }
        made => made?,
    }
}

/// The outer error: there was no child; the inner one is the child's.
fn attempt(program: &mut Program, by_fork: bool) -> UvResult<UvResult<Started>> {
    // Not on the stack: our caller's may be small.
    let mut candidate = Vec::<u8>::new();
    candidate.try_reserve_exact(CANDIDATE_SIZE).map_err(|_| Errno::ENOMEM)?;
    let candidate = candidate.spare_capacity_mut();
    // The child calls little, and receives no signals; but what others put in front of `execve` (`LD_PRELOAD`) may take
    // much of its stack.
    let mut stack = if by_fork { None } else { Some(Stack::take().ok_or(Errno::ENOMEM)?) };

    let pipe = match SHARES_MEMORY.load(Relaxed) {
        YES if !by_fork => None,
        // Without a descriptor left we cannot be told of errors by those that do not share it. There
        // hardly are any.
        UNKNOWN if !by_fork => match fd::owned_pipe(0) {
            Err(Errno::EMFILE | Errno::ENFILE) => None,
            other => Some(other?),
        },
        _ => Some(fd::owned_pipe(0)?),
    };
    let source_count = c_int::try_from(program.sources.len()).map_err(|_| Errno::EINVAL)?;
    let mut shell_args = shell_args(program)?;
    let env = program.env.or_else(Texts::environment);
    let is_path = program.file.to_bytes().contains(&b'/');
    let orders = Orders {
        file: program.file,
        args: program.args.map_or(null(), Texts::as_ptr),
        env: env.map_or(null(), Texts::as_ptr),
        shell_args: if shell_args.capacity() == 0 { null_mut() } else { shell_args.as_mut_ptr() },
        search: if is_path { None } else { Some(find_search(env)) },
        candidate: Cell::from_mut(candidate).as_slice_of_cells(),
        cwd: program.cwd.map_or(null(), CStr::as_ptr),
        sources: program.sources.as_mut_ptr(),
        source_count,
        new_session: program.new_session,
        uid: program.uid,
        gid: program.gid,
        error_fd: AtomicI32::new(pipe.as_ref().map_or(-1, |[_, writer]| writer.as_raw_fd())),
        has_begun: AtomicBool::new(false),
        error: AtomicI32::new(0),
    };
    let blocked = AllBlocked::new();
    let made = match &mut stack {
        None => fork(&orders, program.wants_pidfd),
        Some(stack) => vfork(&orders, program.wants_pidfd, stack.memory()),
    };
    drop(blocked);
    let started = made?;
    let shares = !by_fork && orders.has_begun.load(Relaxed);
    if !by_fork {
        SHARES_MEMORY.store(if shares { YES } else { NO }, Relaxed);
    }
    let error = match pipe {
        Some([reader, writer]) if !shares => {
            drop(writer);
            read_error(&reader)
        }
        _ => orders.error.load(Relaxed),
    };
    Ok(if error == 0 {
        Ok(started)
    } else {
        let _ = wait(started.pid, true); // it ends at once
        Err(Errno::from_raw_os(error))
    })
}

/// The value of PATH.
fn find_search(env: Option<Texts<'_>>) -> &[u8] {
    let value = env.and_then(|env| env.iter().find_map(|text| text.to_bytes().strip_prefix(b"PATH=")));
    value.unwrap_or(DEFAULT_SEARCH)
}

extern "C" fn run_child(orders: *mut c_void) -> c_int {
    let orders = orders.cast_const().cast::<Orders>();
    // SAFETY: `clone` passes the orders; this is the child.
    unsafe { child::give_up(orders, child::carry_out(orders)) }
}

/// Where a user is given libuv leaves the search to the C library, of which glibc's has a shell run what the system does
/// not: room for the arguments of that, and the arguments in it. No room where it is not needed.
#[cold]
fn shell_args(program: &Program) -> UvResult<Vec<*const c_char>> {
    let mut room = Vec::new();
    if !cfg!(target_env = "gnu") || (program.uid.is_none() && program.gid.is_none()) {
        return Ok(room);
    }
    let count = program.args.map_or(0, |args| args.iter().count());
    room.try_reserve_exact(count + 3).map_err(|_| Errno::ENOMEM)?;
    let mut places = room.spare_capacity_mut().iter_mut();
    let mut put = |text| {
        if let Some(place) = places.next() {
            place.write(text);
        }
    };
    put(SHELL.as_ptr());
    put(program.file.as_ptr());
    if let Some(args) = program.args {
        let mut given = args.iter();
        given.next(); // the name that the program goes by
        given.for_each(|text| put(text.as_ptr()));
    }
    put(null());
    Ok(room)
}

/// Makes a child that borrows our memory; returns when it has given it back. All signals are blocked.
fn vfork(orders: &Orders, wants_pidfd: bool, stack: &mut [MaybeUninit<u8>]) -> UvResult<Started> {
    if !wants_pidfd {
        return clone(orders, 0, stack);
    }
    if pidfd::comes_with_children() {
        match clone(orders, libc::CLONE_PIDFD, stack) {
            // Android's C library passes no place for the pidfd on.
            Err(refusal) if refusal.may_mean_absent() || refusal == Errno::EFAULT => {}
            other => return other,
        }
    }
    // What was refused for another reason is refused again.
    let started = clone(orders, 0, stack)?;
    pidfd::did_not_come();
    Ok(Started { pidfd: pidfd::open(started.pid), ..started })
}

fn clone(orders: &Orders, with: c_int, stack: &mut [MaybeUninit<u8>]) -> UvResult<Started> {
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD | with;
    let orders = (&raw const *orders).cast_mut().cast();
    let mut pidfd: c_int = -1;
    // SAFETY: the stack is the child's until this returns, and grows down from its end, aligned as any processor
    // wants it; the orders stay as long.
    let pid = check(unsafe { libc::clone(run_child, top_of(stack), flags, orders, &raw mut pidfd) })?;
    Ok(Started { pid, pidfd: pidfd::own(pidfd) })
}

/// Where a stack begins that fills this memory. glibc's `clone` aligns what it is given since 2.34 only; on x86 a child
/// on another stack is killed.
fn top_of(stack: &mut [MaybeUninit<u8>]) -> *mut c_void {
    let end = stack.as_mut_ptr_range().end;
    end.wrapping_sub(end.addr() % STACK_ALIGNMENT).cast()
}

/// Makes a child with memory of its own. All signals are blocked.
fn fork(orders: &Orders, wants_pidfd: bool) -> UvResult<Started> {
    // SAFETY: the child only does what is safe in the child of a process with threads.
    unsafe {
        match check(libc::fork())? {
            0 => child::give_up(orders, child::carry_out(orders)),
            pid => Ok(Started { pid, pidfd: if wants_pidfd { pidfd::open(pid) } else { None } }),
        }
    }
}

/// The errno that the child reports, or 0 when its end of the pipe is closed by running a program.
fn read_error(reader: &OwnedFd) -> c_int {
    let mut error = [0; size_of::<c_int>()];
    // The child writes all of it or nothing.
    match fd::read_bytes(reader.as_raw_fd(), &mut error) {
        Ok(0) => 0,
        Ok(_) => c_int::from_ne_bytes(error),
        Err(_) => libc::EPIPE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(file: &CStr, args: &[*const c_char], env: &[*const c_char]) -> UvResult<c_int> {
        assert!(args.last().is_some_and(|text| text.is_null()));
        // SAFETY: texts of the caller's, and a null at the end.
        let texts = |texts: &[*const c_char]| unsafe { Texts::new(texts.as_ptr()) };
        let mut program = Program {
            file,
            args: Some(texts(args)),
            env: (!env.is_empty()).then(|| texts(env)),
            cwd: None,
            sources: &mut [-1; 3],
            new_session: false,
            wants_pidfd: true,
            uid: None,
            gid: None,
        };
        let started = start(&mut program)?;
        let status = wait(started.pid, true)?.expect("it has ended");
        Ok(libc::WEXITSTATUS(status))
    }

    #[test]
    fn stacks_begin_where_processors_want_them() {
        let mut room = [MaybeUninit::uninit(); 64];
        for len in 32..64 {
            let stack = &mut room[..len];
            let range = stack.as_mut_ptr_range();
            let top = top_of(stack).cast::<MaybeUninit<u8>>();
            assert!(top.addr() % 16 == 0 && top <= range.end && top.addr() + 16 > range.end.addr());
        }
    }

    #[test]
    fn programs_are_found_and_errors_told() {
        let sh = [c"sh".as_ptr(), c"-c".as_ptr(), c"exit 7".as_ptr(), null()];
        assert_eq!(run(c"sh", &sh, &[]), Ok(7));
        assert_eq!(run(c"/bin/sh", &sh, &[]), Ok(7));
        assert_eq!(run(c"sh", &sh, &[c"A=B".as_ptr(), null()]), Ok(7)); // the default search
        assert_eq!(run(c"sh", &sh, &[c"PATH=/etc/passwd::/nowhere".as_ptr(), null()]), Err(Errno::ENOENT));
        assert_eq!(run(c"no such program", &sh, &[]), Err(Errno::ENOENT));
        assert_eq!(run(c"/etc/passwd", &sh, &[]), Err(Errno::EACCES));
    }
}
