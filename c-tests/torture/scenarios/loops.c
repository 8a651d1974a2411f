/* Loops made, used a little and closed; also the default one. */
#include "../torture.h"

enum { LOOPS = 6 };

static void on_timer(uv_timer_t* timer) {
  close_it(timer);
}

static void work(uv_work_t* req) {
  (void) req;
}

static void on_done(uv_work_t* req, int status) {
  told(req);
  (void) tolerable(status);
}

static void use(uv_loop_t* it) {
  static uv_timer_t timer;
  static uv_work_t job;
  int told_ = 0;
  if (tolerable(uv_loop_configure(it, UV_METRICS_IDLE_TIME)) == 0 &&
      tolerable(uv_timer_init(it, &timer)) == 0) {
    if (tolerable(uv_timer_start(&timer, on_timer, 0, 0)))
      close_it(&timer);
  }
  note_asked(__FILE__, __LINE__, &job);
  told_ = uv_queue_work(it, &job, work, on_done);
  if (told_ < 0) {
    (void) tolerable(told_);
    told(&job);
  }
  must(uv_run(it, UV_RUN_DEFAULT) == 0);
}

SCENARIO(loops) {
  static uv_loop_t loops[LOOPS];
  int is_open[LOOPS] = { 0 };
  uv_loop_t* extra;
  int i;
  for (i = 0; i < LOOPS; i++)
    is_open[i] = tolerable(uv_loop_init(&loops[i])) == 0;
  for (i = 0; i < LOOPS; i++)
    if (is_open[i])
      use(&loops[i]);
  for (i = 0; i < LOOPS; i++)
    if (is_open[i])
      must(uv_loop_close(&loops[i]) == 0);
  extra = uv_default_loop();
  usually(extra != NULL);
  if (extra != NULL) {
    use(extra);
    must(uv_loop_close(extra) == 0);
  }
}
