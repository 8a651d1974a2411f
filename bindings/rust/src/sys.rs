//! libuv's C interface, as far as it is used here.
//!
//! Handles, requests and loops are opaque: their sizes are asked for at run time, so any version of libuv.so.1 will
//! do, and none of their bytes is Rust's. A reference to one stands for its address, and says what C asks of such a
//! pointer: the library has initialised it, and it has not been given back. Only `raw` makes such references, and
//! [`Fresh`] ones of what is yet to be initialised. So functions that take nothing else are safe to call.
#![allow(non_camel_case_types)]

use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use libc::{addrinfo, sockaddr, sockaddr_storage};

/// A structure whose fields are C's alone.
///
/// # Safety
///
/// The type has no bytes in Rust, and `size` is the size that the library gives the structure.
pub unsafe trait Opaque: 'static {
    fn size() -> usize;
}

/// The name of each structure, how its size is asked for, and its number there.
macro_rules! opaque {
    ($($name:ident = $size:ident($($kind:literal)?),)*) => { $(
        #[repr(C)]
        pub struct $name {
            bytes: UnsafeCell<[u8; 0]>,
            /// Belongs to one thread, and stays where it is.
            place: PhantomData<(*mut u8, PhantomPinned)>,
        }

        // SAFETY: the type is empty, and the number is that of this structure in uv.h.
        unsafe impl Opaque for $name {
            fn size() -> usize {
                $size($($kind)?)
            }
        }
    )* };
}

opaque! {
    uv_loop_t = uv_loop_size(),
    uv_async_t = uv_handle_size(1),
    uv_check_t = uv_handle_size(2),
    uv_fs_event_t = uv_handle_size(3),
    uv_handle_t = uv_handle_size(5),
    uv_idle_t = uv_handle_size(6),
    uv_pipe_t = uv_handle_size(7),
    uv_prepare_t = uv_handle_size(9),
    uv_process_t = uv_handle_size(10),
    uv_stream_t = uv_handle_size(11),
    uv_tcp_t = uv_handle_size(12),
    uv_timer_t = uv_handle_size(13),
    uv_udp_t = uv_handle_size(15),
    uv_signal_t = uv_handle_size(16),
    uv_req_t = uv_req_size(1),
    uv_connect_t = uv_req_size(2),
    uv_write_t = uv_req_size(3),
    uv_shutdown_t = uv_req_size(4),
    uv_udp_send_t = uv_req_size(5),
    uv_fs_t = uv_req_size(6),
    uv_work_t = uv_req_size(7),
    uv_getaddrinfo_t = uv_req_size(8),
    uv_getnameinfo_t = uv_req_size(9),
}

/// Memory for a structure that the called function initialises, or begins to use. It is spent by the call.
#[repr(transparent)]
pub struct Fresh<'a, T>(NonNull<T>, Of<'a, T>);

/// What the function says that a `Fresh` was spent on: negative if it has left the memory alone, and will.
///
/// Only these functions make one, and the lifetime is that of no other `Fresh`: so who is to return it has called one of
/// them, with this memory.
#[repr(transparent)]
#[must_use]
pub struct Outcome<'a, T>(c_int, Of<'a, T>);

/// Equal to no other lifetime's.
type Of<'a, T> = PhantomData<fn(&'a T) -> &'a T>;

impl<T> Fresh<'_, T> {
    /// # Safety
    ///
    /// There is room for the structure, zeroed, until C gives it back.
    pub unsafe fn new(address: NonNull<T>) -> Self {
        Fresh(address, PhantomData)
    }

    pub fn address(&self) -> usize {
        self.0.addr().get()
    }
}

impl<T> Outcome<'_, T> {
    /// # Safety
    ///
    /// The function has initialised the structure, or begun the request, whatever it says.
    pub unsafe fn success() -> Self {
        Outcome(0, PhantomData)
    }

    pub fn status(&self) -> c_int {
        self.0
    }
}

/// Text that ends with a null, for the length of a call.
#[repr(transparent)]
pub struct Text<'a>(NonNull<c_char>, PhantomData<&'a CStr>);

impl<'a> From<&'a CStr> for Text<'a> {
    fn from(text: &'a CStr) -> Self {
        Text(NonNull::new(text.as_ptr().cast_mut()).expect("a reference is not null"), PhantomData)
    }
}

