/* SPDX-License-Identifier: MIT
 *
 * The C interface: that of libuv 1.53, described at https://docs.libuv.org/.
 * Generated from src/ by `cargo xtask headers`; edit the sources instead.
 *
 * Members of handles, requests and loops that libuv's documentation does not
 * name are private.
 */

#ifndef UV_H
#define UV_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(BUILDING_UV_SHARED) && defined(USING_UV_SHARED)
# error "BUILDING_UV_SHARED and USING_UV_SHARED exclude each other."
#endif

#ifndef UV_EXTERN
# if defined(_WIN32) && defined(BUILDING_UV_SHARED)
#  define UV_EXTERN __declspec(dllexport)
# elif defined(_WIN32) && defined(USING_UV_SHARED)
#  define UV_EXTERN __declspec(dllimport)
# elif !defined(_WIN32) && defined(__GNUC__)
#  define UV_EXTERN __attribute__((visibility("default")))
# else
#  define UV_EXTERN /* nothing */
# endif
#endif

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "uv/errno.h"
#include "uv/version.h"

/* A node, or the head, of a circular list. */
struct uv__queue {
  struct uv__queue *next;
  struct uv__queue *prev;
};

#include "uv/unix.h"

/* Every error code: name without UV_, message. */
#define UV_ERRNO_MAP(XX)                                                      \
  XX(E2BIG, "argument list too long")                                         \
  XX(EACCES, "permission denied")                                             \
  XX(EADDRINUSE, "address already in use")                                    \
  XX(EADDRNOTAVAIL, "address not available")                                  \
  XX(EAFNOSUPPORT, "address family not supported")                            \
  XX(EAGAIN, "resource temporarily unavailable")                              \
  XX(EAI_ADDRFAMILY, "address family not supported")                          \
  XX(EAI_AGAIN, "temporary failure")                                          \
  XX(EAI_BADFLAGS, "bad ai_flags value")                                      \
  XX(EAI_BADHINTS, "invalid value for hints")                                 \
  XX(EAI_CANCELED, "request canceled")                                        \
  XX(EAI_FAIL, "permanent failure")                                           \
  XX(EAI_FAMILY, "ai_family not supported")                                   \
  XX(EAI_MEMORY, "out of memory")                                             \
  XX(EAI_NODATA, "no address")                                                \
  XX(EAI_NONAME, "unknown node or service")                                   \
  XX(EAI_OVERFLOW, "argument buffer overflow")                                \
  XX(EAI_PROTOCOL, "resolved protocol is unknown")                            \
  XX(EAI_SERVICE, "service not available for socket type")                    \
  XX(EAI_SOCKTYPE, "socket type not supported")                               \
  XX(EALREADY, "connection already in progress")                              \
  XX(EBADF, "bad file descriptor")                                            \
  XX(EBUSY, "resource busy or locked")                                        \
  XX(ECANCELED, "operation canceled")                                         \
  XX(ECHARSET, "invalid Unicode character")                                   \
  XX(ECONNABORTED, "software caused connection abort")                        \
  XX(ECONNREFUSED, "connection refused")                                      \
  XX(ECONNRESET, "connection reset by peer")                                  \
  XX(EDESTADDRREQ, "destination address required")                            \
  XX(EEXIST, "file already exists")                                           \
  XX(EFAULT, "bad address in system call argument")                           \
  XX(EFBIG, "file too large")                                                 \
  XX(EHOSTUNREACH, "host is unreachable")                                     \
  XX(EINTR, "interrupted system call")                                        \
  XX(EINVAL, "invalid argument")                                              \
  XX(EIO, "i/o error")                                                        \
  XX(EISCONN, "socket is already connected")                                  \
  XX(EISDIR, "illegal operation on a directory")                              \
  XX(ELOOP, "too many symbolic links encountered")                            \
  XX(EMFILE, "too many open files")                                           \
  XX(EMSGSIZE, "message too long")                                            \
  XX(ENAMETOOLONG, "name too long")                                           \
  XX(ENETDOWN, "network is down")                                             \
  XX(ENETUNREACH, "network is unreachable")                                   \
  XX(ENFILE, "file table overflow")                                           \
  XX(ENOBUFS, "no buffer space available")                                    \
  XX(ENODEV, "no such device")                                                \
  XX(ENOENT, "no such file or directory")                                     \
  XX(ENOMEM, "not enough memory")                                             \
  XX(ENONET, "machine is not on the network")                                 \
  XX(ENOPROTOOPT, "protocol not available")                                   \
  XX(ENOSPC, "no space left on device")                                       \
  XX(ENOSYS, "function not implemented")                                      \
  XX(ENOTCONN, "socket is not connected")                                     \
  XX(ENOTDIR, "not a directory")                                              \
  XX(ENOTEMPTY, "directory not empty")                                        \
  XX(ENOTSOCK, "socket operation on non-socket")                              \
  XX(ENOTSUP, "operation not supported on socket")                            \
  XX(EOVERFLOW, "value too large for defined data type")                      \
  XX(EPERM, "operation not permitted")                                        \
  XX(EPIPE, "broken pipe")                                                    \
  XX(EPROTO, "protocol error")                                                \
  XX(EPROTONOSUPPORT, "protocol not supported")                               \
  XX(EPROTOTYPE, "protocol wrong type for socket")                            \
  XX(ERANGE, "result too large")                                              \
  XX(EROFS, "read-only file system")                                          \
  XX(ESHUTDOWN, "cannot send after transport endpoint shutdown")              \
  XX(ESPIPE, "invalid seek")                                                  \
  XX(ESRCH, "no such process")                                                \
  XX(ETIMEDOUT, "connection timed out")                                       \
  XX(ETXTBSY, "text file is busy")                                            \
  XX(EXDEV, "cross-device link not permitted")                                \
  XX(UNKNOWN, "unknown error")                                                \
  XX(EOF, "end of file")                                                      \
  XX(ENXIO, "no such device or address")                                      \
  XX(EMLINK, "too many links")                                                \
  XX(EHOSTDOWN, "host is down")                                               \
  XX(EREMOTEIO, "remote I/O error")                                           \
  XX(ENOTTY, "inappropriate ioctl for device")                                \
  XX(EFTYPE, "inappropriate file type or format")                             \
  XX(EILSEQ, "illegal byte sequence")                                         \
  XX(ESOCKTNOSUPPORT, "socket type not supported")                            \
  XX(ENODATA, "no data available")                                            \
  XX(EUNATCH, "protocol driver not attached")                                 \
  XX(ENOEXEC, "exec format error")

