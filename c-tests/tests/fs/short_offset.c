/* Programs for 32-bit systems choose how long an off_t is, and with it how
 * long a uv_fs_t is. The library keeps within the request in any case. */
#undef _FILE_OFFSET_BITS
#include "fs.h"

enum { BUFFERS = 4 };

static struct {
  uv_fs_t req;
  unsigned char guard[64];
} guarded;

static void on_done(uv_fs_t* req) {
  CHECK_PTR_EQ(req, &guarded.req);
  fs_calls++;
}

static void check_done(ssize_t result) {
  size_t i;
  fs_calls = 0;
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(fs_calls, 1);
  CHECK_EQ(guarded.req.result, result);
  uv_fs_req_cleanup(&guarded.req);
  for (i = 0; i < sizeof(guarded.guard); i++)
    CHECK_EQ(guarded.guard[i], 0xDB);
}

TEST(fs_request_with_short_offset) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t* req = &guarded.req;
  char text[] = "12345678";
  uv_buf_t bufs[BUFFERS];
  uv_file fd = open_file("file", O_RDWR | O_CREAT, 0600);
  int i;
  for (i = 0; i < BUFFERS; i++)
    bufs[i] = uv_buf_init(text + 2 * i, 2);
  memset(&guarded, 0xDB, sizeof(guarded));
  CHECK_OK(uv_fs_write(loop, req, fd, bufs, BUFFERS, 0, on_done));
  check_done(8);
  memset(text, 0, 8);
  CHECK_OK(uv_fs_read(loop, req, fd, bufs, BUFFERS, 0, on_done));
  check_done(8);
  CHECK_STR_EQ(text, "12345678");
  CHECK_OK(uv_fs_read(loop, req, fd, bufs, BUFFERS, 100, on_done));
  check_done(0);
  CHECK_OK(uv_fs_utime(loop, req, "file", 1.5, 2.5, on_done));
  check_done(0);
  CHECK_OK(uv_fs_stat(loop, req, "file", on_done));
  check_done(0);
  CHECK_EQ(req->statbuf.st_atim.tv_sec, 1);
  CHECK_EQ(req->statbuf.st_mtim.tv_nsec, 500000000);
  close_file(fd);
  fs_finish();
}
