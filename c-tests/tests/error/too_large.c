/* Requests for more bytes than a system call takes. */
#include "test.h"

#include <fcntl.h>

enum { SIZES = 2 };

/* One buffer too long, and two that are so together. */
static uv_buf_t one[1];
static uv_buf_t two[2];
static const struct {
  uv_buf_t* bufs;
  unsigned count;
} cases[SIZES] = { { one, 1 }, { two, 2 } };

static void never_sent(uv_udp_send_t* req, int status) {
  FAIL("request %p ended with status %d", (void*) req, status);
}

static void check_files(void) {
  uv_fs_t req;
  uv_file file;
  uv_file other;
  int i;
  file = uv_fs_open(NULL, &req, "one", UV_FS_O_RDWR | UV_FS_O_CREAT, 0644, NULL);
  CHECK_GE(file, 0);
  uv_fs_req_cleanup(&req);
  other = uv_fs_open(NULL, &req, "two", UV_FS_O_RDWR | UV_FS_O_CREAT, 0644, NULL);
  CHECK_GE(other, 0);
  uv_fs_req_cleanup(&req);

  for (i = 0; i < SIZES; i++) {
    CHECK_ERR(UV_EINVAL, uv_fs_write(NULL, &req, file, cases[i].bufs,
                                     cases[i].count, 0, NULL));
    uv_fs_req_cleanup(&req);
  }
  CHECK_ERR(UV_EINVAL,
            uv_fs_sendfile(NULL, &req, other, file, 0, INT32_MAX, NULL));
  uv_fs_req_cleanup(&req);
  CHECK_OK(uv_fs_close(NULL, &req, file, NULL));
  uv_fs_req_cleanup(&req);
  CHECK_OK(uv_fs_close(NULL, &req, other, NULL));
  uv_fs_req_cleanup(&req);
}

TEST(io_64_safe) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in addr = loopback4(9);
  struct sockaddr* to = (struct sockaddr*) &addr;
  uv_udp_send_t send_req;
  uv_write_t write_req;
  uv_tcp_t tcp;
  uv_udp_t udp;
  int i;

  one[0] = uv_buf_init(NULL, INT32_MAX);
  two[0] = two[1] = uv_buf_init(NULL, 0x40000001);
  check_files();

  CHECK_OK(uv_tcp_init(loop, &tcp));
  CHECK_OK(uv_udp_init(loop, &udp));
  for (i = 0; i < SIZES; i++) {
    uv_buf_t* bufs = cases[i].bufs;
    unsigned count = cases[i].count;
    CHECK_ERR(UV_EINVAL,
              uv_write(&write_req, (uv_stream_t*) &tcp, bufs, count, NULL));
    CHECK_ERR(UV_EINVAL, uv_try_write((uv_stream_t*) &tcp, bufs, count));
    CHECK_ERR(UV_EINVAL, uv_udp_try_send(&udp, bufs, count, to));
    CHECK_ERR(UV_EINVAL,
              uv_udp_send(&send_req, &udp, bufs, count, to, never_sent));
    CHECK_ERR(UV_EINVAL,
              uv_udp_try_send2(&udp, 1, &bufs, &count, &to, 0));
  }
  finish_loop(loop);
}
