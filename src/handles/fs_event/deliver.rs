//! Reading the kernel's reports and calling back.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use libc::c_int;

use super::watches::{attach_anew, unwatch};
use crate::abi::*;
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::state::file_watches::Delivery;
use crate::core::turn::nesting::telling;
use crate::core::turn::watcher;
use crate::sys::readiness::POLLIN;

/// Reads in one dispatch, so that a busy directory starves nothing else.
const READS: usize = 32;

pub(crate) fn on_ready(loop_: &uv_loop_t) {
    tell_those_read(loop_); // by a run whose callback runs the loop now
    for _ in 0..READS {
        let fetched = inner(loop_).batches.reports.with(|reports| reports.fetch(loop_.inotify_fd.get()));
        let are_all = fetched.unwrap_or(true);
        if are_all {
            watcher::clear(&loop_.inotify_read_watcher, POLLIN);
        }
        tell_those_read(loop_);
        if are_all {
            return;
        }
    }
}

/// A run begins inside a callback: what was read and not told yet is told there.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    let batches = &inner(loop_).batches;
    if !batches.watching.list().is_empty() || !batches.reports.with(|reports| reports.are_all_taken()) {
        watcher::feed(loop_, &loop_.inotify_read_watcher);
    }
}

/// Calls back the handles of the watches that reports are for. All is kept on the loop meanwhile, where a
/// run inside a callback finds it.
fn tell_those_read(loop_: &uv_loop_t) {
    let batches = &inner(loop_).batches;
    loop {
        while let Some(this) = batches.watching.list().pop_front() {
            if let Some(delivery) = batches.delivery.get() {
                tell_one(this, &delivery);
            }
        }
        end_delivery(loop_);
        let Some(report) = batches.reports.with(|reports| reports.take()) else { return };
        // One for a watch that is gone is dropped. Handles that a callback stops leave the batch; ones that
        // it starts wait for the next report.
        let begun = inner(loop_).files.with(|files| files.begin(report, batches.watching.list()));
        batches.delivery.set(begun);
    }
}

fn end_delivery(loop_: &uv_loop_t) {
    let Some(delivery) = inner(loop_).batches.delivery.take() else { return };
    if inner(loop_).files.with(|files| files.end(&delivery)) {
        unwatch(loop_, delivery.report.watch);
    }
}

fn tell_one(this: &uv_fs_event_t, delivery: &Delivery) {
    let inner = inner(this.owner());
    if !inner.files.with(|files| files.put_back(delivery, this)) && attach_anew(this).is_err() {
        return;
    }
    let report = &delivery.report;
    let mut events = 0;
    if report.is_change {
        events |= UV_CHANGE as c_int;
    }
    if report.is_rename {
        events |= UV_RENAME as c_int;
    }
    // The callback may free the path, and have other reports read.
    let mut room = [0; 1024];
    inner.batches.reports.with(|reports| match reports.name(report) {
        Some(name) => copy_base(name.to_bytes(), &mut room),
        None => this.path.with(|path| copy_base(path.unwrap_or_default().to_bytes(), &mut room)),
    });
    let name = CStr::from_bytes_until_nul(&room).unwrap_or_default();
    telling(this, || callback::fs_event(this, name, events));
}

/// The part of a path after its last slash, of which all that a file system knows fits.
fn copy_base(path: &[u8], to: &mut [u8; 1024]) {
    let base = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let length = base.len().min(to.len() - 1);
    to[..length].copy_from_slice(&base[..length]);
}
