# The types of _abi.py.
#
# Generated from src/ by `cargo xtask bindings`; edit the sources instead.

from collections.abc import Callable
from ctypes import (
    CDLL, Array, Structure, Union, c_char, c_char_p, c_int, c_uint, c_uint8, c_uint16, c_uint32, c_uint64,
    c_ulong, c_void_p,
)
from ctypes import _CFunctionType, _Pointer
from typing import Any, final

# What stands for a pointer in a call: an address, bytes, an array, a structure by reference, or a handle, request
# or loop of this package.
_Address = Any

UV_FS_COPYFILE_EXCL: int
UV_FS_COPYFILE_FICLONE: int
UV_FS_COPYFILE_FICLONE_FORCE: int
UV_FS_SYMLINK_DIR: int
UV_FS_SYMLINK_JUNCTION: int
UV_MAXHOSTNAMESIZE: int
UV_IF_NAMESIZE: int
UV_PRIORITY_LOW: int
UV_PRIORITY_BELOW_NORMAL: int
UV_PRIORITY_NORMAL: int
UV_PRIORITY_ABOVE_NORMAL: int
UV_PRIORITY_HIGH: int
UV_PRIORITY_HIGHEST: int
UV_VERSION_MAJOR: int
UV_VERSION_MINOR: int
UV_VERSION_PATCH: int
UV_VERSION_IS_RELEASE: int
UV_VERSION_SUFFIX: str
UV_VERSION_HEX: int
UV_FS_UNKNOWN: int
UV_FS_CUSTOM: int
UV_FS_OPEN: int
UV_FS_CLOSE: int
UV_FS_READ: int
UV_FS_WRITE: int
UV_FS_SENDFILE: int
UV_FS_STAT: int
UV_FS_LSTAT: int
UV_FS_FSTAT: int
UV_FS_FTRUNCATE: int
UV_FS_UTIME: int
UV_FS_FUTIME: int
UV_FS_ACCESS: int
UV_FS_CHMOD: int
UV_FS_FCHMOD: int
UV_FS_FSYNC: int
UV_FS_FDATASYNC: int
UV_FS_UNLINK: int
UV_FS_RMDIR: int
UV_FS_MKDIR: int
UV_FS_MKDTEMP: int
UV_FS_RENAME: int
UV_FS_SCANDIR: int
UV_FS_LINK: int
UV_FS_SYMLINK: int
UV_FS_READLINK: int
UV_FS_CHOWN: int
UV_FS_FCHOWN: int
UV_FS_REALPATH: int
UV_FS_COPYFILE: int
UV_FS_LCHOWN: int
UV_FS_OPENDIR: int
UV_FS_READDIR: int
UV_FS_CLOSEDIR: int
UV_FS_STATFS: int
UV_FS_MKSTEMP: int
UV_FS_LUTIME: int
UV_DIRENT_UNKNOWN: int
UV_DIRENT_FILE: int
UV_DIRENT_DIR: int
UV_DIRENT_LINK: int
UV_DIRENT_FIFO: int
UV_DIRENT_SOCKET: int
UV_DIRENT_CHAR: int
UV_DIRENT_BLOCK: int
UV_RENAME: int
UV_CHANGE: int
UV_FS_EVENT_WATCH_ENTRY: int
UV_FS_EVENT_STAT: int
UV_FS_EVENT_RECURSIVE: int
UV_UNKNOWN_HANDLE: int
UV_ASYNC: int
UV_CHECK: int
UV_FS_EVENT: int
UV_FS_POLL: int
UV_HANDLE: int
UV_IDLE: int
UV_NAMED_PIPE: int
UV_POLL: int
UV_PREPARE: int
UV_PROCESS: int
UV_STREAM: int
UV_TCP: int
UV_TIMER: int
UV_TTY: int
UV_UDP: int
UV_SIGNAL: int
UV_FILE: int
UV_HANDLE_TYPE_MAX: int
UV_LOOP_BLOCK_SIGNAL: int
UV_METRICS_IDLE_TIME: int
UV_LOOP_USE_IO_URING_SQPOLL: int
UV_RUN_DEFAULT: int
UV_RUN_ONCE: int
UV_RUN_NOWAIT: int
UV_CLOCK_MONOTONIC: int
UV_CLOCK_REALTIME: int
UV_READABLE: int
UV_WRITABLE: int
UV_DISCONNECT: int
UV_PRIORITIZED: int
UV_IGNORE: int
UV_CREATE_PIPE: int
UV_INHERIT_FD: int
UV_INHERIT_STREAM: int
UV_READABLE_PIPE: int
UV_WRITABLE_PIPE: int
UV_NONBLOCK_PIPE: int
UV_OVERLAPPED_PIPE: int
UV_PROCESS_SETUID: int
UV_PROCESS_SETGID: int
UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS: int
UV_PROCESS_DETACHED: int
UV_PROCESS_WINDOWS_HIDE: int
UV_PROCESS_WINDOWS_HIDE_CONSOLE: int
UV_PROCESS_WINDOWS_HIDE_GUI: int
UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME: int
UV_UNKNOWN_REQ: int
UV_REQ: int
UV_CONNECT: int
UV_WRITE: int
UV_SHUTDOWN: int
UV_UDP_SEND: int
UV_FS: int
UV_WORK: int
UV_GETADDRINFO: int
UV_GETNAMEINFO: int
UV_RANDOM: int
UV_REQ_TYPE_MAX: int
UV_TCP_IPV6ONLY: int
UV_TCP_REUSEPORT: int
UV_TTY_MODE_NORMAL: int
UV_TTY_MODE_RAW: int
UV_TTY_MODE_IO: int
UV_TTY_MODE_RAW_VT: int
UV_TTY_SUPPORTED: int
UV_TTY_UNSUPPORTED: int
UV_PIPE_NO_TRUNCATE: int
UV_THREAD_PRIORITY_HIGHEST: int
UV_THREAD_PRIORITY_ABOVE_NORMAL: int
UV_THREAD_PRIORITY_NORMAL: int
UV_THREAD_PRIORITY_BELOW_NORMAL: int
UV_THREAD_PRIORITY_LOWEST: int
UV_THREAD_NO_FLAGS: int
UV_THREAD_HAS_STACK_SIZE: int
UV_UDP_IPV6ONLY: int
UV_UDP_PARTIAL: int
UV_UDP_REUSEADDR: int
UV_UDP_MMSG_CHUNK: int
UV_UDP_MMSG_FREE: int
UV_UDP_LINUX_RECVERR: int
UV_UDP_REUSEPORT: int
UV_UDP_RECVMMSG: int
UV_LEAVE_GROUP: int
UV_JOIN_GROUP: int
UV_FS_O_APPEND: int
UV_FS_O_CREAT: int
UV_FS_O_DIRECT: int
UV_FS_O_DIRECTORY: int
UV_FS_O_DSYNC: int
UV_FS_O_EXCL: int
UV_FS_O_NOATIME: int
UV_FS_O_NOCTTY: int
UV_FS_O_NOFOLLOW: int
UV_FS_O_NONBLOCK: int
UV_FS_O_RDONLY: int
UV_FS_O_RDWR: int
UV_FS_O_SYNC: int
UV_FS_O_TRUNC: int
UV_FS_O_WRONLY: int
UV_FS_O_EXLOCK: int
UV_FS_O_SYMLINK: int
UV_FS_O_FILEMAP: int
UV_FS_O_RANDOM: int
UV_FS_O_SHORT_LIVED: int
UV_FS_O_SEQUENTIAL: int
UV_FS_O_TEMPORARY: int

