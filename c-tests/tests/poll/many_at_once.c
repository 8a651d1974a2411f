/* More descriptors ready in a loop's first turn than it may have room for: all are told in that turn, once. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

enum { COUNT = 100 };

static uv_poll_t polls[COUNT];
static int told[COUNT];
static int ends[COUNT][2];

static void on_ready(uv_poll_t* poll, int status, int events) {
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  told[poll - polls]++;
}

TEST(poll_many_ready_at_once) {
  uv_loop_t* loop = uv_default_loop();
  uv_metrics_t metrics;
  int i;
  for (i = 0; i < COUNT; i++) {
    CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends[i]));
    CHECK_OK(uv_poll_init(loop, &polls[i], ends[i][0]));
    CHECK_OK(uv_poll_start(&polls[i], UV_READABLE, on_ready));
    CHECK_EQ(write(ends[i][1], "x", 1), 1);
  }
  uv_run(loop, UV_RUN_NOWAIT);
  for (i = 0; i < COUNT; i++)
    CHECK_EQ(told[i], 1);
  CHECK_OK(uv_metrics_info(loop, &metrics));
  CHECK_EQ(metrics.events, COUNT);
  uv_run(loop, UV_RUN_NOWAIT);
  for (i = 0; i < COUNT; i++) {
    CHECK_EQ(told[i], 2);
    CHECK_OK(uv_poll_stop(&polls[i]));
    close(ends[i][0]);
    close(ends[i][1]);
  }
  CHECK_OK(uv_metrics_info(loop, &metrics));
  CHECK_EQ(metrics.events, 2 * COUNT);
  finish_loop(loop);
}
