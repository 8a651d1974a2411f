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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
};

/* A connection request. */
struct uv_connect_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
  uv_connect_cb cb;
  uv_stream_t *handle;
  struct uv__queue queue;
};

/* A write request. */
struct uv_write_s {
  void *data;
  uv_req_type type;
  void *reserved[5];
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {
    void *reserved2[1];
    struct uv__req_write_extra_s write_extra;
  };
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
  __extension__ union {                                                       \
    void *reserved2[1];                                                       \
    struct uv__req_write_extra_s write_extra;                                 \
  };


/* ---- async ---- */

/* Initialises handle as an async handle of loop; it is active at once. */
UV_EXTERN int uv_async_init(uv_loop_t *loop, uv_async_t *handle,
                            uv_async_cb async_cb);

/* Has the handle's callback called on the loop thread: at least once after
 * this call, and once for any number of calls before it. */
UV_EXTERN int uv_async_send(uv_async_t *handle);

/* ---- core ---- */

/* Replaces the functions that the library allocates with. */
UV_EXTERN int uv_replace_allocator(uv_malloc_func malloc_func,
                                   uv_realloc_func realloc_func,
                                   uv_calloc_func calloc_func,
                                   uv_free_func free_func);

/* ---- dl ---- */

/* Loads a shared object; NULL is the program itself. */
UV_EXTERN int uv_dlopen(const char *filename, uv_lib_t *lib);

/* Unloads a shared object and frees its message. */
UV_EXTERN void uv_dlclose(uv_lib_t *lib);

/* Looks up a symbol, which may well be NULL. */
UV_EXTERN int uv_dlsym(uv_lib_t *lib, const char *name, void **ptr);

/* The message of the last failure, or "no error"; valid until the next call
 * with this lib. */
UV_EXTERN const char *uv_dlerror(const uv_lib_t *lib);

/* ---- dns ---- */

/* Looks up the addresses of node, the port of service, or both (one may be
 * null), on the pool. */
UV_EXTERN int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *req,
                             uv_getaddrinfo_cb getaddrinfo_cb, const char *node,
                             const char *service, const struct addrinfo *hints);

/* Frees the result of uv_getaddrinfo; null is allowed. */
UV_EXTERN void uv_freeaddrinfo(struct addrinfo *ai);

/* Looks up the names of an IPv4 or IPv6 address and its port, on the pool. */
UV_EXTERN int uv_getnameinfo(uv_loop_t *loop, uv_getnameinfo_t *req,
                             uv_getnameinfo_cb getnameinfo_cb,
                             const struct sockaddr *addr, int flags);

/* ---- errors ---- */

/* The name of an error, such as "EINVAL". */
UV_EXTERN const char *uv_err_name(int err);

/* Writes the name of an error, cut to buflen bytes with its NUL, and
 * returns buf. */
UV_EXTERN char *uv_err_name_r(int err, char *buf, size_t buflen);

/* The message for an error. */
UV_EXTERN const char *uv_strerror(int err);

/* Writes the message for an error, cut to buflen bytes with its NUL, and
 * returns buf. */
UV_EXTERN char *uv_strerror_r(int err, char *buf, size_t buflen);

/* The error code for an errno of the system; 0 and negative numbers come
 * back as they are. */
UV_EXTERN int uv_translate_sys_error(int sys_errno);

/* ---- fs ---- */

/* Asks whether the process may use the file at path as mode says (F_OK,
 * R_OK ...). */
UV_EXTERN int uv_fs_access(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           int mode, uv_fs_cb cb);

/* Sets the permissions of the file at path. */
UV_EXTERN int uv_fs_chmod(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          int mode, uv_fs_cb cb);

/* Sets the permissions of an open file. */
UV_EXTERN int uv_fs_fchmod(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                           int mode, uv_fs_cb cb);

/* Sets the owner and the group of the file at path; -1 leaves one as it is. */
UV_EXTERN int uv_fs_chown(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          uv_uid_t uid, uv_gid_t gid, uv_fs_cb cb);

/* As uv_fs_chown, on a symbolic link itself. */
UV_EXTERN int uv_fs_lchown(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           uv_uid_t uid, uv_gid_t gid, uv_fs_cb cb);

/* As uv_fs_chown, on an open file. */
UV_EXTERN int uv_fs_fchown(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                           uv_uid_t uid, uv_gid_t gid, uv_fs_cb cb);

/* Copies a file. */
UV_EXTERN int uv_fs_copyfile(uv_loop_t *loop, uv_fs_t *req, const char *path,
                             const char *new_path, int flags, uv_fs_cb cb);

/* Opens a directory for uv_fs_readdir: a uv_dir_t at req.ptr, which stays
 * until uv_fs_closedir. */
UV_EXTERN int uv_fs_opendir(uv_loop_t *loop, uv_fs_t *req, const char *path,
                            uv_fs_cb cb);

/* Reads the next entries into dir.dirents, up to dir.nentries of them. */
UV_EXTERN int uv_fs_readdir(uv_loop_t *loop, uv_fs_t *req, uv_dir_t *dir,
                            uv_fs_cb cb);

/* Closes a directory and frees dir. */
UV_EXTERN int uv_fs_closedir(uv_loop_t *loop, uv_fs_t *req, uv_dir_t *dir,
                             uv_fs_cb cb);

/* Opens a file with flags such as UV_FS_O_RDONLY; mode is for one that is
 * made. */
UV_EXTERN int uv_fs_open(uv_loop_t *loop, uv_fs_t *req, const char *path,
                         int flags, int mode, uv_fs_cb cb);

/* Closes a descriptor. */
UV_EXTERN int uv_fs_close(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                          uv_fs_cb cb);

/* Waits until the file is on its device. */
UV_EXTERN int uv_fs_fsync(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                          uv_fs_cb cb);

/* Waits until the file's data, and what is needed to find it, are on its
 * device. */
UV_EXTERN int uv_fs_fdatasync(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                              uv_fs_cb cb);

/* Cuts an open file, or extends it with zeroes, to offset bytes. */
UV_EXTERN int uv_fs_ftruncate(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                              int64_t offset, uv_fs_cb cb);

/* Makes new_path another name of the file at path. */
UV_EXTERN int uv_fs_link(uv_loop_t *loop, uv_fs_t *req, const char *path,
                         const char *new_path, uv_fs_cb cb);

/* Makes the symbolic link new_path, whose text is path. */
UV_EXTERN int uv_fs_symlink(uv_loop_t *loop, uv_fs_t *req, const char *path,
                            const char *new_path, int flags, uv_fs_cb cb);

/* Reads the text of a symbolic link into req.ptr, a C string until
 * uv_fs_req_cleanup. */
UV_EXTERN int uv_fs_readlink(uv_loop_t *loop, uv_fs_t *req, const char *path,
                             uv_fs_cb cb);

/* Puts the absolute path of a file, without links, dots and double slashes,
 * into req.ptr: a C string until uv_fs_req_cleanup. */