/* Every kind of handle: name without UV_, stem of the type's name. */
#define UV_HANDLE_TYPE_MAP(XX)                                                \
  XX(ASYNC, async)                                                            \
  XX(CHECK, check)                                                            \
  XX(FS_EVENT, fs_event)                                                      \
  XX(FS_POLL, fs_poll)                                                        \
  XX(HANDLE, handle)                                                          \
  XX(IDLE, idle)                                                              \
  XX(NAMED_PIPE, pipe)                                                        \
  XX(POLL, poll)                                                              \
  XX(PREPARE, prepare)                                                        \
  XX(PROCESS, process)                                                        \
  XX(STREAM, stream)                                                          \
  XX(TCP, tcp)                                                                \
  XX(TIMER, timer)                                                            \
  XX(TTY, tty)                                                                \
  XX(UDP, udp)                                                                \
  XX(SIGNAL, signal)

/* Every kind of request: name without UV_, stem of the type's name. */
#define UV_REQ_TYPE_MAP(XX)                                                   \
  XX(REQ, req)                                                                \
  XX(CONNECT, connect)                                                        \
  XX(WRITE, write)                                                            \
  XX(SHUTDOWN, shutdown)                                                      \
  XX(UDP_SEND, udp_send)                                                      \
  XX(FS, fs)                                                                  \
  XX(WORK, work)                                                              \
  XX(GETADDRINFO, getaddrinfo)                                                \
  XX(GETNAMEINFO, getnameinfo)                                                \
  XX(RANDOM, random)

/* Error codes: all are negative. */
typedef enum {
  UV_E2BIG = UV__E2BIG,
  UV_EACCES = UV__EACCES,
  UV_EADDRINUSE = UV__EADDRINUSE,
  UV_EADDRNOTAVAIL = UV__EADDRNOTAVAIL,
  UV_EAFNOSUPPORT = UV__EAFNOSUPPORT,
  UV_EAGAIN = UV__EAGAIN,
  UV_EAI_ADDRFAMILY = UV__EAI_ADDRFAMILY,
  UV_EAI_AGAIN = UV__EAI_AGAIN,
  UV_EAI_BADFLAGS = UV__EAI_BADFLAGS,
  UV_EAI_BADHINTS = UV__EAI_BADHINTS,
  UV_EAI_CANCELED = UV__EAI_CANCELED,
  UV_EAI_FAIL = UV__EAI_FAIL,
  UV_EAI_FAMILY = UV__EAI_FAMILY,
  UV_EAI_MEMORY = UV__EAI_MEMORY,
  UV_EAI_NODATA = UV__EAI_NODATA,
  UV_EAI_NONAME = UV__EAI_NONAME,
  UV_EAI_OVERFLOW = UV__EAI_OVERFLOW,
  UV_EAI_PROTOCOL = UV__EAI_PROTOCOL,
  UV_EAI_SERVICE = UV__EAI_SERVICE,
  UV_EAI_SOCKTYPE = UV__EAI_SOCKTYPE,
  UV_EALREADY = UV__EALREADY,
  UV_EBADF = UV__EBADF,
  UV_EBUSY = UV__EBUSY,
  UV_ECANCELED = UV__ECANCELED,
  UV_ECHARSET = UV__ECHARSET,
  UV_ECONNABORTED = UV__ECONNABORTED,
  UV_ECONNREFUSED = UV__ECONNREFUSED,
  UV_ECONNRESET = UV__ECONNRESET,
  UV_EDESTADDRREQ = UV__EDESTADDRREQ,
  UV_EEXIST = UV__EEXIST,
  UV_EFAULT = UV__EFAULT,
  UV_EFBIG = UV__EFBIG,
  UV_EHOSTUNREACH = UV__EHOSTUNREACH,
  UV_EINTR = UV__EINTR,
  UV_EINVAL = UV__EINVAL,
  UV_EIO = UV__EIO,
  UV_EISCONN = UV__EISCONN,
  UV_EISDIR = UV__EISDIR,
  UV_ELOOP = UV__ELOOP,
  UV_EMFILE = UV__EMFILE,
  UV_EMSGSIZE = UV__EMSGSIZE,
  UV_ENAMETOOLONG = UV__ENAMETOOLONG,
  UV_ENETDOWN = UV__ENETDOWN,
  UV_ENETUNREACH = UV__ENETUNREACH,
  UV_ENFILE = UV__ENFILE,
  UV_ENOBUFS = UV__ENOBUFS,
  UV_ENODEV = UV__ENODEV,
  UV_ENOENT = UV__ENOENT,
  UV_ENOMEM = UV__ENOMEM,
  UV_ENONET = UV__ENONET,
  UV_ENOPROTOOPT = UV__ENOPROTOOPT,
  UV_ENOSPC = UV__ENOSPC,
  UV_ENOSYS = UV__ENOSYS,
  UV_ENOTCONN = UV__ENOTCONN,
  UV_ENOTDIR = UV__ENOTDIR,
  UV_ENOTEMPTY = UV__ENOTEMPTY,
  UV_ENOTSOCK = UV__ENOTSOCK,
  UV_ENOTSUP = UV__ENOTSUP,
  UV_EOVERFLOW = UV__EOVERFLOW,
  UV_EPERM = UV__EPERM,
  UV_EPIPE = UV__EPIPE,
  UV_EPROTO = UV__EPROTO,
  UV_EPROTONOSUPPORT = UV__EPROTONOSUPPORT,
  UV_EPROTOTYPE = UV__EPROTOTYPE,
  UV_ERANGE = UV__ERANGE,
  UV_EROFS = UV__EROFS,
  UV_ESHUTDOWN = UV__ESHUTDOWN,
  UV_ESPIPE = UV__ESPIPE,
  UV_ESRCH = UV__ESRCH,
  UV_ETIMEDOUT = UV__ETIMEDOUT,
  UV_ETXTBSY = UV__ETXTBSY,
  UV_EXDEV = UV__EXDEV,
  UV_UNKNOWN = UV__UNKNOWN,
  UV_EOF = UV__EOF,
  UV_ENXIO = UV__ENXIO,
  UV_EMLINK = UV__EMLINK,
  UV_EHOSTDOWN = UV__EHOSTDOWN,
  UV_EREMOTEIO = UV__EREMOTEIO,
  UV_ENOTTY = UV__ENOTTY,
  UV_EFTYPE = UV__EFTYPE,
  UV_EILSEQ = UV__EILSEQ,
  UV_ESOCKTNOSUPPORT = UV__ESOCKTNOSUPPORT,
  UV_ENODATA = UV__ENODATA,
  UV_EUNATCH = UV__EUNATCH,
  UV_ENOEXEC = UV__ENOEXEC,
  UV_ERRNO_MAX = UV__EOF - 1
} uv_errno_t;

