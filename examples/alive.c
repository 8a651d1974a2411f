/* Why does the program not end? And how a test finds out that it does not. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

static void on_timer(uv_timer_t* timer) {
  (void) timer;
}

/* ANCHOR: drain */
/* Runs a loop that ought to come to its end; says what keeps it if it does not. */
static int drain(uv_loop_t* loop, int most_turns) {
  while (most_turns-- > 0)
    if (uv_run(loop, UV_RUN_NOWAIT) == 0)
      return 0;
  puts("the loop is kept by:");
  fflush(stdout);
  uv_print_active_handles(loop, stdout);
  return -1;
}
/* ANCHOR_END: drain */

int main(void) {
  uv_loop_t loop;
  uv_timer_t background, forgotten;
  uv_metrics_t metrics;

  check(uv_loop_init(&loop), "uv_loop_init");
  /* ANCHOR: unref */
  check(uv_timer_init(&loop, &background), "uv_timer_init");
  check(uv_timer_start(&background, on_timer, 60000, 60000), "uv_timer_start");
  uv_unref((uv_handle_t*) &background); /* runs as long as something else does */
  printf("with the background timer alone: %s\n", drain(&loop, 10) == 0 ? "ends" : "goes on");
  /* ANCHOR_END: unref */

  check(uv_timer_init(&loop, &forgotten), "uv_timer_init");
  check(uv_timer_start(&forgotten, on_timer, 3600000, 0), "uv_timer_start");
  if (drain(&loop, 10) != 0)
    uv_close((uv_handle_t*) &forgotten, NULL);
  uv_close((uv_handle_t*) &background, NULL);
  check(drain(&loop, 10), "drain");
  /* ANCHOR: metrics */
  check(uv_metrics_info(&loop, &metrics), "uv_metrics_info");
  printf("turns: %s, events: %d\n", metrics.loop_count > 0 ? "counted" : "not counted", (int) metrics.events);
  /* ANCHOR_END: metrics */
  check(uv_loop_close(&loop), "uv_loop_close");
  puts("closed");
  return 0;
}