UV_EXTERN int uv_fs_realpath(uv_loop_t *loop, uv_fs_t *req, const char *path,
                             uv_fs_cb cb);

/* Makes a directory with these permissions, which the umask may take from. */
UV_EXTERN int uv_fs_mkdir(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          int mode, uv_fs_cb cb);

/* Removes an empty directory. */
UV_EXTERN int uv_fs_rmdir(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          uv_fs_cb cb);

/* Makes a directory of mode 0700 with a new name: tpl ends with XXXXXX,
 * which is replaced. */
UV_EXTERN int uv_fs_mkdtemp(uv_loop_t *loop, uv_fs_t *req, const char *tpl,
                            uv_fs_cb cb);

/* As uv_fs_mkdtemp, for a file of mode 0600. */
UV_EXTERN int uv_fs_mkstemp(uv_loop_t *loop, uv_fs_t *req, const char *tpl,
                            uv_fs_cb cb);

/* Gives the file at path the name new_path, in the place of what may be
 * there. */
UV_EXTERN int uv_fs_rename(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           const char *new_path, uv_fs_cb cb);

/* Removes a name that is not a directory's. */
UV_EXTERN int uv_fs_unlink(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           uv_fs_cb cb);

/* Reads into buffers, at offset or, if that is negative, at the file's
 * position. */
UV_EXTERN int uv_fs_read(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                         const uv_buf_t *bufs, unsigned int nbufs,
                         int64_t offset, uv_fs_cb cb);

/* Writes all buffers, at offset or, if that is negative, at the file's
 * position. */
UV_EXTERN int uv_fs_write(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                          const uv_buf_t *bufs, unsigned int nbufs,
                          int64_t offset, uv_fs_cb cb);

/* Frees what the request holds; its result stays. */
UV_EXTERN void uv_fs_req_cleanup(uv_fs_t *req);

/* The kind of operation. */
UV_EXTERN uv_fs_type uv_fs_get_type(const uv_fs_t *req);

/* The result of the operation. */
UV_EXTERN ssize_t uv_fs_get_result(const uv_fs_t *req);

/* The result as a positive error number of the system. */
UV_EXTERN int uv_fs_get_system_error(const uv_fs_t *req);

/* What the operation produced: a string, a stat, a directory, or null. */
UV_EXTERN void *uv_fs_get_ptr(const uv_fs_t *req);

/* The path that the operation was given, or the one that it made. */
UV_EXTERN const char *uv_fs_get_path(const uv_fs_t *req);

/* Where the request keeps the answer of uv_fs_stat, uv_fs_lstat and
 * uv_fs_fstat. */
UV_EXTERN uv_stat_t *uv_fs_get_statbuf(uv_fs_t *req);

/* Reads a whole directory, for uv_fs_scandir_next. */
UV_EXTERN int uv_fs_scandir(uv_loop_t *loop, uv_fs_t *req, const char *path,
                            int flags, uv_fs_cb cb);

/* The next entry of a directory that was read; the names come sorted. */
UV_EXTERN int uv_fs_scandir_next(uv_fs_t *req, uv_dirent_t *ent);

/* Sends length bytes of in_fd, from in_offset on, to out_fd, at its
 * position. */
UV_EXTERN int uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *req, uv_file out_fd,
                             uv_file in_fd, int64_t in_offset, size_t length,
                             uv_fs_cb cb);

/* Asks about the file at path. */
UV_EXTERN int uv_fs_stat(uv_loop_t *loop, uv_fs_t *req, const char *path,
                         uv_fs_cb cb);

/* As uv_fs_stat; at a symbolic link it asks about the link. */
UV_EXTERN int uv_fs_lstat(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          uv_fs_cb cb);

/* As uv_fs_stat, on an open file. */
UV_EXTERN int uv_fs_fstat(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                          uv_fs_cb cb);

/* Asks about the file system that holds path. */
UV_EXTERN int uv_fs_statfs(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           uv_fs_cb cb);

/* Sets the access and modification times of the file at path, in seconds
 * since the epoch; UV_FS_UTIME_NOW and UV_FS_UTIME_OMIT have their meaning. */
UV_EXTERN int uv_fs_utime(uv_loop_t *loop, uv_fs_t *req, const char *path,
                          double atime, double mtime, uv_fs_cb cb);

/* As uv_fs_utime, on a symbolic link itself. */
UV_EXTERN int uv_fs_lutime(uv_loop_t *loop, uv_fs_t *req, const char *path,
                           double atime, double mtime, uv_fs_cb cb);

/* As uv_fs_utime, on an open file. */
UV_EXTERN int uv_fs_futime(uv_loop_t *loop, uv_fs_t *req, uv_file file,
                           double atime, double mtime, uv_fs_cb cb);

/* ---- fs_event ---- */

/* Initialises the handle. */
UV_EXTERN int uv_fs_event_init(uv_loop_t *loop, uv_fs_event_t *handle);

/* Watches the file or directory at path: cb gets the name and UV_RENAME,
 * UV_CHANGE or both. */
UV_EXTERN int uv_fs_event_start(uv_fs_event_t *handle, uv_fs_event_cb cb,
                                const char *path, unsigned int flags);

/* Stops watching; the callback is not called any more. */
UV_EXTERN int uv_fs_event_stop(uv_fs_event_t *handle);

/* Copies the watched path, as it was given, and sets size to its length. */
UV_EXTERN int uv_fs_event_getpath(uv_fs_event_t *handle, char *buffer,
                                  size_t *size);

/* ---- fs_poll ---- */

/* Initialises the handle. */
UV_EXTERN int uv_fs_poll_init(uv_loop_t *loop, uv_fs_poll_t *handle);

/* Asks about path every interval milliseconds (0 counts as 1) and calls cb
 * for each change. */
UV_EXTERN int uv_fs_poll_start(uv_fs_poll_t *handle, uv_fs_poll_cb cb,
                               const char *path, unsigned int interval);

/* Stops asking; the callback is not called any more. */
UV_EXTERN int uv_fs_poll_stop(uv_fs_poll_t *handle);

/* Copies the path that is asked about and sets size to its length. */
UV_EXTERN int uv_fs_poll_getpath(uv_fs_poll_t *handle, char *buffer,
                                 size_t *size);

/* ---- handle ---- */

/* Asks for the handle to be closed; close_cb, which may be NULL, is called
 * in a later phase and the handle's memory is the caller's again. */
UV_EXTERN void uv_close(uv_handle_t *handle, uv_close_cb close_cb);

/* Whether the handle is active: running, or holding something it waits for. */
UV_EXTERN int uv_is_active(const uv_handle_t *handle);

/* Whether uv_close was called for the handle. */
UV_EXTERN int uv_is_closing(const uv_handle_t *handle);

/* Has the handle, while it is active, keep the loop alive (the default). */
UV_EXTERN void uv_ref(uv_handle_t *handle);