/* The operation of a request. */
typedef enum {
  UV_FS_UNKNOWN = -1,
  UV_FS_CUSTOM = 0,
  UV_FS_OPEN = 1,
  UV_FS_CLOSE = 2,
  UV_FS_READ = 3,
  UV_FS_WRITE = 4,
  UV_FS_SENDFILE = 5,
  UV_FS_STAT = 6,
  UV_FS_LSTAT = 7,
  UV_FS_FSTAT = 8,
  UV_FS_FTRUNCATE = 9,
  UV_FS_UTIME = 10,
  UV_FS_FUTIME = 11,
  UV_FS_ACCESS = 12,
  UV_FS_CHMOD = 13,
  UV_FS_FCHMOD = 14,
  UV_FS_FSYNC = 15,
  UV_FS_FDATASYNC = 16,
  UV_FS_UNLINK = 17,
  UV_FS_RMDIR = 18,
  UV_FS_MKDIR = 19,
  UV_FS_MKDTEMP = 20,
  UV_FS_RENAME = 21,
  UV_FS_SCANDIR = 22,
  UV_FS_LINK = 23,
  UV_FS_SYMLINK = 24,
  UV_FS_READLINK = 25,
  UV_FS_CHOWN = 26,
  UV_FS_FCHOWN = 27,
  UV_FS_REALPATH = 28,
  UV_FS_COPYFILE = 29,
  UV_FS_LCHOWN = 30,
  UV_FS_OPENDIR = 31,
  UV_FS_READDIR = 32,
  UV_FS_CLOSEDIR = 33,
  UV_FS_STATFS = 34,
  UV_FS_MKSTEMP = 35,
  UV_FS_LUTIME = 36
} uv_fs_type;

/* The type of a directory entry. */
typedef enum {
  UV_DIRENT_UNKNOWN = 0,
  UV_DIRENT_FILE = 1,
  UV_DIRENT_DIR = 2,
  UV_DIRENT_LINK = 3,
  UV_DIRENT_FIFO = 4,
  UV_DIRENT_SOCKET = 5,
  UV_DIRENT_CHAR = 6,
  UV_DIRENT_BLOCK = 7
} uv_dirent_type_t;

/* What happened to a file. */
enum uv_fs_event {
  UV_RENAME = 1,
  UV_CHANGE = 2
};

/* Flags of uv_fs_event_start. */
enum uv_fs_event_flags {
  UV_FS_EVENT_WATCH_ENTRY = 1,
  UV_FS_EVENT_STAT = 2,
  UV_FS_EVENT_RECURSIVE = 4
};

/* The kind of a handle. */
typedef enum {
  UV_UNKNOWN_HANDLE = 0,
  UV_ASYNC = 1,
  UV_CHECK = 2,
  UV_FS_EVENT = 3,
  UV_FS_POLL = 4,
  UV_HANDLE = 5,
  UV_IDLE = 6,
  UV_NAMED_PIPE = 7,
  UV_POLL = 8,
  UV_PREPARE = 9,
  UV_PROCESS = 10,
  UV_STREAM = 11,
  UV_TCP = 12,
  UV_TIMER = 13,
  UV_TTY = 14,
  UV_UDP = 15,
  UV_SIGNAL = 16,
  UV_FILE = 17,
  UV_HANDLE_TYPE_MAX = 18
} uv_handle_type;

/* What uv_loop_configure can set. */
typedef enum {
  UV_LOOP_BLOCK_SIGNAL = 0,
  UV_METRICS_IDLE_TIME = 1,
  UV_LOOP_USE_IO_URING_SQPOLL = 2
} uv_loop_option;

/* How uv_run runs. */
typedef enum {
  UV_RUN_DEFAULT = 0,
  UV_RUN_ONCE = 1,
  UV_RUN_NOWAIT = 2
} uv_run_mode;

/* The clocks of uv_clock_gettime. */
typedef enum {
  UV_CLOCK_MONOTONIC = 0,
  UV_CLOCK_REALTIME = 1
} uv_clock_id;

/* Events of uv_poll_start. */
enum uv_poll_event {
  UV_READABLE = 1,
  UV_WRITABLE = 2,
  UV_DISCONNECT = 4,
  UV_PRIORITIZED = 8
};

