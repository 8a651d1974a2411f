//! Users and groups of the system's databases.

use std::cell::Cell;
use std::ptr::null_mut;

use libc::{c_char, c_ulong};

use crate::abi::{uv_gid_t, uv_group_t, uv_passwd_t, uv_uid_t};
use crate::core::memory::block::Block;
use crate::core::memory::out::Out;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::users::{with_group, with_user};

/// A user in one block of memory, which begins with the name.
pub(crate) fn user(uid: uv_uid_t, place: Option<Out<uv_passwd_t>>) -> UvResult {
    let place = place.ok_or(Errno::EINVAL)?;
    with_user(uid, |user| {
        let texts = user.name.len() + user.home.len() + user.shell.len() + 3;
        let mut block = Block::<u8>::new(0, texts)?;
        place.set(uv_passwd_t {
            username: block.text(user.name)?,
            uid: c_ulong::from(user.uid),
            gid: c_ulong::from(user.gid),
            homedir: block.text(user.home)?,
            shell: block.text(user.shell)?,
        });
        block.into_raw();
        Ok(())
    })
}

/// A group in one block of memory, which begins with the array of members.
pub(crate) fn group(gid: uv_gid_t, place: Option<Out<uv_group_t>>) -> UvResult {
    let place = place.ok_or(Errno::EINVAL)?;
    with_group(gid, |group| {
        let count = group.members().count();
        let texts: usize = group.members().map(|member| member.len() + 1).sum();
        let mut block = Block::<*mut c_char>::new(count + 1, texts + group.name().len() + 1)?;
        for member in group.members() {
            let member = block.text(member)?;
            block.push(member)?;
        }
        block.push(null_mut())?;
        let groupname = block.text(group.name())?;
        let (members, _) = block.into_raw();
        place.set(uv_group_t { groupname, gid: c_ulong::from(group.gid()), members });
        Ok(())
    })
}

/// What is to be freed of a user, who has no texts any more.
pub(crate) fn take_user(place: &Cell<uv_passwd_t>) -> *mut c_char {
    let user = place.get();
    place.set(uv_passwd_t { username: null_mut(), shell: null_mut(), homedir: null_mut(), ..user });
    user.username
}

/// What is to be freed of a group, which has no texts any more.
pub(crate) fn take_group(place: &Cell<uv_group_t>) -> *mut *mut c_char {
    let group = place.get();
    place.set(uv_group_t { members: null_mut(), groupname: null_mut(), ..group });
    group.members
}
