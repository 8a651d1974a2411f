//! Reading the kernel's reports and calling back.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ffi::CStr;

use libc::c_int;

use super::watches::{attach_anew, unwatch};
use crate::abi::*;
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::memory::queue::{List, WatchLink, gather};
use crate::core::turn::watcher;
use crate::sys::inotify::{self, Report};
use crate::sys::readiness::POLLIN;

/// Reads in one dispatch, so that a busy directory starves nothing else.
const READS: usize = 32;

pub(crate) fn on_ready(loop_: &uv_loop_t) {
    let mut buf: inotify::Buffer = [0; 4096];
    for _ in 0..READS {
        let Ok(reports) = inotify::read(loop_.inotify_fd.get(), &mut buf) else {
            watcher::clear(&loop_.inotify_read_watcher, POLLIN);
            return;
        };
        let are_all = reports.are_all();
        if are_all {
            watcher::clear(&loop_.inotify_read_watcher, POLLIN);
        }
        for report in reports {
            if !deliver(loop_, &report) {
                return;
            }
        }
        if are_all {
            return;
        }
    }
}

/// Calls back the handles of the watch that a report is for. One for a watch that is gone is dropped.
/// False if the numbers of watches have begun anew meanwhile: what else was read is about the old ones.
fn deliver(loop_: &uv_loop_t, report: &Report) -> bool {
    let files = &inner(loop_).files;
    let mut events = 0;
    if report.is_change {
        events |= UV_CHANGE as c_int;
    }
    if report.is_rename {
        events |= UV_RENAME as c_int;
    }
    let delivery = Cell::new(None);
    // Handles that a callback stops leave the batch; ones that it starts wait for the next report.
    gather(
        |batch: List<'_, WatchLink>| delivery.set(files.with(|files| files.begin(report.watch, batch))),
        |this| {
            let Some(delivery) = delivery.get() else { return };
            if !files.with(|files| files.put_back(delivery, this)) && attach_anew(this).is_err() {
                return;
            }
            tell(this, report.name, events);
        },
    );
    let Some(delivery) = delivery.get() else { return true };
    if files.with(|files| files.end(delivery)) {
        unwatch(loop_, report.watch);
    }
    files.with(|files| files.is_current(delivery))
}

fn tell(this: &uv_fs_event_t, name: Option<&CStr>, events: c_int) {
    if let Some(name) = name {
        return callback::fs_event(this, name, events);
    }
    let mut room = [0; 1024]; // the callback may free the path
    this.path.with(|path| copy_base(path.unwrap_or_default().to_bytes(), &mut room));
    callback::fs_event(this, CStr::from_bytes_until_nul(&room).unwrap_or_default(), events);
}

/// The part of a path after its last slash, of which all that a file system knows fits.
fn copy_base(path: &[u8], to: &mut [u8; 1024]) {
    let base = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let length = base.len().min(to.len() - 1);
    to[..length].copy_from_slice(&base[..length]);
}
