/* SPDX-License-Identifier: MIT
 * Generated from src/ by `cargo xtask headers`; edit the sources instead.
 *
 * The types of the system that uv.h needs, and its own names for some of them.
 */

#ifndef UV_UNIX_H
#define UV_UNIX_H

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <pwd.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <termios.h>

#include "uv/threadpool.h"
#ifdef __linux__
# include "uv/linux.h"
#endif

/* netdb.h shows these only to programs that ask for more than POSIX. */
#ifndef NI_MAXHOST
# define NI_MAXHOST 1025
#endif
#ifndef NI_MAXSERV
# define NI_MAXSERV 32
#endif

typedef int uv_file;
typedef int uv_os_sock_t;
typedef int uv_os_fd_t;
typedef pid_t uv_pid_t;
typedef uid_t uv_uid_t;
typedef gid_t uv_gid_t;
typedef pthread_t uv_thread_t;
typedef pthread_once_t uv_once_t;
typedef pthread_mutex_t uv_mutex_t;
typedef pthread_rwlock_t uv_rwlock_t;
typedef sem_t uv_sem_t;
typedef pthread_cond_t uv_cond_t;
typedef pthread_key_t uv_key_t;
typedef pthread_barrier_t uv_barrier_t;

typedef struct dirent uv__dirent_t;
typedef struct uv__io_s uv__io_t;
typedef struct uv_buf_t uv_buf_t;
typedef struct uv_lib_t uv_lib_t;

/* A file descriptor that a loop follows. */
struct uv__io_s {
  size_t bits;
  struct uv__queue pending_queue;
  struct uv__queue watcher_queue;
  unsigned int pevents;
  unsigned int events;
  int fd;
};

/* A piece of memory, laid out as struct iovec. */
struct uv_buf_t {
  char *base;
  size_t len;
};

/* A loaded shared object. */
struct uv_lib_t {
  void *handle;
  char *errmsg;
};

#define UV_ONCE_INIT PTHREAD_ONCE_INIT

/* For declarations of functions that uv_dlsym finds. */
#define UV_DYNAMIC /* nothing */

#ifdef DT_UNKNOWN
# define HAVE_DIRENT_TYPES
# define UV__DT_FILE DT_REG
# define UV__DT_DIR DT_DIR
# define UV__DT_LINK DT_LNK
# define UV__DT_FIFO DT_FIFO
# define UV__DT_SOCKET DT_SOCK
# define UV__DT_CHAR DT_CHR
# define UV__DT_BLOCK DT_BLK
#endif

/* Flags of uv_fs_open: the system's, or 0 where it has none. */
#if defined(O_APPEND)
# define UV_FS_O_APPEND O_APPEND
#else
# define UV_FS_O_APPEND 0
#endif
#if defined(O_CREAT)
# define UV_FS_O_CREAT O_CREAT
#else
# define UV_FS_O_CREAT 0
#endif
#ifdef UV_FS_O_DIRECT
#elif defined(O_DIRECT)
# define UV_FS_O_DIRECT O_DIRECT
#else
# define UV_FS_O_DIRECT 0
#endif
#if defined(O_DIRECTORY)
# define UV_FS_O_DIRECTORY O_DIRECTORY
#else
# define UV_FS_O_DIRECTORY 0
#endif
#if defined(O_DSYNC)
# define UV_FS_O_DSYNC O_DSYNC
#else
# define UV_FS_O_DSYNC 0
#endif
#if defined(O_EXCL)
# define UV_FS_O_EXCL O_EXCL
#else
# define UV_FS_O_EXCL 0
#endif
#if defined(O_NOATIME)
# define UV_FS_O_NOATIME O_NOATIME
#else
# define UV_FS_O_NOATIME 0
#endif
#if defined(O_NOCTTY)
# define UV_FS_O_NOCTTY O_NOCTTY
#else
# define UV_FS_O_NOCTTY 0
#endif
#if defined(O_NOFOLLOW)
# define UV_FS_O_NOFOLLOW O_NOFOLLOW
#else
# define UV_FS_O_NOFOLLOW 0
#endif
#if defined(O_NONBLOCK)
# define UV_FS_O_NONBLOCK O_NONBLOCK
#else
# define UV_FS_O_NONBLOCK 0
#endif
#if defined(O_RDONLY)
# define UV_FS_O_RDONLY O_RDONLY
#else
# define UV_FS_O_RDONLY 0
#endif
#if defined(O_RDWR)
# define UV_FS_O_RDWR O_RDWR
#else
# define UV_FS_O_RDWR 0
#endif
#if defined(O_SYNC)
# define UV_FS_O_SYNC O_SYNC
#else
# define UV_FS_O_SYNC 0
#endif
#if defined(O_TRUNC)
# define UV_FS_O_TRUNC O_TRUNC
#else
# define UV_FS_O_TRUNC 0
#endif
#if defined(O_WRONLY)
# define UV_FS_O_WRONLY O_WRONLY
#else
# define UV_FS_O_WRONLY 0
#endif
#if defined(O_EXLOCK)
# define UV_FS_O_EXLOCK O_EXLOCK
#else
# define UV_FS_O_EXLOCK 0
#endif
#if defined(O_SYMLINK)
# define UV_FS_O_SYMLINK O_SYMLINK
#else
# define UV_FS_O_SYMLINK 0
#endif
#if defined(O_FILEMAP)
# define UV_FS_O_FILEMAP O_FILEMAP
#else
# define UV_FS_O_FILEMAP 0
#endif
#if defined(O_RANDOM)
# define UV_FS_O_RANDOM O_RANDOM
#else
# define UV_FS_O_RANDOM 0
#endif
#if defined(O_SHORT_LIVED)
# define UV_FS_O_SHORT_LIVED O_SHORT_LIVED
#else
# define UV_FS_O_SHORT_LIVED 0
#endif
#if defined(O_SEQUENTIAL)
# define UV_FS_O_SEQUENTIAL O_SEQUENTIAL
#else
# define UV_FS_O_SEQUENTIAL 0
#endif
#if defined(O_TEMPORARY)
# define UV_FS_O_TEMPORARY O_TEMPORARY
#else
# define UV_FS_O_TEMPORARY 0
#endif

#endif /* UV_UNIX_H */
