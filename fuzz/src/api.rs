//! The functions of both libraries: ours, which is linked, and libuv's, which is loaded beside it.

#![allow(clippy::missing_safety_doc)]

use std::ffi::{CString, c_char, c_int, c_uint, c_void};
use std::sync::OnceLock;

use libc::{size_t, sockaddr, sockaddr_in, sockaddr_in6, ssize_t};
use uv::abi::*;

macro_rules! api {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?;)*) => {
        mod own {
            use super::*;

            unsafe extern "C" {
                $(pub fn $name($($argument: $type),*) $(-> $result)?;)*
            }
        }

        /// One library's functions.
        #[allow(non_snake_case)]
        pub struct Api {
            pub is_ours: bool,
            $(pub $name: unsafe extern "C" fn($($type),*) $(-> $result)?,)*
        }

        /// This library's.
        pub static OURS: Api = Api { is_ours: true, $($name: own::$name,)* };

        fn load(symbol: impl Fn(&str) -> *mut c_void) -> Api {
            Api {
                is_ours: false,
                // SAFETY: of that name and type, as libuv's header says.
                $($name: unsafe {
                    std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($type),*) $(-> $result)?>(
                        symbol(stringify!($name)),
                    )
                },)*
            }
        }
    };
}

api! {
    fn uv_ip4_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in) -> c_int;
    fn uv_ip6_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in6) -> c_int;
    fn uv_ip4_name(src: *const sockaddr_in, dst: *mut c_char, size: size_t) -> c_int;
    fn uv_ip6_name(src: *const sockaddr_in6, dst: *mut c_char, size: size_t) -> c_int;
    fn uv_ip_name(src: *const sockaddr, dst: *mut c_char, size: size_t) -> c_int;
    fn uv_inet_ntop(af: c_int, src: *const c_void, dst: *mut c_char, size: size_t) -> c_int;
    fn uv_inet_pton(af: c_int, src: *const c_char, dst: *mut c_void) -> c_int;
    fn uv_if_indextoname(index: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int;
    fn uv_if_indextoiid(index: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int;
    fn uv_err_name_r(err: c_int, buffer: *mut c_char, len: size_t) -> *mut c_char;
    fn uv_strerror_r(err: c_int, buffer: *mut c_char, len: size_t) -> *mut c_char;
    fn uv_translate_sys_error(err: c_int) -> c_int;
    fn uv_handle_type_name(kind: c_uint) -> *const c_char;
    fn uv_req_type_name(kind: c_uint) -> *const c_char;
    fn uv_getaddrinfo(
        r#loop: *mut uv_loop_t, request: *mut uv_getaddrinfo_t, cb: uv_getaddrinfo_cb,
        node: *const c_char, service: *const c_char, hints: *const libc::addrinfo,
    ) -> c_int;
    fn uv_freeaddrinfo(list: *mut libc::addrinfo);
    fn uv_getnameinfo(
        r#loop: *mut uv_loop_t, request: *mut uv_getnameinfo_t, cb: uv_getnameinfo_cb,
        addr: *const sockaddr, flags: c_int,
    ) -> c_int;
    fn uv_utf16_length_as_wtf8(utf16: *const u16, len: ssize_t) -> size_t;
    fn uv_utf16_to_wtf8(utf16: *const u16, len: ssize_t, target: *mut *mut c_char, target_len: *mut size_t) -> c_int;
    fn uv_wtf8_length_as_utf16(wtf8: *const c_char) -> ssize_t;
    fn uv_wtf8_to_utf16(wtf8: *const c_char, utf16: *mut u16, len: size_t);
    fn uv_loop_init(r#loop: *mut uv_loop_t) -> c_int;
    fn uv_loop_close(r#loop: *mut uv_loop_t) -> c_int;
    fn uv_loop_alive(r#loop: *const uv_loop_t) -> c_int;
    fn uv_backend_fd(r#loop: *const uv_loop_t) -> c_int;
    fn uv_backend_timeout(r#loop: *const uv_loop_t) -> c_int;
    fn uv_run(r#loop: *mut uv_loop_t, mode: uv_run_mode) -> c_int;
    fn uv_stop(r#loop: *mut uv_loop_t);
    fn uv_update_time(r#loop: *mut uv_loop_t);
    fn uv_now(r#loop: *const uv_loop_t) -> u64;
    fn uv_walk(r#loop: *mut uv_loop_t, cb: uv_walk_cb, arg: *mut c_void);
    fn uv_close(handle: *mut uv_handle_t, cb: uv_close_cb);
    fn uv_is_active(handle: *const uv_handle_t) -> c_int;
    fn uv_is_closing(handle: *const uv_handle_t) -> c_int;
    fn uv_ref(handle: *mut uv_handle_t);
    fn uv_unref(handle: *mut uv_handle_t);
    fn uv_has_ref(handle: *const uv_handle_t) -> c_int;
    fn uv_fileno(handle: *const uv_handle_t, fd: *mut c_int) -> c_int;
    fn uv_timer_init(r#loop: *mut uv_loop_t, handle: *mut uv_timer_t) -> c_int;
    fn uv_timer_start(handle: *mut uv_timer_t, cb: uv_timer_cb, timeout: u64, repeat: u64) -> c_int;
    fn uv_timer_stop(handle: *mut uv_timer_t) -> c_int;
    fn uv_timer_again(handle: *mut uv_timer_t) -> c_int;
    fn uv_timer_set_repeat(handle: *mut uv_timer_t, repeat: u64);
    fn uv_timer_get_due_in(handle: *const uv_timer_t) -> u64;
    fn uv_idle_init(r#loop: *mut uv_loop_t, handle: *mut uv_idle_t) -> c_int;
    fn uv_idle_start(handle: *mut uv_idle_t, cb: uv_idle_cb) -> c_int;
    fn uv_idle_stop(handle: *mut uv_idle_t) -> c_int;
    fn uv_prepare_init(r#loop: *mut uv_loop_t, handle: *mut uv_prepare_t) -> c_int;
    fn uv_prepare_start(handle: *mut uv_prepare_t, cb: uv_prepare_cb) -> c_int;
    fn uv_prepare_stop(handle: *mut uv_prepare_t) -> c_int;
    fn uv_check_init(r#loop: *mut uv_loop_t, handle: *mut uv_check_t) -> c_int;
    fn uv_check_start(handle: *mut uv_check_t, cb: uv_check_cb) -> c_int;
    fn uv_check_stop(handle: *mut uv_check_t) -> c_int;
    fn uv_async_init(r#loop: *mut uv_loop_t, handle: *mut uv_async_t, cb: uv_async_cb) -> c_int;
    fn uv_async_send(handle: *mut uv_async_t) -> c_int;
    fn uv_poll_init(r#loop: *mut uv_loop_t, handle: *mut uv_poll_t, fd: c_int) -> c_int;
    fn uv_poll_start(handle: *mut uv_poll_t, events: c_int, cb: uv_poll_cb) -> c_int;
    fn uv_poll_stop(handle: *mut uv_poll_t) -> c_int;
    fn uv_signal_init(r#loop: *mut uv_loop_t, handle: *mut uv_signal_t) -> c_int;
    fn uv_signal_start(handle: *mut uv_signal_t, cb: uv_signal_cb, signum: c_int) -> c_int;
    fn uv_signal_start_oneshot(handle: *mut uv_signal_t, cb: uv_signal_cb, signum: c_int) -> c_int;
    fn uv_signal_stop(handle: *mut uv_signal_t) -> c_int;
    fn uv_pipe_init(r#loop: *mut uv_loop_t, handle: *mut uv_pipe_t, ipc: c_int) -> c_int;
    fn uv_pipe_open(handle: *mut uv_pipe_t, fd: c_int) -> c_int;
    fn uv_pipe_bind2(handle: *mut uv_pipe_t, name: *const c_char, len: size_t, flags: c_uint) -> c_int;
    fn uv_pipe_connect2(
        request: *mut uv_connect_t, handle: *mut uv_pipe_t, name: *const c_char, len: size_t, flags: c_uint,
        cb: uv_connect_cb,
    ) -> c_int;
    fn uv_pipe_pending_count(handle: *mut uv_pipe_t) -> c_int;
    fn uv_pipe_pending_type(handle: *mut uv_pipe_t) -> uv_handle_type;
    fn uv_tcp_init(r#loop: *mut uv_loop_t, handle: *mut uv_tcp_t) -> c_int;
    fn uv_tcp_bind(handle: *mut uv_tcp_t, addr: *const sockaddr, flags: c_uint) -> c_int;
    fn uv_tcp_getsockname(handle: *const uv_tcp_t, name: *mut sockaddr, len: *mut c_int) -> c_int;
    fn uv_tcp_connect(
        request: *mut uv_connect_t, handle: *mut uv_tcp_t, addr: *const sockaddr, cb: uv_connect_cb,
    ) -> c_int;
    fn uv_tcp_close_reset(handle: *mut uv_tcp_t, cb: uv_close_cb) -> c_int;
    fn uv_tty_init(r#loop: *mut uv_loop_t, handle: *mut uv_tty_t, fd: c_int, unused: c_int) -> c_int;
    fn uv_listen(stream: *mut uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> c_int;
    fn uv_accept(server: *mut uv_stream_t, client: *mut uv_stream_t) -> c_int;
    fn uv_read_start(stream: *mut uv_stream_t, alloc: uv_alloc_cb, cb: uv_read_cb) -> c_int;
    fn uv_read_stop(stream: *mut uv_stream_t) -> c_int;
    fn uv_write(
        request: *mut uv_write_t, stream: *mut uv_stream_t, bufs: *const uv_buf_t, count: c_uint, cb: uv_write_cb,
    ) -> c_int;
    fn uv_write2(
        request: *mut uv_write_t, stream: *mut uv_stream_t, bufs: *const uv_buf_t, count: c_uint,
        passed: *mut uv_stream_t, cb: uv_write_cb,
    ) -> c_int;
    fn uv_try_write(stream: *mut uv_stream_t, bufs: *const uv_buf_t, count: c_uint) -> c_int;
    fn uv_try_write2(
        stream: *mut uv_stream_t, bufs: *const uv_buf_t, count: c_uint, passed: *mut uv_stream_t,
    ) -> c_int;
    fn uv_shutdown(request: *mut uv_shutdown_t, stream: *mut uv_stream_t, cb: uv_shutdown_cb) -> c_int;
    fn uv_is_readable(stream: *const uv_stream_t) -> c_int;
    fn uv_is_writable(stream: *const uv_stream_t) -> c_int;
    fn uv_stream_set_blocking(stream: *mut uv_stream_t, blocking: c_int) -> c_int;
    fn uv_udp_init(r#loop: *mut uv_loop_t, handle: *mut uv_udp_t) -> c_int;
    fn uv_udp_bind(handle: *mut uv_udp_t, addr: *const sockaddr, flags: c_uint) -> c_int;
    fn uv_udp_getsockname(handle: *const uv_udp_t, name: *mut sockaddr, len: *mut c_int) -> c_int;
    fn uv_udp_send(
        request: *mut uv_udp_send_t, handle: *mut uv_udp_t, bufs: *const uv_buf_t, count: c_uint,
        addr: *const sockaddr, cb: uv_udp_send_cb,
    ) -> c_int;
    fn uv_udp_try_send(handle: *mut uv_udp_t, bufs: *const uv_buf_t, count: c_uint, addr: *const sockaddr) -> c_int;
    fn uv_udp_recv_start(handle: *mut uv_udp_t, alloc: uv_alloc_cb, cb: uv_udp_recv_cb) -> c_int;
    fn uv_udp_recv_stop(handle: *mut uv_udp_t) -> c_int;
    fn uv_fs_event_init(r#loop: *mut uv_loop_t, handle: *mut uv_fs_event_t) -> c_int;
    fn uv_fs_event_start(handle: *mut uv_fs_event_t, cb: uv_fs_event_cb, path: *const c_char, flags: c_uint) -> c_int;
    fn uv_fs_event_stop(handle: *mut uv_fs_event_t) -> c_int;
    fn uv_fs_poll_init(r#loop: *mut uv_loop_t, handle: *mut uv_fs_poll_t) -> c_int;
    fn uv_fs_poll_start(handle: *mut uv_fs_poll_t, cb: uv_fs_poll_cb, path: *const c_char, interval: c_uint) -> c_int;
    fn uv_fs_poll_stop(handle: *mut uv_fs_poll_t) -> c_int;
    fn uv_spawn(r#loop: *mut uv_loop_t, handle: *mut uv_process_t, options: *const uv_process_options_t) -> c_int;
    fn uv_process_kill(handle: *mut uv_process_t, signum: c_int) -> c_int;
    fn uv_queue_work(
        r#loop: *mut uv_loop_t, request: *mut uv_work_t, work: uv_work_cb, after: uv_after_work_cb,
    ) -> c_int;
    fn uv_random(
        r#loop: *mut uv_loop_t, request: *mut uv_random_t, buf: *mut c_void, len: size_t, flags: c_uint,
        cb: uv_random_cb,
    ) -> c_int;
    fn uv_cancel(request: *mut uv_req_t) -> c_int;
    fn uv_fs_req_cleanup(request: *mut uv_fs_t);
    fn uv_fs_open(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, flags: c_int, mode: c_int, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_close(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, file: c_int, cb: uv_fs_cb) -> c_int;
    fn uv_fs_read(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, file: c_int, bufs: *const uv_buf_t, count: c_uint,
        offset: i64, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_write(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, file: c_int, bufs: *const uv_buf_t, count: c_uint,
        offset: i64, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_stat(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, cb: uv_fs_cb) -> c_int;
    fn uv_fs_fstat(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, file: c_int, cb: uv_fs_cb) -> c_int;
    fn uv_fs_ftruncate(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, file: c_int, offset: i64, cb: uv_fs_cb) -> c_int;
    fn uv_fs_unlink(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, cb: uv_fs_cb) -> c_int;
    fn uv_fs_mkdir(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, mode: c_int, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_rmdir(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, cb: uv_fs_cb) -> c_int;
    fn uv_fs_rename(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, to: *const c_char, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_scandir(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, flags: c_int, cb: uv_fs_cb,
    ) -> c_int;
    fn uv_fs_scandir_next(request: *mut uv_fs_t, entry: *mut uv_dirent_t) -> c_int;
    fn uv_fs_realpath(r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, cb: uv_fs_cb) -> c_int;
    fn uv_fs_copyfile(
        r#loop: *mut uv_loop_t, request: *mut uv_fs_t, path: *const c_char, to: *const c_char, flags: c_int,
        cb: uv_fs_cb,
    ) -> c_int;
}

/// libuv's functions: those of the library that `UV_FUZZ_REFERENCE` names, or that `cargo xtask` builds.
pub fn libuv() -> &'static Api {
    static LIBUV: OnceLock<Api> = OnceLock::new();
    LIBUV.get_or_init(|| {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/reference/install/lib/libuv.so.1");
        let path = std::env::var("UV_FUZZ_REFERENCE").unwrap_or_else(|_| built.into());
        let c_path = CString::new(path.as_str()).expect("a path");
        // SAFETY: texts. What libuv's own calls of its functions find first would be ours, were they visible.
        let library = unsafe {
            let ours = libc::dlsym(libc::RTLD_DEFAULT, c"uv_run".as_ptr());
            assert!(ours.is_null(), "this program shows its functions to the libraries that it loads");
            libc::dlopen(c_path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL)
        };
        assert!(!library.is_null(), "{path} cannot be loaded: cargo xtask fuzz builds it");
        load(|name| {
            let c_name = CString::new(name).expect("a name");
            // SAFETY: the library stays loaded.
            let symbol = unsafe { libc::dlsym(library, c_name.as_ptr()) };
            assert!(!symbol.is_null(), "{path} has no {name}");
            symbol
        })
    })
}
