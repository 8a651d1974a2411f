/* A program that looks inside itself with <uv/ext.h>: who held the loop, and how the loop and the workers did.
 *
 * It runs on any libuv, where the questions are answered with UV_ENOSYS.
 */
#include <stdio.h>

#include <uv.h>
#include <uv/ext.h>

/* On a thread of the library's, while the loop is held. */
static void on_blocked(const uv_ext_blocked_t* blocked, void* data) {
  (void) data;
  if (blocked->what == UV_EXT_BLOCKED_LOOP)
    printf("%s %s: the %s \"%s\" for more than %d ms\n", blocked->loop_name, blocked->ended ? "was held" : "is held",
           blocked->kind, blocked->handle_name, (int) (blocked->duration_ns / 10000000 * 10));
}

static void slow(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
  uv_sleep(200);
}

static void work(uv_work_t* request) {
  (void) request;
  uv_sleep(5);
}

int main(void) {
  uv_loop_t* loop;
  uv_timer_t timer;
  uv_work_t request;
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_ext_pool_metrics_t pool = UV_EXT_POOL_METRICS_INIT;
  int status = uv_ext_measure(1);
  if (status != 0)
    return printf("this libuv cannot tell: %s\n", uv_strerror(status)) < 0;
  uv_ext_on_blocked(50, on_blocked, NULL);
  loop = uv_default_loop();
  uv_ext_loop_set_name(loop, "main loop");
  uv_timer_init(loop, &timer);
  uv_ext_handle_set_name((uv_handle_t*) &timer, "nap");
  uv_timer_start(&timer, slow, 10, 0);
  uv_queue_work(loop, &request, work, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  uv_ext_on_blocked(0, NULL, NULL);
  if (uv_ext_loop_metrics(loop, &metrics) == 0)
    printf("callbacks: %llu, the longest %llu ms\n", (unsigned long long) metrics.callbacks,
           (unsigned long long) metrics.longest_callback_ns / 1000000);
  if (uv_ext_pool_metrics(&pool) == 0)
    printf("jobs: %llu, the longest %llu ms\n", (unsigned long long) pool.done, (unsigned long long) pool.run_max_ns / 1000000);
  return uv_loop_close(loop);
}