/* Lets the loop end although the handle is active. */
UV_EXTERN void uv_unref(uv_handle_t *handle);

/* Whether the handle is referenced. */
UV_EXTERN int uv_has_ref(const uv_handle_t *handle);

/* Copies the handle's descriptor, which stays the handle's own, to fd. */
UV_EXTERN int uv_fileno(const uv_handle_t *handle, uv_os_fd_t *fd);

/* Reads (*value is 0) or sets the size of the socket's send buffer, in
 * bytes. */
UV_EXTERN int uv_send_buffer_size(uv_handle_t *handle, int *value);

/* Reads (*value is 0) or sets the size of the socket's receive buffer, in
 * bytes. */
UV_EXTERN int uv_recv_buffer_size(uv_handle_t *handle, int *value);

/* The size in bytes of handles of type. */
UV_EXTERN size_t uv_handle_size(uv_handle_type type);

/* The handle's type. */
UV_EXTERN uv_handle_type uv_handle_get_type(const uv_handle_t *handle);

/* The name of a handle type, such as "tcp". */
UV_EXTERN const char *uv_handle_type_name(uv_handle_type type);

/* The handle's loop. */
UV_EXTERN uv_loop_t *uv_handle_get_loop(const uv_handle_t *handle);

/* The handle's data field. */
UV_EXTERN void *uv_handle_get_data(const uv_handle_t *handle);

/* Sets the handle's data field. */
UV_EXTERN void uv_handle_set_data(uv_handle_t *handle, void *data);

/* ---- idle ---- */

/* Initialises handle as a prepare handle of loop, not started. */
UV_EXTERN int uv_prepare_init(uv_loop_t *loop, uv_prepare_t *handle);

/* Has cb called before the loop waits for events. */
UV_EXTERN int uv_prepare_start(uv_prepare_t *handle, uv_prepare_cb cb);

/* Stops the handle: its callback is not called any more. */
UV_EXTERN int uv_prepare_stop(uv_prepare_t *handle);

/* Initialises handle as a check handle of loop, not started. */
UV_EXTERN int uv_check_init(uv_loop_t *loop, uv_check_t *handle);

/* Has cb called after the loop has waited for events. */
UV_EXTERN int uv_check_start(uv_check_t *handle, uv_check_cb cb);

/* Stops the handle: its callback is not called any more. */
UV_EXTERN int uv_check_stop(uv_check_t *handle);

/* Initialises handle as an idle handle of loop, not started. */
UV_EXTERN int uv_idle_init(uv_loop_t *loop, uv_idle_t *handle);

/* Has cb called in every iteration; while one is active the loop does not
 * wait. */
UV_EXTERN int uv_idle_start(uv_idle_t *handle, uv_idle_cb cb);

/* Stops the handle: its callback is not called any more. */
UV_EXTERN int uv_idle_stop(uv_idle_t *handle);

/* ---- inet ---- */

/* Makes a buffer of an address and a length. */
UV_EXTERN uv_buf_t uv_buf_init(char *base, unsigned int len);

/* Makes a socket address of an IPv4 address and a port. */
UV_EXTERN int uv_ip4_addr(const char *ip, int port, struct sockaddr_in *addr);

/* Makes a socket address of an IPv6 address and a port. */
UV_EXTERN int uv_ip6_addr(const char *ip, int port, struct sockaddr_in6 *addr);

/* Writes the text of an IPv4 socket address. */
UV_EXTERN int uv_ip4_name(const struct sockaddr_in *src, char *dst,
                          size_t size);

/* Writes the text of an IPv6 socket address, without its scope. */
UV_EXTERN int uv_ip6_name(const struct sockaddr_in6 *src, char *dst,
                          size_t size);

/* Writes the text of a socket address. */
UV_EXTERN int uv_ip_name(const struct sockaddr *src, char *dst, size_t size);

/* Writes the text of an address of the family AF_INET or AF_INET6. */
UV_EXTERN int uv_inet_ntop(int af, const void *src, char *dst, size_t size);

/* Reads an address of the family AF_INET or AF_INET6; an IPv6 zone is
 * ignored. */
UV_EXTERN int uv_inet_pton(int af, const char *src, void *dst);

/* Writes the name of a network interface and sets *size to its length. */
UV_EXTERN int uv_if_indextoname(unsigned int ifindex, char *buffer,
                                size_t *size);

/* Writes what stands for an interface in a scoped IPv6 address: on Unix its
 * name. */
UV_EXTERN int uv_if_indextoiid(unsigned int ifindex, char *buffer,
                               size_t *size);

/* ---- interfaces ---- */

/* Lists the IPv4 and IPv6 addresses of all interfaces that are up and
 * running. */
UV_EXTERN int uv_interface_addresses(uv_interface_address_t **addresses,
                                     int *count);

/* Frees what uv_interface_addresses gave; NULL is allowed. */
UV_EXTERN void uv_free_interface_addresses(uv_interface_address_t *addresses,
                                           int _count);

/* ---- loop ---- */

/* Initialises loop; its data field is left as it is. */
UV_EXTERN int uv_loop_init(uv_loop_t *loop);

/* Frees what the loop holds. */
UV_EXTERN int uv_loop_close(uv_loop_t *loop);

/* Allocates and initialises a loop. */
UV_EXTERN uv_loop_t *uv_loop_new(void);

/* Closes a loop made by uv_loop_new and frees it. */
UV_EXTERN void uv_loop_delete(uv_loop_t *loop);

/* The process's default loop, initialised at the first call. */
UV_EXTERN uv_loop_t *uv_default_loop(void);

/* Makes the loop usable in the child after fork. */
UV_EXTERN int uv_loop_fork(uv_loop_t *loop);

/* The size of uv_loop_t in bytes. */
UV_EXTERN size_t uv_loop_size(void);

/* The loop's data field. */
UV_EXTERN void *uv_loop_get_data(const uv_loop_t *loop);

/* Sets the loop's data field. */
UV_EXTERN void uv_loop_set_data(uv_loop_t *loop, void *data);

/* Ends the library's own threads and frees what it holds beside the loops,
 * which are closed. */
UV_EXTERN void uv_library_shutdown(void);

/* Runs the loop in the given mode. */
UV_EXTERN int uv_run(uv_loop_t *loop, uv_run_mode mode);

/* Has uv_run return as soon as it can; a wait that has begun is not cut
 * short. */
UV_EXTERN void uv_stop(uv_loop_t *loop);

/* Whether there are referenced active handles, active requests or closing
 * handles. */
UV_EXTERN int uv_loop_alive(const uv_loop_t *loop);

/* The descriptor that is readable when uv_run has something to do. */
UV_EXTERN int uv_backend_fd(const uv_loop_t *loop);

/* How long a poll of the backend fd may wait: milliseconds, or -1 for ever. */
UV_EXTERN int uv_backend_timeout(const uv_loop_t *loop);

