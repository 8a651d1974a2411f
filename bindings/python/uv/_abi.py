"""The C interface of libuv for ctypes.

Generated from src/ by `cargo xtask bindings`; edit the sources instead.

Handles, requests and loops are memory whose size uv_handle_size, uv_req_size and uv_loop_size tell,
and their pointers are plain addresses. Only structures that programs read or fill have fields here.
Where C has text (const char *) this has bytes, and where C has memory (char *) an address.
"""

import errno
import math
import os
from ctypes import (
    CFUNCTYPE, POINTER, Structure, Union, c_char, c_char_p, c_double, c_int, c_int32, c_int64, c_long,
    c_size_t, c_ssize_t, c_uint, c_uint8, c_uint16, c_uint32, c_uint64, c_ulong, c_void_p,
)


def _system(name, otherwise):
    """An error of the system, negated; another number where the system lacks it."""
    return -getattr(errno, name, -otherwise)


# ---- Constants ----

UV_FS_COPYFILE_EXCL = 1
UV_FS_COPYFILE_FICLONE = 2
UV_FS_COPYFILE_FICLONE_FORCE = 4
UV_FS_SYMLINK_DIR = 1
UV_FS_SYMLINK_JUNCTION = 2
UV_MAXHOSTNAMESIZE = 65
UV_IF_NAMESIZE = 17
UV_PRIORITY_LOW = 19
UV_PRIORITY_BELOW_NORMAL = 10
UV_PRIORITY_NORMAL = 0
UV_PRIORITY_ABOVE_NORMAL = -7
UV_PRIORITY_HIGH = -14
UV_PRIORITY_HIGHEST = -20
UV_VERSION_MAJOR = 1
UV_VERSION_MINOR = 53
UV_VERSION_PATCH = 0
UV_VERSION_IS_RELEASE = 1
UV_VERSION_SUFFIX = ""
UV_VERSION_HEX = 79104

# The operation of a request.
UV_FS_UNKNOWN = -1
UV_FS_CUSTOM = 0
UV_FS_OPEN = 1
UV_FS_CLOSE = 2
UV_FS_READ = 3
UV_FS_WRITE = 4
UV_FS_SENDFILE = 5
UV_FS_STAT = 6
UV_FS_LSTAT = 7
UV_FS_FSTAT = 8
UV_FS_FTRUNCATE = 9
UV_FS_UTIME = 10
UV_FS_FUTIME = 11
UV_FS_ACCESS = 12
UV_FS_CHMOD = 13
UV_FS_FCHMOD = 14
UV_FS_FSYNC = 15
UV_FS_FDATASYNC = 16
UV_FS_UNLINK = 17
UV_FS_RMDIR = 18
UV_FS_MKDIR = 19
UV_FS_MKDTEMP = 20
UV_FS_RENAME = 21
UV_FS_SCANDIR = 22
UV_FS_LINK = 23
UV_FS_SYMLINK = 24
UV_FS_READLINK = 25
UV_FS_CHOWN = 26
UV_FS_FCHOWN = 27
UV_FS_REALPATH = 28
UV_FS_COPYFILE = 29
UV_FS_LCHOWN = 30
UV_FS_OPENDIR = 31
UV_FS_READDIR = 32
UV_FS_CLOSEDIR = 33
UV_FS_STATFS = 34
UV_FS_MKSTEMP = 35
UV_FS_LUTIME = 36

# The type of a directory entry.
UV_DIRENT_UNKNOWN = 0
UV_DIRENT_FILE = 1
UV_DIRENT_DIR = 2
UV_DIRENT_LINK = 3
UV_DIRENT_FIFO = 4
UV_DIRENT_SOCKET = 5
UV_DIRENT_CHAR = 6
UV_DIRENT_BLOCK = 7

# What happened to a file.
UV_RENAME = 1
UV_CHANGE = 2

# Flags of uv_fs_event_start.
UV_FS_EVENT_WATCH_ENTRY = 1
UV_FS_EVENT_STAT = 2
UV_FS_EVENT_RECURSIVE = 4

# The kind of a handle.
UV_UNKNOWN_HANDLE = 0
UV_ASYNC = 1
UV_CHECK = 2
UV_FS_EVENT = 3
UV_FS_POLL = 4
UV_HANDLE = 5
UV_IDLE = 6
UV_NAMED_PIPE = 7
UV_POLL = 8
UV_PREPARE = 9
UV_PROCESS = 10
UV_STREAM = 11
UV_TCP = 12
UV_TIMER = 13
UV_TTY = 14
UV_UDP = 15
UV_SIGNAL = 16
UV_FILE = 17
UV_HANDLE_TYPE_MAX = 18

# What uv_loop_configure can set.
UV_LOOP_BLOCK_SIGNAL = 0
UV_METRICS_IDLE_TIME = 1
UV_LOOP_USE_IO_URING_SQPOLL = 2

# How uv_run runs.
UV_RUN_DEFAULT = 0
UV_RUN_ONCE = 1
UV_RUN_NOWAIT = 2

# The clocks of uv_clock_gettime.
UV_CLOCK_MONOTONIC = 0
UV_CLOCK_REALTIME = 1

# Events of uv_poll_start.
UV_READABLE = 1
UV_WRITABLE = 2
UV_DISCONNECT = 4
UV_PRIORITIZED = 8

# How a child gets one of its descriptors.
UV_IGNORE = 0
UV_CREATE_PIPE = 1
UV_INHERIT_FD = 2
UV_INHERIT_STREAM = 4
UV_READABLE_PIPE = 16
UV_WRITABLE_PIPE = 32
UV_NONBLOCK_PIPE = 64
UV_OVERLAPPED_PIPE = 64

# Flags of uv_spawn.
UV_PROCESS_SETUID = 1
UV_PROCESS_SETGID = 2
UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS = 4
UV_PROCESS_DETACHED = 8
UV_PROCESS_WINDOWS_HIDE = 16
UV_PROCESS_WINDOWS_HIDE_CONSOLE = 32
UV_PROCESS_WINDOWS_HIDE_GUI = 64
UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME = 128

# The kind of a request.
UV_UNKNOWN_REQ = 0
UV_REQ = 1
UV_CONNECT = 2
UV_WRITE = 3
UV_SHUTDOWN = 4
UV_UDP_SEND = 5
UV_FS = 6
UV_WORK = 7
UV_GETADDRINFO = 8
UV_GETNAMEINFO = 9
UV_RANDOM = 10
UV_REQ_TYPE_MAX = 11

# Flags of uv_tcp_bind.
UV_TCP_IPV6ONLY = 1
UV_TCP_REUSEPORT = 2

# Modes of a terminal.
UV_TTY_MODE_NORMAL = 0
UV_TTY_MODE_RAW = 1
UV_TTY_MODE_IO = 2
UV_TTY_MODE_RAW_VT = 3

# Whether the console understands virtual terminal sequences.
UV_TTY_SUPPORTED = 0
UV_TTY_UNSUPPORTED = 1

UV_PIPE_NO_TRUNCATE = 1

UV_THREAD_PRIORITY_HIGHEST = 2
UV_THREAD_PRIORITY_ABOVE_NORMAL = 1
UV_THREAD_PRIORITY_NORMAL = 0
UV_THREAD_PRIORITY_BELOW_NORMAL = -1
UV_THREAD_PRIORITY_LOWEST = -2

