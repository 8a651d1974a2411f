//! The descriptor of a handle.

use libc::c_int;

use crate::abi::uv_udp_t;
use crate::core::state::handle::flags;

impl uv_udp_t {
    /// The descriptor, or -1.
    #[inline(always)]
    pub(crate) fn fd(&self) -> c_int {
        self.io_watcher.fd.get()
    }

    /// The same for the program, or for another process. From now on options of the socket may change at
    /// any time.
    pub(crate) fn share_fd(&self) -> c_int {
        self.set(flags::UDP_SHARED);
        self.fd()
    }
}
