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
