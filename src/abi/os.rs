//! The system: time, processors, memory, users, buffers, shared objects.

use std::cell::Cell;

use libc::{
    c_char, c_int, c_long, c_uint, c_ulong, c_void, gid_t, pid_t, size_t, sockaddr_in, sockaddr_in6, uid_t,
};

use super::text_slot::TextSlot;

pub type uv_os_sock_t = c_int;
pub type uv_os_fd_t = c_int;
pub type uv_pid_t = pid_t;
pub type uv_uid_t = uid_t;
pub type uv_gid_t = gid_t;

/// The longest host name with its final NUL.
pub const UV_MAXHOSTNAMESIZE: usize = 65;
/// The longest interface name with its final NUL.
pub const UV_IF_NAMESIZE: usize = 16 + 1;
pub const UV_PRIORITY_LOW: c_int = 19;
pub const UV_PRIORITY_BELOW_NORMAL: c_int = 10;
pub const UV_PRIORITY_NORMAL: c_int = 0;
pub const UV_PRIORITY_ABOVE_NORMAL: c_int = -7;
pub const UV_PRIORITY_HIGH: c_int = -14;
pub const UV_PRIORITY_HIGHEST: c_int = -20;

c_enum! {
    /// The clocks of `uv_clock_gettime`.
    typedef uv_clock_id: c_uint {
        UV_CLOCK_MONOTONIC = 0,
        UV_CLOCK_REALTIME = 1,
    }
}

/// Allocates.
pub type uv_malloc_func = Option<unsafe extern "C" fn(size: size_t) -> *mut c_void>;

/// Grows or shrinks.
pub type uv_realloc_func = Option<unsafe extern "C" fn(ptr: *mut c_void, size: size_t) -> *mut c_void>;

/// Allocates zeroed memory.
pub type uv_calloc_func = Option<unsafe extern "C" fn(count: size_t, size: size_t) -> *mut c_void>;

/// Frees; null is allowed.
pub type uv_free_func = Option<unsafe extern "C" fn(ptr: *mut c_void)>;

/// A piece of memory, laid out as `struct iovec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_buf_t {
    pub base: *mut c_char,
    pub len: size_t,
}

/// A loaded shared object.
#[repr(C)]
pub struct uv_lib_t {
    pub handle: Cell<*mut c_void>,
    pub errmsg: TextSlot,
}

/// A point in time, with nanoseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timespec64_t {
    pub tv_sec: i64,
    pub tv_nsec: i32,
}

/// A span of time, with microseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timeval_t {
    pub tv_sec: c_long,
    pub tv_usec: c_long,
}

/// A point in time, with microseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timeval64_t {
    pub tv_sec: i64,
    pub tv_usec: i32,
}

/// Resources used.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_rusage_t {
    pub ru_utime: uv_timeval_t,
    pub ru_stime: uv_timeval_t,
    pub ru_maxrss: u64,
    pub ru_ixrss: u64,
    pub ru_idrss: u64,
    pub ru_isrss: u64,
    pub ru_minflt: u64,
    pub ru_majflt: u64,
    pub ru_nswap: u64,
    pub ru_inblock: u64,
    pub ru_oublock: u64,
    pub ru_msgsnd: u64,
    pub ru_msgrcv: u64,
    pub ru_nsignals: u64,
    pub ru_nvcsw: u64,
    pub ru_nivcsw: u64,
}

/// Time spent by a processor, in milliseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_cpu_times_s {
    pub user: u64,
    pub nice: u64,
    pub sys: u64,
    pub idle: u64,
    pub irq: u64,
}

/// A processor.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_cpu_info_s {
    pub model: *const c_char,
    pub speed: c_int,
    pub cpu_times: uv_cpu_times_s,
}

pub type uv_cpu_info_t = uv_cpu_info_s;

/// An IPv4 or IPv6 address.
#[repr(C)]
#[derive(Clone, Copy)]
pub union uv__interface_address_address {
    pub address4: sockaddr_in,
    pub address6: sockaddr_in6,
}

/// The netmask of an IPv4 or IPv6 address.
#[repr(C)]
#[derive(Clone, Copy)]
pub union uv__interface_address_netmask {
    pub netmask4: sockaddr_in,
    pub netmask6: sockaddr_in6,
}

/// An address of a network interface.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_interface_address_s {
    pub name: *mut c_char,
    pub phys_addr: [c_char; 6],
    pub is_internal: c_int,
    pub address: uv__interface_address_address,
    pub netmask: uv__interface_address_netmask,
}

pub type uv_interface_address_t = uv_interface_address_s;

/// A user.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_passwd_s {
    pub username: *mut c_char,
    pub uid: c_ulong,
    pub gid: c_ulong,
    pub shell: *mut c_char,
    pub homedir: *mut c_char,
}

pub type uv_passwd_t = uv_passwd_s;

/// A group.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_group_s {
    pub groupname: *mut c_char,
    pub gid: c_ulong,
    pub members: *mut *mut c_char,
}

pub type uv_group_t = uv_group_s;

/// The name of the system.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_utsname_s {
    pub sysname: [c_char; 256],
    pub release: [c_char; 256],
    pub version: [c_char; 256],
    pub machine: [c_char; 256],
}

pub type uv_utsname_t = uv_utsname_s;

/// A variable of the environment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_env_item_s {
    pub name: *mut c_char,
    pub value: *mut c_char,
}

pub type uv_env_item_t = uv_env_item_s;
