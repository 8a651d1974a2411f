/* A child that closes every descriptor it got, as daemons do, and goes on with
 * the loop. */
#include "fork_child.h"

#include <fcntl.h>

static uv_async_t async;
static uv_timer_t timer;
static int calls;
static int ticks;

static void on_async(uv_async_t* handle) {
  calls++;
  uv_close((uv_handle_t*) handle, NULL);
  uv_close((uv_handle_t*) &timer, NULL);
}

static void send_once(void* argument) {
  CHECK_OK(uv_async_send(argument));
}

static void on_tick(uv_timer_t* handle) {
  (void) handle;
  ticks++;
}

static void go_on(uv_loop_t* loop) {
  uv_thread_t thread;
  CHECK_OK(uv_loop_fork(loop));
  CHECK_OK(uv_timer_start(&timer, on_tick, 1, 1));
  CHECK_OK(uv_thread_create(&thread, send_once, &async));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(calls, 1);
  CHECK_OK(uv_loop_close(loop));
}

TEST(fork_child_without_descriptors) {
  uv_loop_t* loop = uv_default_loop();
  pid_t pid;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_timer_init(loop, &timer));
  uv_run(loop, UV_RUN_NOWAIT);
  pid = start_child();
  if (pid == 0) {
    int fd;
    for (fd = 3; fd < 256; fd++)
      close(fd);
    go_on(loop);
    end_child();
  }
  wait_for_child(pid);
  finish_loop(loop);
}

/* What the child opens in place of the loop's descriptors stays open: only
 * where it closed none of them does the loop close its own. */
TEST(fork_child_with_descriptors_of_the_loop) {
  uv_loop_t* loop = uv_default_loop();
  pid_t pid;
  int before;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_timer_init(loop, &timer));
  uv_run(loop, UV_RUN_NOWAIT);
  before = count_open_fds();
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(loop));
    CHECK_EQ(count_open_fds(), before);
    go_on(loop);
    end_child();
  }
  wait_for_child(pid);
  finish_loop(loop);
}