# Which members of uv_thread_options_t are set.
UV_THREAD_NO_FLAGS = 0
UV_THREAD_HAS_STACK_SIZE = 1

# Flags of UDP functions and callbacks.
UV_UDP_IPV6ONLY = 1
UV_UDP_PARTIAL = 2
UV_UDP_REUSEADDR = 4
UV_UDP_MMSG_CHUNK = 8
UV_UDP_MMSG_FREE = 16
UV_UDP_LINUX_RECVERR = 32
UV_UDP_REUSEPORT = 64
UV_UDP_RECVMMSG = 256

# What uv_udp_set_membership does.
UV_LEAVE_GROUP = 0
UV_JOIN_GROUP = 1

# Flags of uv_fs_open: the system's, or 0 where it has none.
UV_FS_O_APPEND = getattr(os, "O_APPEND", 0)
UV_FS_O_CREAT = getattr(os, "O_CREAT", 0)
UV_FS_O_DIRECT = getattr(os, "O_DIRECT", 0)
UV_FS_O_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
UV_FS_O_DSYNC = getattr(os, "O_DSYNC", 0)
UV_FS_O_EXCL = getattr(os, "O_EXCL", 0)
UV_FS_O_NOATIME = getattr(os, "O_NOATIME", 0)
UV_FS_O_NOCTTY = getattr(os, "O_NOCTTY", 0)
UV_FS_O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
UV_FS_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
UV_FS_O_RDONLY = getattr(os, "O_RDONLY", 0)
UV_FS_O_RDWR = getattr(os, "O_RDWR", 0)
UV_FS_O_SYNC = getattr(os, "O_SYNC", 0)
UV_FS_O_TRUNC = getattr(os, "O_TRUNC", 0)
UV_FS_O_WRONLY = getattr(os, "O_WRONLY", 0)
UV_FS_O_EXLOCK = getattr(os, "O_EXLOCK", 0)
UV_FS_O_SYMLINK = getattr(os, "O_SYMLINK", 0)
UV_FS_O_FILEMAP = getattr(os, "O_FILEMAP", 0)
UV_FS_O_RANDOM = getattr(os, "O_RANDOM", 0)
UV_FS_O_SHORT_LIVED = getattr(os, "O_SHORT_LIVED", 0)
UV_FS_O_SEQUENTIAL = getattr(os, "O_SEQUENTIAL", 0)
UV_FS_O_TEMPORARY = getattr(os, "O_TEMPORARY", 0)

UV_FS_UTIME_NOW = math.inf
UV_FS_UTIME_OMIT = math.nan

# ---- Errors ----

UV_E2BIG = _system("E2BIG", -4093)
UV_EACCES = _system("EACCES", -4092)
UV_EADDRINUSE = _system("EADDRINUSE", -4091)
UV_EADDRNOTAVAIL = _system("EADDRNOTAVAIL", -4090)
UV_EAFNOSUPPORT = _system("EAFNOSUPPORT", -4089)
UV_EAGAIN = _system("EAGAIN", -4088)
UV_EAI_ADDRFAMILY = -3000
UV_EAI_AGAIN = -3001
UV_EAI_BADFLAGS = -3002
UV_EAI_BADHINTS = -3013
UV_EAI_CANCELED = -3003
UV_EAI_FAIL = -3004
UV_EAI_FAMILY = -3005
UV_EAI_MEMORY = -3006
UV_EAI_NODATA = -3007
UV_EAI_NONAME = -3008
UV_EAI_OVERFLOW = -3009
UV_EAI_PROTOCOL = -3014
UV_EAI_SERVICE = -3010
UV_EAI_SOCKTYPE = -3011
UV_EALREADY = _system("EALREADY", -4084)
UV_EBADF = _system("EBADF", -4083)
UV_EBUSY = _system("EBUSY", -4082)
UV_ECANCELED = _system("ECANCELED", -4081)
UV_ECHARSET = -4080
UV_ECONNABORTED = _system("ECONNABORTED", -4079)
UV_ECONNREFUSED = _system("ECONNREFUSED", -4078)
UV_ECONNRESET = _system("ECONNRESET", -4077)
UV_EDESTADDRREQ = _system("EDESTADDRREQ", -4076)
UV_EEXIST = _system("EEXIST", -4075)
UV_EFAULT = _system("EFAULT", -4074)
UV_EFBIG = _system("EFBIG", -4036)
UV_EHOSTUNREACH = _system("EHOSTUNREACH", -4073)
UV_EINTR = _system("EINTR", -4072)
UV_EINVAL = _system("EINVAL", -4071)
UV_EIO = _system("EIO", -4070)
UV_EISCONN = _system("EISCONN", -4069)
UV_EISDIR = _system("EISDIR", -4068)
UV_ELOOP = _system("ELOOP", -4067)
UV_EMFILE = _system("EMFILE", -4066)
UV_EMSGSIZE = _system("EMSGSIZE", -4065)
UV_ENAMETOOLONG = _system("ENAMETOOLONG", -4064)
UV_ENETDOWN = _system("ENETDOWN", -4063)
UV_ENETUNREACH = _system("ENETUNREACH", -4062)
UV_ENFILE = _system("ENFILE", -4061)
UV_ENOBUFS = _system("ENOBUFS", -4060)
UV_ENODEV = _system("ENODEV", -4059)
UV_ENOENT = _system("ENOENT", -4058)
UV_ENOMEM = _system("ENOMEM", -4057)
UV_ENONET = _system("ENONET", -4056)
UV_ENOPROTOOPT = _system("ENOPROTOOPT", -4035)
UV_ENOSPC = _system("ENOSPC", -4055)
UV_ENOSYS = _system("ENOSYS", -4054)
UV_ENOTCONN = _system("ENOTCONN", -4053)
UV_ENOTDIR = _system("ENOTDIR", -4052)
UV_ENOTEMPTY = _system("ENOTEMPTY", -4051)
UV_ENOTSOCK = _system("ENOTSOCK", -4050)
UV_ENOTSUP = _system("ENOTSUP", -4049)
UV_EOVERFLOW = _system("EOVERFLOW", -4026)
UV_EPERM = _system("EPERM", -4048)
UV_EPIPE = _system("EPIPE", -4047)
UV_EPROTO = _system("EPROTO", -4046)
UV_EPROTONOSUPPORT = _system("EPROTONOSUPPORT", -4045)
UV_EPROTOTYPE = _system("EPROTOTYPE", -4044)
UV_ERANGE = _system("ERANGE", -4034)
UV_EROFS = _system("EROFS", -4043)
UV_ESHUTDOWN = _system("ESHUTDOWN", -4042)
UV_ESPIPE = _system("ESPIPE", -4041)
UV_ESRCH = _system("ESRCH", -4040)
UV_ETIMEDOUT = _system("ETIMEDOUT", -4039)
UV_ETXTBSY = _system("ETXTBSY", -4038)
UV_EXDEV = _system("EXDEV", -4037)
UV_UNKNOWN = -4094
UV_EOF = -4095
UV_ENXIO = _system("ENXIO", -4033)
UV_EMLINK = _system("EMLINK", -4032)
UV_EHOSTDOWN = _system("EHOSTDOWN", -4031)
UV_EREMOTEIO = _system("EREMOTEIO", -4030)
UV_ENOTTY = _system("ENOTTY", -4029)
UV_EFTYPE = _system("EFTYPE", -4028)
UV_EILSEQ = _system("EILSEQ", -4027)
UV_ESOCKTNOSUPPORT = _system("ESOCKTNOSUPPORT", -4025)
UV_ENODATA = _system("ENODATA", -4024)
UV_EUNATCH = _system("EUNATCH", -4023)
UV_ENOEXEC = _system("ENOEXEC", -4022)

