/* A program that waits by itself on the backend's descriptor. */
#include "../torture.h"

#include <poll.h>

static uv_timer_t timer;
static uv_work_t job;
static uv_fs_t stat_req;
static uv_async_t async;

static void work(uv_work_t* req) {
  (void) req;
  must(uv_async_send(&async) == 0);
}

static void on_done(uv_work_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_stat(uv_fs_t* req) {
  told(req);
  (void) bad(req->result);
  uv_fs_req_cleanup(req);
}

static void on_timer(uv_timer_t* handle) {
  close_it(handle);
}

static void on_async(uv_async_t* handle) {
  close_it(handle);
}

SCENARIO(embedded) {
  if (bad(uv_async_init(loop, &async, on_async)) ||
      bad(uv_timer_init(loop, &timer)) ||
      bad(uv_timer_start(&timer, on_timer, 3, 0)) ||
      asked(&stat_req, uv_fs_stat(loop, &stat_req, ".", on_stat)) ||
      asked(&job, uv_queue_work(loop, &job, work, on_done)))
    return;
  while (uv_loop_alive(loop)) {
    struct pollfd backend = { uv_backend_fd(loop), POLLIN, 0 };
    must(poll(&backend, 1, uv_backend_timeout(loop)) >= 0);
    (void) uv_run(loop, UV_RUN_NOWAIT);
  }
}