UV_FS_UTIME_NOW: float
UV_FS_UTIME_OMIT: float

UV_E2BIG: int
UV_EACCES: int
UV_EADDRINUSE: int
UV_EADDRNOTAVAIL: int
UV_EAFNOSUPPORT: int
UV_EAGAIN: int
UV_EAI_ADDRFAMILY: int
UV_EAI_AGAIN: int
UV_EAI_BADFLAGS: int
UV_EAI_BADHINTS: int
UV_EAI_CANCELED: int
UV_EAI_FAIL: int
UV_EAI_FAMILY: int
UV_EAI_MEMORY: int
UV_EAI_NODATA: int
UV_EAI_NONAME: int
UV_EAI_OVERFLOW: int
UV_EAI_PROTOCOL: int
UV_EAI_SERVICE: int
UV_EAI_SOCKTYPE: int
UV_EALREADY: int
UV_EBADF: int
UV_EBUSY: int
UV_ECANCELED: int
UV_ECHARSET: int
UV_ECONNABORTED: int
UV_ECONNREFUSED: int
UV_ECONNRESET: int
UV_EDESTADDRREQ: int
UV_EEXIST: int
UV_EFAULT: int
UV_EFBIG: int
UV_EHOSTUNREACH: int
UV_EINTR: int
UV_EINVAL: int
UV_EIO: int
UV_EISCONN: int
UV_EISDIR: int
UV_ELOOP: int
UV_EMFILE: int
UV_EMSGSIZE: int
UV_ENAMETOOLONG: int
UV_ENETDOWN: int
UV_ENETUNREACH: int
UV_ENFILE: int
UV_ENOBUFS: int
UV_ENODEV: int
UV_ENOENT: int
UV_ENOMEM: int
UV_ENONET: int
UV_ENOPROTOOPT: int
UV_ENOSPC: int
UV_ENOSYS: int
UV_ENOTCONN: int
UV_ENOTDIR: int
UV_ENOTEMPTY: int
UV_ENOTSOCK: int
UV_ENOTSUP: int
UV_EOVERFLOW: int
UV_EPERM: int
UV_EPIPE: int
UV_EPROTO: int
UV_EPROTONOSUPPORT: int
UV_EPROTOTYPE: int
UV_ERANGE: int
UV_EROFS: int
UV_ESHUTDOWN: int
UV_ESPIPE: int
UV_ESRCH: int
UV_ETIMEDOUT: int
UV_ETXTBSY: int
UV_EXDEV: int
UV_UNKNOWN: int
UV_EOF: int
UV_ENXIO: int
UV_EMLINK: int
UV_EHOSTDOWN: int
UV_EREMOTEIO: int
UV_ENOTTY: int
UV_EFTYPE: int
UV_EILSEQ: int
UV_ESOCKTNOSUPPORT: int
UV_ENODATA: int
UV_EUNATCH: int
UV_ENOEXEC: int

