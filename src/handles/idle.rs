//! Prepare, check and idle handles: one callback an iteration, each in its phase.
//!
//! <https://docs.libuv.org/en/v1.x/prepare.html>, <https://docs.libuv.org/en/v1.x/check.html>,
//! <https://docs.libuv.org/en/v1.x/idle.html>

#![forbid(unsafe_code)]

use crate::abi::{
    UV_CHECK, UV_IDLE, UV_PREPARE, uv_check_cb, uv_check_t, uv_idle_cb, uv_idle_t, uv_loop_t, uv_prepare_cb,
    uv_prepare_t,
};
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::memory::queue::{
    CheckLink, IdleLink, List, PrepareLink, check_handles, idle_handles, prepare_handles,
};
use crate::core::state::handle;
use crate::core::turn::closing;
use crate::sys::errno::{Errno, UvResult};

/// The three kinds differ in names only: their type, their callback's field and the loop's list.
macro_rules! phase_handle {
    ($type:ty, $cb_type:ty, $kind:ident, $cb:ident, $call:ident, $link:ident, $list:ident, $init:ident, $start:ident, $stop:ident, $close:ident, $run:ident) => {
        pub(crate) fn $init(loop_: &uv_loop_t, this: &$type) {
            handle::init(loop_, this, $kind);
            this.$cb.set(None);
            List::<$link>::init(this);
        }

        /// The last one started is the first one called, as in libuv.
        pub(crate) fn $start(this: &$type, cb: $cb_type) -> UvResult {
            if handle::is_active(this) {
                return Ok(());
            }
            if cb.is_none() || handle::is_closing(this) {
                return Err(Errno::EINVAL);
            }
            $list(this.owner()).push_front(this);
            this.$cb.set(cb);
            handle::start(this);
            Ok(())
        }

        pub(crate) fn $stop(this: &$type) {
            if handle::is_active(this) {
                List::<$link>::remove(this);
                handle::stop(this);
            }
        }

        pub(crate) fn $close(this: &$type) {
            $stop(this);
            closing::make_pending(this);
        }

        /// Calls each active handle once.
        #[inline(always)]
        pub(crate) fn $run(loop_: &uv_loop_t) {
            $list(loop_).take_each_by(inner(loop_).batches.$call.list(), |this| {
                $list(loop_).push_back(this);
                callback::$call(this);
            });
        }
    };
}

phase_handle!(
    uv_prepare_t,
    uv_prepare_cb,
    UV_PREPARE,
    prepare_cb,
    prepare,
    PrepareLink,
    prepare_handles,
    init_prepare,
    start_prepare,
    stop_prepare,
    close_prepare,
    run_prepare
);
phase_handle!(
    uv_check_t,
    uv_check_cb,
    UV_CHECK,
    check_cb,
    check,
    CheckLink,
    check_handles,
    init_check,
    start_check,
    stop_check,
    close_check,
    run_check
);
phase_handle!(
    uv_idle_t,
    uv_idle_cb,
    UV_IDLE,
    idle_cb,
    idle,
    IdleLink,
    idle_handles,
    init_idle,
    start_idle,
    stop_idle,
    close_idle,
    run_idle
);

/// What was not called yet in a phase that has begun waits for the next one.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    inner(loop_).batches.prepare.list().put_before(prepare_handles(loop_));
    inner(loop_).batches.check.list().put_before(check_handles(loop_));
    inner(loop_).batches.idle.list().put_before(idle_handles(loop_));
}
