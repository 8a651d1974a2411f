/* uv_loop_init with ever more memory to be had. */
#include "test.h"

static size_t limit, requested;

static int may_have(size_t size) {
  requested += size;
  return requested <= limit;
}

static void* limited_malloc(size_t size) {
  return may_have(size) ? malloc(size) : NULL;
}

static void* limited_calloc(size_t count, size_t size) {
  return may_have(count * size) ? calloc(count, size) : NULL;
}

static void* limited_realloc(void* block, size_t size) {
  return may_have(size) ? realloc(block, size) : NULL;
}

TEST(loop_init_oom) {
  uv_loop_t loop;
  int failures = 0;
  int status;
  CHECK_OK(uv_replace_allocator(limited_malloc, limited_realloc,
                                limited_calloc, free));
  while ((status = uv_loop_init(&loop)) != 0) {
    CHECK_ERR(UV_ENOMEM, status);
    failures++;
    limit += 8;
    requested = 0;
  }
  CHECK_GT(failures, 0);
  CHECK_OK(uv_loop_close(&loop));
}
