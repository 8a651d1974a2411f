/* All memory comes from, and goes back to, the program's own functions. */
#include "test.h"

/* In front of each block, so that free() must not be given it. */
struct header {
  size_t size;
  size_t mark;
};

static const size_t MARK = (size_t) 0x756e697175652121;
static struct counter blocks = COUNTER_INIT;
static struct counter allocations = COUNTER_INIT;

static void* own_malloc(size_t size) {
  struct header* header = malloc(sizeof(*header) + size);
  if (header == NULL)
    return NULL;
  header->size = size;
  header->mark = MARK;
  counter_add(&blocks, 1);
  counter_add(&allocations, 1);
  return header + 1;
}

static void own_free(void* block) {
  struct header* header = block;
  if (block == NULL)
    return;
  header--;
  CHECK(header->mark == MARK);
  header->mark = 0;
  counter_add(&blocks, -1);
  free(header);
}

static void* own_calloc(size_t count, size_t size) {
  void* block = own_malloc(count * size);
  return block == NULL ? NULL : memset(block, 0, count * size);
}

static void* own_realloc(void* block, size_t size) {
  void* other = own_malloc(size);
  if (block != NULL && other != NULL) {
    size_t old = ((struct header*) block - 1)->size;
    memcpy(other, block, old < size ? old : size);
    own_free(block);
  }
  return other;
}

static int calls;

static void on_stat(uv_fs_t* req) {
  CHECK_OK(req->result);
  uv_fs_req_cleanup(req);
  calls++;
}

TEST(own_allocator_gets_everything_back) {
  uv_loop_t loop;
  uv_tcp_t server;
  uv_fs_t req;
  struct sockaddr_in address = loopback4(0);
  CHECK_ERR(UV_EINVAL, uv_replace_allocator(NULL, own_realloc, own_calloc, own_free));
  CHECK_ERR(UV_EINVAL, uv_replace_allocator(own_malloc, NULL, own_calloc, own_free));
  CHECK_ERR(UV_EINVAL, uv_replace_allocator(own_malloc, own_realloc, NULL, own_free));
  CHECK_ERR(UV_EINVAL, uv_replace_allocator(own_malloc, own_realloc, own_calloc, NULL));
  CHECK_OK(uv_replace_allocator(own_malloc, own_realloc, own_calloc, own_free));

  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_tcp_init(&loop, &server));
  CHECK_OK(uv_tcp_bind(&server, (struct sockaddr*) &address, 0));
  CHECK_OK(uv_fs_stat(&loop, &req, ".", on_stat));
  uv_close((uv_handle_t*) &server, NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_GT(uv_fs_scandir(NULL, &req, "/", 0, NULL), 0);
  uv_fs_req_cleanup(&req);
  CHECK_OK(uv_loop_close(&loop));
  uv_library_shutdown();
  CHECK_GT(counter_get(&allocations), 0);
  CHECK_EQ(counter_get(&blocks), 0);
}