ERRORS: dict[int, tuple[str, str]]


class sockaddr_in(Structure):
    sin_family: int
    sin_port: Array[c_uint8]
    sin_addr: Array[c_uint8]
    sin_zero: Array[c_uint8]


class sockaddr_in6(Structure):
    sin6_family: int
    sin6_port: Array[c_uint8]
    sin6_flowinfo: int
    sin6_addr: Array[c_uint8]
    sin6_scope_id: int


class addrinfo(Structure):
    ai_flags: int
    ai_family: int
    ai_socktype: int
    ai_protocol: int
    ai_addrlen: int
    ai_addr: int | None
    ai_canonname: bytes | None
    ai_next: _Pointer[addrinfo]


class uv_timespec_t(Structure):
    tv_sec: int
    tv_nsec: int


class uv_stat_t(Structure):
    st_dev: int
    st_mode: int
    st_nlink: int
    st_uid: int
    st_gid: int
    st_rdev: int
    st_ino: int
    st_size: int
    st_blksize: int
    st_blocks: int
    st_flags: int
    st_gen: int
    st_atim: uv_timespec_t
    st_mtim: uv_timespec_t
    st_ctim: uv_timespec_t
    st_birthtim: uv_timespec_t


class uv_statfs_t(Structure):
    f_type: int
    f_bsize: int
    f_blocks: int
    f_bfree: int
    f_bavail: int
    f_files: int
    f_ffree: int
    f_frsize: int
    f_spare: Array[c_uint64]


class uv_dirent_t(Structure):
    name: bytes | None
    type: int


class uv_dir_t(Structure):
    dirents: _Pointer[uv_dirent_t]
    nentries: int
    reserved: Array[c_void_p]
    dir: int | None


class uv_metrics_t(Structure):
    loop_count: int
    events: int
    events_waiting: int
    reserved: Array[_Pointer[c_uint64]]


class uv_buf_t(Structure):
    base: int | None
    len: int


class uv_lib_t(Structure):
    handle: int | None
    errmsg: int | None


class uv_timespec64_t(Structure):
    tv_sec: int
    tv_nsec: int


class uv_timeval_t(Structure):
    tv_sec: int
    tv_usec: int


class uv_timeval64_t(Structure):
    tv_sec: int
    tv_usec: int


class uv_rusage_t(Structure):
    ru_utime: uv_timeval_t
    ru_stime: uv_timeval_t
    ru_maxrss: int
    ru_ixrss: int
    ru_idrss: int
    ru_isrss: int
    ru_minflt: int
    ru_majflt: int
    ru_nswap: int
    ru_inblock: int
    ru_oublock: int
    ru_msgsnd: int
    ru_msgrcv: int
    ru_nsignals: int
    ru_nvcsw: int
    ru_nivcsw: int


class uv_cpu_times_s(Structure):
    user: int
    nice: int
    sys: int
    idle: int
    irq: int


class uv_cpu_info_t(Structure):
    model: bytes | None
    speed: int
    cpu_times: uv_cpu_times_s


class uv__interface_address_address(Union):
    address4: sockaddr_in
    address6: sockaddr_in6


class uv__interface_address_netmask(Union):
    netmask4: sockaddr_in
    netmask6: sockaddr_in6


class uv_interface_address_t(Structure):
    name: int | None
    phys_addr: Array[c_char]
    is_internal: int
    address: uv__interface_address_address
    netmask: uv__interface_address_netmask


class uv_passwd_t(Structure):
    username: int | None
    uid: int
    gid: int
    shell: int | None
    homedir: int | None


class uv_group_t(Structure):
    groupname: int | None
    gid: int
    members: _Pointer[c_char_p]


class uv_utsname_t(Structure):
    sysname: Array[c_char]
    release: Array[c_char]
    version: Array[c_char]
    machine: Array[c_char]


class uv_env_item_t(Structure):
    name: int | None
    value: int | None


class uv__stdio_container_data(Union):
    stream: int | None
    fd: int


class uv_stdio_container_t(Structure):
    flags: int
    data: uv__stdio_container_data


class uv_process_options_t(Structure):
    exit_cb: uv_exit_cb
    file: bytes | None
    args: _Pointer[c_char_p]
    env: _Pointer[c_char_p]
    cwd: bytes | None
    flags: int
    stdio_count: int
    stdio: _Pointer[uv_stdio_container_t]
    uid: int
    gid: int


class uv_thread_options_t(Structure):
    flags: int
    stack_size: int


