//! What a child does before it runs its program. No allocation, no locks, no panics.
//!
//! The child may share its parent's memory, while the parent's thread waits: it calls only functions
//! that are safe in signal handlers, and writes only to its own stack and to [`Orders`].

use std::ffi::{CStr, c_char};
use std::mem::{MaybeUninit, zeroed};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::{c_int, gid_t, uid_t};

use crate::sys::errno_place;
use crate::sys::fd::Memory;

/// What runs scripts that do not say what does.
pub(in crate::sys) const SHELL: &CStr = c"/bin/sh";

const PATH_MAX: usize = libc::PATH_MAX as usize;
const NAME_MAX: usize = 255;

/// Room for a directory, a slash, a name and the NUL.
pub(in crate::sys) const CANDIDATE_SIZE: usize = PATH_MAX + NAME_MAX + 2;

/// What the child has to do; all pointers stay valid while it does.
pub(in crate::sys) struct Orders<'a> {
    pub(in crate::sys) file: &'a CStr,
    pub(in crate::sys) args: *const *const c_char,
    pub(in crate::sys) env: *const *const c_char,
    /// For a file that is a script without saying of what: a shell's arguments, of which the second is to be the file.
    /// Null: such a file is not run.
    pub(in crate::sys) shell_args: *mut *const c_char,
    /// Where to look for `file`, colons between; none: `file` is a path.
    pub(in crate::sys) search: Option<&'a [u8]>,
    /// Room for a directory of that list, a slash and the file: [`CANDIDATE_SIZE`] bytes.
    pub(in crate::sys) candidate: &'a Memory,
    pub(in crate::sys) cwd: *const c_char,
    /// What becomes descriptor 0, 1, ...; below 0: nothing, or the null device for the first three.
    pub(in crate::sys) sources: *mut c_int,
    pub(in crate::sys) source_count: c_int,
    pub(in crate::sys) new_session: bool,
    pub(in crate::sys) uid: Option<uid_t>,
    pub(in crate::sys) gid: Option<gid_t>,
    /// Where errors are reported if memory is not shared; -1 for nowhere. The child moves it out of the way.
    pub(in crate::sys) error_fd: AtomicI32,
    /// The answers: the child has begun, and the errno it ended with.
    pub(in crate::sys) has_begun: AtomicBool,
    pub(in crate::sys) error: AtomicI32,
}

/// Carries out the orders. Returns only if the program cannot be run: the errno.
///
/// # Safety
/// In a child, with all signals blocked and not to be returned from; the orders' pointers are valid.
pub(in crate::sys) unsafe fn carry_out(orders: *const Orders) -> c_int {
    // SAFETY: the orders and what they point to stay until the parent goes on; plain system calls.
    unsafe {
        let orders = &*orders;
        orders.has_begun.store(true, Ordering::Relaxed);
        reset_signals();
        if orders.new_session {
            libc::setsid();
        }
        if !orders.cwd.is_null() && libc::chdir(orders.cwd) != 0 {
            return errno_place::get();
        }
        if let Err(error) = arrange_descriptors(orders) {
            return error;
        }
        if let Err(error) = change_user(orders) {
            return error;
        }
        let mut none: libc::sigset_t = zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
        execute(orders)
    }
}

/// Reports an error, and ends the child.
///
/// # Safety
/// As for [`carry_out`].
pub(in crate::sys) unsafe fn give_up(orders: *const Orders, error: c_int) -> ! {
    // SAFETY: the orders stay until the parent goes on, which waits for this.
    unsafe {
        (*orders).error.store(error, Ordering::Relaxed);
        let error_fd = (*orders).error_fd.load(Ordering::Relaxed);
        if error_fd >= 0 {
            let size = size_of::<c_int>();
            while libc::write(error_fd, (&raw const error).cast(), size) < 0
                && errno_place::get() == libc::EINTR
            {}
        }
        libc::_exit(127)
    }
}

/// Ignored signals would stay so in the program, and handlers must not run once signals are unblocked.
unsafe fn reset_signals() {
    // SAFETY: all zeroes is the default action. What has none (SIGKILL, those that the C library keeps
    // to itself) refuses, which is as well.
    unsafe {
        let action: libc::sigaction = zeroed();
        let mut signum = 1;
        while signum < crate::sys::signal::COUNT as c_int {
            libc::sigaction(signum, &raw const action, std::ptr::null_mut());
            signum += 1;
        }
    }
}