/* How a child gets one of its descriptors. */
typedef enum {
  UV_IGNORE = 0,
  UV_CREATE_PIPE = 1,
  UV_INHERIT_FD = 2,
  UV_INHERIT_STREAM = 4,
  UV_READABLE_PIPE = 16,
  UV_WRITABLE_PIPE = 32,
  UV_NONBLOCK_PIPE = 64,
  UV_OVERLAPPED_PIPE = 64
} uv_stdio_flags;

/* Flags of uv_spawn. */
enum uv_process_flags {
  UV_PROCESS_SETUID = 1,
  UV_PROCESS_SETGID = 2,
  UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS = 4,
  UV_PROCESS_DETACHED = 8,
  UV_PROCESS_WINDOWS_HIDE = 16,
  UV_PROCESS_WINDOWS_HIDE_CONSOLE = 32,
  UV_PROCESS_WINDOWS_HIDE_GUI = 64,
  UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME = 128
};

/* The kind of a request. */
typedef enum {
  UV_UNKNOWN_REQ = 0,
  UV_REQ = 1,
  UV_CONNECT = 2,
  UV_WRITE = 3,
  UV_SHUTDOWN = 4,
  UV_UDP_SEND = 5,
  UV_FS = 6,
  UV_WORK = 7,
  UV_GETADDRINFO = 8,
  UV_GETNAMEINFO = 9,
  UV_RANDOM = 10,
  UV_REQ_TYPE_MAX = 11
} uv_req_type;

/* Flags of uv_tcp_bind. */
enum uv_tcp_flags {
  UV_TCP_IPV6ONLY = 1,
  UV_TCP_REUSEPORT = 2
};

/* Modes of a terminal. */
typedef enum {
  UV_TTY_MODE_NORMAL = 0,
  UV_TTY_MODE_RAW = 1,
  UV_TTY_MODE_IO = 2,
  UV_TTY_MODE_RAW_VT = 3
} uv_tty_mode_t;

/* Whether the console understands virtual terminal sequences. */
typedef enum {
  UV_TTY_SUPPORTED = 0,
  UV_TTY_UNSUPPORTED = 1
} uv_tty_vtermstate_t;

enum {
  UV_PIPE_NO_TRUNCATE = 1
};

enum {
  UV_THREAD_PRIORITY_HIGHEST = 2,
  UV_THREAD_PRIORITY_ABOVE_NORMAL = 1,
  UV_THREAD_PRIORITY_NORMAL = 0,
  UV_THREAD_PRIORITY_BELOW_NORMAL = -1,
  UV_THREAD_PRIORITY_LOWEST = -2
};

/* Which members of uv_thread_options_t are set. */
typedef enum {
  UV_THREAD_NO_FLAGS = 0,
  UV_THREAD_HAS_STACK_SIZE = 1
} uv_thread_create_flags;

/* Flags of UDP functions and callbacks. */
enum uv_udp_flags {
  UV_UDP_IPV6ONLY = 1,
  UV_UDP_PARTIAL = 2,
  UV_UDP_REUSEADDR = 4,
  UV_UDP_MMSG_CHUNK = 8,
  UV_UDP_MMSG_FREE = 16,
  UV_UDP_LINUX_RECVERR = 32,
  UV_UDP_REUSEPORT = 64,
  UV_UDP_RECVMMSG = 256
};

/* What uv_udp_set_membership does. */
typedef enum {
  UV_LEAVE_GROUP = 0,
  UV_JOIN_GROUP = 1
} uv_membership;

/* For #ifdef: libuv before 1.49 lacks the option. */
#define UV_LOOP_USE_IO_URING_SQPOLL UV_LOOP_USE_IO_URING_SQPOLL

/* uv_fs_copyfile fails if the destination exists. */
#define UV_FS_COPYFILE_EXCL 1

/* uv_fs_copyfile tries to clone. */
#define UV_FS_COPYFILE_FICLONE 2

/* uv_fs_copyfile clones or fails. */
#define UV_FS_COPYFILE_FICLONE_FORCE 4

/* Windows: the link is to a directory. */
#define UV_FS_SYMLINK_DIR 1

/* Windows: the link is a junction point. */
#define UV_FS_SYMLINK_JUNCTION 2

/* The longest host name with its final NUL. */
#define UV_MAXHOSTNAMESIZE 65

/* The longest interface name with its final NUL. */
#define UV_IF_NAMESIZE (16 + 1)
#define UV_PRIORITY_LOW 19
#define UV_PRIORITY_BELOW_NORMAL 10
#define UV_PRIORITY_NORMAL 0
#define UV_PRIORITY_ABOVE_NORMAL -7
#define UV_PRIORITY_HIGH -14
#define UV_PRIORITY_HIGHEST -20

/* Times that uv_fs_utime and its kin take as "now" and "leave as it is". */
#define UV_FS_UTIME_NOW (INFINITY)
#define UV_FS_UTIME_OMIT (NAN)

