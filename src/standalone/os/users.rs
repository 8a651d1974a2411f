//! Users and groups of the system's databases.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::{c_char, c_int, c_ulong, c_void, gid_t, group, passwd, size_t, uid_t};

use crate::abi::{uv_gid_t, uv_group_t, uv_passwd_t, uv_uid_t};
use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, check_returned, retry, to_status};

/// Memory of the library that is freed at the end of the scope.
struct Scratch(*mut c_void);

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: came from `malloc` and is not used any more.
        unsafe { alloc::free(self.0) };
    }
}

/// Looks up an entry: `lookup` fills it in, with its texts in the memory it is given, and reports
/// whether there is one; `used` has it while that memory lasts.
fn find<E, T>(
    lookup: impl Fn(*mut E, *mut c_char, size_t, *mut *mut E) -> c_int,
    used: impl FnOnce(&E) -> UvResult<T>,
) -> UvResult<T> {
    let mut size = 2000;
    loop {
        let scratch = Scratch(alloc::malloc(size));
        if scratch.0.is_null() {
            return Err(Errno::ENOMEM);
        }
        let (mut entry, mut found) = (MaybeUninit::<E>::uninit(), null_mut());
        match retry(|| check_returned(lookup(entry.as_mut_ptr(), scratch.0.cast(), size, &raw mut found))) {
            // SAFETY: if there is one, it is `entry`, filled in.
            Ok(()) => return used(unsafe { found.as_ref() }.ok_or(Errno::ENOENT)?),
            Err(Errno::ERANGE) => size *= 2,
            Err(error) => return Err(error),
        }
    }
}

/// A user, with the texts of the database.
pub(super) struct User<'a> {
    name: &'a [u8],
    pub(super) home: &'a [u8],
    shell: &'a [u8],
    uid: uid_t,
    gid: gid_t,
}

/// # Safety
/// `text` is null or NUL-terminated for as long as it is used.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    if text.is_null() { b"" } else { unsafe { CStr::from_ptr(text) }.to_bytes() }
}

/// Calls `used` with the user of this number; `ENOENT` if there is none.
pub(super) fn with_user<T>(uid: uid_t, used: impl FnOnce(User) -> UvResult<T>) -> UvResult<T> {
    find(
        // SAFETY: `find` passes room for an entry and as much memory as it says.
        |entry, memory, size, found| unsafe { libc::getpwuid_r(uid, entry, memory, size, found) },
        |entry: &passwd| {
            // SAFETY: the texts of an entry are NUL-terminated and last as long as its memory.
            let (name, home, shell) =
                unsafe { (bytes(entry.pw_name), bytes(entry.pw_dir), bytes(entry.pw_shell)) };
            used(User { name, home, shell, uid: entry.pw_uid, gid: entry.pw_gid })
        },
    )
}

/// Copies a text and a NUL, and returns where the next one goes.
///
/// # Safety
/// `to` has room for them.
unsafe fn put(to: *mut c_char, text: &[u8]) -> *mut c_char {
    // SAFETY: the caller's promise.
    unsafe {
        to.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        to.add(text.len()).write(0);
        to.add(text.len() + 1)
    }
}

/// A user in one block of memory, which begins with the name.
fn get_user(uid: uid_t) -> UvResult<uv_passwd_t> {
    with_user(uid, |user| {
        let size = user.name.len() + user.home.len() + user.shell.len() + 3;
        let username = alloc::malloc(size).cast::<c_char>();
        if username.is_null() {
            return Err(Errno::ENOMEM);
        }
        // SAFETY: the block has room for the three texts.
        unsafe {
            let homedir = put(username, user.name);
            let shell = put(homedir, user.home);
            put(shell, user.shell);
            Ok(uv_passwd_t {
                username,
                uid: c_ulong::from(user.uid),
                gid: c_ulong::from(user.gid),
                shell,
                homedir,
            })
        }
    })
}

