/* Closing and shutting down with a queue of writes that nobody reads. */
#include "../torture.h"

enum { PAIRS = 4, WRITES = 8, SIZE = 60000 };

static uv_pipe_t ends[PAIRS][2];
static uv_write_t writes[PAIRS][WRITES];
static uv_shutdown_t shuts[PAIRS];
static uv_timer_t timer;
static char data[SIZE];

static void on_written(uv_write_t* req, int status) {
  told(req);
  if (status != UV_ECANCELED && status != UV_EPIPE)
    (void) bad(status);
}

static void on_shut(uv_shutdown_t* req, int status) {
  told(req);
  if (status != UV_ECANCELED && status != UV_EPIPE && status != UV_ENOTCONN)
    (void) bad(status);
}

static void on_timer(uv_timer_t* handle) {
  int i;
  /* The reader goes first, or the writer. */
  for (i = 0; i < PAIRS; i++) {
    close_it(&ends[i][i % 2]);
    close_it(&ends[i][1 - i % 2]);
  }
  close_it(handle);
}

SCENARIO(shutdown_load) {
  uv_buf_t buf = uv_buf_init(data, SIZE);
  int i;
  int j;
  expect_status(UV_ECANCELED);
  expect_status(UV_EPIPE);
  for (i = 0; i < PAIRS; i++) {
    uv_os_sock_t fds[2];
    uv_stream_t* stream = (uv_stream_t*) &ends[i][0];
    if (bad(uv_pipe_init(loop, &ends[i][0], 0)) ||
        bad(uv_pipe_init(loop, &ends[i][1], 0)) ||
        bad(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0)))
      return;
    if (bad(uv_pipe_open(&ends[i][0], fds[0]))) {
      close(fds[0]);
      close(fds[1]);
      return;
    }
    if (bad(uv_pipe_open(&ends[i][1], fds[1]))) {
      close(fds[1]);
      return;
    }
    for (j = 0; j < WRITES; j++)
      if (asked(&writes[i][j], uv_write(&writes[i][j], stream, &buf, 1,
                                        on_written)))
        return;
    if (asked(&shuts[i], uv_shutdown(&shuts[i], stream, on_shut)))
      return;
  }
  if (bad(uv_timer_init(loop, &timer)) ||
      bad(uv_timer_start(&timer, on_timer, 1, 0)))
    return;
  run();
}