/* The loop's time in milliseconds, as of the start of the iteration. */
UV_EXTERN uint64_t uv_now(const uv_loop_t *loop);

/* Brings the loop's time up to date, after callbacks that took long. */
UV_EXTERN void uv_update_time(uv_loop_t *loop);

/* Calls walk_cb with each handle of the loop and arg. */
UV_EXTERN void uv_walk(uv_loop_t *loop, uv_walk_cb walk_cb, void *arg);

/* Prints all handles of the loop (NULL: the default loop) to stream (NULL:
 * the standard error). */
UV_EXTERN void uv_print_all_handles(uv_loop_t *loop, FILE *stream);

/* Prints the active handles of the loop (NULL: the default loop) to stream
 * (NULL: the standard error). */
UV_EXTERN void uv_print_active_handles(uv_loop_t *loop, FILE *stream);

UV_EXTERN int uv_loop_configure(uv_loop_t *loop, uv_loop_option option, ...);

/* ---- metrics ---- */

/* Nanoseconds that the loop spent waiting for events; 0 unless
 * UV_METRICS_IDLE_TIME was configured. */
UV_EXTERN uint64_t uv_metrics_idle_time(uv_loop_t *loop);

/* Copies the loop's counts of iterations and events to metrics. */
UV_EXTERN int uv_metrics_info(uv_loop_t *loop, uv_metrics_t *metrics);

/* ---- os ---- */

/* Lists the processors that are online: model, highest speed in MHz, times
 * in ms. */
UV_EXTERN int uv_cpu_info(uv_cpu_info_t **cpu_infos, int *count);

/* Frees what uv_cpu_info gave; NULL is allowed. */
UV_EXTERN void uv_free_cpu_info(uv_cpu_info_t *cpu_infos, int _count);

/* The number of bytes in the masks of uv_thread_setaffinity. */
UV_EXTERN int uv_cpumask_size(void);

/* How many threads make sense: the processors that the calling thread may
 * use, or fewer if the process has a quota; never 0. */
UV_EXTERN unsigned int uv_available_parallelism(void);

/* The system's handle for a descriptor of the C library: on Unix the same. */
UV_EXTERN uv_os_fd_t uv_get_osfhandle(int fd);

/* The descriptor of the C library for a handle of the system: on Unix the
 * same. */
UV_EXTERN int uv_open_osfhandle(uv_os_fd_t os_fd);

/* Lists the environment. */
UV_EXTERN int uv_os_environ(uv_env_item_t **envitems, int *count);

/* Frees what uv_os_environ gave; NULL is allowed. */
UV_EXTERN void uv_os_free_environ(uv_env_item_t *envitems, int _count);

/* Writes the value of a variable and sets *size to its length. */
UV_EXTERN int uv_os_getenv(const char *name, char *buffer, size_t *size);

/* Sets a variable. */
UV_EXTERN int uv_os_setenv(const char *name, const char *value);

/* Removes a variable, if there is one of that name. */
UV_EXTERN int uv_os_unsetenv(const char *name);

/* Bytes of memory that are free in the system, 0 if unknown. */
UV_EXTERN uint64_t uv_get_free_memory(void);

/* Bytes of memory in the system, 0 if unknown. */
UV_EXTERN uint64_t uv_get_total_memory(void);

/* Bytes of memory that control group and resource limits leave to the
 * process: 0 if unknown, UINT64_MAX if there is no limit. */
UV_EXTERN uint64_t uv_get_constrained_memory(void);

/* Bytes of memory that the process can still have. */
UV_EXTERN uint64_t uv_get_available_memory(void);

/* Bytes of this process that are in memory. */
UV_EXTERN int uv_resident_set_memory(size_t *rss);

/* Writes the current folder, without a slash at its end, and sets *size to
 * its length. */
UV_EXTERN int uv_cwd(char *buffer, size_t *size);

/* Changes the current folder. */
UV_EXTERN int uv_chdir(const char *dir);

/* Writes the path of the running program, cut to what fits, and sets *size
 * to its length. */
UV_EXTERN int uv_exepath(char *buffer, size_t *size);

/* Writes the user's home, $HOME or what the user database says, and sets
 * *size to its length. */
UV_EXTERN int uv_os_homedir(char *buffer, size_t *size);

/* Writes the folder for temporary files, without a slash at its end, and
 * sets *size to its length. */
UV_EXTERN int uv_os_tmpdir(char *buffer, size_t *size);

/* The number of this process. */
UV_EXTERN uv_pid_t uv_os_getpid(void);

/* The number of the parent process. */
UV_EXTERN uv_pid_t uv_os_getppid(void);

/* Reads the priority of a process, -20 (high) to 19 (low); 0 is the calling
 * one. */
UV_EXTERN int uv_os_getpriority(uv_pid_t pid, int *priority);

/* Sets the priority of a process, -20 (high) to 19 (low); 0 is the calling
 * one. */
UV_EXTERN int uv_os_setpriority(uv_pid_t pid, int priority);

/* The resources that this process has used. */
UV_EXTERN int uv_getrusage(uv_rusage_t *rusage);

/* The resources that the calling thread has used. */
UV_EXTERN int uv_getrusage_thread(uv_rusage_t *rusage);

/* Tells name, release, version and machine of the system. */
UV_EXTERN int uv_os_uname(uv_utsname_t *buffer);

/* Writes the name of the host and sets *size to its length. */
UV_EXTERN int uv_os_gethostname(char *buffer, size_t *size);

/* Seconds since the system started. */
UV_EXTERN int uv_uptime(double *result);

/* The load averages over one, five and fifteen minutes; left alone if they
 * are unknown. */
UV_EXTERN void uv_loadavg(double *avg);

/* Takes over the arguments' memory for the title; returns what the program
 * goes on with: a copy, or the arguments themselves if there is no memory
 * for one. */
UV_EXTERN char **uv_setup_args(int argc, char **argv);

/* Sets the title of the process, cut to the room that its arguments took,
 * and the name of the calling thread. */
UV_EXTERN int uv_set_process_title(const char *title);

/* Writes the title of the process. */
UV_EXTERN int uv_get_process_title(char *buffer, size_t size);

/* Looks up the user whom the process runs as. */
UV_EXTERN int uv_os_get_passwd(uv_passwd_t *pwd);

/* Looks up a user by number. */
UV_EXTERN int uv_os_get_passwd2(uv_passwd_t *pwd, uv_uid_t uid);

/* Frees the texts of a user and makes them NULL; NULL is allowed. */
UV_EXTERN void uv_os_free_passwd(uv_passwd_t *pwd);

/* Looks up a group by number. */
UV_EXTERN int uv_os_get_group(uv_group_t *grp, uv_gid_t gid);

/* Frees the texts of a group and makes them NULL; NULL is allowed. */
UV_EXTERN void uv_os_free_group(uv_group_t *grp);

/* ---- pipe ---- */