# Names and messages by number.
ERRORS = {
    UV_E2BIG: ("E2BIG", "argument list too long"),
    UV_EACCES: ("EACCES", "permission denied"),
    UV_EADDRINUSE: ("EADDRINUSE", "address already in use"),
    UV_EADDRNOTAVAIL: ("EADDRNOTAVAIL", "address not available"),
    UV_EAFNOSUPPORT: ("EAFNOSUPPORT", "address family not supported"),
    UV_EAGAIN: ("EAGAIN", "resource temporarily unavailable"),
    UV_EAI_ADDRFAMILY: ("EAI_ADDRFAMILY", "address family not supported"),
    UV_EAI_AGAIN: ("EAI_AGAIN", "temporary failure"),
    UV_EAI_BADFLAGS: ("EAI_BADFLAGS", "bad ai_flags value"),
    UV_EAI_BADHINTS: ("EAI_BADHINTS", "invalid value for hints"),
    UV_EAI_CANCELED: ("EAI_CANCELED", "request canceled"),
    UV_EAI_FAIL: ("EAI_FAIL", "permanent failure"),
    UV_EAI_FAMILY: ("EAI_FAMILY", "ai_family not supported"),
    UV_EAI_MEMORY: ("EAI_MEMORY", "out of memory"),
    UV_EAI_NODATA: ("EAI_NODATA", "no address"),
    UV_EAI_NONAME: ("EAI_NONAME", "unknown node or service"),
    UV_EAI_OVERFLOW: ("EAI_OVERFLOW", "argument buffer overflow"),
    UV_EAI_PROTOCOL: ("EAI_PROTOCOL", "resolved protocol is unknown"),
    UV_EAI_SERVICE: ("EAI_SERVICE", "service not available for socket type"),
    UV_EAI_SOCKTYPE: ("EAI_SOCKTYPE", "socket type not supported"),
    UV_EALREADY: ("EALREADY", "connection already in progress"),
    UV_EBADF: ("EBADF", "bad file descriptor"),
    UV_EBUSY: ("EBUSY", "resource busy or locked"),
    UV_ECANCELED: ("ECANCELED", "operation canceled"),
    UV_ECHARSET: ("ECHARSET", "invalid Unicode character"),
    UV_ECONNABORTED: ("ECONNABORTED", "software caused connection abort"),
    UV_ECONNREFUSED: ("ECONNREFUSED", "connection refused"),
    UV_ECONNRESET: ("ECONNRESET", "connection reset by peer"),
    UV_EDESTADDRREQ: ("EDESTADDRREQ", "destination address required"),
    UV_EEXIST: ("EEXIST", "file already exists"),
    UV_EFAULT: ("EFAULT", "bad address in system call argument"),
    UV_EFBIG: ("EFBIG", "file too large"),
    UV_EHOSTUNREACH: ("EHOSTUNREACH", "host is unreachable"),
    UV_EINTR: ("EINTR", "interrupted system call"),
    UV_EINVAL: ("EINVAL", "invalid argument"),
    UV_EIO: ("EIO", "i/o error"),
    UV_EISCONN: ("EISCONN", "socket is already connected"),
    UV_EISDIR: ("EISDIR", "illegal operation on a directory"),
    UV_ELOOP: ("ELOOP", "too many symbolic links encountered"),
    UV_EMFILE: ("EMFILE", "too many open files"),
    UV_EMSGSIZE: ("EMSGSIZE", "message too long"),
    UV_ENAMETOOLONG: ("ENAMETOOLONG", "name too long"),
    UV_ENETDOWN: ("ENETDOWN", "network is down"),
    UV_ENETUNREACH: ("ENETUNREACH", "network is unreachable"),
    UV_ENFILE: ("ENFILE", "file table overflow"),
    UV_ENOBUFS: ("ENOBUFS", "no buffer space available"),
    UV_ENODEV: ("ENODEV", "no such device"),
    UV_ENOENT: ("ENOENT", "no such file or directory"),
    UV_ENOMEM: ("ENOMEM", "not enough memory"),
    UV_ENONET: ("ENONET", "machine is not on the network"),
    UV_ENOPROTOOPT: ("ENOPROTOOPT", "protocol not available"),
    UV_ENOSPC: ("ENOSPC", "no space left on device"),
    UV_ENOSYS: ("ENOSYS", "function not implemented"),
    UV_ENOTCONN: ("ENOTCONN", "socket is not connected"),
    UV_ENOTDIR: ("ENOTDIR", "not a directory"),
    UV_ENOTEMPTY: ("ENOTEMPTY", "directory not empty"),
    UV_ENOTSOCK: ("ENOTSOCK", "socket operation on non-socket"),
    UV_ENOTSUP: ("ENOTSUP", "operation not supported on socket"),
    UV_EOVERFLOW: ("EOVERFLOW", "value too large for defined data type"),
    UV_EPERM: ("EPERM", "operation not permitted"),
    UV_EPIPE: ("EPIPE", "broken pipe"),
    UV_EPROTO: ("EPROTO", "protocol error"),
    UV_EPROTONOSUPPORT: ("EPROTONOSUPPORT", "protocol not supported"),
    UV_EPROTOTYPE: ("EPROTOTYPE", "protocol wrong type for socket"),
    UV_ERANGE: ("ERANGE", "result too large"),
    UV_EROFS: ("EROFS", "read-only file system"),
    UV_ESHUTDOWN: ("ESHUTDOWN", "cannot send after transport endpoint shutdown"),
    UV_ESPIPE: ("ESPIPE", "invalid seek"),
    UV_ESRCH: ("ESRCH", "no such process"),
    UV_ETIMEDOUT: ("ETIMEDOUT", "connection timed out"),
    UV_ETXTBSY: ("ETXTBSY", "text file is busy"),
    UV_EXDEV: ("EXDEV", "cross-device link not permitted"),
    UV_UNKNOWN: ("UNKNOWN", "unknown error"),
    UV_EOF: ("EOF", "end of file"),
    UV_ENXIO: ("ENXIO", "no such device or address"),
    UV_EMLINK: ("EMLINK", "too many links"),
    UV_EHOSTDOWN: ("EHOSTDOWN", "host is down"),
    UV_EREMOTEIO: ("EREMOTEIO", "remote I/O error"),
    UV_ENOTTY: ("ENOTTY", "inappropriate ioctl for device"),
    UV_EFTYPE: ("EFTYPE", "inappropriate file type or format"),
    UV_EILSEQ: ("EILSEQ", "illegal byte sequence"),
    UV_ESOCKTNOSUPPORT: ("ESOCKTNOSUPPORT", "socket type not supported"),
    UV_ENODATA: ("ENODATA", "no data available"),
    UV_EUNATCH: ("EUNATCH", "protocol driver not attached"),
    UV_ENOEXEC: ("ENOEXEC", "exec format error"),
}


