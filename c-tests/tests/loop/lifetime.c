/* Loops from init to close, and what counts as alive. */
#include "test.h"

#include <signal.h>

static int calls;
static uv_timer_t timer;

static void count_and_close(uv_timer_t* handle) {
  calls++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void count(uv_timer_t* handle) {
  (void) handle;
  calls++;
}

static void nothing(uv_work_t* req) {
  (void) req;
}

static void worked(uv_work_t* req, int status) {
  CHECK_NOT_NULL(req);
  CHECK_OK(status);
  calls++;
}

static void fire_once_on(uv_loop_t* loop) {
  CHECK_NOT_NULL(loop);
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, count_and_close, 1, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

TEST(default_loop_close) {
  fire_once_on(uv_default_loop());
  CHECK_EQ(calls, 1);
  CHECK_OK(uv_loop_close(uv_default_loop()));
  fire_once_on(uv_default_loop());
  CHECK_EQ(calls, 2);
  finish_loop(uv_default_loop());
}

TEST(loop_alive) {
  uv_loop_t* loop = uv_default_loop();
  uv_work_t work;
  CHECK_EQ(uv_loop_alive(loop), 0);

  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, count, 100, 0));
  CHECK_NE(uv_loop_alive(loop), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(uv_loop_alive(loop), 0);
  CHECK_EQ(calls, 1);

  CHECK_OK(uv_queue_work(loop, &work, nothing, worked));
  CHECK_NE(uv_loop_alive(loop), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(uv_loop_alive(loop), 0);
  CHECK_EQ(calls, 2);
  finish_loop(loop);
}

TEST(loop_backend_timeout) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_EQ(uv_loop_alive(loop), 0);
  loop->active_handles++;
  CHECK_EQ(uv_run(loop, UV_RUN_NOWAIT), 1);
  loop->active_handles--;
  CHECK_EQ(uv_loop_alive(loop), 0);

  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_EQ(uv_loop_alive(loop), 0);
  CHECK_EQ(uv_backend_timeout(loop), 0);
  CHECK_OK(uv_timer_start(&timer, count_and_close, 1000, 0));
  CHECK_EQ(uv_backend_timeout(loop), 1000);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_EQ(uv_backend_timeout(loop), 0);
  finish_loop(loop);
}

static void stop_loop(uv_timer_t* handle) {
  calls++;
  uv_stop(handle->loop);
}

TEST(loop_close) {
  static char mine;
  uv_loop_t loop;
  memset(&loop, 0, sizeof(loop));
  loop.data = &mine;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_PTR_EQ(loop.data, &mine);

  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_start(&timer, stop_loop, 100, 100));
  CHECK_ERR(UV_EBUSY, uv_loop_close(&loop));
  CHECK_NE(uv_run(&loop, UV_RUN_DEFAULT), 0);
  CHECK_EQ(calls, 1);

  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_PTR_EQ(loop.data, &mine);
  CHECK_OK(uv_loop_close(&loop));
  CHECK_PTR_EQ(loop.data, &mine);
  uv_library_shutdown();
}

TEST(loop_configure) {
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_loop_configure(&loop, UV_LOOP_BLOCK_SIGNAL, SIGPROF));
  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_start(&timer, count_and_close, 10, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(&loop);
}

TEST(loop_instant_close) {
  static uv_loop_t loop;
  static uv_work_t work;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_queue_work(&loop, &work, nothing, NULL));
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
}

static int visits;
static char argument;

static void visit(uv_handle_t* handle, void* arg) {
  CHECK_PTR_EQ(arg, &argument);
  CHECK_PTR_EQ(handle, &timer);
  visits++;
}

static void walk_and_close(uv_timer_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  uv_walk(handle->loop, visit, &argument);
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(walk_handles) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, walk_and_close, 1, 0));
  CHECK_EQ(visits, 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(visits, 1);
  uv_walk(loop, visit, &argument);
  CHECK_EQ(visits, 1);
  finish_loop(loop);
}
