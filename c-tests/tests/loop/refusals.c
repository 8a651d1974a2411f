/* What a loop refuses. */
#include "test.h"

#include <signal.h>

static int done;

static void nothing(uv_work_t* req) {
  (void) req;
}

static void on_done(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  done++;
}

TEST(loop_close_with_a_request_under_way) {
  uv_loop_t loop;
  uv_work_t req;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_queue_work(&loop, &req, nothing, on_done));
  CHECK_EQ(uv_loop_close(&loop), UV_EBUSY);
  CHECK_EQ(uv_loop_alive(&loop), 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(done, 1);
  CHECK_OK(uv_loop_close(&loop));
}

TEST(loop_configure_refuses) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_EQ(uv_loop_configure(loop, (uv_loop_option) 1000), UV_ENOSYS);
  CHECK_EQ(uv_loop_configure(loop, UV_LOOP_BLOCK_SIGNAL, SIGINT), UV_EINVAL);
  CHECK_OK(uv_loop_configure(loop, UV_LOOP_BLOCK_SIGNAL, SIGPROF));
  finish_loop(loop);
}

/* The memory still says that the loop is gone. */
TEST(loop_close_twice_is_refused) {
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_loop_close(&loop));
  CHECK_LE(uv_loop_close(&loop), 0);
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_loop_close(&loop));
}