/// # Safety
/// `entry` was filled in by the system, and its memory lasts.
unsafe fn members(entry: &group) -> impl Iterator<Item = &[u8]> {
    let mut next = entry.gr_mem;
    std::iter::from_fn(move || {
        // SAFETY: the caller's promise: an array of NUL-terminated texts that ends with a null.
        unsafe {
            if next.is_null() || (*next).is_null() {
                return None;
            }
            let member = bytes(*next);
            next = next.add(1);
            Some(member)
        }
    })
}

/// A group in one block of memory, which begins with the array of members.
fn copy_group(entry: &group) -> UvResult<uv_group_t> {
    // SAFETY: the entry is the system's; the block has room for the array, its null and the texts.
    unsafe {
        let name = bytes(entry.gr_name);
        let count = members(entry).count();
        let texts: usize = members(entry).map(|member| member.len() + 1).sum();
        let size = (count + 1) * size_of::<*mut c_char>() + texts + name.len() + 1;
        let array = alloc::malloc(size).cast::<*mut c_char>();
        if array.is_null() {
            return Err(Errno::ENOMEM);
        }
        let mut text = array.add(count + 1).cast::<c_char>();
        for (i, member) in members(entry).enumerate() {
            array.add(i).write(text);
            text = put(text, member);
        }
        array.add(count).write(null_mut());
        put(text, name);
        Ok(uv_group_t { groupname: text, gid: c_ulong::from(entry.gr_gid), members: array })
    }
}

fn get_group(gid: gid_t) -> UvResult<uv_group_t> {
    find(
        // SAFETY: `find` passes room for an entry and as much memory as it says.
        |entry, memory, size, found| unsafe { libc::getgrgid_r(gid, entry, memory, size, found) },
        copy_group,
    )
}

/// # Safety
/// `pwd` is null or writable.
unsafe fn give_user(pwd: *mut uv_passwd_t, uid: uid_t) -> UvResult {
    if pwd.is_null() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: not null, so writable by the caller's promise.
    get_user(uid).map(|user| unsafe { pwd.write(user) })
}

/// Looks up the user whom the process runs as.
///
/// Returns 0 and texts to be freed with [`uv_os_free_passwd`]; `UV_EINVAL` without a place for them,
/// `UV_ENOENT`, `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_passwd>.
///
/// # Safety
/// `pwd` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_passwd(pwd: *mut uv_passwd_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { give_user(pwd, libc::geteuid()) })
}

/// Looks up a user by number; returns what [`uv_os_get_passwd`] does. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_passwd2>.
///
/// # Safety
/// `pwd` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_passwd2(pwd: *mut uv_passwd_t, uid: uv_uid_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { give_user(pwd, uid) })
}

/// Frees the texts of a user and makes them NULL; NULL is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_passwd>.
///
/// # Safety
/// `pwd` is null or was filled in by one of the functions above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_passwd(pwd: *mut uv_passwd_t) {
    if pwd.is_null() {
        return;
    }
    // SAFETY: the caller's promise; the block begins with the name.
    unsafe {
        alloc::free((*pwd).username.cast());
        (*pwd).username = null_mut();
        (*pwd).shell = null_mut();
        (*pwd).homedir = null_mut();
    }
}

/// Looks up a group by number.
///
/// Returns 0 and texts to be freed with [`uv_os_free_group`]; `UV_EINVAL` without a place for them,
/// `UV_ENOENT`, `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_get_group>.
///
/// # Safety
/// `grp` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_get_group(grp: *mut uv_group_t, gid: uv_gid_t) -> c_int {
    if grp.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: not null, so writable by the caller's promise.
    to_status(get_group(gid).map(|group| unsafe { grp.write(group) }))
}

/// Frees the texts of a group and makes them NULL; NULL is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_group>.
///
/// # Safety
/// `grp` is null or was filled in by [`uv_os_get_group`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_group(grp: *mut uv_group_t) {
    if grp.is_null() {
        return;
    }
    // SAFETY: the caller's promise; the block begins with the members.
    unsafe {
        alloc::free((*grp).members.cast());
        (*grp).members = null_mut();
        (*grp).groupname = null_mut();
    }
}
