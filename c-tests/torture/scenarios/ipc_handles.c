/* Handles go through an IPC pipe while writes are queued. */
#include "../torture.h"

enum { SENT = 3 };

static uv_pipe_t ours, theirs, extra;
static uv_tcp_t listening;
static uv_write_t sends[SENT], plain;
static uv_tcp_t got_tcp[SENT];
static uv_pipe_t got_pipe[SENT];
static uv_shutdown_t shut;
static char data[200000];
static int received;

static void on_connection(uv_stream_t* stream, int status) {
  (void) stream;
  (void) bad(status);
}

static void on_written(uv_write_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_shut(uv_shutdown_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == UV_EOF) {
    close_it(stream);
    close_it(&ours);
    return;
  }
  if (got < 0) {
    (void) bad(got);
    return;
  }
  while (!given_up() && uv_pipe_pending_count(&theirs) > 0) {
    uv_handle_type type = uv_pipe_pending_type(&theirs);
    uv_stream_t* one;
    must(received < SENT);
    if (type == UV_TCP) {
      one = (uv_stream_t*) &got_tcp[received];
      if (bad(uv_tcp_init(loop, &got_tcp[received])))
        return;
    } else {
      must(type == UV_NAMED_PIPE || anything_failed());
      one = (uv_stream_t*) &got_pipe[received];
      if (bad(uv_pipe_init(loop, &got_pipe[received], 0)))
        return;
    }
    received++;
    if (bad(uv_accept(stream, one)))
      return;
    close_it(one);
  }
}

SCENARIO(ipc_handles) {
  struct sockaddr_in addr = loopback(0);
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_buf_t small = uv_buf_init(data, 1);
  uv_stream_t* to = (uv_stream_t*) &ours;
  uv_os_sock_t fds[2];
  uv_file ends[2];
  if (bad(uv_tcp_init(loop, &listening)) ||
      bad(uv_tcp_bind(&listening, (struct sockaddr*) &addr, 0)) ||
      bad(uv_listen((uv_stream_t*) &listening, 8, on_connection)) ||
      bad(uv_pipe_init(loop, &ours, 1)) || bad(uv_pipe_init(loop, &theirs, 1)))
    return;
  if (bad(uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE, 0)))
    return;
  if (bad(uv_pipe_open(&ours, fds[0]))) {
    close(fds[0]);
    close(fds[1]);
    return;
  }
  if (bad(uv_pipe_open(&theirs, fds[1]))) {
    close(fds[1]);
    return;
  }
  if (bad(uv_pipe_init(loop, &extra, 0)) || bad(uv_pipe(ends, 0, 0)))
    return;
  if (bad(uv_pipe_open(&extra, ends[1]))) {
    close(ends[0]);
    close(ends[1]);
    return;
  }
  close(ends[0]);
  if (asked(&sends[0], uv_write2(&sends[0], to, &small, 1,
                                 (uv_stream_t*) &listening, on_written)) ||
      asked(&plain, uv_write(&plain, to, &buf, 1, on_written)) ||
      asked(&sends[1], uv_write2(&sends[1], to, &small, 1,
                                 (uv_stream_t*) &extra, on_written)) ||
      asked(&sends[2], uv_write2(&sends[2], to, &small, 1,
                                 (uv_stream_t*) &listening, on_written)) ||
      asked(&shut, uv_shutdown(&shut, to, on_shut)) ||
      bad(uv_read_start((uv_stream_t*) &theirs, alloc_static, on_read)))
    return;
  uv_unref((uv_handle_t*) &listening);
  uv_unref((uv_handle_t*) &extra);
  run();
  usually(received == SENT);
}
