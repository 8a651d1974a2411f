/* uv_run inside callbacks: of timers, of asyncs, of a stream that is read. */
#include "../torture.h"

static uv_timer_t outer, inner;
static uv_async_t async;
static uv_pipe_t reader;
static uv_thread_t thread;
static uv_work_t job;
static int write_end = -1;
static int inner_fired;
static int async_told;

static void work(uv_work_t* req) {
  (void) req;
}

static void on_done(uv_work_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_inner(uv_timer_t* timer) {
  inner_fired = 1;
  close_it(timer);
}

static void on_async(uv_async_t* handle) {
  async_told = 1;
  (void) uv_run(loop, UV_RUN_NOWAIT);
  close_it(handle);
}

static void on_outer(uv_timer_t* timer) {
  close_it(timer);
  if (given_up() || asked(&job, uv_queue_work(loop, &job, work, on_done)))
    return;
  while (!inner_fired && !given_up())
    (void) uv_run(loop, UV_RUN_ONCE);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == UV_EOF) {
    close_it(stream);
  } else if (got < 0) {
    (void) bad(got);
  } else {
    (void) uv_run(loop, UV_RUN_NOWAIT);
    if (write_end >= 0) {
      close(write_end);
      write_end = -1;
    }
  }
}

static void send_later(void* arg) {
  uv_sleep(1);
  must(uv_async_send(arg) == 0);
}

SCENARIO(nested_run) {
  uv_file fds[2];
  if (bad(uv_timer_init(loop, &outer)) || bad(uv_timer_init(loop, &inner)) ||
      bad(uv_async_init(loop, &async, on_async)) ||
      bad(uv_pipe_init(loop, &reader, 0)) || bad(uv_pipe(fds, 0, 0)))
    return;
  write_end = fds[1];
  if (bad(uv_pipe_open(&reader, fds[0]))) {
    close(fds[0]);
  } else if (!bad(uv_read_start((uv_stream_t*) &reader, alloc_static,
                                on_read)) &&
             !bad(uv_timer_start(&outer, on_outer, 0, 0)) &&
             !bad(uv_timer_start(&inner, on_inner, 2, 0)) &&
             !bad(uv_thread_create(&thread, send_later, &async))) {
    must(write(write_end, "x", 1) == 1);
    /* The thread uses the handle until it has sent. */
    while (!async_told && !given_up())
      (void) uv_run(loop, UV_RUN_ONCE);
    must(uv_thread_join(&thread) == 0);
    run();
  }
  if (write_end >= 0)
    close(write_end);
}
