#include "calls.h"

#ifdef __linux__
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

struct test_calls test_calls;

static int fails(int (*call)(void)) {
  return call != NULL && call();
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  if (fails(test_calls.send_fails))
    return -1;
  return syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  return fails(test_calls.sendmsg_fails) ? -1 : syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return fails(test_calls.write_fails) ? -1 : syscall(SYS_write, fd, bytes, size);
}

int epoll_ctl(int epoll, int what, int fd, struct epoll_event* event) {
  if (what != EPOLL_CTL_DEL && fails(test_calls.epoll_ctl_fails))
    return -1;
  return (int) syscall(SYS_epoll_ctl, epoll, what, fd, event);
}

#ifndef __GLIBC__
/* A static musl has them in one piece: all of them are from there, or none. */
int epoll_create1(int flags) {
  return (int) syscall(SYS_epoll_create1, flags);
}

int epoll_create(int size) {
  (void) size;
  return epoll_create1(0);
}

int epoll_pwait(int epoll, struct epoll_event* events, int count, int timeout, const sigset_t* mask) {
  return (int) syscall(SYS_epoll_pwait, epoll, events, count, timeout, mask, _NSIG / 8);
}

int epoll_wait(int epoll, struct epoll_event* events, int count, int timeout) {
  return epoll_pwait(epoll, events, count, timeout, NULL);
}
#endif
#endif
