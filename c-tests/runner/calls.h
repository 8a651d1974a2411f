/* Calls of the system that a test answers in its place, for the library under test. Each is defined here, and
 * nowhere else: of two definitions the linker may take either. */
#ifndef UV_TESTS_CALLS_H
#define UV_TESTS_CALLS_H

#include <sys/socket.h>
#include <sys/types.h>

/* Whether the call fails, with errno set; NULL: never. */
struct test_calls {
  int (*send_fails)(void);
  int (*sendmsg_fails)(void);
  int (*write_fails)(void);
  int (*epoll_ctl_fails)(void); /* to follow a descriptor */
};

extern struct test_calls test_calls;

#endif
