//! Descriptors of the C library and of the system, which on Unix are the same.

use libc::c_int;

use crate::abi::uv_os_fd_t;

/// The system's handle for a descriptor of the C library: on Unix the same. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_get_osfhandle>, since 1.12.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_osfhandle(fd: c_int) -> uv_os_fd_t {
    fd
}

/// The descriptor of the C library for a handle of the system: on Unix the same. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_open_osfhandle>, since 1.23.
#[unsafe(no_mangle)]
pub extern "C" fn uv_open_osfhandle(os_fd: uv_os_fd_t) -> c_int {
    os_fd
}