/// An address of a socket, for the length of a call.
#[repr(transparent)]
pub struct Address<'a>(NonNull<sockaddr>, PhantomData<&'a sockaddr_storage>);

impl<'a> From<&'a sockaddr_storage> for Address<'a> {
    fn from(storage: &'a sockaddr_storage) -> Self {
        Address(NonNull::from(storage).cast(), PhantomData)
    }
}

#[repr(C)]
pub struct uv_buf_t {
    pub base: *mut c_char,
    pub len: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timespec_t {
    pub tv_sec: libc::c_long,
    pub tv_nsec: libc::c_long,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_stat_t {
    pub st_dev: u64,
    pub st_mode: u64,
    pub st_nlink: u64,
    pub st_uid: u64,
    pub st_gid: u64,
    pub st_rdev: u64,
    pub st_ino: u64,
    pub st_size: u64,
    pub st_blksize: u64,
    pub st_blocks: u64,
    pub st_flags: u64,
    pub st_gen: u64,
    pub st_atim: uv_timespec_t,
    pub st_mtim: uv_timespec_t,
    pub st_ctim: uv_timespec_t,
    pub st_birthtim: uv_timespec_t,
}

#[repr(C)]
pub struct uv_dirent_t {
    pub name: *const c_char,
    pub kind: c_int,
}

#[repr(C)]
pub union uv_stdio_data {
    pub stream: *const uv_stream_t,
    pub fd: c_int,
}

#[repr(C)]
pub struct uv_stdio_container_t {
    pub flags: c_int,
    pub data: uv_stdio_data,
}

#[repr(C)]
pub struct uv_process_options_t {
    pub exit_cb: uv_exit_cb,
    pub file: *const c_char,
    pub args: *const *const c_char,
    pub env: *const *const c_char,
    pub cwd: *const c_char,
    pub flags: c_uint,
    pub stdio_count: c_int,
    pub stdio: *const uv_stdio_container_t,
    pub uid: libc::uid_t,
    pub gid: libc::gid_t,
}

/// What uv_walk looks for here: the handle at an address.
#[repr(C)]
pub struct Search {
    pub address: usize,
    pub is_found: Cell<bool>,
}

pub const UV_CREATE_PIPE: c_int = 1;
pub const UV_INHERIT_FD: c_int = 2;
pub const UV_READABLE_PIPE: c_int = 16;
pub const UV_WRITABLE_PIPE: c_int = 32;
pub const UV_PROCESS_SETUID: c_uint = 1;
pub const UV_PROCESS_SETGID: c_uint = 2;
pub const UV_PROCESS_DETACHED: c_uint = 8;
pub const UV_UDP_PARTIAL: c_uint = 2;

pub type uv_close_cb = extern "C" fn(&uv_handle_t);
pub type uv_walk_cb = extern "C" fn(&uv_handle_t, &Search);
pub type uv_alloc_cb = extern "C" fn(&uv_handle_t, usize, &mut MaybeUninit<uv_buf_t>);
pub type uv_async_cb = extern "C" fn(&uv_async_t);
pub type uv_timer_cb = extern "C" fn(&uv_timer_t);
pub type uv_signal_cb = extern "C" fn(&uv_signal_t, c_int);
pub type uv_exit_cb = extern "C" fn(&uv_process_t, i64, c_int);
pub type uv_connection_cb = extern "C" fn(&uv_stream_t, c_int);
pub type uv_read_cb = extern "C" fn(&uv_stream_t, isize, Option<&uv_buf_t>);
pub type uv_udp_recv_cb = unsafe extern "C" fn(&uv_udp_t, isize, Option<&uv_buf_t>, *const sockaddr, c_uint);
pub type uv_fs_event_cb = unsafe extern "C" fn(&uv_fs_event_t, *const c_char, c_int, c_int);
/// Of the requests that end with a status: uv_connect_cb, uv_write_cb, and so on.
pub type Done<R> = extern "C" fn(&R, c_int);
pub type uv_fs_cb = extern "C" fn(&uv_fs_t);
pub type uv_work_cb = extern "C" fn(&uv_work_t);
pub type uv_getaddrinfo_cb = unsafe extern "C" fn(&uv_getaddrinfo_t, c_int, *mut addrinfo);
pub type uv_getnameinfo_cb = unsafe extern "C" fn(&uv_getnameinfo_t, c_int, *const c_char, *const c_char);

// SAFETY: the signatures are those of uv.h, where a pointer that may not be null is a reference or one of the types
// above. What is declared safe has no other demands than those which these types stand for.
unsafe extern "C" {
    pub safe fn uv_loop_size() -> usize;
    pub safe fn uv_handle_size(kind: c_uint) -> usize;
    pub safe fn uv_req_size(kind: c_uint) -> usize;
    pub fn uv_err_name_r(code: c_int, name: *mut c_char, size: usize) -> *mut c_char;
    pub fn uv_strerror_r(code: c_int, message: *mut c_char, size: usize) -> *mut c_char;
    pub safe fn uv_version() -> c_uint;

    pub safe fn uv_loop_init<'a>(event_loop: Fresh<'a, uv_loop_t>) -> Outcome<'a, uv_loop_t>;
    /// Not from a callback of the same loop.
    pub fn uv_run(event_loop: &uv_loop_t, mode: c_uint) -> c_int;
    /// The last use of the loop if it succeeds.
    pub fn uv_loop_close(event_loop: &uv_loop_t) -> c_int;
    pub safe fn uv_walk(event_loop: &uv_loop_t, visit: uv_walk_cb, argument: &Search);
    pub safe fn uv_stop(event_loop: &uv_loop_t);
    pub safe fn uv_loop_alive(event_loop: &uv_loop_t) -> c_int;
    pub safe fn uv_now(event_loop: &uv_loop_t) -> u64;
    pub safe fn uv_update_time(event_loop: &uv_loop_t);
    pub safe fn uv_backend_fd(event_loop: &uv_loop_t) -> c_int;
    pub safe fn uv_backend_timeout(event_loop: &uv_loop_t) -> c_int;

    /// Not twice.
    pub fn uv_close(handle: &uv_handle_t, done: uv_close_cb);
    pub safe fn uv_handle_get_type(handle: &uv_handle_t) -> c_uint;
    pub fn uv_handle_get_data(handle: &uv_handle_t) -> *mut c_void;
    pub fn uv_handle_set_data(handle: &uv_handle_t, data: *mut c_void);
    pub safe fn uv_is_active(handle: &uv_handle_t) -> c_int;
    pub safe fn uv_ref(handle: &uv_handle_t);
    pub safe fn uv_unref(handle: &uv_handle_t);
    pub safe fn uv_has_ref(handle: &uv_handle_t) -> c_int;
    pub safe fn uv_guess_handle(fd: c_int) -> c_uint;
    pub safe fn uv_fileno(handle: &uv_handle_t, fd: &mut c_int) -> c_int;
    pub fn uv_req_get_data(request: &uv_req_t) -> *mut c_void;
    pub fn uv_req_set_data(request: &uv_req_t, data: *mut c_void);
    pub safe fn uv_cancel(request: &uv_req_t) -> c_int;

    pub safe fn uv_timer_init<'a>(
        event_loop: &uv_loop_t,
        timer: Fresh<'a, uv_timer_t>,
    ) -> Outcome<'a, uv_timer_t>;
    pub safe fn uv_timer_start(timer: &uv_timer_t, done: uv_timer_cb, timeout: u64, repeat: u64) -> c_int;
    pub safe fn uv_timer_stop(timer: &uv_timer_t) -> c_int;
    pub safe fn uv_timer_again(timer: &uv_timer_t) -> c_int;
    pub safe fn uv_timer_set_repeat(timer: &uv_timer_t, repeat: u64);
    pub safe fn uv_timer_get_repeat(timer: &uv_timer_t) -> u64;

