/* Idle, prepare and check handles, metrics, walking, references. */
#include "../torture.h"

static uv_idle_t idle;
static uv_prepare_t prepare;
static uv_check_t check;
static uv_async_t async;
static int turns;

static void on_idle(uv_idle_t* handle) {
  (void) handle;
  turns++;
}

static void on_prepare(uv_prepare_t* handle) {
  (void) handle;
}

static void on_check(uv_check_t* handle) {
  (void) handle;
  if (turns == 3)
    must(uv_async_send(&async) == 0);
}

static void on_async(uv_async_t* handle) {
  (void) handle;
  give_up();
}

static void count(uv_handle_t* handle, void* arg) {
  (void) handle;
  ++*(int*) arg;
}

SCENARIO(handles_light) {
  uv_metrics_t metrics;
  int handles = 0;
  if (bad(uv_loop_configure(loop, UV_METRICS_IDLE_TIME)) ||
      bad(uv_idle_init(loop, &idle)) || bad(uv_prepare_init(loop, &prepare)) ||
      bad(uv_check_init(loop, &check)) ||
      bad(uv_async_init(loop, &async, on_async)) ||
      bad(uv_idle_start(&idle, on_idle)) ||
      bad(uv_prepare_start(&prepare, on_prepare)) ||
      bad(uv_check_start(&check, on_check)))
    return;
  uv_walk(loop, count, &handles);
  must(handles == 4);
  run();
  must(bad(uv_metrics_info(loop, &metrics)) == 0);
  (void) uv_metrics_idle_time(loop);
}
