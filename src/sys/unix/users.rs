//! The system's databases of users and groups.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::{c_char, c_int, gid_t, group, passwd, size_t, uid_t};

use crate::sys::errno::{Errno, UvResult, check_returned, retry};

/// Looks up an entry: `lookup` fills it in, with its texts in the memory it is given, and reports
/// whether there is one; `used` has it while that memory lasts.
fn find<E, T>(
    lookup: impl Fn(*mut E, *mut c_char, size_t, *mut *mut E) -> c_int,
    used: impl FnOnce(&E) -> UvResult<T>,
) -> UvResult<T> {
    let mut memory = Vec::<c_char>::new();
    let mut size = 2000;
    loop {
        memory.try_reserve_exact(size).map_err(|_| Errno::ENOMEM)?;
        let (mut entry, mut found) = (MaybeUninit::<E>::uninit(), null_mut());
        let texts = memory.as_mut_ptr();
        match retry(|| check_returned(lookup(entry.as_mut_ptr(), texts, size, &raw mut found))) {
            // SAFETY: if there is one, it is `entry`, filled in.
            Ok(()) => return used(unsafe { found.as_ref() }.ok_or(Errno::ENOENT)?),
            Err(Errno::ERANGE) => size *= 2,
            Err(error) => return Err(error),
        }
    }
}

/// A user, with the texts of the database.
pub(crate) struct User<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) home: &'a [u8],
    pub(crate) shell: &'a [u8],
    pub(crate) uid: uid_t,
    pub(crate) gid: gid_t,
}

/// A group, with the texts of the database.
pub(crate) struct Group<'a> {
    entry: &'a group,
}

/// # Safety
/// `text` is null or NUL-terminated for as long as it is used.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the system ended with NUL what it gives, in memory that `find` keeps until its callback
    // returns.
    if text.is_null() { b"" } else { unsafe { CStr::from_ptr(text) }.to_bytes() }
}

/// Calls `used` with the user of this number; `ENOENT` if there is none.
pub(crate) fn with_user<T>(uid: uid_t, used: impl FnOnce(User) -> UvResult<T>) -> UvResult<T> {
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

/// Calls `used` with the group of this number; `ENOENT` if there is none.
pub(crate) fn with_group<T>(gid: gid_t, used: impl FnOnce(Group) -> UvResult<T>) -> UvResult<T> {
    find(
        // SAFETY: `find` passes room for an entry and as much memory as it says.
        |entry, memory, size, found| unsafe { libc::getgrgid_r(gid, entry, memory, size, found) },
        |entry: &group| used(Group { entry }),
    )
}

impl<'a> Group<'a> {
    pub(crate) fn gid(&self) -> gid_t {
        self.entry.gr_gid
    }

    pub(crate) fn name(&self) -> &'a [u8] {
        // SAFETY: the entry was filled in by the system, and its memory lasts as long as it.
        unsafe { bytes(self.entry.gr_name) }
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut next = self.entry.gr_mem;
        std::iter::from_fn(move || {
            // SAFETY: an array of NUL-terminated texts that ends with a null, in the entry's memory.
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
}