@final
class uv_async_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_async_cb: ...


@final
class uv_getaddrinfo_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, _Pointer[addrinfo]], None] = ..., /) -> uv_getaddrinfo_cb: ...


@final
class uv_getnameinfo_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, bytes | None, bytes | None], None] = ..., /) -> uv_getnameinfo_cb: ...


@final
class uv_fs_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_fs_cb: ...


@final
class uv_fs_event_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, bytes | None, int, int], None] = ..., /) -> uv_fs_event_cb: ...


@final
class uv_fs_poll_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, _Pointer[uv_stat_t], _Pointer[uv_stat_t]], None] = ..., /) -> uv_fs_poll_cb: ...


@final
class uv_close_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_close_cb: ...


@final
class uv_walk_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int | None], None] = ..., /) -> uv_walk_cb: ...


@final
class uv_alloc_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, _Pointer[uv_buf_t]], None] = ..., /) -> uv_alloc_cb: ...


@final
class uv_malloc_func(_CFunctionType):
    def __new__(cls, function: Callable[[int], int | None] = ..., /) -> uv_malloc_func: ...


@final
class uv_realloc_func(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], int | None] = ..., /) -> uv_realloc_func: ...


@final
class uv_calloc_func(_CFunctionType):
    def __new__(cls, function: Callable[[int, int], int | None] = ..., /) -> uv_calloc_func: ...


@final
class uv_free_func(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_free_func: ...


@final
class uv_prepare_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_prepare_cb: ...


@final
class uv_check_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_check_cb: ...


@final
class uv_idle_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_idle_cb: ...


@final
class uv_poll_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, int], None] = ..., /) -> uv_poll_cb: ...


@final
class uv_exit_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, int], None] = ..., /) -> uv_exit_cb: ...


@final
class uv_signal_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_signal_cb: ...


@final
class uv_read_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, _Pointer[uv_buf_t]], None] = ..., /) -> uv_read_cb: ...


@final
class uv_write_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_write_cb: ...


@final
class uv_connect_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_connect_cb: ...


@final
class uv_shutdown_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_shutdown_cb: ...


@final
class uv_connection_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_connection_cb: ...


@final
class uv_thread_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_thread_cb: ...


@final
class uv_timer_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_timer_cb: ...


@final
class uv_udp_send_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_udp_send_cb: ...


@final
class uv_udp_recv_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, _Pointer[uv_buf_t], int | None, int], None] = ..., /) -> uv_udp_recv_cb: ...


@final
class uv_work_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None], None] = ..., /) -> uv_work_cb: ...


@final
class uv_after_work_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int], None] = ..., /) -> uv_after_work_cb: ...


@final
class uv_random_cb(_CFunctionType):
    def __new__(cls, function: Callable[[int | None, int, int | None, int], None] = ..., /) -> uv_random_cb: ...


