//! Starting and stopping a handle.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use super::watches::{attach, detach, detached};
use crate::abi::*;
use crate::core::memory::out_text::OutText;
use crate::core::memory::queue::{List, WatchLink};
use crate::core::memory::text::Text;
use crate::core::state::handle;
use crate::core::turn::closing;
use crate::sys::errno::{Errno, UvResult};

pub(crate) fn init(loop_: &uv_loop_t, this: &uv_fs_event_t) {
    handle::init(loop_, this, UV_FS_EVENT);
    this.path.clear();
    this.cb.set(None);
    List::<WatchLink>::init(this);
    this.wd.set(-1);
}

pub(crate) fn start(this: &uv_fs_event_t, cb: uv_fs_event_cb, path: Option<&CStr>) -> UvResult {
    let (false, false, Some(path)) = (handle::is_active(this), handle::is_closing(this), path) else {
        return Err(Errno::EINVAL);
    };
    this.path.put(Text::copy(path.to_bytes())?);
    this.cb.set(cb);
    if let Err(error) = attach(this) {
        detached(this);
        return Err(error);
    }
    handle::start(this);
    Ok(())
}

pub(crate) fn stop(this: &uv_fs_event_t) {
    if handle::is_active(this) {
        detach(this);
    }
}

pub(crate) fn close(this: &uv_fs_event_t) {
    stop(this);
    closing::make_pending(this);
}

/// Gives the path out as it was given to [`start`].
pub(crate) fn give_path(this: &uv_fs_event_t, to: OutText) -> UvResult {
    this.path.with(|path| match path {
        Some(path) => to.write_text(path),
        None => {
            to.write_none();
            Err(Errno::EINVAL)
        }
    })
}