typedef struct uv_async_s uv_async_t;
typedef struct uv_getaddrinfo_s uv_getaddrinfo_t;
typedef struct uv_getnameinfo_s uv_getnameinfo_t;
typedef struct uv_timespec_t uv_timespec_t;
typedef struct uv_stat_t uv_stat_t;
typedef struct uv_statfs_s uv_statfs_t;
typedef struct uv_dirent_s uv_dirent_t;
typedef struct uv_dir_s uv_dir_t;
typedef struct uv_fs_s uv_fs_t;
typedef struct uv_fs_event_s uv_fs_event_t;
typedef struct uv_fs_poll_s uv_fs_poll_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_metrics_s uv_metrics_t;
typedef struct uv_timespec64_t uv_timespec64_t;
typedef struct uv_timeval_t uv_timeval_t;
typedef struct uv_timeval64_t uv_timeval64_t;
typedef struct uv_rusage_t uv_rusage_t;
typedef struct uv_cpu_info_s uv_cpu_info_t;
typedef struct uv_interface_address_s uv_interface_address_t;
typedef struct uv_passwd_s uv_passwd_t;
typedef struct uv_group_s uv_group_t;
typedef struct uv_utsname_s uv_utsname_t;
typedef struct uv_env_item_s uv_env_item_t;
typedef struct uv_prepare_s uv_prepare_t;
typedef struct uv_check_s uv_check_t;
typedef struct uv_idle_s uv_idle_t;
typedef struct uv_poll_s uv_poll_t;
typedef struct uv_stdio_container_s uv_stdio_container_t;
typedef struct uv_process_options_s uv_process_options_t;
typedef struct uv_process_s uv_process_t;
typedef struct uv_req_s uv_req_t;
typedef struct uv_signal_s uv_signal_t;
typedef struct uv_stream_s uv_stream_t;
typedef struct uv_tcp_s uv_tcp_t;
typedef struct uv_pipe_s uv_pipe_t;
typedef struct uv_tty_s uv_tty_t;
typedef struct uv_connect_s uv_connect_t;
typedef struct uv_shutdown_s uv_shutdown_t;
typedef struct uv_write_s uv_write_t;
typedef struct uv_thread_options_s uv_thread_options_t;
typedef struct uv_timer_s uv_timer_t;
typedef struct uv_udp_s uv_udp_t;
typedef struct uv_udp_send_s uv_udp_send_t;
typedef struct uv_work_s uv_work_t;
typedef struct uv_random_s uv_random_t;

/* The handle was sent to. */
typedef void (*uv_async_cb)(uv_async_t *handle);

/* Addresses for a name. */
typedef void (*uv_getaddrinfo_cb)(uv_getaddrinfo_t *req, int status, struct addrinfo *res);

/* The name of an address. */
typedef void (*uv_getnameinfo_cb)(uv_getnameinfo_t *req, int status, const char *hostname, const char *service);

/* The operation is over. */
typedef void (*uv_fs_cb)(uv_fs_t *req);

/* A watched path changed. */
typedef void (*uv_fs_event_cb)(uv_fs_event_t *handle, const char *filename, int events, int status);

/* The stat of a watched path changed. */
typedef void (*uv_fs_poll_cb)(uv_fs_poll_t *handle, int status, const uv_stat_t *prev, const uv_stat_t *curr);

/* A closed handle's memory is the program's again. */
typedef void (*uv_close_cb)(uv_handle_t *handle);

/* Called by uv_walk for each handle. */
typedef void (*uv_walk_cb)(uv_handle_t *handle, void *arg);

/* Asks for memory to read into. */
typedef void (*uv_alloc_cb)(uv_handle_t *handle, size_t suggested_size, uv_buf_t *buf);

/* Allocates. */
typedef void *(*uv_malloc_func)(size_t size);

/* Grows or shrinks. */
typedef void *(*uv_realloc_func)(void *ptr, size_t size);

/* Allocates zeroed memory. */
typedef void *(*uv_calloc_func)(size_t count, size_t size);

/* Frees; null is allowed. */
typedef void (*uv_free_func)(void *ptr);

/* Called once per turn, in the prepare phase. */
typedef void (*uv_prepare_cb)(uv_prepare_t *handle);

/* Called once per turn, in the check phase. */
typedef void (*uv_check_cb)(uv_check_t *handle);

/* Called once per turn, in the idle phase. */
typedef void (*uv_idle_cb)(uv_idle_t *handle);

/* The descriptor is ready. */
typedef void (*uv_poll_cb)(uv_poll_t *handle, int status, int events);

/* The child is gone. */
typedef void (*uv_exit_cb)(uv_process_t *process, int64_t exit_status, int term_signal);

/* The signal was caught. */
typedef void (*uv_signal_cb)(uv_signal_t *handle, int signum);

/* Data, the end of the stream or an error. */
typedef void (*uv_read_cb)(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf);

/* A write is over. */
typedef void (*uv_write_cb)(uv_write_t *req, int status);

/* A connection stands, or failed. */
typedef void (*uv_connect_cb)(uv_connect_t *req, int status);

/* The writing side is shut down. */
typedef void (*uv_shutdown_cb)(uv_shutdown_t *req, int status);

/* A listening stream has a connection to accept. */
typedef void (*uv_connection_cb)(uv_stream_t *server, int status);

/* What a thread runs. */
typedef void (*uv_thread_cb)(void *arg);

/* The timer expired. */
typedef void (*uv_timer_cb)(uv_timer_t *handle);

/* A datagram is sent. */
typedef void (*uv_udp_send_cb)(uv_udp_send_t *req, int status);

/* A datagram has come. */
typedef void (*uv_udp_recv_cb)(uv_udp_t *handle, ssize_t nread, const uv_buf_t *buf, const struct sockaddr *addr, unsigned int flags);

/* The work, on a worker thread. */
typedef void (*uv_work_cb)(uv_work_t *req);

/* The work is done or cancelled. */
typedef void (*uv_after_work_cb)(uv_work_t *req, int status);

/* Random bytes are there. */
typedef void (*uv_random_cb)(uv_random_t *req, int status, void *buf, size_t buflen);

/* The descriptor of some handles on Windows; reserved here. */
union uv__handle_u {
  int fd;
  void *reserved[4];
};

/* Wakes its loop from any thread. */
struct uv_async_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_async_cb async_cb;
  struct uv__queue queue;
  int pending;
};

/* What a write keeps in the spare bytes of its request. */
struct uv__req_write_extra_s {
  size_t nwritten;
};

/* A request for addresses. */
struct uv_getaddrinfo_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_loop_t *loop;
  struct uv__work work_req;
  uv_getaddrinfo_cb cb;
  struct addrinfo *hints;
  char *hostname;
  char *service;
  struct addrinfo *addrinfo;
  int retcode;
};