class _Library(CDLL):
    uv_accept: Callable[[_Address, _Address], int]
    uv_async_init: Callable[[_Address, _Address, uv_async_cb | None], int]
    uv_async_send: Callable[[_Address], int]
    uv_available_parallelism: Callable[[], int]
    uv_backend_fd: Callable[[_Address], int]
    uv_backend_timeout: Callable[[_Address], int]
    uv_barrier_destroy: Callable[[_Address], None]
    uv_barrier_init: Callable[[_Address, int], int]
    uv_barrier_wait: Callable[[_Address], int]
    uv_buf_init: Callable[[_Address, int], uv_buf_t]
    uv_cancel: Callable[[_Address], int]
    uv_chdir: Callable[[bytes | None], int]
    uv_check_init: Callable[[_Address, _Address], int]
    uv_check_start: Callable[[_Address, uv_check_cb | None], int]
    uv_check_stop: Callable[[_Address], int]
    uv_clock_gettime: Callable[[int, _Address], int]
    uv_close: Callable[[_Address, uv_close_cb | None], None]
    uv_cond_broadcast: Callable[[_Address], None]
    uv_cond_destroy: Callable[[_Address], None]
    uv_cond_init: Callable[[_Address], int]
    uv_cond_signal: Callable[[_Address], None]
    uv_cond_timedwait: Callable[[_Address, _Address, int], int]
    uv_cond_wait: Callable[[_Address, _Address], None]
    uv_cpu_info: Callable[[_Address, _Address], int]
    uv_cpumask_size: Callable[[], int]
    uv_cwd: Callable[[_Address, _Address], int]
    uv_default_loop: Callable[[], int | None]
    uv_disable_stdio_inheritance: Callable[[], None]
    uv_dlclose: Callable[[_Address], None]
    uv_dlerror: Callable[[_Address], bytes | None]
    uv_dlopen: Callable[[bytes | None, _Address], int]
    uv_dlsym: Callable[[_Address, bytes | None, _Address], int]
    uv_err_name: Callable[[int], bytes | None]
    uv_err_name_r: Callable[[int, _Address, int], int | None]
    uv_exepath: Callable[[_Address, _Address], int]
    uv_fileno: Callable[[_Address, _Address], int]
    uv_free_cpu_info: Callable[[_Address, int], None]
    uv_free_interface_addresses: Callable[[_Address, int], None]
    uv_freeaddrinfo: Callable[[_Address], None]
    uv_fs_access: Callable[[_Address, _Address, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_chmod: Callable[[_Address, _Address, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_chown: Callable[[_Address, _Address, bytes | None, int, int, uv_fs_cb | None], int]
    uv_fs_close: Callable[[_Address, _Address, int, uv_fs_cb | None], int]
    uv_fs_closedir: Callable[[_Address, _Address, _Address, uv_fs_cb | None], int]
    uv_fs_copyfile: Callable[[_Address, _Address, bytes | None, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_event_getpath: Callable[[_Address, _Address, _Address], int]
    uv_fs_event_init: Callable[[_Address, _Address], int]
    uv_fs_event_start: Callable[[_Address, uv_fs_event_cb | None, bytes | None, int], int]
    uv_fs_event_stop: Callable[[_Address], int]
    uv_fs_fchmod: Callable[[_Address, _Address, int, int, uv_fs_cb | None], int]
    uv_fs_fchown: Callable[[_Address, _Address, int, int, int, uv_fs_cb | None], int]
    uv_fs_fdatasync: Callable[[_Address, _Address, int, uv_fs_cb | None], int]
    uv_fs_fstat: Callable[[_Address, _Address, int, uv_fs_cb | None], int]
    uv_fs_fsync: Callable[[_Address, _Address, int, uv_fs_cb | None], int]
    uv_fs_ftruncate: Callable[[_Address, _Address, int, int, uv_fs_cb | None], int]
    uv_fs_futime: Callable[[_Address, _Address, int, float, float, uv_fs_cb | None], int]
    uv_fs_get_path: Callable[[_Address], bytes | None]
    uv_fs_get_ptr: Callable[[_Address], int | None]
    uv_fs_get_result: Callable[[_Address], int]
    uv_fs_get_statbuf: Callable[[_Address], _Pointer[uv_stat_t]]
    uv_fs_get_system_error: Callable[[_Address], int]
    uv_fs_get_type: Callable[[_Address], int]
    uv_fs_lchown: Callable[[_Address, _Address, bytes | None, int, int, uv_fs_cb | None], int]
    uv_fs_link: Callable[[_Address, _Address, bytes | None, bytes | None, uv_fs_cb | None], int]
    uv_fs_lstat: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_lutime: Callable[[_Address, _Address, bytes | None, float, float, uv_fs_cb | None], int]
    uv_fs_mkdir: Callable[[_Address, _Address, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_mkdtemp: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_mkstemp: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_open: Callable[[_Address, _Address, bytes | None, int, int, uv_fs_cb | None], int]
    uv_fs_opendir: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_poll_getpath: Callable[[_Address, _Address, _Address], int]
    uv_fs_poll_init: Callable[[_Address, _Address], int]
    uv_fs_poll_start: Callable[[_Address, uv_fs_poll_cb | None, bytes | None, int], int]
    uv_fs_poll_stop: Callable[[_Address], int]
    uv_fs_read: Callable[[_Address, _Address, int, _Address, int, int, uv_fs_cb | None], int]
    uv_fs_readdir: Callable[[_Address, _Address, _Address, uv_fs_cb | None], int]
    uv_fs_readlink: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_realpath: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_rename: Callable[[_Address, _Address, bytes | None, bytes | None, uv_fs_cb | None], int]
    uv_fs_req_cleanup: Callable[[_Address], None]
    uv_fs_rmdir: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_scandir: Callable[[_Address, _Address, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_scandir_next: Callable[[_Address, _Address], int]
    uv_fs_sendfile: Callable[[_Address, _Address, int, int, int, int, uv_fs_cb | None], int]
    uv_fs_stat: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_statfs: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_symlink: Callable[[_Address, _Address, bytes | None, bytes | None, int, uv_fs_cb | None], int]
    uv_fs_unlink: Callable[[_Address, _Address, bytes | None, uv_fs_cb | None], int]
    uv_fs_utime: Callable[[_Address, _Address, bytes | None, float, float, uv_fs_cb | None], int]
    uv_fs_write: Callable[[_Address, _Address, int, _Address, int, int, uv_fs_cb | None], int]
    uv_get_available_memory: Callable[[], int]
    uv_get_constrained_memory: Callable[[], int]
    uv_get_free_memory: Callable[[], int]
    uv_get_osfhandle: Callable[[int], int]
    uv_get_process_title: Callable[[_Address, int], int]
    uv_get_total_memory: Callable[[], int]
    uv_getaddrinfo: Callable[[_Address, _Address, uv_getaddrinfo_cb | None, bytes | None, bytes | None, _Address], int]
    uv_getnameinfo: Callable[[_Address, _Address, uv_getnameinfo_cb | None, _Address, int], int]
    uv_getrusage: Callable[[_Address], int]
    uv_getrusage_thread: Callable[[_Address], int]
    uv_gettimeofday: Callable[[_Address], int]
    uv_guess_handle: Callable[[int], int]
    uv_handle_get_data: Callable[[_Address], int | None]
    uv_handle_get_loop: Callable[[_Address], int | None]
    uv_handle_get_type: Callable[[_Address], int]
    uv_handle_set_data: Callable[[_Address, _Address], None]
    uv_handle_size: Callable[[int], int]
    uv_handle_type_name: Callable[[int], bytes | None]
    uv_has_ref: Callable[[_Address], int]
    uv_hrtime: Callable[[], int]
    uv_idle_init: Callable[[_Address, _Address], int]
    uv_idle_start: Callable[[_Address, uv_idle_cb | None], int]
    uv_idle_stop: Callable[[_Address], int]
    uv_if_indextoiid: Callable[[int, _Address, _Address], int]
    uv_if_indextoname: Callable[[int, _Address, _Address], int]
    uv_inet_ntop: Callable[[int, _Address, _Address, int], int]
    uv_inet_pton: Callable[[int, bytes | None, _Address], int]
    uv_interface_addresses: Callable[[_Address, _Address], int]
    uv_ip4_addr: Callable[[bytes | None, int, _Address], int]
    uv_ip4_name: Callable[[_Address, _Address, int], int]
    uv_ip6_addr: Callable[[bytes | None, int, _Address], int]
    uv_ip6_name: Callable[[_Address, _Address, int], int]
    uv_ip_name: Callable[[_Address, _Address, int], int]
    uv_is_active: Callable[[_Address], int]
    uv_is_closing: Callable[[_Address], int]
    uv_is_readable: Callable[[_Address], int]
    uv_is_writable: Callable[[_Address], int]
    uv_key_create: Callable[[_Address], int]
    uv_key_delete: Callable[[_Address], None]
    uv_key_get: Callable[[_Address], int | None]
    uv_key_set: Callable[[_Address, _Address], None]
    uv_kill: Callable[[int, int], int]
    uv_library_shutdown: Callable[[], None]
    uv_listen: Callable[[_Address, int, uv_connection_cb | None], int]
    uv_loadavg: Callable[[_Address], None]
    uv_loop_alive: Callable[[_Address], int]
    uv_loop_close: Callable[[_Address], int]
    uv_loop_configure: Callable[[_Address, int, int], int]
    uv_loop_delete: Callable[[_Address], None]
    uv_loop_fork: Callable[[_Address], int]
    uv_loop_get_data: Callable[[_Address], int | None]
    uv_loop_init: Callable[[_Address], int]
    uv_loop_new: Callable[[], int | None]
    uv_loop_set_data: Callable[[_Address, _Address], None]
    uv_loop_size: Callable[[], int]
    uv_metrics_idle_time: Callable[[_Address], int]
    uv_metrics_info: Callable[[_Address, _Address], int]
    uv_mutex_destroy: Callable[[_Address], None]
    uv_mutex_init: Callable[[_Address], int]
    uv_mutex_init_recursive: Callable[[_Address], int]
    uv_mutex_lock: Callable[[_Address], None]
    uv_mutex_trylock: Callable[[_Address], int]
    uv_mutex_unlock: Callable[[_Address], None]
    uv_now: Callable[[_Address], int]
    uv_once: Callable[[_Address, _CFunctionType], None]
    uv_open_osfhandle: Callable[[int], int]
    uv_os_environ: Callable[[_Address, _Address], int]
    uv_os_free_environ: Callable[[_Address, int], None]
    uv_os_free_group: Callable[[_Address], None]
    uv_os_free_passwd: Callable[[_Address], None]
    uv_os_get_group: Callable[[_Address, int], int]
    uv_os_get_passwd: Callable[[_Address], int]
    uv_os_get_passwd2: Callable[[_Address, int], int]
    uv_os_getenv: Callable[[bytes | None, _Address, _Address], int]
    uv_os_gethostname: Callable[[_Address, _Address], int]
    uv_os_getpid: Callable[[], int]
    uv_os_getppid: Callable[[], int]
    uv_os_getpriority: Callable[[int, _Address], int]
    uv_os_homedir: Callable[[_Address, _Address], int]
    uv_os_setenv: Callable[[bytes | None, bytes | None], int]
    uv_os_setpriority: Callable[[int, int], int]
    uv_os_tmpdir: Callable[[_Address, _Address], int]
    uv_os_uname: Callable[[_Address], int]
    uv_os_unsetenv: Callable[[bytes | None], int]
    uv_pipe: Callable[[_Address, int, int], int]
    uv_pipe_bind: Callable[[_Address, bytes | None], int]
    uv_pipe_bind2: Callable[[_Address, bytes | None, int, int], int]
    uv_pipe_chmod: Callable[[_Address, int], int]
    uv_pipe_connect: Callable[[_Address, _Address, bytes | None, uv_connect_cb | None], None]
    uv_pipe_connect2: Callable[[_Address, _Address, bytes | None, int, int, uv_connect_cb | None], int]
    uv_pipe_getpeername: Callable[[_Address, _Address, _Address], int]
    uv_pipe_getsockname: Callable[[_Address, _Address, _Address], int]
    uv_pipe_init: Callable[[_Address, _Address, int], int]
    uv_pipe_open: Callable[[_Address, int], int]
    uv_pipe_pending_count: Callable[[_Address], int]
    uv_pipe_pending_instances: Callable[[_Address, int], None]
    uv_pipe_pending_type: Callable[[_Address], int]
    uv_poll_init: Callable[[_Address, _Address, int], int]
    uv_poll_init_socket: Callable[[_Address, _Address, int], int]
    uv_poll_start: Callable[[_Address, int, uv_poll_cb | None], int]
    uv_poll_stop: Callable[[_Address], int]
    uv_prepare_init: Callable[[_Address, _Address], int]
    uv_prepare_start: Callable[[_Address, uv_prepare_cb | None], int]
    uv_prepare_stop: Callable[[_Address], int]
    uv_print_active_handles: Callable[[_Address, _Address], None]
    uv_print_all_handles: Callable[[_Address, _Address], None]
    uv_process_get_pid: Callable[[_Address], int]
    uv_process_kill: Callable[[_Address, int], int]
    uv_queue_work: Callable[[_Address, _Address, uv_work_cb | None, uv_after_work_cb | None], int]
    uv_random: Callable[[_Address, _Address, _Address, int, int, uv_random_cb | None], int]
    uv_read_start: Callable[[_Address, uv_alloc_cb | None, uv_read_cb | None], int]
    uv_read_stop: Callable[[_Address], int]
    uv_recv_buffer_size: Callable[[_Address, _Address], int]
    uv_ref: Callable[[_Address], None]
    uv_replace_allocator: Callable[[uv_malloc_func, uv_realloc_func, uv_calloc_func, uv_free_func], int]
    uv_req_get_data: Callable[[_Address], int | None]
    uv_req_get_type: Callable[[_Address], int]
    uv_req_set_data: Callable[[_Address, _Address], None]
    uv_req_size: Callable[[int], int]
    uv_req_type_name: Callable[[int], bytes | None]
    uv_resident_set_memory: Callable[[_Address], int]
    uv_run: Callable[[_Address, int], int]
    uv_rwlock_destroy: Callable[[_Address], None]
    uv_rwlock_init: Callable[[_Address], int]
    uv_rwlock_rdlock: Callable[[_Address], None]
    uv_rwlock_rdunlock: Callable[[_Address], None]
    uv_rwlock_tryrdlock: Callable[[_Address], int]
    uv_rwlock_trywrlock: Callable[[_Address], int]
    uv_rwlock_wrlock: Callable[[_Address], None]
    uv_rwlock_wrunlock: Callable[[_Address], None]
    uv_sem_destroy: Callable[[_Address], None]
    uv_sem_init: Callable[[_Address, int], int]
    uv_sem_post: Callable[[_Address], None]
    uv_sem_trywait: Callable[[_Address], int]
    uv_sem_wait: Callable[[_Address], None]
    uv_send_buffer_size: Callable[[_Address, _Address], int]
    uv_set_process_title: Callable[[bytes | None], int]
    uv_setup_args: Callable[[int, _Address], _Pointer[c_char_p]]
    uv_shutdown: Callable[[_Address, _Address, uv_shutdown_cb | None], int]
    uv_signal_init: Callable[[_Address, _Address], int]
    uv_signal_start: Callable[[_Address, uv_signal_cb | None, int], int]
    uv_signal_start_oneshot: Callable[[_Address, uv_signal_cb | None, int], int]
    uv_signal_stop: Callable[[_Address], int]
    uv_sleep: Callable[[int], None]
    uv_socketpair: Callable[[int, int, _Address, int, int], int]
    uv_spawn: Callable[[_Address, _Address, _Address], int]
    uv_stop: Callable[[_Address], None]
    uv_stream_get_write_queue_size: Callable[[_Address], int]
    uv_stream_set_blocking: Callable[[_Address, int], int]
    uv_strerror: Callable[[int], bytes | None]
    uv_strerror_r: Callable[[int, _Address, int], int | None]
    uv_tcp_bind: Callable[[_Address, _Address, int], int]
    uv_tcp_close_reset: Callable[[_Address, uv_close_cb | None], int]
    uv_tcp_connect: Callable[[_Address, _Address, _Address, uv_connect_cb | None], int]
    uv_tcp_getpeername: Callable[[_Address, _Address, _Address], int]
    uv_tcp_getsockname: Callable[[_Address, _Address, _Address], int]
    uv_tcp_init: Callable[[_Address, _Address], int]
    uv_tcp_init_ex: Callable[[_Address, _Address, int], int]
    uv_tcp_keepalive: Callable[[_Address, int, int], int]
    uv_tcp_keepalive_ex: Callable[[_Address, int, int, int, int], int]
    uv_tcp_nodelay: Callable[[_Address, int], int]
    uv_tcp_open: Callable[[_Address, int], int]
    uv_tcp_simultaneous_accepts: Callable[[_Address, int], int]
    uv_thread_create: Callable[[_Address, uv_thread_cb | None, _Address], int]
    uv_thread_create_ex: Callable[[_Address, _Address, uv_thread_cb | None, _Address], int]
    uv_thread_detach: Callable[[_Address], int]
    uv_thread_equal: Callable[[_Address, _Address], int]
    uv_thread_getaffinity: Callable[[_Address, _Address, int], int]
    uv_thread_getcpu: Callable[[], int]
    uv_thread_getname: Callable[[_Address, _Address, int], int]
    uv_thread_getpriority: Callable[[int, _Address], int]
    uv_thread_join: Callable[[_Address], int]
    uv_thread_self: Callable[[], int]
    uv_thread_setaffinity: Callable[[_Address, _Address, _Address, int], int]
    uv_thread_setname: Callable[[bytes | None], int]
    uv_thread_setpriority: Callable[[int, int], int]
    uv_timer_again: Callable[[_Address], int]
    uv_timer_get_due_in: Callable[[_Address], int]
    uv_timer_get_repeat: Callable[[_Address], int]
    uv_timer_init: Callable[[_Address, _Address], int]
    uv_timer_set_repeat: Callable[[_Address, int], None]
    uv_timer_start: Callable[[_Address, uv_timer_cb | None, int, int], int]
    uv_timer_stop: Callable[[_Address], int]
    uv_translate_sys_error: Callable[[int], int]
    uv_try_write: Callable[[_Address, _Address, int], int]
    uv_try_write2: Callable[[_Address, _Address, int, _Address], int]
    uv_tty_get_vterm_state: Callable[[_Address], int]
    uv_tty_get_winsize: Callable[[_Address, _Address, _Address], int]
    uv_tty_init: Callable[[_Address, _Address, int, int], int]
    uv_tty_reset_mode: Callable[[], int]
    uv_tty_set_mode: Callable[[_Address, int], int]
    uv_tty_set_vterm_state: Callable[[int], None]
    uv_udp_bind: Callable[[_Address, _Address, int], int]
    uv_udp_connect: Callable[[_Address, _Address], int]
    uv_udp_get_send_queue_count: Callable[[_Address], int]
    uv_udp_get_send_queue_size: Callable[[_Address], int]
    uv_udp_getpeername: Callable[[_Address, _Address, _Address], int]
    uv_udp_getsockname: Callable[[_Address, _Address, _Address], int]
    uv_udp_init: Callable[[_Address, _Address], int]
    uv_udp_init_ex: Callable[[_Address, _Address, int], int]
    uv_udp_open: Callable[[_Address, int], int]
    uv_udp_open_ex: Callable[[_Address, int, int], int]
    uv_udp_recv_start: Callable[[_Address, uv_alloc_cb | None, uv_udp_recv_cb | None], int]
    uv_udp_recv_stop: Callable[[_Address], int]
    uv_udp_send: Callable[[_Address, _Address, _Address, int, _Address, uv_udp_send_cb | None], int]
    uv_udp_set_broadcast: Callable[[_Address, int], int]
    uv_udp_set_membership: Callable[[_Address, bytes | None, bytes | None, int], int]
    uv_udp_set_multicast_interface: Callable[[_Address, bytes | None], int]
    uv_udp_set_multicast_loop: Callable[[_Address, int], int]
    uv_udp_set_multicast_ttl: Callable[[_Address, int], int]
    uv_udp_set_source_membership: Callable[[_Address, bytes | None, bytes | None, bytes | None, int], int]
    uv_udp_set_ttl: Callable[[_Address, int], int]
    uv_udp_try_send: Callable[[_Address, _Address, int, _Address], int]
    uv_udp_try_send2: Callable[[_Address, int, _Address, _Address, _Address, int], int]
    uv_udp_using_recvmmsg: Callable[[_Address], int]
    uv_unref: Callable[[_Address], None]
    uv_update_time: Callable[[_Address], None]
    uv_uptime: Callable[[_Address], int]
    uv_utf16_length_as_wtf8: Callable[[_Address, int], int]
    uv_utf16_to_wtf8: Callable[[_Address, int, _Address, _Address], int]
    uv_version: Callable[[], int]
    uv_version_string: Callable[[], bytes | None]
    uv_walk: Callable[[_Address, uv_walk_cb | None, _Address], None]
    uv_write: Callable[[_Address, _Address, _Address, int, uv_write_cb | None], int]
    uv_write2: Callable[[_Address, _Address, _Address, int, _Address, uv_write_cb | None], int]
    uv_write_nwritten: Callable[[_Address], int]
    uv_wtf8_length_as_utf16: Callable[[bytes | None], int]
    uv_wtf8_to_utf16: Callable[[bytes | None, _Address, int], None]


PROTOTYPES: dict[str, tuple[Any, ...]]

def declare(library: CDLL) -> _Library: ...
