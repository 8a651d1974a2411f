/* Random bytes. */
#include "test.h"

enum { SIZE = 256 };

static char bytes[SIZE];
static const char zeros[SIZE];
static int calls;
static size_t expected_size;

static void on_bytes(uv_random_t* req, int status, void* buf, size_t size) {
  CHECK_NOT_NULL(req);
  CHECK_OK(status);
  CHECK_PTR_EQ(buf, bytes);
  CHECK_EQ(size, expected_size);
  calls++;
}

static void fill(size_t size, int expected_calls) {
  static uv_random_t req;
  uv_loop_t* loop = uv_default_loop();
  expected_size = size;
  CHECK_OK(uv_random(loop, &req, bytes, size, 0, on_bytes));
  CHECK_EQ(calls, expected_calls - 1);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, expected_calls);
}

TEST(random_async) {
  uv_loop_t* loop = uv_default_loop();
  uv_random_t req;
  CHECK_ERR(UV_EINVAL, uv_random(loop, &req, bytes, SIZE, (unsigned) -1,
                                 on_bytes));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_ERR(UV_E2BIG, uv_random(loop, &req, bytes, (size_t) -1, (unsigned) -1,
                                on_bytes));
  CHECK_ERR(UV_E2BIG, uv_random(loop, &req, bytes, (size_t) -1, 0, on_bytes));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 0);

  fill(0, 1);
  CHECK_MEM_EQ(bytes, zeros, SIZE);
  fill(SIZE, 2);
  CHECK_NE(memcmp(bytes, zeros, SIZE), 0);
  finish_loop(loop);
}

TEST(random_sync) {
  CHECK_ERR(UV_EINVAL, uv_random(NULL, NULL, bytes, SIZE, (unsigned) -1,
                                 NULL));
  CHECK_ERR(UV_E2BIG, uv_random(NULL, NULL, bytes, (size_t) -1, (unsigned) -1,
                                NULL));
  CHECK_OK(uv_random(NULL, NULL, bytes, SIZE, 0, NULL));
  CHECK_NE(memcmp(bytes, zeros, SIZE), 0);
  finish_loop(uv_default_loop());
}

static void on_fault(uv_random_t* req, int status, void* buf, size_t size) {
  (void) req;
  CHECK_EQ(status, UV_EFAULT);
  CHECK_NULL(buf);
  CHECK_EQ(size, SIZE);
  calls++;
}

TEST(random_without_a_buffer) {
  uv_loop_t* loop = uv_default_loop();
  uv_random_t req;
  CHECK_ERR(UV_EFAULT, uv_random(NULL, NULL, NULL, SIZE, 0, NULL));
  CHECK_OK(uv_random(NULL, NULL, NULL, 0, 0, NULL));
  CHECK_OK(uv_random(loop, &req, NULL, SIZE, 0, on_fault));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}
