//! Starting a child.

#![forbid(unsafe_code)]

use std::mem::replace;

use libc::c_uint;

use super::stdio::{self, Ends};
use super::{exit, sigchld};
use crate::abi::*;
use crate::core::memory::queue::{HandleLink, List, ProcessLink};
use crate::core::memory::spawn_options::SpawnOptions;
use crate::core::state::exit_watch;
use crate::core::state::handle;
use crate::core::turn::signal_registry;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::mapped::Stack;
use crate::sys::process::{self, Program, Started};

const KNOWN_FLAGS: c_uint = UV_PROCESS_SETUID
    | UV_PROCESS_SETGID
    | UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS
    | UV_PROCESS_DETACHED
    | UV_PROCESS_WINDOWS_HIDE
    | UV_PROCESS_WINDOWS_HIDE_CONSOLE
    | UV_PROCESS_WINDOWS_HIDE_GUI
    | UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME;

/// Descriptors that a child gets without memory having to be found for them.
const FEW: usize = 4;

pub(crate) fn spawn(loop_: &uv_loop_t, this: &uv_process_t, options: &SpawnOptions<'_>) -> UvResult {
    if options.file.is_none() || options.flags & !KNOWN_FLAGS != 0 {
        fatal("uv_spawn: no file, or unknown flags");
    }
    handle::init(loop_, this, UV_PROCESS);
    List::<ProcessLink>::init(this);
    this.status.set(0);
    this.pid.set(0);
    this.exit_cb.set(None);
    exit_watch::init(this);

    let count = options.stdio.len().max(3);
    let result = with_array(count, || Ends::Nothing, |ends| spawn_with(this, options, ends));
    match result.and_then(|started| started) {
        Ok(outcome) => outcome,
        Err(error) => {
            List::<HandleLink>::remove(this); // as if it had not been initialised
            Err(error)
        }
    }
}

/// Runs `work` with `count` values in memory of their own, on the stack if they are few.
fn with_array<T, R>(count: usize, make: impl Fn() -> T, work: impl FnOnce(&mut [T]) -> R) -> UvResult<R> {
    let mut few: [T; FEW] = std::array::from_fn(|_| make());
    if let Some(slice) = few.get_mut(..count) {
        return Ok(work(slice));
    }
    let mut many = Vec::new();
    many.try_reserve_exact(count).map_err(|_| Errno::ENOMEM)?;
    many.resize_with(count, make);
    Ok(work(&mut many))
}

/// The outer error undoes the handle; the inner one leaves it and its pipes open, without a child.
fn spawn_with<'a>(
    this: &uv_process_t,
    options: &SpawnOptions<'a>,
    ends: &mut [Ends<'a>],
) -> UvResult<UvResult> {
    exit_watch::give(this)?;
    let outcome = start_with(this, options, ends).inspect_err(|_| exit::forget(this))?;
    // Programs expect their pipes to be open even if the program could not be run.
    for (k, ends) in ends.iter_mut().enumerate() {
        if let Err(error) = replace(ends, Ends::Nothing).open() {
            options.stdio.iter().take(k).for_each(stdio::close_again);
            return Err(error);
        }
    }
    Ok(outcome)
}

fn start_with<'a>(
    this: &uv_process_t,
    options: &SpawnOptions<'a>,
    ends: &mut [Ends<'a>],
) -> UvResult<UvResult> {
    for (k, wanted) in options.stdio.iter().enumerate() {
        let (before, after) = ends.split_at_mut(k);
        let Some(place) = after.first_mut() else { break };
        *place = stdio::prepare(wanted)?;
        // A stream has one descriptor: to find that out when there is a child would be too late.
        if before.iter().any(|other| other.is_of_same_stream(place)) {
            return Err(Errno::EBUSY);
        }
    }
    // A program's function for SIGCHLD may wait for all children there are, ours among them. It gives way, as to libuv's.
    if process::ensure_zombies() && !signal_registry::is_caught(libc::SIGCHLD) {
        sigchld::listen(this.owner())?;
    }
    stdio::make_blocking(ends);
    let started = match start(options, ends, true) {
        // Perhaps it is the pidfd that there is no descriptor for.
        Err(Errno::EMFILE | Errno::ENFILE) => {
            sigchld::listen(this.owner()).and_then(|_| start(options, ends, false))
        }
        other => other,
    };
    let Started { pid, pidfd } = match started {
        Ok(started) => started,
        Err(error) => {
            exit::forget(this);
            return Ok(Err(error));
        }
    };
    this.pid.set(pid);
    this.exit_cb.set(options.exit_cb);
    if let Err(error) = exit::follow(this, pidfd) {
        // There is no way to learn of its end: it must not be.
        let _ = exit::kill(this, libc::SIGKILL);
        let _ = process::wait(pid, true);
        this.pid.set(0);
        return Err(error);
    }
    handle::start(this);
    Ok(Ok(()))
}

fn start(options: &SpawnOptions<'_>, ends: &[Ends<'_>], wants_pidfd: bool) -> UvResult<Started> {
    let Some(file) = options.file else { return Err(Errno::EINVAL) };
    with_array(
        ends.len(),
        || -1,
        |sources| {
            sources.iter_mut().zip(ends).for_each(|(source, ends)| *source = ends.source());
            process::start(&mut Program {
                file,
                args: options.args,
                env: options.env,
                cwd: options.cwd,
                sources,
                new_session: options.flags & UV_PROCESS_DETACHED != 0,
                wants_pidfd,
                uid: options.uid,
                gid: options.gid,
            })
        },
    )?
}

/// Descriptors are given out from 0 on, but there may be gaps.
pub(crate) fn disable_stdio_inheritance() {
    for descriptor in 0.. {
        if fd::set_cloexec(descriptor, true).is_err() && descriptor > 15 {
            break;
        }
    }
}

/// What the next child would have begun on.
pub(crate) fn give_back_stack() {
    Stack::drop_spare();
}
