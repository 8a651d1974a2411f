/* UV_WATCHDOG: a line for who holds the loop, or the pool, while it still
 * does. The variable is read when the process makes its first loop, so each
 * test sets its own. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[65536];

static const char* told(void) {
  FILE* file = fopen("told", "r");
  size_t got = 0;
  if (file != NULL) {
    got = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
  }
  text[got] = '\0';
  return text;
}

/* Whether the file says so within ten seconds. */
static int comes_to_say(const char* what) {
  uint64_t end = uv_hrtime() + 10 * UINT64_C(1000000000);
  while (strstr(told(), what) == NULL)
    if (uv_hrtime() > end)
      return 0;
  return 1;
}

/* The first loop makes the file, where there is a watchdog. */
static int begins(const char* value) {
  FILE* file;
  CHECK_EQ(setenv("UV_WATCHDOG", value, 1), 0);
  CHECK(uv_default_loop() != NULL);
  file = fopen("told", "r");
  if (file != NULL)
    fclose(file);
  return file != NULL;
}

static int is_told;
static uv_timer_t timer;

static void holds_the_loop(uv_timer_t* handle) {
  is_told = comes_to_say("is blocked: holds_the_loop (a callback of timer)");
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(watchdog_names_who_holds_the_loop) {
  if (!begins("20:told"))
    SKIP("this libuv has no watchdog");
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, holds_the_loop, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  CHECK(comes_to_say("goes on: holds_the_loop returned after"));
  finish_loop(uv_default_loop());
}

static uv_sem_t may_end;

static void keeps_a_worker(uv_work_t* req) {
  (void) req;
  uv_sem_wait(&may_end);
}

static void on_done(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
}

static void looks_for_the_line(uv_timer_t* handle) {
  int i;
  if (strstr(told(), "is short of workers") == NULL ||
      strstr(told(), "is at work in keeps_a_worker") == NULL)
    return;
  is_told = 1;
  uv_close((uv_handle_t*) handle, NULL);
  for (i = 0; i < 2; i++)
    uv_sem_post(&may_end);
}

TEST(watchdog_tells_what_keeps_jobs_waiting) {
  static uv_work_t jobs[2];
  int i;
  CHECK_EQ(setenv("UV_THREADPOOL_SIZE", "1", 1), 0);
  if (!begins("20:told"))
    SKIP("this libuv has no watchdog");
  CHECK_OK(uv_sem_init(&may_end, 0));
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_queue_work(uv_default_loop(), &jobs[i], keeps_a_worker,
                           on_done));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, looks_for_the_line, 5, 5));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  uv_sem_destroy(&may_end);
  finish_loop(uv_default_loop());
}

TEST(watchdog_is_off_for_a_wrong_value) {
  CHECK(!begins("soon:told"));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  finish_loop(uv_default_loop());
}
