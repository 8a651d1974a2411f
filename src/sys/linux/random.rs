//! Random bytes from the system.

use std::cell::Cell;
use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::{c_long, c_void};

use crate::sys::errno::{Errno, UvResult, check_size, retry};
use crate::sys::fd;

/// What `getrandom` always gives at once, however many signals arrive.
const CHUNK: usize = 256;

/// Fills `bytes` with random ones; may wait until the system has gathered enough entropy.
pub(crate) fn fill(bytes: &mut [MaybeUninit<u8>]) -> UvResult {
    static IS_REFUSED: AtomicBool = AtomicBool::new(false);
    if !IS_REFUSED.load(Relaxed) {
        match getrandom(bytes) {
            // Not in this kernel, or a filter is in the way: it has no other reason for these.
            Err(Errno::ENOSYS | Errno::EPERM | Errno::EACCES | Errno::EINVAL | Errno::ENOTSUP) => {
                IS_REFUSED.store(true, Relaxed);
            }
            other => return other,
        }
    }
    match devices(bytes) {
        // No device, or not for us: an old kernel has one more way.
        Err(
            Errno::EACCES
            | Errno::EIO
            | Errno::ELOOP
            | Errno::EMFILE
            | Errno::ENFILE
            | Errno::ENOENT
            | Errno::EPERM,
        ) => uuids(bytes),
        other => other,
    }
}

fn getrandom(bytes: &mut [MaybeUninit<u8>]) -> UvResult {
    for chunk in bytes.chunks_mut(CHUNK) {
        let mut done = 0;
        while done < chunk.len() {
            let rest = &mut chunk[done..];
            // By number: glibc before 2.25 has no function for it.
            done += retry(|| {
                // SAFETY: the buffer is as long as said.
                check_size(unsafe {
                    libc::syscall(libc::SYS_getrandom, rest.as_mut_ptr(), rest.len(), 0) as isize
                })
            })?;
        }
    }
    Ok(())
}

/// Reads `/dev/urandom`, which is good once `/dev/random` has given a byte. Threads that come here at
/// once may each wait for that byte: a fork then leaves nothing half done.
fn devices(bytes: &mut [MaybeUninit<u8>]) -> UvResult {
    static IS_SEEDED: AtomicBool = AtomicBool::new(false);
    if !IS_SEEDED.load(Relaxed) {
        read_device(c"/dev/random", &mut [MaybeUninit::uninit()])?;
        IS_SEEDED.store(true, Relaxed);
    }
    read_device(c"/dev/urandom", bytes)
}

fn read_device(path: &CStr, bytes: &mut [MaybeUninit<u8>]) -> UvResult {
    let device = fd::open(path, libc::O_RDONLY)?;
    if fd::file_type(device.as_raw_fd())? != libc::S_IFCHR {
        return Err(Errno::EIO); // something else took the place of the device
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        match fd::read_into(device.as_raw_fd(), Cell::from_mut(&mut *rest).as_slice_of_cells())? {
            0 => return Err(Errno::EIO),
            n => rest = rest.get_mut(n..).unwrap_or_default(),
        }
    }
    Ok(())
}

/// Reads `kernel.random.uuid` with the old `sysctl` call; `ENOSYS` where there is none.
fn uuids(bytes: &mut [MaybeUninit<u8>]) -> UvResult {
    for chunk in bytes.chunks_mut(14) {
        let mut uuid = [0_u8; 16];
        sysctl_uuid(&mut uuid)?;
        // Bytes 6 and 8 hold the version and the variant: the last two stand in for them.
        uuid[6] = uuid[14];
        uuid[8] = uuid[15];
        for (place, byte) in chunk.iter_mut().zip(uuid) {
            place.write(byte);
        }
    }
    Ok(())
}

/// The number of the `sysctl` call; later processors never had it.
const SYS_SYSCTL: Option<c_long> = if cfg!(target_arch = "x86_64") { Some(156) } else { None };

fn sysctl_uuid(uuid: &mut [u8; 16]) -> UvResult {
    /// `struct __sysctl_args` of the kernel.
    #[repr(C)]
    struct Args {
        name: *const i32,
        name_len: i32,
        old: *mut c_void,
        old_len: *mut usize,
        new: *mut c_void,
        new_len: usize,
        unused: [libc::c_ulong; 4],
    }
    const KERNEL_RANDOM_UUID: [i32; 3] = [1, 40, 6];

    let number = SYS_SYSCTL.ok_or(Errno::ENOSYS)?;
    let mut len = uuid.len();
    let args = Args {
        name: KERNEL_RANDOM_UUID.as_ptr(),
        name_len: 3,
        old: uuid.as_mut_ptr().cast(),
        old_len: &raw mut len,
        new: std::ptr::null_mut(),
        new_len: 0,
        unused: [0; 4],
    };
    // SAFETY: the arguments are laid out as the kernel wants them and point to memory of ours.
    check_size(unsafe { libc::syscall(number, &raw const args) as isize })?;
    if len == uuid.len() { Ok(()) } else { Err(Errno::EIO) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_random(bytes: &[u8]) -> bool {
        bytes.chunks_exact(16).all(|chunk| chunk != [0; 16])
    }

    #[test]
    fn the_first_two_sources_fill_the_buffer() {
        for source in [fill, getrandom, devices] {
            let mut bytes = [MaybeUninit::new(0); 1008];
            source(&mut bytes).unwrap();
            // SAFETY: all were initialised before.
            assert!(looks_random(&bytes.map(|byte| unsafe { byte.assume_init() })));
        }
    }

    #[test]
    fn only_devices_are_read() {
        assert_eq!(read_device(c"/proc/self/stat", &mut [MaybeUninit::new(0); 4]), Err(Errno::EIO));
        assert_eq!(read_device(c"/no/such/device", &mut [MaybeUninit::new(0); 4]), Err(Errno::ENOENT));
    }
}