# ---- Structures of the system ----

class sockaddr_in(Structure):
    _fields_ = [
        ("sin_family", c_uint16),
        ("sin_port", c_uint8 * 2),
        ("sin_addr", c_uint8 * 4),
        ("sin_zero", c_uint8 * 8),
        ("_align", c_uint32 * 0),
    ]


class sockaddr_in6(Structure):
    _fields_ = [
        ("sin6_family", c_uint16),
        ("sin6_port", c_uint8 * 2),
        ("sin6_flowinfo", c_uint32),
        ("sin6_addr", c_uint8 * 16),
        ("sin6_scope_id", c_uint32),
    ]


class addrinfo(Structure):
    pass


addrinfo._fields_ = [
    ("ai_flags", c_int),
    ("ai_family", c_int),
    ("ai_socktype", c_int),
    ("ai_protocol", c_int),
    ("ai_addrlen", c_uint32),
    ("ai_addr", c_void_p),
    ("ai_canonname", c_char_p),
    ("ai_next", POINTER(addrinfo)),
]


# ---- Structures and callbacks of libuv ----

class uv_timespec_t(Structure):
    pass


class uv_stat_t(Structure):
    pass


class uv_statfs_t(Structure):
    pass


class uv_dirent_t(Structure):
    pass


class uv_dir_t(Structure):
    pass


class uv_metrics_t(Structure):
    pass


class uv_buf_t(Structure):
    pass


class uv_lib_t(Structure):
    pass


class uv_timespec64_t(Structure):
    pass


class uv_timeval_t(Structure):
    pass


class uv_timeval64_t(Structure):
    pass


class uv_rusage_t(Structure):
    pass


class uv_cpu_times_s(Structure):
    pass


class uv_cpu_info_t(Structure):
    pass


class uv__interface_address_address(Union):
    pass


class uv__interface_address_netmask(Union):
    pass


class uv_interface_address_t(Structure):
    pass


class uv_passwd_t(Structure):
    pass


class uv_group_t(Structure):
    pass


class uv_utsname_t(Structure):
    pass


class uv_env_item_t(Structure):
    pass


class uv__stdio_container_data(Union):
    pass


class uv_stdio_container_t(Structure):
    pass


class uv_process_options_t(Structure):
    pass


class uv_thread_options_t(Structure):
    pass


uv_async_cb = CFUNCTYPE(None, c_void_p)
uv_getaddrinfo_cb = CFUNCTYPE(None, c_void_p, c_int, POINTER(addrinfo))
uv_getnameinfo_cb = CFUNCTYPE(None, c_void_p, c_int, c_char_p, c_char_p)
uv_fs_cb = CFUNCTYPE(None, c_void_p)
uv_fs_event_cb = CFUNCTYPE(None, c_void_p, c_char_p, c_int, c_int)
uv_fs_poll_cb = CFUNCTYPE(None, c_void_p, c_int, POINTER(uv_stat_t), POINTER(uv_stat_t))
uv_close_cb = CFUNCTYPE(None, c_void_p)
uv_walk_cb = CFUNCTYPE(None, c_void_p, c_void_p)
uv_alloc_cb = CFUNCTYPE(None, c_void_p, c_size_t, POINTER(uv_buf_t))
uv_malloc_func = CFUNCTYPE(c_void_p, c_size_t)
uv_realloc_func = CFUNCTYPE(c_void_p, c_void_p, c_size_t)
uv_calloc_func = CFUNCTYPE(c_void_p, c_size_t, c_size_t)
uv_free_func = CFUNCTYPE(None, c_void_p)
uv_prepare_cb = CFUNCTYPE(None, c_void_p)
uv_check_cb = CFUNCTYPE(None, c_void_p)
uv_idle_cb = CFUNCTYPE(None, c_void_p)
uv_poll_cb = CFUNCTYPE(None, c_void_p, c_int, c_int)
uv_exit_cb = CFUNCTYPE(None, c_void_p, c_int64, c_int)
uv_signal_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_read_cb = CFUNCTYPE(None, c_void_p, c_ssize_t, POINTER(uv_buf_t))
uv_write_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_connect_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_shutdown_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_connection_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_thread_cb = CFUNCTYPE(None, c_void_p)
uv_timer_cb = CFUNCTYPE(None, c_void_p)
uv_udp_send_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_udp_recv_cb = CFUNCTYPE(None, c_void_p, c_ssize_t, POINTER(uv_buf_t), c_void_p, c_uint)
uv_work_cb = CFUNCTYPE(None, c_void_p)
uv_after_work_cb = CFUNCTYPE(None, c_void_p, c_int)
uv_random_cb = CFUNCTYPE(None, c_void_p, c_int, c_void_p, c_size_t)

