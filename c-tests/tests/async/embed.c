/* A loop inside another event loop. */
#include "test.h"

#include <errno.h>
#include <poll.h>

static uv_async_t async;
static uv_barrier_t barrier;
static int async_calls, readable;

static void on_async(uv_async_t* handle) {
  async_calls++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void send_after_a_while(void* arg) {
  (void) arg;
  CHECK_GE(uv_barrier_wait(&barrier), 0);
  uv_sleep(250);
  CHECK_OK(uv_async_send(&async));
}

TEST(embed) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t thread;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_barrier_init(&barrier, 2));
  CHECK_OK(uv_thread_create(&thread, send_after_a_while, NULL));
  CHECK_GE(uv_barrier_wait(&barrier), 0);

  while (uv_loop_alive(loop)) {
    struct pollfd backend = { uv_backend_fd(loop), POLLIN, 0 };
    int ready;
    do
      ready = poll(&backend, 1, uv_backend_timeout(loop));
    while (ready < 0 && errno == EINTR);
    CHECK_GE(ready, 0);
    if (async_calls == 0 && ready == 1)
      readable = 1;
    CHECK_GE(uv_run(loop, UV_RUN_NOWAIT), 0);
  }

  CHECK_EQ(readable, 1);
  CHECK_EQ(async_calls, 1);
  CHECK_OK(uv_thread_join(&thread));
  uv_barrier_destroy(&barrier);
  finish_loop(loop);
}

static int fs_calls;

static void on_stat(uv_fs_t* req) {
  CHECK_OK(req->result);
  uv_fs_req_cleanup(req);
  fs_calls++;
}

static void stat_in_timer(uv_timer_t* timer) {
  static uv_fs_t req;
  CHECK_OK(uv_fs_stat(timer->loop, &req, ".", on_stat));
}

static void wait_for_backend(uv_loop_t* loop) {
  struct pollfd backend = { uv_backend_fd(loop), POLLIN, 0 };
  CHECK_EQ(poll(&backend, 1, (int) scaled_ms(20000)), 1);
}

/* Whoever waits on the backend fd learns of a file operation that was begun meanwhile, wherever it is
 * carried out. */
TEST(embed_file_operations_show_on_the_backend_fd) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t req;
  uv_timer_t keep;
  int i;
  CHECK_OK(uv_timer_init(loop, &keep));
  CHECK_OK(uv_timer_start(&keep, (uv_timer_cb) abort, 1000000, 0));
  for (i = 1; i <= 3; i++) {
    CHECK_OK(uv_fs_stat(loop, &req, ".", on_stat));
    wait_for_backend(loop);
    run_until(loop, &fs_calls, i);
    CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
    /* The worker may still be writing for what the loop has found without. */
    struct pollfd backend = { uv_backend_fd(loop), POLLIN, 0 };
    uint64_t deadline = now_ms() + scaled_ms(20000);
    while (poll(&backend, 1, 0) == 1) {
      CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
      CHECK_LT(now_ms(), deadline);
    }
  }
  finish_loop(loop);
}

/* The same for one that was begun in uv_run, too late for that run. */
TEST(embed_file_operation_of_a_timer_shows_on_the_backend_fd) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t req;
  uv_timer_t timer;
  CHECK_OK(uv_fs_stat(loop, &req, ".", on_stat));
  run_until(loop, &fs_calls, 1);
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, stat_in_timer, 1, 0));
  CHECK_NE(uv_run(loop, UV_RUN_ONCE), 0);
  if (fs_calls == 1)
    wait_for_backend(loop);
  run_until(loop, &fs_calls, 2);
  finish_loop(loop);
}
