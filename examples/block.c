/* A callback that computes, and a timer that wants to tick meanwhile.
 *
 *   block           computes on the loop: no tick comes
 *   block --pool    computes on a worker: they come
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#define TICK_MS 20

static uv_timer_t ticker;
static atomic_int computing; /* on one thread, asked on another */
static int ticks;
static volatile uint64_t sink;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

static void on_tick(uv_timer_t* timer) {
  (void) timer;
  if (computing)
    ticks++;
}

/* ANCHOR: work */
/* Half a second of arithmetic, on whatever thread it is called. */
static void compute(void) {
  uint64_t end = uv_hrtime() + 500000000u;
  computing = 1;
  while (uv_hrtime() < end)
    sink = sink * 6364136223846793005u + 1;
  computing = 0;
}

static void on_start(uv_timer_t* timer) {
  (void) timer;
  compute();
}

static void work(uv_work_t* request) {
  (void) request;
  compute();
}

static void after_work(uv_work_t* request, int status) {
  (void) request;
  check(status, "work");
}
/* ANCHOR_END: work */

static void on_end(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
  uv_close((uv_handle_t*) &ticker, NULL);
}

int main(int argc, char** argv) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t start, end;
  uv_work_t request;

  check(uv_timer_init(loop, &ticker), "uv_timer_init");
  check(uv_timer_start(&ticker, on_tick, TICK_MS, TICK_MS), "uv_timer_start");
  check(uv_timer_init(loop, &end), "uv_timer_init");
  check(uv_timer_start(&end, on_end, 1000, 0), "uv_timer_start");
  check(uv_timer_init(loop, &start), "uv_timer_init");
  /* ANCHOR: main */
  if (argc > 1 && strcmp(argv[1], "--pool") == 0)
    check(uv_queue_work(loop, &request, work, after_work), "uv_queue_work");
  else
    check(uv_timer_start(&start, on_start, 100, 0), "uv_timer_start");
  /* ANCHOR_END: main */
  uv_run(loop, UV_RUN_DEFAULT);

  printf("ticks while it computed: %s\n", ticks == 0 ? "none" : "some");
  uv_close((uv_handle_t*) &start, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