uv_timespec_t._fields_ = [
    ("tv_sec", c_long),
    ("tv_nsec", c_long),
]
uv_stat_t._fields_ = [
    ("st_dev", c_uint64),
    ("st_mode", c_uint64),
    ("st_nlink", c_uint64),
    ("st_uid", c_uint64),
    ("st_gid", c_uint64),
    ("st_rdev", c_uint64),
    ("st_ino", c_uint64),
    ("st_size", c_uint64),
    ("st_blksize", c_uint64),
    ("st_blocks", c_uint64),
    ("st_flags", c_uint64),
    ("st_gen", c_uint64),
    ("st_atim", uv_timespec_t),
    ("st_mtim", uv_timespec_t),
    ("st_ctim", uv_timespec_t),
    ("st_birthtim", uv_timespec_t),
]
uv_statfs_t._fields_ = [
    ("f_type", c_uint64),
    ("f_bsize", c_uint64),
    ("f_blocks", c_uint64),
    ("f_bfree", c_uint64),
    ("f_bavail", c_uint64),
    ("f_files", c_uint64),
    ("f_ffree", c_uint64),
    ("f_frsize", c_uint64),
    ("f_spare", c_uint64 * 3),
]
uv_dirent_t._fields_ = [
    ("name", c_char_p),
    ("type", c_uint),
]
uv_dir_t._fields_ = [
    ("dirents", POINTER(uv_dirent_t)),
    ("nentries", c_size_t),
    ("reserved", c_void_p * 4),
    ("dir", c_void_p),
]
uv_metrics_t._fields_ = [
    ("loop_count", c_uint64),
    ("events", c_uint64),
    ("events_waiting", c_uint64),
    ("reserved", POINTER(c_uint64) * 13),
]
uv_buf_t._fields_ = [
    ("base", c_void_p),
    ("len", c_size_t),
]
uv_lib_t._fields_ = [
    ("handle", c_void_p),
    ("errmsg", c_void_p),
]
uv_timespec64_t._fields_ = [
    ("tv_sec", c_int64),
    ("tv_nsec", c_int32),
]
uv_timeval_t._fields_ = [
    ("tv_sec", c_long),
    ("tv_usec", c_long),
]
uv_timeval64_t._fields_ = [
    ("tv_sec", c_int64),
    ("tv_usec", c_int32),
]
uv_rusage_t._fields_ = [
    ("ru_utime", uv_timeval_t),
    ("ru_stime", uv_timeval_t),
    ("ru_maxrss", c_uint64),
    ("ru_ixrss", c_uint64),
    ("ru_idrss", c_uint64),
    ("ru_isrss", c_uint64),
    ("ru_minflt", c_uint64),
    ("ru_majflt", c_uint64),
    ("ru_nswap", c_uint64),
    ("ru_inblock", c_uint64),
    ("ru_oublock", c_uint64),
    ("ru_msgsnd", c_uint64),
    ("ru_msgrcv", c_uint64),
    ("ru_nsignals", c_uint64),
    ("ru_nvcsw", c_uint64),
    ("ru_nivcsw", c_uint64),
]
uv_cpu_times_s._fields_ = [
    ("user", c_uint64),
    ("nice", c_uint64),
    ("sys", c_uint64),
    ("idle", c_uint64),
    ("irq", c_uint64),
]
uv_cpu_info_t._fields_ = [
    ("model", c_char_p),
    ("speed", c_int),
    ("cpu_times", uv_cpu_times_s),
]
uv__interface_address_address._fields_ = [
    ("address4", sockaddr_in),
    ("address6", sockaddr_in6),
]
uv__interface_address_netmask._fields_ = [
    ("netmask4", sockaddr_in),
    ("netmask6", sockaddr_in6),
]
uv_interface_address_t._fields_ = [
    ("name", c_void_p),
    ("phys_addr", c_char * 6),
    ("is_internal", c_int),
    ("address", uv__interface_address_address),
    ("netmask", uv__interface_address_netmask),
]
uv_passwd_t._fields_ = [
    ("username", c_void_p),
    ("uid", c_ulong),
    ("gid", c_ulong),
    ("shell", c_void_p),
    ("homedir", c_void_p),
]
uv_group_t._fields_ = [
    ("groupname", c_void_p),
    ("gid", c_ulong),
    ("members", POINTER(c_char_p)),
]
uv_utsname_t._fields_ = [
    ("sysname", c_char * 256),
    ("release", c_char * 256),
    ("version", c_char * 256),
    ("machine", c_char * 256),
]
uv_env_item_t._fields_ = [
    ("name", c_void_p),
    ("value", c_void_p),
]
uv__stdio_container_data._fields_ = [
    ("stream", c_void_p),
    ("fd", c_int),
]
uv_stdio_container_t._fields_ = [
    ("flags", c_uint),
    ("data", uv__stdio_container_data),
]
uv_process_options_t._fields_ = [
    ("exit_cb", uv_exit_cb),
    ("file", c_char_p),
    ("args", POINTER(c_char_p)),
    ("env", POINTER(c_char_p)),
    ("cwd", c_char_p),
    ("flags", c_uint),
    ("stdio_count", c_int),
    ("stdio", POINTER(uv_stdio_container_t)),
    ("uid", c_uint),
    ("gid", c_uint),
]
uv_thread_options_t._fields_ = [
    ("flags", c_uint),
    ("stack_size", c_size_t),
]


# ---- Functions ----

