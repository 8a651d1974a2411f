//! Descriptors that travel with the bytes of a Unix domain socket (`SCM_RIGHTS`).

use std::io::IoSlice;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{FromRawFd, OwnedFd};

use libc::{
    CMSG_DATA, CMSG_FIRSTHDR, CMSG_LEN, CMSG_NXTHDR, CMSG_SPACE, c_int, c_uint, cmsghdr, iovec, msghdr,
};

use crate::sys::errno::UvResult;
use crate::sys::fd::{MAX_IO_BYTES, Memory};
use crate::sys::socket::{message, receive_message, send_message};

const FD_SIZE: c_uint = size_of::<c_int>() as c_uint;

/// The most descriptors in one message (the kernel's `SCM_MAX_FD`).
const MAX_FDS: c_uint = 253;

/// Room for the control data of a message with `N` bytes of it, aligned for its header.
#[repr(C)]
union Control<const N: usize> {
    header: cmsghdr,
    bytes: [MaybeUninit<u8>; N],
}

/// `CMSG_SPACE` as a constant.
const fn control_space(len: c_uint) -> usize {
    // SAFETY: arithmetic only.
    unsafe { CMSG_SPACE(len) as usize }
}

/// Sends these pieces with a copy of the descriptor `passed`.
pub(crate) fn send(to: c_int, pieces: &[IoSlice<'_>], passed: c_int) -> UvResult<usize> {
    const ROOM: usize = control_space(FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::zeroed(); ROOM] };
    let mut message = message(pieces.as_ptr().cast(), pieces.len());
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the control buffer has room for one header and one descriptor; it and the pieces outlive the
    // call.
    unsafe {
        control.header.cmsg_level = libc::SOL_SOCKET;
        control.header.cmsg_type = libc::SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(FD_SIZE) as _;
        CMSG_DATA(&raw const control.header).cast::<c_int>().write_unaligned(passed);
        send_message(to, &message, 0)
    }
}

/// Reads bytes into `room` and hands the descriptors that come with them to `each`.
pub(crate) fn receive(from: c_int, room: &Memory, each: impl FnMut(OwnedFd)) -> UvResult<usize> {
    const ROOM: usize = control_space(MAX_FDS * FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::uninit(); ROOM] };
    let piece = iovec { iov_base: room.as_ptr().cast_mut().cast(), iov_len: room.len().min(MAX_IO_BYTES) };
    let mut message = message(&raw const piece, 1);
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the buffers outlive the call, and the kernel writes the control data.
    unsafe {
        let n = receive_message(from, &mut message, libc::MSG_CMSG_CLOEXEC)?;
        hand_out(&message, each);
        Ok(n)
    }
}

/// # Safety
/// The kernel wrote the message's control data, and its descriptors are nobody's yet.
unsafe fn hand_out(message: &msghdr, mut each: impl FnMut(OwnedFd)) {
    // SAFETY: the kernel wrote the data and its length, and the macros stay inside it. It made the
    // descriptors for us, and each is looked at once.
    unsafe {
        let mut header = CMSG_FIRSTHDR(message);
        while !header.is_null() {
            if (*header).cmsg_level == libc::SOL_SOCKET && (*header).cmsg_type == libc::SCM_RIGHTS {
                let bytes = ((*header).cmsg_len as usize).saturating_sub(CMSG_LEN(0) as usize);
                let fds = CMSG_DATA(header).cast::<c_int>();
                for i in 0..bytes / size_of::<c_int>() {
                    each(OwnedFd::from_raw_fd(fds.add(i).read_unaligned()));
                }
            }
            header = CMSG_NXTHDR(message, header);
        }
    }
}