/* A request for a name. */
struct uv_getnameinfo_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_loop_t *loop;
  struct uv__work work_req;
  uv_getnameinfo_cb getnameinfo_cb;
  struct sockaddr_storage storage;
  int flags;
  char host[NI_MAXHOST];
  char service[NI_MAXSERV];
  int retcode;
};

/* A point in time, with nanoseconds. */
struct uv_timespec_t {
  long tv_sec;
  long tv_nsec;
};

/* What is known of a file. */
struct uv_stat_t {
  uint64_t st_dev;
  uint64_t st_mode;
  uint64_t st_nlink;
  uint64_t st_uid;
  uint64_t st_gid;
  uint64_t st_rdev;
  uint64_t st_ino;
  uint64_t st_size;
  uint64_t st_blksize;
  uint64_t st_blocks;
  uint64_t st_flags;
  uint64_t st_gen;
  struct uv_timespec_t st_atim;
  struct uv_timespec_t st_mtim;
  struct uv_timespec_t st_ctim;
  struct uv_timespec_t st_birthtim;
};

/* What is known of a file system. */
struct uv_statfs_s {
  uint64_t f_type;
  uint64_t f_bsize;
  uint64_t f_blocks;
  uint64_t f_bfree;
  uint64_t f_bavail;
  uint64_t f_files;
  uint64_t f_ffree;
  uint64_t f_frsize;
  uint64_t f_spare[3];
};

/* An entry of a directory. */
struct uv_dirent_s {
  const char *name;
  uv_dirent_type_t type;
};

/* An open directory. */
struct uv_dir_s {
  uv_dirent_t *dirents;
  size_t nentries;
  void *reserved[4];
  DIR *dir;
};

/* A file operation. */
struct uv_fs_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_fs_type fs_type;
  uv_loop_t *loop;
  uv_fs_cb cb;
  ssize_t result;
  void *ptr;
  const char *path;
  struct uv_stat_t statbuf;
  const char *new_path;
  uv_file file;
  int flags;
  mode_t mode;
  unsigned int nbufs;
  uv_buf_t *bufs;
  off_t off;
  uv_uid_t uid;
  uv_gid_t gid;
  double atime;
  double mtime;
  struct uv__work work_req;
  uv_buf_t bufsml[4];
};

/* Watches a path with the help of the system. */
struct uv_fs_event_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  char *path;
  uv_fs_event_cb cb;
  struct uv__queue watchers;
  int wd;
};

/* Watches a path by calling stat. */
struct uv_fs_poll_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  void *poll_ctx;
};

/* The base type of all handles. */
struct uv_handle_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
};

/* A handle of the check phase. */
struct uv_check_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_check_cb check_cb;
  struct uv__queue queue;
};

/* A handle of the idle phase. */
struct uv_idle_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_idle_cb idle_cb;
  struct uv__queue queue;
};

/* A pipe: a Unix domain socket or FIFO. */
struct uv_pipe_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  size_t write_queue_size;
  uv_alloc_cb alloc_cb;
  uv_read_cb read_cb;
  uv_connect_t *connect_req;
  uv_shutdown_t *shutdown_req;
  struct uv__io_s io_watcher;
  struct uv__queue write_queue;
  struct uv__queue write_completed_queue;
  uv_connection_cb connection_cb;
  int delayed_error;
  int accepted_fd;
  void *queued_fds;
  int ipc;
  const char *pipe_fname;
};

/* A descriptor that the program itself reads and writes. */
struct uv_poll_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_poll_cb poll_cb;
  struct uv__io_s io_watcher;
};

/* A handle of the prepare phase. */
struct uv_prepare_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_prepare_cb prepare_cb;
  struct uv__queue queue;
};

/* A child process. */
struct uv_process_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_exit_cb exit_cb;
  int pid;
  struct uv__queue queue;
  int status;
};

/* The base type of all streams. */
struct uv_stream_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  size_t write_queue_size;
  uv_alloc_cb alloc_cb;
  uv_read_cb read_cb;
  uv_connect_t *connect_req;
  uv_shutdown_t *shutdown_req;
  struct uv__io_s io_watcher;
  struct uv__queue write_queue;
  struct uv__queue write_completed_queue;
  uv_connection_cb connection_cb;
  int delayed_error;
  int accepted_fd;
  void *queued_fds;
};

/* A TCP stream or server. */
struct uv_tcp_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  size_t write_queue_size;
  uv_alloc_cb alloc_cb;
  uv_read_cb read_cb;
  uv_connect_t *connect_req;
  uv_shutdown_t *shutdown_req;
  struct uv__io_s io_watcher;
  struct uv__queue write_queue;
  struct uv__queue write_completed_queue;
  uv_connection_cb connection_cb;
  int delayed_error;
  int accepted_fd;
  void *queued_fds;
};

union uv__timer_node {
  void *heap[3];
  struct uv__queue queue;
};

/* A timer. */
struct uv_timer_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_timer_cb timer_cb;
  union uv__timer_node node;
  uint64_t timeout;
  uint64_t repeat;
  uint64_t start_id;
};

/* A terminal. */
struct uv_tty_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  size_t write_queue_size;
  uv_alloc_cb alloc_cb;
  uv_read_cb read_cb;
  uv_connect_t *connect_req;
  uv_shutdown_t *shutdown_req;
  struct uv__io_s io_watcher;
  struct uv__queue write_queue;
  struct uv__queue write_completed_queue;
  uv_connection_cb connection_cb;
  int delayed_error;
  int accepted_fd;
  void *queued_fds;
  struct termios orig_termios;
  int mode;
};

/* A UDP socket. */
struct uv_udp_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  size_t send_queue_size;
  size_t send_queue_count;
  uv_alloc_cb alloc_cb;
  uv_udp_recv_cb recv_cb;
  struct uv__io_s io_watcher;
  struct uv__queue write_queue;
  struct uv__queue write_completed_queue;
};

