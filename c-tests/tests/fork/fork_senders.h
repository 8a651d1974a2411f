/* An async handle to which other threads send when the process forks, and what its child does with it. */
#ifndef UV_TESTS_FORK_SENDERS_H
#define UV_TESTS_FORK_SENDERS_H

#include "fork_child.h"

static uv_async_t async;
static int async_calls;

static inline void on_async(uv_async_t* handle) {
  (void) handle;
  async_calls++;
}

/* In a child that has taken the loop over: its own sends are told, and the handle can be closed. */
static inline void send_close_and_end(uv_loop_t* loop) {
  async_calls = 0;
  CHECK_OK(uv_async_send(&async));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(async_calls, 1);
  uv_close((uv_handle_t*) &async, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(loop));
  end_child();
}

/* In a child that only cleans up, with a loop that is its parent's still. */
static inline void close_and_end(uv_loop_t* loop) {
  uv_close((uv_handle_t*) &async, NULL);
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_OK(uv_loop_close(loop));
  end_child();
}

#endif
