/* Where no thread can be started, what needs one is refused. */
#include "../memory/failing_allocator.h"
#include "../refused/refuse.h"

#include <sys/syscall.h>

static void never(void) {
  FAIL("a callback of a request that was refused");
}

static void work(uv_work_t* req) {
  (void) req;
  never();
}

static void on_work(uv_work_t* req, int status) {
  (void) req;
  (void) status;
  never();
}

static void on_fs(uv_fs_t* req) {
  (void) req;
  never();
}

static void on_random(uv_random_t* req, int status, void* buf, size_t size) {
  (void) req;
  (void) status;
  (void) buf;
  (void) size;
  never();
}

static void on_addresses(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* addresses) {
  (void) req;
  (void) status;
  (void) addresses;
  never();
}

static void on_name(uv_getnameinfo_t* req, int status, const char* host,
                    const char* service) {
  (void) req;
  (void) status;
  (void) host;
  (void) service;
  never();
}

TEST(threadpool_without_threads_refuses_requests) {
  uv_loop_t* loop;
  int blocks;
  struct sockaddr_in addr = loopback4(80);
  uv_getaddrinfo_t addresses;
  uv_getnameinfo_t name;
  uv_random_t random;
  uv_work_t job;
  uv_fs_t fs;
  uv_buf_t bufs[8];
  char byte;
  int i;
  use_failing_allocator();
  loop = uv_default_loop();
  CHECK_NOT_NULL(loop);
  blocks = atomic_load(&blocks_live);
  for (i = 0; i < 8; i++)
    bufs[i] = uv_buf_init(&byte, 1);
#ifdef SYS_clone3
  refuse(SYS_clone3, 0, EAGAIN);
#endif
  refuse(SYS_clone, 0, EAGAIN);
  for (i = 0; i < 2; i++) {
    CHECK_ERR(UV_EAGAIN, uv_queue_work(loop, &job, work, on_work));
    CHECK_ERR(UV_EAGAIN, uv_fs_mkdir(loop, &fs, "folder", 0755, on_fs));
    CHECK_ERR(UV_EAGAIN, uv_fs_rename(loop, &fs, "from", "to", on_fs));
    CHECK_ERR(UV_EAGAIN, uv_fs_mkdtemp(loop, &fs, "to-XXXXXX", on_fs));
    /* More buffers than the request itself has room for. */
    CHECK_ERR(UV_EAGAIN, uv_fs_write(loop, &fs, 1, bufs, 8, -1, on_fs));
    CHECK_ERR(UV_EAGAIN, uv_random(loop, &random, &byte, 1, 0, on_random));
    CHECK_ERR(UV_EAGAIN, uv_getaddrinfo(loop, &addresses, on_addresses,
                                        "localhost", NULL, NULL));
    CHECK_ERR(UV_EAGAIN, uv_getnameinfo(loop, &name, on_name,
                                        (struct sockaddr*) &addr, 0));
  }
  CHECK_EQ(uv_loop_alive(loop), 0);
  CHECK_EQ(atomic_load(&blocks_live), blocks);
  /* What needs none is done. */
  CHECK_OK(uv_fs_mkdir(NULL, &fs, "folder", 0755, NULL));
  uv_fs_req_cleanup(&fs);
  finish_loop(loop);
}
