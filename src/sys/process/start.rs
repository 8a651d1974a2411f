//! The parent's side of starting a program.
//!
//! The child is made as by vfork: it borrows our memory, so that nothing is copied, while our thread
//! waits until the program runs or an error is known. Where a new user is given the child gets its own
//! memory, by fork: with that user's rights it could be tampered with, and the parent through it.
//! Emulators that do not share the memory are found out by the first child.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr::null;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, Ordering};

use libc::{c_int, c_void, gid_t, pid_t, uid_t};

use super::child::{self, NAME_MAX, Orders, PATH_MAX};
use super::wait::{open_pidfd, wait};
use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::fd;
use crate::sys::signal::AllBlocked;

/// What to run.
pub(crate) struct Program<'a> {
    pub(crate) file: &'a CStr,
    /// The arguments, null at the end.
    pub(crate) args: *const *const c_char,
    /// The environment, null at the end; null for this process's own.
    pub(crate) env: *const *const c_char,
    pub(crate) cwd: *const c_char,
    /// What becomes descriptor 0, 1, ...; -1: nothing, or the null device for the first three. Changed
    /// by the child.
    pub(crate) sources: &'a mut [c_int],
    pub(crate) new_session: bool,
    pub(crate) wants_pidfd: bool,
    pub(crate) uid: Option<uid_t>,
    pub(crate) gid: Option<gid_t>,
}

/// A child that runs its program. `pidfd` is -1 if there is none to be had.
pub(crate) struct Started {
    pub(crate) pid: pid_t,
    pub(crate) pidfd: c_int,
}

/// Whether children made as by vfork do share memory: not known, yes, no.
static SHARES_MEMORY: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;

/// Where programs are looked for if the environment does not say.
const DEFAULT_SEARCH: &CStr = c"/usr/bin:/bin";

/// The child's stack; it calls little, and receives no signals.
const STACK_SIZE: usize = 32 * 1024;

#[repr(align(16))]
struct Stack([MaybeUninit<u8>; STACK_SIZE]);

unsafe extern "C" {
    static mut environ: *const *const c_char;
}

/// Starts the program. An error of the child until it runs is returned here, and the child is gone.
/// `EMFILE` and `ENFILE` may stand for no descriptor left for the pidfd.
///
/// # Safety
/// The pointers are C strings, or null where allowed, and arrays of such with a null at the end.
pub(crate) unsafe fn start(program: &mut Program) -> UvResult<Started> {
    let mut candidate = [MaybeUninit::<c_char>::uninit(); PATH_MAX + NAME_MAX + 2];
    let forks = program.uid.is_some() || program.gid.is_some();
    let known = SHARES_MEMORY.load(Ordering::Relaxed);
    let pipe = if forks || known != YES { Some(fd::pipe(0)?) } else { None };
    // SAFETY: the environment is not changed meanwhile, as for any reader; the rest is the caller's
    // promise.
    let (env, search) = unsafe {
        let env = if program.env.is_null() { environ } else { program.env };
        let is_path = program.file.to_bytes().contains(&b'/');
        (env, if is_path { null() } else { find_search(env) })
    };
    let orders = Orders {
        file: program.file.as_ptr(),
        args: program.args,
        env,
        search,
        candidate: candidate.as_mut_ptr().cast(),
        cwd: program.cwd,
        sources: program.sources.as_mut_ptr(),
        source_count: c_int::try_from(program.sources.len()).map_err(|_| Errno::EINVAL)?,
        new_session: program.new_session,
        uid: program.uid,
        gid: program.gid,
        error_fd: pipe.map_or(-1, |[_, writer]| writer),
        has_begun: AtomicBool::new(false),
        error: AtomicI32::new(0),
    };
    let blocked = AllBlocked::new();
    // SAFETY: all signals are blocked, and the orders stay until the child is done with them.
    let made = unsafe {
        if forks { fork(&raw const orders) } else { clone(&raw const orders, program.wants_pidfd) }
    };
    blocked.restore();
    if let Some([_, writer]) = pipe {
        fd::close(writer);
    }
    let shares = !forks && orders.has_begun.load(Ordering::Relaxed);
    let outcome = made.and_then(|started| {
        if !forks {
            SHARES_MEMORY.store(if shares { YES } else { NO }, Ordering::Relaxed);
        }
        let error = match pipe {
            Some([reader, _]) if !shares => read_error(reader),
            _ => orders.error.load(Ordering::Relaxed),
        };
        if error == 0 {
            return Ok(started);
        }
        let _ = wait(started.pid, true); // it ends at once
        if started.pidfd >= 0 {
            fd::close(started.pidfd);
        }
        Err(Errno::from_raw_os(error))
    });
    if let Some([reader, _]) = pipe {
        fd::close(reader);
    }
    outcome
}