/// Puts the sources into their places.
fn arrange_descriptors(orders: &Orders) -> Result<(), c_int> {
    let (sources, count) = (orders.sources, orders.source_count);
    let error_fd = orders.error_fd.load(Ordering::Relaxed);
    // SAFETY: `Orders` has `count` sources; plain system calls.
    unsafe {
        // Errors are not to be reported to what is put into a place.
        if (0..count).contains(&error_fd) {
            let moved = libc::fcntl(error_fd, libc::F_DUPFD_CLOEXEC, count);
            if moved < 0 {
                return Err(errno_place::get());
            }
            orders.error_fd.store(moved, Ordering::Relaxed);
        }
        // A source below its place would be overwritten before it is used: move it out of the way.
        for place in 0..count {
            let source = sources.add(place as usize);
            if *source >= 0 && *source < place {
                *source = libc::fcntl(*source, libc::F_DUPFD_CLOEXEC, count);
                if *source < 0 {
                    return Err(errno_place::get());
                }
            }
        }
        for place in 0..count {
            let source = *sources.add(place as usize);
            let done = if source < 0 {
                place > 2 || open_null(place)
            } else if source == place {
                libc::fcntl(place, libc::F_SETFD, 0) == 0
            } else {
                libc::dup2(source, place) >= 0
            };
            if !done {
                return Err(errno_place::get());
            }
        }
        Ok(())
    }
}

unsafe fn open_null(place: c_int) -> bool {
    let mode = if place == 0 { libc::O_RDONLY } else { libc::O_RDWR };
    // SAFETY: plain system calls. The place is no source any more; closed first, it is a free number if
    // there is no other. What is opened is no source, and no place that was filled before.
    unsafe {
        libc::close(place);
        let fd = libc::open(c"/dev/null".as_ptr(), mode);
        if fd < 0 || fd == place {
            return fd >= 0;
        }
        let done = libc::dup2(fd, place) >= 0;
        libc::close(fd);
        done
    }
}

fn change_user(orders: &Orders) -> Result<(), c_int> {
    // SAFETY: plain system calls; memory is not shared where a user is given (see `start`).
    unsafe {
        if orders.uid.is_some() || orders.gid.is_some() {
            // The parent's groups go too, if we may; without the right nothing is lost by keeping them.
            libc::setgroups(0, std::ptr::null());
        }
        if orders.gid.is_some_and(|gid| libc::setgid(gid) != 0) {
            return Err(errno_place::get());
        }
        if orders.uid.is_some_and(|uid| libc::setuid(uid) != 0) {
            return Err(errno_place::get());
        }
    }
    Ok(())
}

/// Runs a file, or has a shell run it; returns only if it cannot be run: the errno.
fn execute_file(orders: &Orders, file: *const c_char) -> c_int {
    let (args, shell_args, env) = (orders.args, orders.shell_args, orders.env);
    // SAFETY: the texts end with NUL, and the shell's arguments with a null, behind the second.
    unsafe {
        libc::execve(file, args, env);
        if errno_place::get() == libc::ENOEXEC && !shell_args.is_null() {
            shell_args.add(1).write(file);
            libc::execve(SHELL.as_ptr(), shell_args, env);
        }
    }
    errno_place::get()
}

/// Runs the program, looked for in each directory; returns only if there is none that can be run.
fn execute(orders: &Orders) -> c_int {
    let Some(search) = orders.search else { return execute_file(orders, orders.file.as_ptr()) };
    let name = orders.file.to_bytes_with_nul();
    if name.len() > NAME_MAX + 1 {
        return libc::ENAMETOOLONG;
    }
    let mut seen_eacces = false;
    let mut last = libc::ENOENT;
    for directory in search.split(|byte| *byte == b':').filter(|directory| directory.len() < PATH_MAX) {
        // An empty entry is the working directory.
        let slash = if directory.is_empty() { &b""[..] } else { b"/" };
        let text = directory.iter().chain(slash).chain(name);
        orders.candidate.iter().zip(text).for_each(|(place, byte)| place.set(MaybeUninit::new(*byte)));
        last = execute_file(orders, orders.candidate.as_ptr().cast());
        match last {
            libc::EACCES => seen_eacces = true,
            libc::ENOENT | libc::ENOTDIR => {}
            // A server does not answer: as in the C library's own search.
            libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT if !orders.shell_args.is_null() => {}
            other => return other,
        }
    }
    if seen_eacces { libc::EACCES } else { last }
}
