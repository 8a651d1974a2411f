/* What a loop does in a turn, and in which order; and what keeps it running. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

static int turns;

/* ANCHOR: check */
static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}
/* ANCHOR_END: check */

/* ANCHOR: phases */
static uv_idle_t idle;
static uv_prepare_t prepare;
static uv_check_t checker;
static uv_timer_t timer;

static void on_timer(uv_timer_t* handle) {
  (void) handle;
  puts("  timer");
}

static void on_idle(uv_idle_t* handle) {
  (void) handle;
  printf("turn %d\n  idle: something to do, it will not wait\n", ++turns);
}

static void on_prepare(uv_prepare_t* handle) {
  (void) handle;
  puts("  prepare: before it looks for events");
}

static void on_check(uv_check_t* handle) {
  puts("  check: after it has looked");
  if (turns < 2)
    return;
  uv_idle_stop(&idle);
  uv_prepare_stop(&prepare);
  uv_check_stop(handle);
}
/* ANCHOR_END: phases */

int main(void) {
  uv_loop_t loop;

  /* ANCHOR: main */
  check(uv_loop_init(&loop), "uv_loop_init");
  uv_timer_init(&loop, &timer);
  uv_timer_start(&timer, on_timer, 0, 0);
  uv_idle_init(&loop, &idle);
  uv_idle_start(&idle, on_idle);
  uv_prepare_init(&loop, &prepare);
  uv_prepare_start(&prepare, on_prepare);
  uv_check_init(&loop, &checker);
  uv_check_start(&checker, on_check);

  uv_run(&loop, UV_RUN_DEFAULT);
  printf("nothing is active: uv_run is back, alive: %d\n", uv_loop_alive(&loop));
  printf("but four handles are open: %s\n", uv_strerror(uv_loop_close(&loop)));

  uv_close((uv_handle_t*) &timer, NULL);
  uv_close((uv_handle_t*) &idle, NULL);
  uv_close((uv_handle_t*) &prepare, NULL);
  uv_close((uv_handle_t*) &checker, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  check(uv_loop_close(&loop), "uv_loop_close");
  puts("closed");
  /* ANCHOR_END: main */
  return 0;
}
