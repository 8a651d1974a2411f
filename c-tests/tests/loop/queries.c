/* Functions that only ask write to nothing: other threads ask, and signal handlers. */
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

/* All memory of the library, of the loop and of the handles, which can be closed to writers. */
static struct memory {
  _Alignas(64) char bytes[1 << 20];
  size_t used;
}* memory;

static void* take(size_t size) {
  char* block = memory->bytes + memory->used + 64;
  memory->used += 64 + ((size + 63) & ~(size_t) 63);
  CHECK_LT(memory->used, sizeof(memory->bytes));
  memcpy(block - sizeof(size), &size, sizeof(size));
  return block;
}

static void* take_zeroed(size_t count, size_t size) {
  return take(count * size);  /* nothing is taken twice */
}

static void* take_more(void* block, size_t size) {
  void* other = take(size);
  size_t old;
  if (block != NULL) {
    memcpy(&old, (char*) block - sizeof(old), sizeof(old));
    memcpy(other, block, old < size ? old : size);
  }
  return other;
}

static void leave(void* block) {
  (void) block;
}

static void on_timer(uv_timer_t* timer) { (void) timer; }
static void on_idle(uv_idle_t* idle) { (void) idle; }

static void allow(int protection) {
  CHECK_EQ(mprotect(memory, sizeof(*memory), protection), 0);
}

TEST(queries_write_nothing) {
  uv_loop_t* loop;
  uv_timer_t* timers[4];
  uv_idle_t* idle;
  uv_tcp_t* tcp;
  uv_udp_t* udp;
  uv_fs_t* fs;
  int i;
  memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK_PTR_EQ(memory == MAP_FAILED ? NULL : memory, memory);
  CHECK_OK(uv_replace_allocator(take, take_more, take_zeroed, leave));
  loop = take(sizeof(*loop));
  CHECK_OK(uv_loop_init(loop));
  for (i = 0; i < 4; i++) {
    timers[i] = take(sizeof(*timers[i]));
    CHECK_OK(uv_timer_init(loop, timers[i]));
    CHECK_OK(uv_timer_start(timers[i], on_timer, (uint64_t) (10000 + i), 7));
  }
  /* The earliest ones are not due any more when they come to the front. */
  CHECK_OK(uv_timer_stop(timers[0]));
  CHECK_OK(uv_timer_start(timers[1], on_timer, 20000, 7));
  idle = take(sizeof(*idle));
  tcp = take(sizeof(*tcp));
  udp = take(sizeof(*udp));
  fs = take(sizeof(*fs));
  CHECK_OK(uv_idle_init(loop, idle));
  CHECK_OK(uv_tcp_init(loop, tcp));
  CHECK_OK(uv_udp_init(loop, udp));
  CHECK_OK(uv_fs_stat(NULL, fs, ".", NULL));
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_OK(uv_timer_start(timers[2], on_timer, 10002, 7));  /* the time has gone on */
  CHECK_OK(uv_timer_start(timers[3], on_timer, 10003, 7));

  allow(PROT_READ);
  CHECK_EQ(uv_backend_timeout(loop), 10002);
  CHECK_EQ(uv_backend_timeout(loop), 10002);
  CHECK_GE(uv_backend_fd(loop), 0);
  CHECK_EQ(uv_loop_alive(loop), 1);
  CHECK_GT(uv_now(loop), 0);
  CHECK_NULL(uv_loop_get_data(loop));
  CHECK_EQ(uv_is_active((uv_handle_t*) timers[0]), 0);
  CHECK_EQ(uv_is_active((uv_handle_t*) timers[1]), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) timers[1]), 0);
  CHECK_EQ(uv_has_ref((uv_handle_t*) timers[1]), 1);
  CHECK_EQ(uv_handle_get_type((uv_handle_t*) timers[1]), UV_TIMER);
  CHECK_PTR_EQ(uv_handle_get_loop((uv_handle_t*) timers[1]), loop);
  CHECK_NULL(uv_handle_get_data((uv_handle_t*) timers[1]));
  CHECK_EQ(uv_timer_get_repeat(timers[1]), 7);
  CHECK_GT(uv_timer_get_due_in(timers[1]), 0);
  CHECK_EQ(uv_is_readable((uv_stream_t*) tcp), 0);
  CHECK_EQ(uv_is_writable((uv_stream_t*) tcp), 0);
  CHECK_EQ(uv_stream_get_write_queue_size((uv_stream_t*) tcp), 0);
  CHECK_EQ(uv_udp_get_send_queue_size(udp), 0);
  CHECK_EQ(uv_udp_get_send_queue_count(udp), 0);
  CHECK_EQ(uv_udp_using_recvmmsg(udp), 0);
  CHECK_EQ(uv_req_get_type((uv_req_t*) fs), UV_FS);
  CHECK_EQ(uv_fs_get_type(fs), UV_FS_STAT);
  CHECK_EQ(uv_fs_get_result(fs), 0);
  CHECK_EQ(uv_fs_get_system_error(fs), 0);
  CHECK_STR_EQ(uv_fs_get_path(fs), ".");
  CHECK_PTR_EQ(uv_fs_get_ptr(fs), &fs->statbuf);
  CHECK_PTR_EQ(uv_fs_get_statbuf(fs), &fs->statbuf);
  allow(PROT_READ | PROT_WRITE);

  /* With something that runs in each turn it is 0, which is asked in another way. */
  CHECK_OK(uv_idle_start(idle, on_idle));
  allow(PROT_READ);
  CHECK_EQ(uv_backend_timeout(loop), 0);
  allow(PROT_READ | PROT_WRITE);

  uv_fs_req_cleanup(fs);
  close_handles(loop);
  CHECK_OK(uv_loop_close(loop));
  uv_library_shutdown();
}