/* Initialises a handle; ipc not 0: handles can be passed through it. */
UV_EXTERN int uv_pipe_init(uv_loop_t *loop, uv_pipe_t *handle, int ipc);

/* Gives the handle a descriptor made elsewhere, and makes it non-blocking. */
UV_EXTERN int uv_pipe_open(uv_pipe_t *handle, uv_file file);

/* Connects to a path, which is cut to what an address holds. */
UV_EXTERN void uv_pipe_connect(uv_connect_t *req, uv_pipe_t *handle,
                               const char *name, uv_connect_cb cb);

/* Connects to a name of namelen bytes; names and flags as in uv_pipe_bind2. */
UV_EXTERN int uv_pipe_connect2(uv_connect_t *req, uv_pipe_t *handle,
                               const char *name, size_t namelen,
                               unsigned int flags, uv_connect_cb cb);

/* Has no meaning on this system. */
UV_EXTERN void uv_pipe_pending_instances(uv_pipe_t *_handle, int _count);

/* How many handles that came through an ipc pipe wait for uv_accept. */
UV_EXTERN int uv_pipe_pending_count(uv_pipe_t *handle);

/* The kind of handle that uv_accept has to be given next, or
 * UV_UNKNOWN_HANDLE. */
UV_EXTERN uv_handle_type uv_pipe_pending_type(uv_pipe_t *handle);

/* Makes a pipe, the read end first; each end's flags are 0 or
 * UV_NONBLOCK_PIPE. */
UV_EXTERN int uv_pipe(uv_file *fds, int read_flags, int write_flags);

/* Binds to a path, which is cut to what an address holds. */
UV_EXTERN int uv_pipe_bind(uv_pipe_t *handle, const char *name);

/* Binds to a name of namelen bytes; one that begins with NUL is abstract,
 * none is chosen by the system. */
UV_EXTERN int uv_pipe_bind2(uv_pipe_t *handle, const char *name, size_t namelen,
                            unsigned int flags);

/* Copies the name that the pipe is bound to; size goes from the room to the
 * length. */
UV_EXTERN int uv_pipe_getsockname(const uv_pipe_t *handle, char *buffer,
                                  size_t *size);

/* As uv_pipe_getsockname, for the name that the pipe is connected to. */
UV_EXTERN int uv_pipe_getpeername(const uv_pipe_t *handle, char *buffer,
                                  size_t *size);

/* Lets everybody read (UV_READABLE) from, or write (UV_WRITABLE) to, the
 * pipe. */
UV_EXTERN int uv_pipe_chmod(uv_pipe_t *handle, int flags);

/* ---- poll ---- */

/* Initialises a handle for fd, which becomes non-blocking and remains the
 * caller's. */
UV_EXTERN int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);

/* As uv_poll_init, for a socket, which is no different here. */
UV_EXTERN int uv_poll_init_socket(uv_loop_t *loop, uv_poll_t *handle,
                                  uv_os_sock_t socket);

/* Has cb called for events (UV_READABLE, UV_WRITABLE, UV_DISCONNECT,
 * UV_PRIORITIZED), which replace earlier ones; 0 stops the handle. */
UV_EXTERN int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb cb);

/* Stops the handle: its callback is not called any more. */
UV_EXTERN int uv_poll_stop(uv_poll_t *handle);

/* ---- process ---- */

/* Starts a program and initialises the handle that follows it. */
UV_EXTERN int uv_spawn(uv_loop_t *loop, uv_process_t *handle,
                       const uv_process_options_t *options);

/* Sends a signal to the child. */
UV_EXTERN int uv_process_kill(uv_process_t *handle, int signum);

/* Sends a signal to a process; 0 only asks whether it is there. */
UV_EXTERN int uv_kill(int pid, int signum);

/* The child's process id. */
UV_EXTERN uv_pid_t uv_process_get_pid(const uv_process_t *handle);

/* Keeps the descriptors that this process was given from the children it
 * starts. */
UV_EXTERN void uv_disable_stdio_inheritance(void);

/* ---- random ---- */

/* Fills buf with buflen bytes fit for cryptography: at once if cb is null,
 * else on the pool. */
UV_EXTERN int uv_random(uv_loop_t *loop, uv_random_t *req, void *buf,
                        size_t buflen, unsigned int flags, uv_random_cb cb);

/* ---- request ---- */

/* The size in bytes of requests of type. */
UV_EXTERN size_t uv_req_size(uv_req_type type);

/* The request's type. */
UV_EXTERN uv_req_type uv_req_get_type(const uv_req_t *req);

/* The name of a request type, such as "write". */
UV_EXTERN const char *uv_req_type_name(uv_req_type type);

/* The request's data field. */
UV_EXTERN void *uv_req_get_data(const uv_req_t *req);

/* Sets the request's data field. */
UV_EXTERN void uv_req_set_data(uv_req_t *req, void *data);

/* ---- signal ---- */

/* Initialises a handle that is not active. */
UV_EXTERN int uv_signal_init(uv_loop_t *loop, uv_signal_t *handle);

/* Has signal_cb called each time that signum arrives. */
UV_EXTERN int uv_signal_start(uv_signal_t *handle, uv_signal_cb signal_cb,
                              int signum);

/* Has signal_cb called when signum arrives, and the handle stopped after
 * that. */
UV_EXTERN int uv_signal_start_oneshot(uv_signal_t *handle,
                                      uv_signal_cb signal_cb, int signum);

/* Stops the handle: its callback is not called any more. */
UV_EXTERN int uv_signal_stop(uv_signal_t *handle);

/* ---- stream ---- */

/* Shuts the writing side down once all queued writes are done; then cb (may
 * be NULL) is called. */
UV_EXTERN int uv_shutdown(uv_shutdown_t *req, uv_stream_t *handle,
                          uv_shutdown_cb cb);

/* Starts listening for connections, with a queue of backlog; cb is called
 * for each one. */
UV_EXTERN int uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb);

/* Gives the connection that waits at server, or the descriptor that came
 * through it, to client. */
UV_EXTERN int uv_accept(uv_stream_t *server, uv_stream_t *client);

/* Reads from the stream until its end, an error, or uv_read_stop: each time
 * alloc_cb gives memory and read_cb gets it back with what was read, unless
 * alloc_cb stops the stream or closes it. */
UV_EXTERN int uv_read_start(uv_stream_t *stream, uv_alloc_cb alloc_cb,
                            uv_read_cb read_cb);

/* Stops reading: the read callback is not called any more. */
UV_EXTERN int uv_read_stop(uv_stream_t *stream);

/* Writes nbufs buffers in order; cb (may be NULL) is called when they are
 * out or have failed. */
UV_EXTERN int uv_write(uv_write_t *req, uv_stream_t *handle,
                       const uv_buf_t *bufs, unsigned int nbufs,
                       uv_write_cb cb);

/* As uv_write, and sends a copy of send_handle (a TCP, pipe or UDP handle,
 * or NULL) with the bytes. */
