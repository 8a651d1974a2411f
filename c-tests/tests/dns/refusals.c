/* Arguments that no lookup is made for. */
#include "test.h"

#include <sys/un.h>

static void never_named(uv_getnameinfo_t* req, int status, const char* host,
                        const char* service) {
  (void) req;
  (void) host;
  (void) service;
  FAIL("the callback came, with %d", status);
}

static void never_found(uv_getaddrinfo_t* req, int status,
                        struct addrinfo* found) {
  (void) req;
  (void) found;
  FAIL("the callback came, with %d", status);
}

TEST(getnameinfo_refuses_other_families) {
  uv_loop_t* loop = uv_default_loop();
  uv_getnameinfo_t req;
  struct sockaddr_un path = { .sun_family = AF_UNIX };
  struct sockaddr_in address = loopback4(80);
  CHECK_EQ(uv_getnameinfo(loop, &req, never_named, (struct sockaddr*) &path, 0),
           UV_EINVAL);
  CHECK_EQ(uv_getnameinfo(loop, &req, NULL, (struct sockaddr*) &path, 0),
           UV_EINVAL);
  CHECK_EQ(uv_getnameinfo(loop, NULL, never_named,
                          (struct sockaddr*) &address, 0), UV_EINVAL);
  CHECK_EQ(uv_getnameinfo(loop, &req, never_named, NULL, 0), UV_EINVAL);
  finish_loop(loop);
}

TEST(getaddrinfo_refuses_nothing_to_look_up) {
  uv_loop_t* loop = uv_default_loop();
  uv_getaddrinfo_t req;
  CHECK_EQ(uv_getaddrinfo(loop, &req, never_found, NULL, NULL, NULL), UV_EINVAL);
  CHECK_EQ(uv_getaddrinfo(loop, NULL, never_found, "localhost", NULL, NULL),
           UV_EINVAL);
  CHECK_EQ(uv_getaddrinfo(loop, &req, never_found, "\xC0\x80", NULL, NULL),
           UV_EINVAL);
  finish_loop(loop);
}