    pub safe fn uv_idle_init<'a>(
        event_loop: &uv_loop_t,
        idle: Fresh<'a, uv_idle_t>,
    ) -> Outcome<'a, uv_idle_t>;
    pub safe fn uv_idle_start(idle: &uv_idle_t, turn: extern "C" fn(&uv_idle_t)) -> c_int;
    pub safe fn uv_idle_stop(idle: &uv_idle_t) -> c_int;
    pub safe fn uv_prepare_init<'a>(
        event_loop: &uv_loop_t,
        prepare: Fresh<'a, uv_prepare_t>,
    ) -> Outcome<'a, uv_prepare_t>;
    pub safe fn uv_prepare_start(prepare: &uv_prepare_t, turn: extern "C" fn(&uv_prepare_t)) -> c_int;
    pub safe fn uv_prepare_stop(prepare: &uv_prepare_t) -> c_int;
    pub safe fn uv_check_init<'a>(
        event_loop: &uv_loop_t,
        check: Fresh<'a, uv_check_t>,
    ) -> Outcome<'a, uv_check_t>;
    pub safe fn uv_check_start(check: &uv_check_t, turn: extern "C" fn(&uv_check_t)) -> c_int;
    pub safe fn uv_check_stop(check: &uv_check_t) -> c_int;

    pub safe fn uv_async_init<'a>(
        event_loop: &uv_loop_t,
        handle: Fresh<'a, uv_async_t>,
        cb: uv_async_cb,
    ) -> Outcome<'a, uv_async_t>;
    /// From any thread, until the handle is closed.
    pub safe fn uv_async_send(handle: &uv_async_t) -> c_int;

    pub safe fn uv_signal_init<'a>(
        event_loop: &uv_loop_t,
        signal: Fresh<'a, uv_signal_t>,
    ) -> Outcome<'a, uv_signal_t>;
    pub safe fn uv_signal_start(signal: &uv_signal_t, cb: uv_signal_cb, signum: c_int) -> c_int;
    pub safe fn uv_signal_start_oneshot(signal: &uv_signal_t, cb: uv_signal_cb, signum: c_int) -> c_int;
    pub safe fn uv_signal_stop(signal: &uv_signal_t) -> c_int;

    pub safe fn uv_fs_event_init<'a>(
        event_loop: &uv_loop_t,
        watcher: Fresh<'a, uv_fs_event_t>,
    ) -> Outcome<'a, uv_fs_event_t>;
    pub safe fn uv_fs_event_start(
        watcher: &uv_fs_event_t,
        cb: uv_fs_event_cb,
        path: Text<'_>,
        flags: c_uint,
    ) -> c_int;
    pub safe fn uv_fs_event_stop(watcher: &uv_fs_event_t) -> c_int;

    /// The options hold pointers, all of them for the length of the call.
    pub fn uv_spawn<'a>(
        event_loop: &uv_loop_t,
        process: Fresh<'a, uv_process_t>,
        options: &uv_process_options_t,
    ) -> Outcome<'a, uv_process_t>;
    pub safe fn uv_process_kill(process: &uv_process_t, signum: c_int) -> c_int;
    pub safe fn uv_process_get_pid(process: &uv_process_t) -> c_int;

    pub safe fn uv_listen(stream: &uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> c_int;
    pub safe fn uv_accept(server: &uv_stream_t, client: &uv_stream_t) -> c_int;
    pub safe fn uv_read_start(stream: &uv_stream_t, alloc: uv_alloc_cb, read: uv_read_cb) -> c_int;
    pub safe fn uv_read_stop(stream: &uv_stream_t) -> c_int;
    /// The buffers hold pointers, until the callback.
    pub fn uv_write<'a>(
        request: Fresh<'a, uv_write_t>,
        stream: &uv_stream_t,
        bufs: *const uv_buf_t,
        count: c_uint,
        done: Done<uv_write_t>,
    ) -> Outcome<'a, uv_write_t>;
    pub fn uv_try_write(stream: &uv_stream_t, bufs: *const uv_buf_t, count: c_uint) -> c_int;
    pub safe fn uv_shutdown<'a>(
        request: Fresh<'a, uv_shutdown_t>,
        stream: &uv_stream_t,
        done: Done<uv_shutdown_t>,
    ) -> Outcome<'a, uv_shutdown_t>;
    pub safe fn uv_is_readable(stream: &uv_stream_t) -> c_int;
    pub safe fn uv_is_writable(stream: &uv_stream_t) -> c_int;
    pub safe fn uv_stream_get_write_queue_size(stream: &uv_stream_t) -> usize;

    pub safe fn uv_tcp_init<'a>(event_loop: &uv_loop_t, tcp: Fresh<'a, uv_tcp_t>) -> Outcome<'a, uv_tcp_t>;
    pub safe fn uv_tcp_bind(tcp: &uv_tcp_t, address: Address<'_>, flags: c_uint) -> c_int;
    pub safe fn uv_tcp_connect<'a>(
        request: Fresh<'a, uv_connect_t>,
        tcp: &uv_tcp_t,
        address: Address<'_>,
        done: Done<uv_connect_t>,
    ) -> Outcome<'a, uv_connect_t>;
    pub safe fn uv_tcp_nodelay(tcp: &uv_tcp_t, on: c_int) -> c_int;
    pub safe fn uv_tcp_keepalive(tcp: &uv_tcp_t, on: c_int, delay: c_uint) -> c_int;
    pub safe fn uv_tcp_getsockname(tcp: &uv_tcp_t, name: &mut sockaddr_storage, size: &mut c_int) -> c_int;
    pub safe fn uv_tcp_getpeername(tcp: &uv_tcp_t, name: &mut sockaddr_storage, size: &mut c_int) -> c_int;
    pub safe fn uv_tcp_open(tcp: &uv_tcp_t, fd: c_int) -> c_int;

    pub safe fn uv_pipe_init<'a>(
        event_loop: &uv_loop_t,
        pipe: Fresh<'a, uv_pipe_t>,
        ipc: c_int,
    ) -> Outcome<'a, uv_pipe_t>;
    pub safe fn uv_pipe_open(pipe: &uv_pipe_t, fd: c_int) -> c_int;
    pub safe fn uv_pipe_bind(pipe: &uv_pipe_t, name: Text<'_>) -> c_int;
    pub safe fn uv_pipe_connect<'a>(
        request: Fresh<'a, uv_connect_t>,
        pipe: &uv_pipe_t,
        name: Text<'_>,
        done: Done<uv_connect_t>,
    );

    pub safe fn uv_udp_init<'a>(event_loop: &uv_loop_t, udp: Fresh<'a, uv_udp_t>) -> Outcome<'a, uv_udp_t>;
    pub safe fn uv_udp_open(udp: &uv_udp_t, fd: c_int) -> c_int;
    pub safe fn uv_udp_bind(udp: &uv_udp_t, address: Address<'_>, flags: c_uint) -> c_int;
    pub safe fn uv_udp_connect(udp: &uv_udp_t, address: Option<Address<'_>>) -> c_int;
    pub fn uv_udp_send<'a>(
        request: Fresh<'a, uv_udp_send_t>,
        udp: &uv_udp_t,
        bufs: *const uv_buf_t,
        count: c_uint,
        address: Option<Address<'_>>,
        done: Done<uv_udp_send_t>,
    ) -> Outcome<'a, uv_udp_send_t>;
    pub fn uv_udp_try_send(
        udp: &uv_udp_t,
        bufs: *const uv_buf_t,
        count: c_uint,
        address: Option<Address<'_>>,
    ) -> c_int;
    pub safe fn uv_udp_recv_start(udp: &uv_udp_t, alloc: uv_alloc_cb, recv: uv_udp_recv_cb) -> c_int;
    pub safe fn uv_udp_recv_stop(udp: &uv_udp_t) -> c_int;
    pub safe fn uv_udp_getsockname(udp: &uv_udp_t, name: &mut sockaddr_storage, size: &mut c_int) -> c_int;
    pub safe fn uv_udp_getpeername(udp: &uv_udp_t, name: &mut sockaddr_storage, size: &mut c_int) -> c_int;
    pub safe fn uv_udp_set_broadcast(udp: &uv_udp_t, on: c_int) -> c_int;
    pub safe fn uv_udp_set_ttl(udp: &uv_udp_t, ttl: c_int) -> c_int;
    pub safe fn uv_udp_set_multicast_loop(udp: &uv_udp_t, on: c_int) -> c_int;
    pub safe fn uv_udp_set_multicast_ttl(udp: &uv_udp_t, ttl: c_int) -> c_int;
    pub safe fn uv_udp_set_membership(
        udp: &uv_udp_t,
        group: Text<'_>,
        interface: Option<Text<'_>>,
        membership: c_int,
    ) -> c_int;

    pub safe fn uv_queue_work<'a>(
        event_loop: &uv_loop_t,
        request: Fresh<'a, uv_work_t>,
        work: uv_work_cb,
        done: Done<uv_work_t>,
    ) -> Outcome<'a, uv_work_t>;
    pub safe fn uv_getaddrinfo<'a>(
        event_loop: &uv_loop_t,
        request: Fresh<'a, uv_getaddrinfo_t>,
        done: uv_getaddrinfo_cb,
        node: Option<Text<'_>>,
        service: Option<Text<'_>>,
        hints: Option<&addrinfo>,
    ) -> Outcome<'a, uv_getaddrinfo_t>;
    pub fn uv_freeaddrinfo(list: *mut addrinfo);
    pub safe fn uv_getnameinfo<'a>(
        event_loop: &uv_loop_t,
        request: Fresh<'a, uv_getnameinfo_t>,
        done: uv_getnameinfo_cb,
        address: Address<'_>,
        flags: c_int,
    ) -> Outcome<'a, uv_getnameinfo_t>;
}