struct uv__signal_tree_entry {
  uv_signal_t *rbe_left;
  uv_signal_t *rbe_right;
  uv_signal_t *rbe_parent;
  int rbe_color;
};

/* Catches one signal. */
struct uv_signal_s {
  void *data;
  uv_loop_t *loop;
  uv_handle_type type;
  uv_close_cb close_cb;
  struct uv__queue handle_queue;
  union uv__handle_u u;
  uv_handle_t *next_closing;
  unsigned int flags;
  uv_signal_cb signal_cb;
  int signum;
  struct uv__signal_tree_entry tree_entry;
  unsigned int caught_signals;
  unsigned int dispatched_signals;
};

/* Room for any handle. */
union uv_any_handle {
  struct uv_async_s async;
  struct uv_check_s check;
  struct uv_fs_event_s fs_event;
  struct uv_fs_poll_s fs_poll;
  struct uv_handle_s handle;
  struct uv_idle_s idle;
  struct uv_pipe_s pipe;
  struct uv_poll_s poll;
  struct uv_prepare_s prepare;
  struct uv_process_s process;
  struct uv_stream_s stream;
  struct uv_tcp_s tcp;
  struct uv_timer_s timer;
  struct uv_tty_s tty;
  struct uv_udp_s udp;
  struct uv_signal_s signal;
};

/* How many requests are active. */
union uv__loop_active_reqs {
  void *unused;
  unsigned int count;
};

/* The timers of a loop. */
struct uv__loop_timer_heap {
  void *min;
  unsigned int nelts;
};

/* An event loop. */
struct uv_loop_s {
  void *data;
  unsigned int active_handles;
  struct uv__queue handle_queue;
  union uv__loop_active_reqs active_reqs;
  void *internal_fields;
  unsigned int stop_flag;
  unsigned long flags;
  int backend_fd;
  struct uv__queue pending_queue;
  struct uv__queue watcher_queue;
  uv__io_t **watchers;
  unsigned int nwatchers;
  unsigned int nfds;
  struct uv__queue wq;
  uv_mutex_t wq_mutex;
  struct uv_async_s wq_async;
  uv_rwlock_t cloexec_lock;
  uv_handle_t *closing_handles;
  struct uv__queue process_handles;
  struct uv__queue prepare_handles;
  struct uv__queue check_handles;
  struct uv__queue idle_handles;
  struct uv__queue async_handles;
  void (*async_unused)(void);
  struct uv__io_s async_io_watcher;
  int async_wfd;
  struct uv__loop_timer_heap timer_heap;
  uint64_t timer_counter;
  uint64_t time;
  int signal_pipefd[2];
  struct uv__io_s signal_io_watcher;
  struct uv_signal_s child_watcher;
  int emfile_fd;
  struct uv__io_s inotify_read_watcher;
  void *inotify_watchers;
  int inotify_fd;
};

/* Counters of a loop. */
struct uv_metrics_s {
  uint64_t loop_count;
  uint64_t events;
  uint64_t events_waiting;
  uint64_t *reserved[13];
};

/* A point in time, with nanoseconds. */
struct uv_timespec64_t {
  int64_t tv_sec;
  int32_t tv_nsec;
};

/* A span of time, with microseconds. */
struct uv_timeval_t {
  long tv_sec;
  long tv_usec;
};

/* A point in time, with microseconds. */
struct uv_timeval64_t {
  int64_t tv_sec;
  int32_t tv_usec;
};

/* Resources used. */
struct uv_rusage_t {
  struct uv_timeval_t ru_utime;
  struct uv_timeval_t ru_stime;
  uint64_t ru_maxrss;
  uint64_t ru_ixrss;
  uint64_t ru_idrss;
  uint64_t ru_isrss;
  uint64_t ru_minflt;
  uint64_t ru_majflt;
  uint64_t ru_nswap;
  uint64_t ru_inblock;
  uint64_t ru_oublock;
  uint64_t ru_msgsnd;
  uint64_t ru_msgrcv;
  uint64_t ru_nsignals;
  uint64_t ru_nvcsw;
  uint64_t ru_nivcsw;
};

/* Time spent by a processor, in milliseconds. */
struct uv_cpu_times_s {
  uint64_t user;
  uint64_t nice;
  uint64_t sys;
  uint64_t idle;
  uint64_t irq;
};

/* A processor. */
struct uv_cpu_info_s {
  const char *model;
  int speed;
  struct uv_cpu_times_s cpu_times;
};

/* An IPv4 or IPv6 address. */
union uv__interface_address_address {
  struct sockaddr_in address4;
  struct sockaddr_in6 address6;
};

/* The netmask of an IPv4 or IPv6 address. */
union uv__interface_address_netmask {
  struct sockaddr_in netmask4;
  struct sockaddr_in6 netmask6;
};

/* An address of a network interface. */
struct uv_interface_address_s {
  char *name;
  char phys_addr[6];
  int is_internal;
  union uv__interface_address_address address;
  union uv__interface_address_netmask netmask;
};

/* A user. */
struct uv_passwd_s {
  char *username;
  unsigned long uid;
  unsigned long gid;
  char *shell;
  char *homedir;
};

/* A group. */
struct uv_group_s {
  char *groupname;
  unsigned long gid;
  char **members;
};

/* The name of the system. */
struct uv_utsname_s {
  char sysname[256];
  char release[256];
  char version[256];
  char machine[256];
};

/* A variable of the environment. */
struct uv_env_item_s {
  char *name;
  char *value;
};

/* The stream or descriptor that a child gets. */
union uv__stdio_container_data {
  uv_stream_t *stream;
  int fd;
};

/* One of the descriptors of a child. */
struct uv_stdio_container_s {
  uv_stdio_flags flags;
  union uv__stdio_container_data data;
};

