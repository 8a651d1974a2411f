//! Users and groups of the system's databases.

use libc::c_int;

use crate::abi::{uv_gid_t, uv_group_t, uv_passwd_t, uv_uid_t};
use crate::core::memory::alloc;
use crate::core::memory::lend::lend_any_cell;
use crate::core::memory::out::lend_any_out;
use crate::standalone::os::users;
use crate::sys::errno::to_status;
use crate::sys::identity;

/// Looks up the user whom the process runs as.
///
/// Returns 0 and texts to be freed with [`uv_os_free_passwd`]; `UV_EINVAL` without a place for them,
/// `UV_ENOENT`, `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_passwd>, since 1.9.
///
/// # Safety
/// `pwd` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_passwd(pwd: *mut uv_passwd_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(users::user(identity::effective_user(), unsafe { lend_any_out(pwd) }))
}

/// Looks up a user by number. Results and threads as for [`uv_os_get_passwd`].
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_passwd2>, since 1.45.
///
/// # Safety
/// `pwd` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_passwd2(pwd: *mut uv_passwd_t, uid: uv_uid_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(users::user(uid, unsafe { lend_any_out(pwd) }))
}

/// Frees the texts of a user and makes them NULL; NULL is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_passwd>, since 1.9.
///
/// # Safety
/// `pwd` is null or was filled in by one of the functions above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_passwd(pwd: *mut uv_passwd_t) {
    // SAFETY: null or filled in by uv_os_get_passwd; the block begins with `username`, and is the program's to give
    // back once, as documented.
    unsafe {
        if let Some(pwd) = lend_any_cell(pwd) {
            alloc::free(users::take_user(pwd).cast());
        }
    }
}

/// Looks up a group by number.
///
/// Returns 0 and texts to be freed with [`uv_os_free_group`]; `UV_EINVAL` without a place for them,
/// `UV_ENOENT`, `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_group>, since 1.45.
///
/// # Safety
/// `grp` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_group(grp: *mut uv_group_t, gid: uv_gid_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(users::group(gid, unsafe { lend_any_out(grp) }))
}

/// Frees the texts of a group and makes them NULL; NULL is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_group>, since 1.45.
///
/// # Safety
/// `grp` is null or was filled in by [`uv_os_get_group`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_group(grp: *mut uv_group_t) {
    // SAFETY: null or filled in by uv_os_get_group; the block begins with `members`, and is the program's to give
    // back once, as documented.
    unsafe {
        if let Some(grp) = lend_any_cell(grp) {
            alloc::free(users::take_group(grp).cast());
        }
    }
}