/// A file operation: what it takes between the request and the callback.
macro_rules! file_operations {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        // SAFETY: as above; paths are copied if there is a callback.
        unsafe extern "C" { $(
            pub safe fn $name<'a>(
                event_loop: &uv_loop_t,
                request: Fresh<'a, uv_fs_t>,
                $($argument: $kind,)*
                done: uv_fs_cb,
            ) -> Outcome<'a, uv_fs_t>;
        )* }
    };
}

file_operations! {
    uv_fs_open(path: Text<'_>, flags: c_int, mode: c_int);
    uv_fs_close(file: c_int);
    uv_fs_stat(path: Text<'_>);
    uv_fs_lstat(path: Text<'_>);
    uv_fs_fstat(file: c_int);
    uv_fs_mkdir(path: Text<'_>, mode: c_int);
    uv_fs_mkdtemp(template: Text<'_>);
    uv_fs_rmdir(path: Text<'_>);
    uv_fs_unlink(path: Text<'_>);
    uv_fs_rename(path: Text<'_>, to: Text<'_>);
    uv_fs_link(path: Text<'_>, to: Text<'_>);
    uv_fs_symlink(path: Text<'_>, to: Text<'_>, flags: c_int);
    uv_fs_readlink(path: Text<'_>);
    uv_fs_realpath(path: Text<'_>);
    uv_fs_copyfile(path: Text<'_>, to: Text<'_>, flags: c_int);
    uv_fs_chmod(path: Text<'_>, mode: c_int);
    uv_fs_access(path: Text<'_>, mode: c_int);
    uv_fs_scandir(path: Text<'_>, flags: c_int);
    uv_fs_ftruncate(file: c_int, size: i64);
    uv_fs_fsync(file: c_int);
}

// SAFETY: as above; the results may be asked for from the callback until uv_fs_req_cleanup.
unsafe extern "C" {
    /// The buffers hold pointers, until the callback.
    pub fn uv_fs_read<'a>(
        event_loop: &uv_loop_t,
        request: Fresh<'a, uv_fs_t>,
        file: c_int,
        bufs: *const uv_buf_t,
        count: c_uint,
        offset: i64,
        done: uv_fs_cb,
    ) -> Outcome<'a, uv_fs_t>;
    pub fn uv_fs_write<'a>(
        event_loop: &uv_loop_t,
        request: Fresh<'a, uv_fs_t>,
        file: c_int,
        bufs: *const uv_buf_t,
        count: c_uint,
        offset: i64,
        done: uv_fs_cb,
    ) -> Outcome<'a, uv_fs_t>;
    pub safe fn uv_fs_get_result(request: &uv_fs_t) -> isize;
    pub fn uv_fs_get_ptr(request: &uv_fs_t) -> *const c_void;
    pub fn uv_fs_get_path(request: &uv_fs_t) -> *const c_char;
    pub fn uv_fs_get_statbuf(request: &uv_fs_t) -> *const uv_stat_t;
    pub safe fn uv_fs_scandir_next(request: &uv_fs_t, entry: &mut uv_dirent_t) -> c_int;
    pub safe fn uv_fs_req_cleanup(request: &uv_fs_t);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spot checks of the numbers by which sizes are asked for; a wrong one has another size, or none.
    #[test]
    fn sizes_are_those_of_uv_h() {
        // Nothing is smaller than the base types, and these are the largest of the three shapes of each.
        assert!(uv_tcp_t::size() >= uv_stream_t::size());
        assert!(uv_stream_t::size() > uv_handle_t::size());
        assert!(uv_fs_t::size() > uv_req_t::size());
        assert!(uv_loop_t::size() > uv_handle_t::size());
        #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
        {
            let handles = [uv_async_t::size(), uv_timer_t::size(), uv_signal_t::size(), uv_process_t::size()];
            assert_eq!(handles, [128, 152, 152, 136]);
            let requests =
                [uv_connect_t::size(), uv_write_t::size(), uv_shutdown_t::size(), uv_work_t::size()];
            assert_eq!(requests, [96, 192, 80, 128]);
        }
    }
}