/* What uv_spawn starts. */
struct uv_process_options_s {
  uv_exit_cb exit_cb;
  const char *file;
  char **args;
  char **env;
  const char *cwd;
  unsigned int flags;
  int stdio_count;
  uv_stdio_container_t *stdio;
  uv_uid_t uid;
  uv_gid_t gid;
};

/* The base type of all requests. */
struct uv_req_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
};

/* A connection request. */
struct uv_connect_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_connect_cb cb;
  uv_stream_t *handle;
  struct uv__queue queue;
};

/* A write request. */
struct uv_write_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_write_cb cb;
  uv_stream_t *send_handle;
  uv_stream_t *handle;
  struct uv__queue queue;
  unsigned int write_index;
  uv_buf_t *bufs;
  unsigned int nbufs;
  int error;
  uv_buf_t bufsml[4];
};

/* A shutdown request. */
struct uv_shutdown_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_stream_t *handle;
  uv_shutdown_cb cb;
};

/* Where a datagram goes. */
union uv__udp_send_addr {
  struct sockaddr addr;
  struct sockaddr_storage storage;
};

/* A request to send a datagram. */
struct uv_udp_send_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_udp_t *handle;
  uv_udp_send_cb cb;
  struct uv__queue queue;
  union uv__udp_send_addr u;
  unsigned int nbufs;
  uv_buf_t *bufs;
  ssize_t status;
  uv_udp_send_cb send_cb;
  uv_buf_t bufsml[4];
};

/* Work for the pool. */
struct uv_work_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_loop_t *loop;
  uv_work_cb work_cb;
  uv_after_work_cb after_work_cb;
  struct uv__work work_req;
};

/* A request for random bytes. */
struct uv_random_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  struct uv__req_write_extra_s write_extra;
  uv_loop_t *loop;
  int status;
  void *buf;
  size_t buflen;
  uv_random_cb cb;
  struct uv__work work_req;
};

/* Room for any request. */
union uv_any_req {
  struct uv_req_s req;
  struct uv_connect_s connect;
  struct uv_write_s write;
  struct uv_shutdown_s shutdown;
  struct uv_udp_send_s udp_send;
  struct uv_fs_s fs;
  struct uv_work_s work;
  struct uv_getaddrinfo_s getaddrinfo;
  struct uv_getnameinfo_s getnameinfo;
  struct uv_random_s random;
};

/* How uv_thread_create_ex makes a thread. */
struct uv_thread_options_s {
  unsigned int flags;
  size_t stack_size;
};

/* The members that all handles, streams and requests begin with. */
#define UV_HANDLE_FIELDS                                                      \
  void *data;                                                                 \
  uv_loop_t *loop;                                                            \
  uv_handle_type type;                                                        \
  uv_close_cb close_cb;                                                       \
  struct uv__queue handle_queue;                                              \
  union uv__handle_u u;                                                       \
  uv_handle_t *next_closing;                                                  \
  unsigned int flags;

#define UV_STREAM_FIELDS                                                      \
  size_t write_queue_size;                                                    \
  uv_alloc_cb alloc_cb;                                                       \
  uv_read_cb read_cb;                                                         \
  uv_connect_t *connect_req;                                                  \
  uv_shutdown_t *shutdown_req;                                                \
  struct uv__io_s io_watcher;                                                 \
  struct uv__queue write_queue;                                               \
  struct uv__queue write_completed_queue;                                     \
  uv_connection_cb connection_cb;                                             \
  int delayed_error;                                                          \
  int accepted_fd;                                                            \
  void *queued_fds;

#define UV_REQ_FIELDS                                                         \
  void *data;                                                                 \
  uv_req_type type;                                                           \
  void *reserved[5];                                                          \
  struct uv__req_write_extra_s write_extra;


/* ---- core ---- */

/* Replaces the functions that the library allocates with. All four must be
 * given (UV_EINVAL otherwise) and be thread-safe. */
UV_EXTERN int uv_replace_allocator(uv_malloc_func malloc_func,
                                   uv_realloc_func realloc_func,
                                   uv_calloc_func calloc_func,
                                   uv_free_func free_func);

/* ---- errors ---- */

/* The name of an error, such as "EINVAL". The text stays valid; for an
 * unknown error it is allocated and never freed. */
UV_EXTERN const char *uv_err_name(int err);

/* Writes the name of an error, cut to buflen bytes with its NUL, and
 * returns buf. */
UV_EXTERN char *uv_err_name_r(int err, char *buf, size_t buflen);

/* The message for an error. The text stays valid; for an unknown error it
 * is allocated and never freed. */
UV_EXTERN const char *uv_strerror(int err);

/* Writes the message for an error, cut to buflen bytes with its NUL, and
 * returns buf. */
UV_EXTERN char *uv_strerror_r(int err, char *buf, size_t buflen);

/* The error code for an errno of the system; 0 and negative numbers come
 * back as they are. */
UV_EXTERN int uv_translate_sys_error(int sys_errno);

/* ---- time ---- */

/* Nanoseconds since an arbitrary fixed point in the past. */
UV_EXTERN uint64_t uv_hrtime(void);

/* Reads the monotonic or the real-time clock. Returns 0, UV_EFAULT without
 * ts, or UV_EINVAL for an unknown clock. */
UV_EXTERN int uv_clock_gettime(uv_clock_id clock_id, uv_timespec64_t *ts);

/* The time of day, in seconds and microseconds since 1970. Returns 0, or
 * UV_EINVAL without tv. */
UV_EXTERN int uv_gettimeofday(uv_timeval64_t *tv);

/* Puts the calling thread to sleep for msec milliseconds; signals do not
 * shorten it. */
UV_EXTERN void uv_sleep(unsigned int msec);

/* ---- version ---- */

/* The version as a number, eight bits each for major, minor and patch. */
UV_EXTERN unsigned int uv_version(void);

/* The version as a text that stays valid. */
UV_EXTERN const char *uv_version_string(void);

#ifdef __cplusplus
}
#endif

#endif /* UV_H */