UV_EXTERN int uv_write2(uv_write_t *req, uv_stream_t *handle,
                        const uv_buf_t *bufs, unsigned int nbufs,
                        uv_stream_t *send_handle, uv_write_cb cb);

/* Writes what the system takes at once, without a request. */
UV_EXTERN int uv_try_write(uv_stream_t *handle, const uv_buf_t *bufs,
                           unsigned int nbufs);

/* As uv_try_write, with a handle to send as in uv_write2. */
UV_EXTERN int uv_try_write2(uv_stream_t *handle, const uv_buf_t *bufs,
                            unsigned int nbufs, uv_stream_t *send_handle);

/* The bytes of this request that the system has taken. */
UV_EXTERN size_t uv_write_nwritten(const uv_write_t *req);

/* 1 if the stream can be read from, 0 otherwise. */
UV_EXTERN int uv_is_readable(const uv_stream_t *handle);

/* 1 if the stream can be written to, 0 otherwise. */
UV_EXTERN int uv_is_writable(const uv_stream_t *handle);

/* Makes the stream's reads and writes block, or not. */
UV_EXTERN int uv_stream_set_blocking(uv_stream_t *handle, int blocking);

/* The bytes queued for writing. */
UV_EXTERN size_t uv_stream_get_write_queue_size(const uv_stream_t *stream);

/* ---- sync ---- */

/* Makes a barrier for count threads. */
UV_EXTERN int uv_barrier_init(uv_barrier_t *barrier, unsigned int count);

/* Waits until all threads wait. */
UV_EXTERN int uv_barrier_wait(uv_barrier_t *barrier);

/* Ends a barrier, once the threads that passed it have left. */
UV_EXTERN void uv_barrier_destroy(uv_barrier_t *barrier);

/* Makes a condition, whose timed waits go by the monotonic clock. */
UV_EXTERN int uv_cond_init(uv_cond_t *cond);

/* Ends a condition. */
UV_EXTERN void uv_cond_destroy(uv_cond_t *cond);

/* Wakes one waiter, if there is any. */
UV_EXTERN void uv_cond_signal(uv_cond_t *cond);

/* Wakes all waiters. */
UV_EXTERN void uv_cond_broadcast(uv_cond_t *cond);

/* Releases the lock, waits for a wake-up and takes the lock again; it may
 * also wake for no reason. */
UV_EXTERN void uv_cond_wait(uv_cond_t *cond, uv_mutex_t *mutex);

/* As uv_cond_wait, for at most timeout nanoseconds. */
UV_EXTERN int uv_cond_timedwait(uv_cond_t *cond, uv_mutex_t *mutex,
                                uint64_t timeout);

/* Makes a lock. */
UV_EXTERN int uv_mutex_init(uv_mutex_t *handle);

/* Makes a lock that its owner may take again. */
UV_EXTERN int uv_mutex_init_recursive(uv_mutex_t *handle);

/* Ends a lock. */
UV_EXTERN void uv_mutex_destroy(uv_mutex_t *handle);

/* Takes a lock, waiting for it. */
UV_EXTERN void uv_mutex_lock(uv_mutex_t *handle);

/* Takes a lock if it is free. */
UV_EXTERN int uv_mutex_trylock(uv_mutex_t *handle);

/* Releases a lock. */
UV_EXTERN void uv_mutex_unlock(uv_mutex_t *handle);

/* Makes a lock for one writer or many readers. */
UV_EXTERN int uv_rwlock_init(uv_rwlock_t *rwlock);

/* Ends a lock. */
UV_EXTERN void uv_rwlock_destroy(uv_rwlock_t *rwlock);

/* Takes the lock for reading, waiting for it. */
UV_EXTERN void uv_rwlock_rdlock(uv_rwlock_t *rwlock);

/* Takes the lock for reading if no writer has it. */
UV_EXTERN int uv_rwlock_tryrdlock(uv_rwlock_t *rwlock);

/* Releases the lock after reading. */
UV_EXTERN void uv_rwlock_rdunlock(uv_rwlock_t *rwlock);

/* Takes the lock for writing, waiting for it. */
UV_EXTERN void uv_rwlock_wrlock(uv_rwlock_t *rwlock);

/* Takes the lock for writing if nobody has it. */
UV_EXTERN int uv_rwlock_trywrlock(uv_rwlock_t *rwlock);

/* Releases the lock after writing. */
UV_EXTERN void uv_rwlock_wrunlock(uv_rwlock_t *rwlock);

/* Makes a semaphore that lets value waits pass. */
UV_EXTERN int uv_sem_init(uv_sem_t *sem, unsigned int value);

/* Ends a semaphore. */
UV_EXTERN void uv_sem_destroy(uv_sem_t *sem);

/* Lets one more wait pass. */
UV_EXTERN void uv_sem_post(uv_sem_t *sem);

/* Waits until the count is above 0 and takes one; signals do not end the
 * wait. */
UV_EXTERN void uv_sem_wait(uv_sem_t *sem);

/* Takes one if the count is above 0. */
UV_EXTERN int uv_sem_trywait(uv_sem_t *sem);

/* ---- tcp ---- */

/* Initialises a handle; its socket is made when it is known for what. */
UV_EXTERN int uv_tcp_init(uv_loop_t *loop, uv_tcp_t *handle);

/* Initialises a handle and makes a socket of the domain in the lower eight
 * bits of flags (AF_INET, AF_INET6; AF_UNSPEC: none yet). */
UV_EXTERN int uv_tcp_init_ex(uv_loop_t *loop, uv_tcp_t *handle,
                             unsigned int flags);

/* Gives the handle a socket made elsewhere, and makes it non-blocking. */
UV_EXTERN int uv_tcp_open(uv_tcp_t *handle, uv_os_sock_t sock);

/* Binds to an address; flags may hold UV_TCP_IPV6ONLY and UV_TCP_REUSEPORT. */
UV_EXTERN int uv_tcp_bind(uv_tcp_t *handle, const struct sockaddr *addr,
                          unsigned int flags);

/* Connects; cb (may be NULL) is called with 0 or the error. */
UV_EXTERN int uv_tcp_connect(uv_connect_t *req, uv_tcp_t *handle,
                             const struct sockaddr *addr, uv_connect_cb cb);

/* Closes the handle and has the system reset the connection. */
UV_EXTERN int uv_tcp_close_reset(uv_tcp_t *handle, uv_close_cb close_cb);

/* Makes two connected sockets; each one's flags are 0 or UV_NONBLOCK_PIPE. */
UV_EXTERN int uv_socketpair(int type, int protocol, uv_os_sock_t *socket_vector,
                            int flags0, int flags1);

/* Sends small pieces at once (enable), or lets the system gather them. */
UV_EXTERN int uv_tcp_nodelay(uv_tcp_t *handle, int enable);

