/* The calls that can be made to fail: CALL(symbol, name, how it says so).
 * Symbols that do the same have one name; what needs a function of its own is in shim.c. */
/* They answer -1, with errno set. */
#define CALLS_MINUS_ONE(CALL)                                                  \
  CALL(accept, accept) CALL(accept4, accept4) CALL(access, access)             \
  CALL(bind, bind) CALL(chdir, chdir) CALL(chmod, chmod) CALL(chown, chown)    \
  CALL(connect, connect) CALL(dup2, dup2) CALL(dup3, dup3)                     \
  CALL(epoll_create1, epoll_create1) CALL(epoll_wait, epoll_wait)              \
  CALL(epoll_pwait, epoll_wait) CALL(execve, execve)                           \
  CALL(execvp, execve) CALL(fchmod, fchmod) CALL(fchown, fchown)               \
  CALL(fcntl, fcntl) CALL(fcntl64, fcntl) CALL(fdatasync, fdatasync)           \
  CALL(fstat, stat) CALL(fstat64, stat) CALL(stat, stat) CALL(stat64, stat)    \
  CALL(lstat, stat) CALL(lstat64, stat) CALL(fstatfs, statfs)                  \
  CALL(fstatfs64, statfs) CALL(statfs, statfs) CALL(statfs64, statfs)          \
  CALL(fsync, fsync) CALL(ftruncate, ftruncate) CALL(ftruncate64, ftruncate)   \
  CALL(futimens, utimensat) CALL(utimensat, utimensat)                         \
  CALL(gethostname, gethostname)                                               \
  CALL(getpeername, getpeername) CALL(getsockname, getsockname)                \
  CALL(getsockopt, getsockopt) CALL(setsockopt, setsockopt)                    \
  CALL(inotify_add_watch, inotify_add_watch)                                   \
  CALL(ioctl, ioctl) CALL(kill, kill)                                          \
  CALL(lchown, lchown) CALL(link, link) CALL(listen, listen)                   \
  CALL(lseek, lseek) CALL(lseek64, lseek) CALL(mkdir, mkdir)                   \
  CALL(mkostemp, mkostemp) CALL(mkstemp, mkostemp) CALL(mkstemp64, mkostemp)   \
  CALL(open, open) CALL(open64, open)                                          \
  CALL(poll, poll) CALL(pread, pread) CALL(pread64, pread)                     \
  CALL(preadv, pread) CALL(preadv64, pread) CALL(pwrite, pwrite)               \
  CALL(pwrite64, pwrite) CALL(pwritev, pwrite) CALL(pwritev64, pwrite)         \
  CALL(readv, readv)                                                           \
  CALL(readlink, readlink) CALL(recvmmsg, recvmmsg) CALL(recvmsg, recvmsg)     \
  CALL(rename, rename) CALL(rmdir, rmdir) CALL(scandir, opendir)               \
  CALL(scandir64, opendir) CALL(send, send) CALL(sendfile, sendfile)           \
  CALL(sendfile64, sendfile) CALL(sendmmsg, sendmmsg) CALL(sendmsg, sendmsg)   \
  CALL(setgid, setgid) CALL(setuid, setuid) CALL(setsid, setsid)               \
  CALL(setpriority, setpriority) CALL(shutdown, shutdown)                      \
  CALL(socket, socket) CALL(socketpair, socketpair) CALL(statx, statx)         \
  CALL(symlink, symlink) CALL(sysinfo, sysinfo) CALL(tcgetattr, tcgetattr)     \
  CALL(tcsetattr, tcsetattr) CALL(unlink, unlink) CALL(waitpid, waitpid)       \
  CALL(writev, writev) CALL(sem_init, sem_init)                                \
  CALL(sem_wait, sem_wait) CALL(sched_getaffinity, sched_getaffinity)          \
  CALL(getrlimit, getrlimit) CALL(getrlimit64, getrlimit)                      \
  CALL(setenv, setenv) CALL(uname, uname) CALL(sigaction, sigaction)           \
  CALL(inotify_rm_watch, inotify_rm_watch)

/* They answer a null pointer, with errno set. */
#define CALLS_NULL(CALL)                                                       \
  CALL(opendir, opendir) CALL(readdir, readdir) CALL(readdir64, readdir)       \
  CALL(mkdtemp, mkdtemp) CALL(realpath, realpath) CALL(getcwd, getcwd)         \
  CALL(if_indextoname, if_indextoname)