/// The value of PATH.
///
/// # Safety
/// `env` is an environment.
unsafe fn find_search(mut env: *const *const c_char) -> *const c_char {
    const NAME: &[u8] = b"PATH=";
    // SAFETY: the caller's promise: C strings, a null at the end.
    unsafe {
        while !env.is_null() && !(*env).is_null() {
            if libc::strncmp(*env, NAME.as_ptr().cast(), NAME.len()) == 0 {
                return (*env).add(NAME.len());
            }
            env = env.add(1);
        }
    }
    DEFAULT_SEARCH.as_ptr()
}

extern "C" fn run_child(orders: *mut c_void) -> c_int {
    let orders = orders.cast_const().cast::<Orders>();
    // SAFETY: `clone` passes the orders; this is the child.
    unsafe { child::give_up(orders, child::carry_out(orders)) }
}

/// Makes a child that borrows our memory; returns when it has given it back.
///
/// # Safety
/// All signals are blocked; the orders are valid.
unsafe fn clone(orders: *const Orders, with_pidfd: bool) -> UvResult<Started> {
    const FLAGS: c_int = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    let flags = if with_pidfd { FLAGS | libc::CLONE_PIDFD } else { FLAGS };
    let mut stack = Stack([MaybeUninit::uninit(); STACK_SIZE]);
    let mut pidfd: c_int = -1;
    // SAFETY: the stack is the child's until this returns, and grows down from its aligned end.
    unsafe {
        let top = stack.0.as_mut_ptr().add(STACK_SIZE).cast();
        let pid = check(libc::clone(run_child, top, flags, orders.cast_mut().cast(), &raw mut pidfd))?;
        Ok(Started { pid, pidfd })
    }
}

/// Makes a child with memory of its own.
///
/// # Safety
/// As for [`clone`].
unsafe fn fork(orders: *const Orders) -> UvResult<Started> {
    // SAFETY: the child only does what is safe in the child of a process with threads.
    unsafe {
        match check(libc::fork())? {
            0 => child::give_up(orders, child::carry_out(orders)),
            pid => Ok(Started { pid, pidfd: open_pidfd(pid).unwrap_or(-1) }),
        }
    }
}

/// The errno that the child reports, or 0 when its end of the pipe is closed by running a program.
fn read_error(reader: c_int) -> c_int {
    let mut error: c_int = 0;
    let error_ptr = (&raw mut error).cast::<c_void>();
    // SAFETY: room for an int. The child writes all of it or nothing.
    match crate::sys::errno::retry(|| unsafe { fd::read(reader, error_ptr, size_of::<c_int>()) }) {
        Ok(0) => 0,
        Ok(_) => error,
        Err(_) => libc::EPIPE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(file: &CStr, args: &[*const c_char], env: &[*const c_char]) -> UvResult<c_int> {
        let mut sources = [-1; 3];
        let mut program = Program {
            file,
            args: args.as_ptr(),
            env: if env.is_empty() { null() } else { env.as_ptr() },
            cwd: null(),
            sources: &mut sources,
            new_session: false,
            wants_pidfd: true,
            uid: None,
            gid: None,
        };
        // SAFETY: the arrays end with a null.
        let started = unsafe { start(&mut program) }?;
        let status = wait(started.pid, true)?.expect("it has ended");
        fd::close(started.pidfd);
        Ok(libc::WEXITSTATUS(status))
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