/* Has the system probe an idle peer after delay seconds, then every second,
 * ten times. */
UV_EXTERN int uv_tcp_keepalive(uv_tcp_t *handle, int enable,
                               unsigned int delay);

/* As uv_tcp_keepalive, with count probes intvl seconds apart. */
UV_EXTERN int uv_tcp_keepalive_ex(uv_tcp_t *handle, int on, unsigned int idle,
                                  unsigned int intvl, unsigned int cnt);

/* Does nothing on this system. */
UV_EXTERN int uv_tcp_simultaneous_accepts(uv_tcp_t *_handle, int _enable);

/* Copies the address that the handle is bound to; namelen goes from the
 * room to the size used. */
UV_EXTERN int uv_tcp_getsockname(const uv_tcp_t *handle, struct sockaddr *name,
                                 int *namelen);

/* As uv_tcp_getsockname, for the address of the peer. */
UV_EXTERN int uv_tcp_getpeername(const uv_tcp_t *handle, struct sockaddr *name,
                                 int *namelen);

/* ---- text ---- */

/* The bytes that a UTF-16 text takes in WTF-8, without a NUL. */
UV_EXTERN size_t uv_utf16_length_as_wtf8(const uint16_t *utf16,
                                         ssize_t utf16_len);

/* Converts UTF-16 to WTF-8. */
UV_EXTERN int uv_utf16_to_wtf8(const uint16_t *utf16, ssize_t utf16_len,
                               char **wtf8_ptr, size_t *wtf8_len_ptr);

/* The units that a WTF-8 text takes in UTF-16, with a NUL. */
UV_EXTERN ssize_t uv_wtf8_length_as_utf16(const char *wtf8);

/* Converts WTF-8 to UTF-16 with a NUL; utf16_len is what
 * uv_wtf8_length_as_utf16 said, or more. */
UV_EXTERN void uv_wtf8_to_utf16(const char *wtf8, uint16_t *utf16,
                                size_t utf16_len);

/* ---- thread ---- */

/* Starts a thread that runs entry(arg), with the default stack size. */
UV_EXTERN int uv_thread_create(uv_thread_t *tid, uv_thread_cb entry, void *arg);

/* Starts a thread with options; a stack size is rounded up to whole pages,
 * 0 means the default. */
UV_EXTERN int uv_thread_create_ex(uv_thread_t *tid,
                                  const uv_thread_options_t *params,
                                  uv_thread_cb entry, void *arg);

/* Lets a thread release its resources when it ends; it must not be joined
 * any more. */
UV_EXTERN int uv_thread_detach(uv_thread_t *tid);

/* Waits for the end of a thread. */
UV_EXTERN int uv_thread_join(uv_thread_t *tid);

/* The calling thread. */
UV_EXTERN uv_thread_t uv_thread_self(void);

/* Not 0 if both name the same thread. */
UV_EXTERN int uv_thread_equal(const uv_thread_t *t1, const uv_thread_t *t2);

/* Names the calling thread; on Linux a name is cut to 15 bytes. */
UV_EXTERN int uv_thread_setname(const char *name);

/* Writes a thread's name, cut to size bytes with its NUL. */
UV_EXTERN int uv_thread_getname(uv_thread_t *tid, char *buf, size_t size);

/* Lets a thread run on the processors whose byte in cpumask is not 0;
 * oldmask, if given, receives what was before. */
UV_EXTERN int uv_thread_setaffinity(uv_thread_t *tid, char *cpumask,
                                    char *oldmask, size_t mask_size);

/* Writes 1 for each processor that a thread may run on, 0 for the others. */
UV_EXTERN int uv_thread_getaffinity(uv_thread_t *tid, char *cpumask,
                                    size_t mask_size);

/* The processor that the calling thread runs on. */
UV_EXTERN int uv_thread_getcpu(void);

/* Sets a thread's priority to one of the UV_THREAD_PRIORITY_*: within the
 * range of its scheduling policy, or, for the calling thread under Linux's
 * default policy, its nice value. */
UV_EXTERN int uv_thread_setpriority(uv_thread_t tid, int priority);

/* Reads a thread's priority, or, for the calling thread under Linux's
 * default policy, its nice value. */
UV_EXTERN int uv_thread_getpriority(uv_thread_t tid, int *result);

/* Makes a key whose value each thread has for itself, NULL at first. */
UV_EXTERN int uv_key_create(uv_key_t *key);

/* Deletes a key; what its values point to is left alone. */
UV_EXTERN void uv_key_delete(uv_key_t *key);

/* The calling thread's value of a key. */
UV_EXTERN void *uv_key_get(uv_key_t *key);

/* Sets the calling thread's value of a key. */
UV_EXTERN void uv_key_set(uv_key_t *key, void *value);

/* Runs callback in the first call with this guard; the others wait for its
 * end. */
UV_EXTERN void uv_once(uv_once_t *guard, void (*callback)(void));

/* ---- time ---- */

/* Nanoseconds since an arbitrary fixed point in the past. */
UV_EXTERN uint64_t uv_hrtime(void);

/* Reads the monotonic or the real-time clock. */
UV_EXTERN int uv_clock_gettime(uv_clock_id clock_id, uv_timespec64_t *ts);

/* The time of day, in seconds and microseconds since 1970. */
UV_EXTERN int uv_gettimeofday(uv_timeval64_t *tv);

/* Puts the calling thread to sleep for msec milliseconds; signals do not
 * shorten it. */
UV_EXTERN void uv_sleep(unsigned int msec);

/* ---- timer ---- */

/* Initialises handle as a timer of loop, not started. */
UV_EXTERN int uv_timer_init(uv_loop_t *loop, uv_timer_t *handle);

/* Starts the timer: cb in timeout milliseconds, then every repeat
 * milliseconds unless that is 0. */
UV_EXTERN int uv_timer_start(uv_timer_t *handle, uv_timer_cb cb,
                             uint64_t timeout, uint64_t repeat);

/* Stops the timer: its callback is not called any more. */
UV_EXTERN int uv_timer_stop(uv_timer_t *handle);

/* Starts a timer that repeats anew, with its repeat value; one that does
 * not repeat goes on as it was. */
UV_EXTERN int uv_timer_again(uv_timer_t *handle);

/* Sets the repeat value, in milliseconds, used from the next expiry on. */
UV_EXTERN void uv_timer_set_repeat(uv_timer_t *handle, uint64_t repeat);

/* The repeat value in milliseconds. */
UV_EXTERN uint64_t uv_timer_get_repeat(const uv_timer_t *handle);

/* Milliseconds of loop time until the timer is due; 0 if it is due already. */
UV_EXTERN uint64_t uv_timer_get_due_in(const uv_timer_t *handle);

/* ---- tty ---- */

/* Initialises a handle for a terminal. */
UV_EXTERN int uv_tty_init(uv_loop_t *loop, uv_tty_t *handle, uv_file fd,
                          int _readable);