/* They answer the error itself. */
#define CALLS_CODE(CALL)                                                       \
  CALL(getnameinfo, getnameinfo)                                               \
  CALL(ttyname_r, ttyname_r) CALL(pthread_create, pthread_create)              \
  CALL(pthread_mutex_init, pthread_init) CALL(pthread_cond_init, pthread_init) \
  CALL(pthread_rwlock_init, pthread_init)                                      \
  CALL(pthread_barrier_init, pthread_init)                                     \
  CALL(pthread_attr_init, pthread_init)                                        \
  CALL(pthread_mutexattr_init, pthread_init)                                   \
  CALL(pthread_condattr_init, pthread_init)                                    \
  CALL(pthread_key_create, pthread_key_create)                                 \
  CALL(pthread_getaffinity_np, pthread_affinity)                               \
  CALL(pthread_setaffinity_np, pthread_affinity)                               \
  CALL(pthread_setname_np, pthread_setname)                                    \
  CALL(pthread_getname_np, pthread_setname)                                    \
  CALL(pthread_setschedparam, pthread_sched)                                   \
  CALL(pthread_getschedparam, pthread_sched)                                   \
  CALL(__register_atfork, register_atfork)

/* What syscall() is called for: the number's name. */
#define CALLS_BY_NUMBER(CALL)                                                  \
  CALL(SYS_pidfd_open, pidfd_open) CALL(SYS_futex, futex)                      \
  CALL(SYS_getdents64, getdents64) CALL(SYS_openat2, openat2)                  \
  CALL(SYS_preadv2, preadv2) CALL(SYS_pwritev2, pwritev2)                      \
  CALL(SYS_statx, statx)                                                       \
  CALL(SYS_newfstatat, stat) CALL(SYS_copy_file_range, copy_file_range)        \
  CALL(SYS_getrandom, getrandom) CALL(SYS__sysctl, sysctl)                     \
  CALL(SYS_dup3, dup3) CALL(SYS_close, close)

/* The names that are told apart, in the order of their numbers. */
#define CALL_NAMES(NAME)                                                       \
  NAME(alloc) NAME(malloc) NAME(accept) NAME(accept4) NAME(access) NAME(bind)  \
  NAME(chdir) NAME(chmod) NAME(chown) NAME(clone) NAME(close) NAME(connect)    \
  NAME(copy_file_range) NAME(dup2) NAME(dup3)                                  \
  NAME(epoll_create1) NAME(epoll_ctl) NAME(epoll_wait) NAME(eventfd)           \
  NAME(execve) NAME(fchmod) NAME(fchown) NAME(fcntl) NAME(fdatasync)           \
  NAME(fork) NAME(fsync) NAME(ftruncate) NAME(futex) NAME(getaddrinfo)         \
  NAME(getcwd) NAME(getdents64) NAME(getgrgid_r) NAME(gethostname)             \
  NAME(getifaddrs) NAME(getnameinfo) NAME(getpeername) NAME(getpwuid_r)        \
  NAME(getrandom) NAME(getrlimit) NAME(getsockname) NAME(getsockopt)           \
  NAME(if_indextoname) NAME(inotify_add_watch) NAME(inotify_init1)             \
  NAME(inotify_read)                                                           \
  NAME(inotify_rm_watch) NAME(ioctl) NAME(kill) NAME(lchown) NAME(link)        \
  NAME(listen) NAME(lseek) NAME(mkdir) NAME(mkdtemp) NAME(mkostemp)            \
  NAME(mmap) NAME(open) NAME(openat2) NAME(opendir) NAME(pidfd_open)           \
  NAME(pipe) NAME(pipe2) NAME(pipe_read) NAME(pipe_write) NAME(poll)           \
  NAME(pread) NAME(preadv2) NAME(pthread_affinity)                             \
  NAME(pthread_create) NAME(pthread_init) NAME(pthread_key_create)             \
  NAME(pthread_sched) NAME(pthread_setname) NAME(pwrite) NAME(pwritev2)        \
  NAME(read) NAME(readdir) NAME(readlink) NAME(readv) NAME(realpath)           \
  NAME(recvmmsg) NAME(recvmsg) NAME(register_atfork) NAME(rename) NAME(rmdir)  \
  NAME(sched_getaffinity) NAME(sem_init) NAME(sem_wait) NAME(send)             \
  NAME(sendfile) NAME(sendmmsg) NAME(sendmsg) NAME(setenv) NAME(setgid)        \
  NAME(setpriority) NAME(setsid) NAME(setsockopt) NAME(setuid)                 \
  NAME(shutdown) NAME(sigaction) NAME(socket) NAME(socketpair) NAME(stat)      \
  NAME(statfs) NAME(statx) NAME(symlink) NAME(sysctl) NAME(sysinfo)            \
  NAME(tcgetattr) NAME(tcsetattr) NAME(ttyname_r) NAME(uname) NAME(unlink)     \
  NAME(utimensat) NAME(waitpid) NAME(wake_read) NAME(wake_write) NAME(write)   \
  NAME(writev)