# By name: the type of the result, then those of the parameters.
PROTOTYPES = {
    "uv_accept": (c_int, c_void_p, c_void_p),
    "uv_async_init": (c_int, c_void_p, c_void_p, uv_async_cb),
    "uv_async_send": (c_int, c_void_p),
    "uv_available_parallelism": (c_uint,),
    "uv_backend_fd": (c_int, c_void_p),
    "uv_backend_timeout": (c_int, c_void_p),
    "uv_barrier_destroy": (None, c_void_p),
    "uv_barrier_init": (c_int, c_void_p, c_uint),
    "uv_barrier_wait": (c_int, c_void_p),
    "uv_buf_init": (uv_buf_t, c_void_p, c_uint),
    "uv_cancel": (c_int, c_void_p),
    "uv_chdir": (c_int, c_char_p),
    "uv_check_init": (c_int, c_void_p, c_void_p),
    "uv_check_start": (c_int, c_void_p, uv_check_cb),
    "uv_check_stop": (c_int, c_void_p),
    "uv_clock_gettime": (c_int, c_uint, POINTER(uv_timespec64_t)),
    "uv_close": (None, c_void_p, uv_close_cb),
    "uv_cond_broadcast": (None, c_void_p),
    "uv_cond_destroy": (None, c_void_p),
    "uv_cond_init": (c_int, c_void_p),
    "uv_cond_signal": (None, c_void_p),
    "uv_cond_timedwait": (c_int, c_void_p, c_void_p, c_uint64),
    "uv_cond_wait": (None, c_void_p, c_void_p),
    "uv_cpu_info": (c_int, POINTER(POINTER(uv_cpu_info_t)), POINTER(c_int)),
    "uv_cpumask_size": (c_int,),
    "uv_cwd": (c_int, c_void_p, POINTER(c_size_t)),
    "uv_default_loop": (c_void_p,),
    "uv_disable_stdio_inheritance": (None,),
    "uv_dlclose": (None, POINTER(uv_lib_t)),
    "uv_dlerror": (c_char_p, POINTER(uv_lib_t)),
    "uv_dlopen": (c_int, c_char_p, POINTER(uv_lib_t)),
    "uv_dlsym": (c_int, POINTER(uv_lib_t), c_char_p, POINTER(c_void_p)),
    "uv_err_name": (c_char_p, c_int),
    "uv_err_name_r": (c_void_p, c_int, c_void_p, c_size_t),
    "uv_exepath": (c_int, c_void_p, POINTER(c_size_t)),
    "uv_fileno": (c_int, c_void_p, POINTER(c_int)),
    "uv_free_cpu_info": (None, POINTER(uv_cpu_info_t), c_int),
    "uv_free_interface_addresses": (None, POINTER(uv_interface_address_t), c_int),
    "uv_freeaddrinfo": (None, POINTER(addrinfo)),
    "uv_fs_access": (c_int, c_void_p, c_void_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_chmod": (c_int, c_void_p, c_void_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_chown": (c_int, c_void_p, c_void_p, c_char_p, c_uint, c_uint, uv_fs_cb),
    "uv_fs_close": (c_int, c_void_p, c_void_p, c_int, uv_fs_cb),
    "uv_fs_closedir": (c_int, c_void_p, c_void_p, POINTER(uv_dir_t), uv_fs_cb),
    "uv_fs_copyfile": (c_int, c_void_p, c_void_p, c_char_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_event_getpath": (c_int, c_void_p, c_void_p, POINTER(c_size_t)),
    "uv_fs_event_init": (c_int, c_void_p, c_void_p),
    "uv_fs_event_start": (c_int, c_void_p, uv_fs_event_cb, c_char_p, c_uint),
    "uv_fs_event_stop": (c_int, c_void_p),
    "uv_fs_fchmod": (c_int, c_void_p, c_void_p, c_int, c_int, uv_fs_cb),
    "uv_fs_fchown": (c_int, c_void_p, c_void_p, c_int, c_uint, c_uint, uv_fs_cb),
    "uv_fs_fdatasync": (c_int, c_void_p, c_void_p, c_int, uv_fs_cb),
    "uv_fs_fstat": (c_int, c_void_p, c_void_p, c_int, uv_fs_cb),
    "uv_fs_fsync": (c_int, c_void_p, c_void_p, c_int, uv_fs_cb),
    "uv_fs_ftruncate": (c_int, c_void_p, c_void_p, c_int, c_int64, uv_fs_cb),
    "uv_fs_futime": (c_int, c_void_p, c_void_p, c_int, c_double, c_double, uv_fs_cb),
    "uv_fs_get_path": (c_char_p, c_void_p),
    "uv_fs_get_ptr": (c_void_p, c_void_p),
    "uv_fs_get_result": (c_ssize_t, c_void_p),
    "uv_fs_get_statbuf": (POINTER(uv_stat_t), c_void_p),
    "uv_fs_get_system_error": (c_int, c_void_p),
    "uv_fs_get_type": (c_int, c_void_p),
    "uv_fs_lchown": (c_int, c_void_p, c_void_p, c_char_p, c_uint, c_uint, uv_fs_cb),
    "uv_fs_link": (c_int, c_void_p, c_void_p, c_char_p, c_char_p, uv_fs_cb),
    "uv_fs_lstat": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_lutime": (c_int, c_void_p, c_void_p, c_char_p, c_double, c_double, uv_fs_cb),
    "uv_fs_mkdir": (c_int, c_void_p, c_void_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_mkdtemp": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_mkstemp": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_open": (c_int, c_void_p, c_void_p, c_char_p, c_int, c_int, uv_fs_cb),
    "uv_fs_opendir": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_poll_getpath": (c_int, c_void_p, c_void_p, POINTER(c_size_t)),
    "uv_fs_poll_init": (c_int, c_void_p, c_void_p),
    "uv_fs_poll_start": (c_int, c_void_p, uv_fs_poll_cb, c_char_p, c_uint),
    "uv_fs_poll_stop": (c_int, c_void_p),
    "uv_fs_read": (c_int, c_void_p, c_void_p, c_int, POINTER(uv_buf_t), c_uint, c_int64, uv_fs_cb),
    "uv_fs_readdir": (c_int, c_void_p, c_void_p, POINTER(uv_dir_t), uv_fs_cb),
    "uv_fs_readlink": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_realpath": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_rename": (c_int, c_void_p, c_void_p, c_char_p, c_char_p, uv_fs_cb),
    "uv_fs_req_cleanup": (None, c_void_p),
    "uv_fs_rmdir": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_scandir": (c_int, c_void_p, c_void_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_scandir_next": (c_int, c_void_p, POINTER(uv_dirent_t)),
    "uv_fs_sendfile": (c_int, c_void_p, c_void_p, c_int, c_int, c_int64, c_size_t, uv_fs_cb),
    "uv_fs_stat": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_statfs": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_symlink": (c_int, c_void_p, c_void_p, c_char_p, c_char_p, c_int, uv_fs_cb),
    "uv_fs_unlink": (c_int, c_void_p, c_void_p, c_char_p, uv_fs_cb),
    "uv_fs_utime": (c_int, c_void_p, c_void_p, c_char_p, c_double, c_double, uv_fs_cb),
    "uv_fs_write": (c_int, c_void_p, c_void_p, c_int, POINTER(uv_buf_t), c_uint, c_int64, uv_fs_cb),
    "uv_get_available_memory": (c_uint64,),
    "uv_get_constrained_memory": (c_uint64,),
    "uv_get_free_memory": (c_uint64,),
    "uv_get_osfhandle": (c_int, c_int),
    "uv_get_process_title": (c_int, c_void_p, c_size_t),
    "uv_get_total_memory": (c_uint64,),
    "uv_getaddrinfo": (c_int, c_void_p, c_void_p, uv_getaddrinfo_cb, c_char_p, c_char_p, POINTER(addrinfo)),
    "uv_getnameinfo": (c_int, c_void_p, c_void_p, uv_getnameinfo_cb, c_void_p, c_int),
    "uv_getrusage": (c_int, POINTER(uv_rusage_t)),
    "uv_getrusage_thread": (c_int, POINTER(uv_rusage_t)),
    "uv_gettimeofday": (c_int, POINTER(uv_timeval64_t)),
    "uv_guess_handle": (c_uint, c_int),
    "uv_handle_get_data": (c_void_p, c_void_p),
    "uv_handle_get_loop": (c_void_p, c_void_p),
    "uv_handle_get_type": (c_uint, c_void_p),
    "uv_handle_set_data": (None, c_void_p, c_void_p),
    "uv_handle_size": (c_size_t, c_uint),
    "uv_handle_type_name": (c_char_p, c_uint),
    "uv_has_ref": (c_int, c_void_p),
    "uv_hrtime": (c_uint64,),
    "uv_idle_init": (c_int, c_void_p, c_void_p),
    "uv_idle_start": (c_int, c_void_p, uv_idle_cb),
    "uv_idle_stop": (c_int, c_void_p),
    "uv_if_indextoiid": (c_int, c_uint, c_void_p, POINTER(c_size_t)),
    "uv_if_indextoname": (c_int, c_uint, c_void_p, POINTER(c_size_t)),
    "uv_inet_ntop": (c_int, c_int, c_void_p, c_void_p, c_size_t),
    "uv_inet_pton": (c_int, c_int, c_char_p, c_void_p),
    "uv_interface_addresses": (c_int, POINTER(POINTER(uv_interface_address_t)), POINTER(c_int)),
    "uv_ip4_addr": (c_int, c_char_p, c_int, POINTER(sockaddr_in)),
    "uv_ip4_name": (c_int, POINTER(sockaddr_in), c_void_p, c_size_t),
    "uv_ip6_addr": (c_int, c_char_p, c_int, POINTER(sockaddr_in6)),
    "uv_ip6_name": (c_int, POINTER(sockaddr_in6), c_void_p, c_size_t),
    "uv_ip_name": (c_int, c_void_p, c_void_p, c_size_t),
    "uv_is_active": (c_int, c_void_p),
    "uv_is_closing": (c_int, c_void_p),
    "uv_is_readable": (c_int, c_void_p),
    "uv_is_writable": (c_int, c_void_p),
    "uv_key_create": (c_int, POINTER(c_uint)),
    "uv_key_delete": (None, POINTER(c_uint)),
    "uv_key_get": (c_void_p, POINTER(c_uint)),
    "uv_key_set": (None, POINTER(c_uint), c_void_p),
    "uv_kill": (c_int, c_int, c_int),
    "uv_library_shutdown": (None,),
    "uv_listen": (c_int, c_void_p, c_int, uv_connection_cb),
    "uv_loadavg": (None, POINTER(c_double)),
    "uv_loop_alive": (c_int, c_void_p),
    "uv_loop_close": (c_int, c_void_p),
    "uv_loop_configure": (c_int, c_void_p, c_uint, c_int),
    "uv_loop_delete": (None, c_void_p),
    "uv_loop_fork": (c_int, c_void_p),
    "uv_loop_get_data": (c_void_p, c_void_p),
    "uv_loop_init": (c_int, c_void_p),
    "uv_loop_new": (c_void_p,),
    "uv_loop_set_data": (None, c_void_p, c_void_p),
    "uv_loop_size": (c_size_t,),
    "uv_metrics_idle_time": (c_uint64, c_void_p),
    "uv_metrics_info": (c_int, c_void_p, POINTER(uv_metrics_t)),
    "uv_mutex_destroy": (None, c_void_p),
    "uv_mutex_init": (c_int, c_void_p),
    "uv_mutex_init_recursive": (c_int, c_void_p),
    "uv_mutex_lock": (None, c_void_p),
    "uv_mutex_trylock": (c_int, c_void_p),
    "uv_mutex_unlock": (None, c_void_p),
    "uv_now": (c_uint64, c_void_p),
    "uv_once": (None, POINTER(c_int), CFUNCTYPE(None)),
    "uv_open_osfhandle": (c_int, c_int),
    "uv_os_environ": (c_int, POINTER(POINTER(uv_env_item_t)), POINTER(c_int)),
    "uv_os_free_environ": (None, POINTER(uv_env_item_t), c_int),
    "uv_os_free_group": (None, POINTER(uv_group_t)),
    "uv_os_free_passwd": (None, POINTER(uv_passwd_t)),
    "uv_os_get_group": (c_int, POINTER(uv_group_t), c_uint),
    "uv_os_get_passwd": (c_int, POINTER(uv_passwd_t)),
    "uv_os_get_passwd2": (c_int, POINTER(uv_passwd_t), c_uint),
    "uv_os_getenv": (c_int, c_char_p, c_void_p, POINTER(c_size_t)),
    "uv_os_gethostname": (c_int, c_void_p, POINTER(c_size_t)),
    "uv_os_getpid": (c_int,),
    "uv_os_getppid": (c_int,),
    "uv_os_getpriority": (c_int, c_int, POINTER(c_int)),
    "uv_os_homedir": (c_int, c_void_p, POINTER(c_size_t)),
    "uv_os_setenv": (c_int, c_char_p, c_char_p),
    "uv_os_setpriority": (c_int, c_int, c_int),
    "uv_os_tmpdir": (c_int, c_void_p, POINTER(c_size_t)),
    "uv_os_uname": (c_int, POINTER(uv_utsname_t)),
    "uv_os_unsetenv": (c_int, c_char_p),
    "uv_pipe": (c_int, POINTER(c_int), c_int, c_int),
    "uv_pipe_bind": (c_int, c_void_p, c_char_p),
    "uv_pipe_bind2": (c_int, c_void_p, c_char_p, c_size_t, c_uint),
    "uv_pipe_chmod": (c_int, c_void_p, c_int),
    "uv_pipe_connect": (None, c_void_p, c_void_p, c_char_p, uv_connect_cb),
    "uv_pipe_connect2": (c_int, c_void_p, c_void_p, c_char_p, c_size_t, c_uint, uv_connect_cb),
    "uv_pipe_getpeername": (c_int, c_void_p, c_void_p, POINTER(c_size_t)),
    "uv_pipe_getsockname": (c_int, c_void_p, c_void_p, POINTER(c_size_t)),
    "uv_pipe_init": (c_int, c_void_p, c_void_p, c_int),
    "uv_pipe_open": (c_int, c_void_p, c_int),
    "uv_pipe_pending_count": (c_int, c_void_p),
    "uv_pipe_pending_instances": (None, c_void_p, c_int),
    "uv_pipe_pending_type": (c_uint, c_void_p),
    "uv_poll_init": (c_int, c_void_p, c_void_p, c_int),
    "uv_poll_init_socket": (c_int, c_void_p, c_void_p, c_int),
    "uv_poll_start": (c_int, c_void_p, c_int, uv_poll_cb),
    "uv_poll_stop": (c_int, c_void_p),
    "uv_prepare_init": (c_int, c_void_p, c_void_p),
    "uv_prepare_start": (c_int, c_void_p, uv_prepare_cb),
    "uv_prepare_stop": (c_int, c_void_p),
    "uv_print_active_handles": (None, c_void_p, c_void_p),
    "uv_print_all_handles": (None, c_void_p, c_void_p),
    "uv_process_get_pid": (c_int, c_void_p),
    "uv_process_kill": (c_int, c_void_p, c_int),
    "uv_queue_work": (c_int, c_void_p, c_void_p, uv_work_cb, uv_after_work_cb),
    "uv_random": (c_int, c_void_p, c_void_p, c_void_p, c_size_t, c_uint, uv_random_cb),
    "uv_read_start": (c_int, c_void_p, uv_alloc_cb, uv_read_cb),
    "uv_read_stop": (c_int, c_void_p),
    "uv_recv_buffer_size": (c_int, c_void_p, POINTER(c_int)),
    "uv_ref": (None, c_void_p),
    "uv_replace_allocator": (c_int, uv_malloc_func, uv_realloc_func, uv_calloc_func, uv_free_func),
    "uv_req_get_data": (c_void_p, c_void_p),
    "uv_req_get_type": (c_uint, c_void_p),
    "uv_req_set_data": (None, c_void_p, c_void_p),
    "uv_req_size": (c_size_t, c_uint),
    "uv_req_type_name": (c_char_p, c_uint),
    "uv_resident_set_memory": (c_int, POINTER(c_size_t)),
    "uv_run": (c_int, c_void_p, c_uint),
    "uv_rwlock_destroy": (None, c_void_p),
    "uv_rwlock_init": (c_int, c_void_p),
    "uv_rwlock_rdlock": (None, c_void_p),
    "uv_rwlock_rdunlock": (None, c_void_p),
    "uv_rwlock_tryrdlock": (c_int, c_void_p),
    "uv_rwlock_trywrlock": (c_int, c_void_p),
    "uv_rwlock_wrlock": (None, c_void_p),
    "uv_rwlock_wrunlock": (None, c_void_p),
    "uv_sem_destroy": (None, c_void_p),
    "uv_sem_init": (c_int, c_void_p, c_uint),
    "uv_sem_post": (None, c_void_p),
    "uv_sem_trywait": (c_int, c_void_p),
    "uv_sem_wait": (None, c_void_p),
    "uv_send_buffer_size": (c_int, c_void_p, POINTER(c_int)),
    "uv_set_process_title": (c_int, c_char_p),
    "uv_setup_args": (POINTER(c_char_p), c_int, POINTER(c_char_p)),
    "uv_shutdown": (c_int, c_void_p, c_void_p, uv_shutdown_cb),
    "uv_signal_init": (c_int, c_void_p, c_void_p),
    "uv_signal_start": (c_int, c_void_p, uv_signal_cb, c_int),
    "uv_signal_start_oneshot": (c_int, c_void_p, uv_signal_cb, c_int),
    "uv_signal_stop": (c_int, c_void_p),
    "uv_sleep": (None, c_uint),
    "uv_socketpair": (c_int, c_int, c_int, POINTER(c_int), c_int, c_int),
    "uv_spawn": (c_int, c_void_p, c_void_p, POINTER(uv_process_options_t)),
    "uv_stop": (None, c_void_p),
    "uv_stream_get_write_queue_size": (c_size_t, c_void_p),
    "uv_stream_set_blocking": (c_int, c_void_p, c_int),
    "uv_strerror": (c_char_p, c_int),
    "uv_strerror_r": (c_void_p, c_int, c_void_p, c_size_t),
    "uv_tcp_bind": (c_int, c_void_p, c_void_p, c_uint),
    "uv_tcp_close_reset": (c_int, c_void_p, uv_close_cb),
    "uv_tcp_connect": (c_int, c_void_p, c_void_p, c_void_p, uv_connect_cb),
    "uv_tcp_getpeername": (c_int, c_void_p, c_void_p, POINTER(c_int)),
    "uv_tcp_getsockname": (c_int, c_void_p, c_void_p, POINTER(c_int)),
    "uv_tcp_init": (c_int, c_void_p, c_void_p),
    "uv_tcp_init_ex": (c_int, c_void_p, c_void_p, c_uint),
    "uv_tcp_keepalive": (c_int, c_void_p, c_int, c_uint),
    "uv_tcp_keepalive_ex": (c_int, c_void_p, c_int, c_uint, c_uint, c_uint),
    "uv_tcp_nodelay": (c_int, c_void_p, c_int),
    "uv_tcp_open": (c_int, c_void_p, c_int),
    "uv_tcp_simultaneous_accepts": (c_int, c_void_p, c_int),
    "uv_thread_create": (c_int, POINTER(c_ulong), uv_thread_cb, c_void_p),
    "uv_thread_create_ex": (c_int, POINTER(c_ulong), POINTER(uv_thread_options_t), uv_thread_cb, c_void_p),
    "uv_thread_detach": (c_int, POINTER(c_ulong)),
    "uv_thread_equal": (c_int, POINTER(c_ulong), POINTER(c_ulong)),
    "uv_thread_getaffinity": (c_int, POINTER(c_ulong), c_void_p, c_size_t),
    "uv_thread_getcpu": (c_int,),
    "uv_thread_getname": (c_int, POINTER(c_ulong), c_void_p, c_size_t),
    "uv_thread_getpriority": (c_int, c_ulong, POINTER(c_int)),
    "uv_thread_join": (c_int, POINTER(c_ulong)),
    "uv_thread_self": (c_ulong,),
    "uv_thread_setaffinity": (c_int, POINTER(c_ulong), c_void_p, c_void_p, c_size_t),
    "uv_thread_setname": (c_int, c_char_p),
    "uv_thread_setpriority": (c_int, c_ulong, c_int),
    "uv_timer_again": (c_int, c_void_p),
    "uv_timer_get_due_in": (c_uint64, c_void_p),
    "uv_timer_get_repeat": (c_uint64, c_void_p),
    "uv_timer_init": (c_int, c_void_p, c_void_p),
    "uv_timer_set_repeat": (None, c_void_p, c_uint64),
    "uv_timer_start": (c_int, c_void_p, uv_timer_cb, c_uint64, c_uint64),
    "uv_timer_stop": (c_int, c_void_p),
    "uv_translate_sys_error": (c_int, c_int),
    "uv_try_write": (c_int, c_void_p, POINTER(uv_buf_t), c_uint),
    "uv_try_write2": (c_int, c_void_p, POINTER(uv_buf_t), c_uint, c_void_p),
    "uv_tty_get_vterm_state": (c_int, POINTER(c_uint)),
    "uv_tty_get_winsize": (c_int, c_void_p, POINTER(c_int), POINTER(c_int)),
    "uv_tty_init": (c_int, c_void_p, c_void_p, c_int, c_int),
    "uv_tty_reset_mode": (c_int,),
    "uv_tty_set_mode": (c_int, c_void_p, c_uint),
    "uv_tty_set_vterm_state": (None, c_uint),
    "uv_udp_bind": (c_int, c_void_p, c_void_p, c_uint),
    "uv_udp_connect": (c_int, c_void_p, c_void_p),
    "uv_udp_get_send_queue_count": (c_size_t, c_void_p),
    "uv_udp_get_send_queue_size": (c_size_t, c_void_p),
    "uv_udp_getpeername": (c_int, c_void_p, c_void_p, POINTER(c_int)),
    "uv_udp_getsockname": (c_int, c_void_p, c_void_p, POINTER(c_int)),
    "uv_udp_init": (c_int, c_void_p, c_void_p),
    "uv_udp_init_ex": (c_int, c_void_p, c_void_p, c_uint),
    "uv_udp_open": (c_int, c_void_p, c_int),
    "uv_udp_open_ex": (c_int, c_void_p, c_int, c_uint),
    "uv_udp_recv_start": (c_int, c_void_p, uv_alloc_cb, uv_udp_recv_cb),
    "uv_udp_recv_stop": (c_int, c_void_p),
    "uv_udp_send": (c_int, c_void_p, c_void_p, POINTER(uv_buf_t), c_uint, c_void_p, uv_udp_send_cb),
    "uv_udp_set_broadcast": (c_int, c_void_p, c_int),
    "uv_udp_set_membership": (c_int, c_void_p, c_char_p, c_char_p, c_uint),
    "uv_udp_set_multicast_interface": (c_int, c_void_p, c_char_p),
    "uv_udp_set_multicast_loop": (c_int, c_void_p, c_int),
    "uv_udp_set_multicast_ttl": (c_int, c_void_p, c_int),
    "uv_udp_set_source_membership": (c_int, c_void_p, c_char_p, c_char_p, c_char_p, c_uint),
    "uv_udp_set_ttl": (c_int, c_void_p, c_int),
    "uv_udp_try_send": (c_int, c_void_p, POINTER(uv_buf_t), c_uint, c_void_p),
    "uv_udp_try_send2": (c_int, c_void_p, c_uint, POINTER(POINTER(uv_buf_t)), POINTER(c_uint), POINTER(c_void_p), c_uint),
    "uv_udp_using_recvmmsg": (c_int, c_void_p),
    "uv_unref": (None, c_void_p),
    "uv_update_time": (None, c_void_p),
    "uv_uptime": (c_int, POINTER(c_double)),
    "uv_utf16_length_as_wtf8": (c_size_t, POINTER(c_uint16), c_ssize_t),
    "uv_utf16_to_wtf8": (c_int, POINTER(c_uint16), c_ssize_t, POINTER(c_char_p), POINTER(c_size_t)),
    "uv_version": (c_uint,),
    "uv_version_string": (c_char_p,),
    "uv_walk": (None, c_void_p, uv_walk_cb, c_void_p),
    "uv_write": (c_int, c_void_p, c_void_p, POINTER(uv_buf_t), c_uint, uv_write_cb),
    "uv_write2": (c_int, c_void_p, c_void_p, POINTER(uv_buf_t), c_uint, c_void_p, uv_write_cb),
    "uv_write_nwritten": (c_size_t, c_void_p),
    "uv_wtf8_length_as_utf16": (c_ssize_t, c_char_p),
    "uv_wtf8_to_utf16": (None, c_char_p, POINTER(c_uint16), c_size_t),
}


def declare(library):
    """Gives the functions of a loaded library their types."""
    for name, (result, *parameters) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters
    return library


__all__ = [name for name in dir() if name.startswith(("UV_", "uv_"))]