/* Sets the terminal's mode: UV_TTY_MODE_NORMAL, _RAW, _RAW_VT (as _RAW
 * here) or _IO. */
UV_EXTERN int uv_tty_set_mode(uv_tty_t *handle, uv_tty_mode_t mode);

/* Gives the terminal the settings from before the first uv_tty_set_mode,
 * for the end of the program. */
UV_EXTERN int uv_tty_reset_mode(void);

/* Copies the terminal's size in characters. */
UV_EXTERN int uv_tty_get_winsize(uv_tty_t *handle, int *width, int *height);

/* Does nothing on this system. */
UV_EXTERN void uv_tty_set_vterm_state(uv_tty_vtermstate_t _state);

/* Has no meaning on this system: state is left alone. */
UV_EXTERN int uv_tty_get_vterm_state(uv_tty_vtermstate_t *_state);

/* The kind of handle that suits a descriptor: UV_TTY, UV_FILE,
 * UV_NAMED_PIPE, UV_TCP, UV_UDP or UV_UNKNOWN_HANDLE. */
UV_EXTERN uv_handle_type uv_guess_handle(uv_file file);

#ifdef __cplusplus
/* The mode was once an int; C++ does not turn one into an enum. */
extern "C++" {
inline int uv_tty_set_mode(uv_tty_t *handle, int mode) {
  return uv_tty_set_mode(handle, static_cast<uv_tty_mode_t>(mode));
}
}
#endif

/* ---- udp ---- */

/* Joins or leaves the multicast group, on the interface with that address
 * or on any (null). */
UV_EXTERN int uv_udp_set_membership(uv_udp_t *handle,
                                    const char *multicast_addr,
                                    const char *interface_addr,
                                    uv_membership membership);

/* Joins or leaves the multicast group for what source_addr sends. */
UV_EXTERN int uv_udp_set_source_membership(uv_udp_t *handle,
                                           const char *multicast_addr,
                                           const char *interface_addr,
                                           const char *source_addr,
                                           uv_membership membership);

/* Whether multicast datagrams come back to this machine. */
UV_EXTERN int uv_udp_set_multicast_loop(uv_udp_t *handle, int on);

/* How many hops multicast datagrams go, 0 to 255. */
UV_EXTERN int uv_udp_set_multicast_ttl(uv_udp_t *handle, int ttl);

/* The interface that multicast datagrams leave by: its IPv4 address, or an
 * IPv6 address with its scope; null lets the system choose. */
UV_EXTERN int uv_udp_set_multicast_interface(uv_udp_t *handle,
                                             const char *interface_addr);

/* Whether the handle may send to broadcast addresses. */
UV_EXTERN int uv_udp_set_broadcast(uv_udp_t *handle, int on);

/* How many hops datagrams go, 1 to 255. */
UV_EXTERN int uv_udp_set_ttl(uv_udp_t *handle, int ttl);

/* Starts receiving: alloc_cb gives memory, recv_cb gets what has come. */
UV_EXTERN int uv_udp_recv_start(uv_udp_t *handle, uv_alloc_cb alloc_cb,
                                uv_udp_recv_cb recv_cb);

/* Stops receiving. */
UV_EXTERN int uv_udp_recv_stop(uv_udp_t *handle);

/* 1 if the handle receives several datagrams per system call, 0 if not. */
UV_EXTERN int uv_udp_using_recvmmsg(const uv_udp_t *handle);

/* Sends a datagram made of nbufs buffers to addr, or to the handle's peer
 * if that is null. */
UV_EXTERN int uv_udp_send(uv_udp_send_t *req, uv_udp_t *handle,
                          const uv_buf_t *bufs, unsigned int nbufs,
                          const struct sockaddr *addr, uv_udp_send_cb send_cb);

/* Bytes of the sends whose callback has not run. */
UV_EXTERN size_t uv_udp_get_send_queue_size(const uv_udp_t *handle);

/* Sends whose callback has not run. */
UV_EXTERN size_t uv_udp_get_send_queue_count(const uv_udp_t *handle);

/* Initialises a UDP handle; its socket is made when it is first needed. */
UV_EXTERN int uv_udp_init(uv_loop_t *loop, uv_udp_t *handle);

/* Initialises a UDP handle; flags are an address family, which makes the
 * socket at once, and UV_UDP_RECVMMSG, to receive several datagrams per
 * system call: one for each whole 64 KiB that alloc_cb gives. */
UV_EXTERN int uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *handle,
                             unsigned int flags);

/* Makes sock, a datagram socket of the caller, the handle's and sets
 * SO_REUSEADDR. */
UV_EXTERN int uv_udp_open(uv_udp_t *handle, uv_os_sock_t sock);

/* As uv_udp_open, with UV_UDP_REUSEADDR and UV_UDP_REUSEPORT in flags, or
 * neither. */
UV_EXTERN int uv_udp_open_ex(uv_udp_t *handle, uv_os_sock_t sock,
                             unsigned int flags);

/* Binds the handle to an IPv4 or IPv6 address. */
UV_EXTERN int uv_udp_bind(uv_udp_t *handle, const struct sockaddr *addr,
                          unsigned int flags);

/* Fixes the peer of the handle; with a null addr, takes it away again. */
UV_EXTERN int uv_udp_connect(uv_udp_t *handle, const struct sockaddr *addr);

/* The address the handle is connected to; *namelen goes from the room in
 * name to the size. */
UV_EXTERN int uv_udp_getpeername(const uv_udp_t *handle, struct sockaddr *name,
                                 int *namelen);

/* The address the handle is bound to; *namelen goes from the room in name
 * to the size. */
UV_EXTERN int uv_udp_getsockname(const uv_udp_t *handle, struct sockaddr *name,
                                 int *namelen);

/* Sends a datagram now or not at all. */
UV_EXTERN int uv_udp_try_send(uv_udp_t *handle, const uv_buf_t *bufs,
                              unsigned int nbufs, const struct sockaddr *addr);

/* Sends count datagrams, as many as can go now. */
UV_EXTERN int uv_udp_try_send2(uv_udp_t *handle, unsigned int count,
                               uv_buf_t **bufs, unsigned int *nbufs,
                               struct sockaddr **addrs, unsigned int flags);

/* ---- version ---- */

/* The version as a number, eight bits each for major, minor and patch. */
UV_EXTERN unsigned int uv_version(void);

/* The version as a text that stays valid. */
UV_EXTERN const char *uv_version_string(void);

/* ---- work ---- */

/* Has a worker thread call work_cb, and then the loop after_work_cb (which
 * may be null). */
UV_EXTERN int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work_cb,
                            uv_after_work_cb after_work_cb);

/* Cancels a request of the kinds fs, getaddrinfo, getnameinfo, random and
 * work that has not begun, or a write that is not through. */
UV_EXTERN int uv_cancel(uv_req_t *req);

#ifdef __cplusplus
}
#endif

#endif /* UV_H */
