/* UV_WATCHDOG: a line for who holds the loop, or the pool, while it still
 * does. The variable is read when the process makes its first loop, so each
 * test sets its own. */
#include "told.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the file says so within ten seconds (scaled). */
static int comes_to_say(const char* what) {
  uint64_t end = uv_hrtime() + scaled_ms(10000) * 1000000;
  while (strstr(told(), what) == NULL)
    if (uv_hrtime() > end)
      return 0;
  return 1;
}

static int is_told;
static uv_timer_t timer;

static void holds_the_loop(uv_timer_t* handle) {
  is_told = comes_to_say("is blocked: holds_the_loop (a callback of timer)");
  uv_close((uv_handle_t*) handle, NULL);
}

static void run_one_that_holds(uv_loop_t* loop) {
  is_told = 0;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, holds_the_loop, 1, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

TEST(watchdog_names_who_holds_the_loop) {
  watch_callbacks("20:told");
  run_one_that_holds(uv_default_loop());
  CHECK(is_told);
  CHECK(comes_to_say("goes on: holds_the_loop returned after"));
  finish_loop(uv_default_loop());
}

/* Nobody looks between the callback and the close, but then. */
TEST(watchdog_tells_the_end_where_the_loop_is_closed_at_once) {
  uv_loop_t loop;
  watch_callbacks("200:told");
  CHECK_OK(uv_loop_init(&loop));
  run_one_that_holds(&loop);
  CHECK_OK(uv_loop_close(&loop));
  CHECK(is_told);
  CHECK(comes_to_say("goes on: holds_the_loop returned after"));
}

/* Those that the pool has, and what was given back: a request's memory may go
 * in its callback. */
static void work(uv_work_t* req) {
  (void) req;
}

static void frees_and_holds(uv_work_t* req, int status) {
  CHECK_OK(status);
  free(req);
  is_told = comes_to_say("is blocked: frees_and_holds (a callback of after_work)");
}

TEST(watchdog_names_a_callback_that_has_freed_its_request) {
  uv_work_t* req;
  watch_callbacks("20:told");
  req = malloc(sizeof(*req));
  CHECK_OK(uv_queue_work(uv_default_loop(), req, work, frees_and_holds));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  finish_loop(uv_default_loop());
}

static void holds_when_closed(uv_handle_t* handle) {
  free(handle);
  is_told = comes_to_say("is blocked: holds_when_closed (a callback of close)");
}

TEST(watchdog_names_a_close_callback_that_has_freed_its_handle) {
  uv_idle_t* idle;
  watch_callbacks("20:told");
  idle = malloc(sizeof(*idle));
  CHECK_OK(uv_idle_init(uv_default_loop(), idle));
  uv_close((uv_handle_t*) idle, holds_when_closed);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  finish_loop(uv_default_loop());
}

static void alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char space[64];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(space, sizeof(space));
}

static void holds_the_stream(uv_stream_t* stream, ssize_t got,
                             const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(got, 1);
  is_told = comes_to_say("is blocked: holds_the_stream (a callback of read, "
                         "descriptor ");
  uv_close((uv_handle_t*) stream, NULL);
}

TEST(watchdog_names_who_reads_and_from_what) {
  uv_pipe_t handle;
  int fds[2];
  watch_callbacks("20:told");
  CHECK_EQ(pipe(fds), 0);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &handle, 0));
  CHECK_OK(uv_pipe_open(&handle, fds[0]));
  CHECK_OK(uv_read_start((uv_stream_t*) &handle, alloc, holds_the_stream));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  CHECK(strstr(told(), "pipe:[") != NULL);
  close(fds[1]);
  finish_loop(uv_default_loop());
}

static uv_sem_t has_begun;
static uv_sem_t may_end;

static void keeps_a_worker(uv_work_t* req) {
  (void) req;
  uv_sem_post(&has_begun);
  uv_sem_wait(&may_end);
}

static void on_done(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
}

static uv_work_t waiting;

/* Not each time that jobs are short of workers is told, and a slow machine's
 * worker may be late for the first one: they are so until it is told. */
static void waits_again(uv_work_t* req, int status) {
  if (status == UV_ECANCELED && !is_told)
    CHECK_OK(uv_queue_work(uv_default_loop(), req, keeps_a_worker, waits_again));
}

static void looks_for_the_line(uv_timer_t* handle) {
  static int looks;
  if (strstr(told(), "is short of workers") != NULL &&
      strstr(told(), "is at work in keeps_a_worker for ") != NULL) {
    is_told = 1;
    uv_close((uv_handle_t*) handle, NULL);
    uv_sem_post(&may_end);
    uv_sem_post(&may_end);
  } else if (++looks % 20 == 0) {
    CHECK_OK(uv_cancel((uv_req_t*) &waiting));
  }
}

TEST(watchdog_tells_what_keeps_jobs_waiting) {
  static uv_work_t working;
  CHECK_EQ(setenv("UV_THREADPOOL_SIZE", "1", 1), 0);
  watch_callbacks("20:told");
  CHECK_OK(uv_sem_init(&has_begun, 0));
  CHECK_OK(uv_sem_init(&may_end, 0));
  CHECK_OK(uv_queue_work(uv_default_loop(), &working, keeps_a_worker, on_done));
  uv_sem_wait(&has_begun); /* it would be idle when it is told */
  CHECK_OK(uv_queue_work(uv_default_loop(), &waiting, keeps_a_worker, waits_again));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, looks_for_the_line, 5, 5));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  uv_sem_destroy(&has_begun);
  uv_sem_destroy(&may_end);
  finish_loop(uv_default_loop());
}

/* The child of a fork is watched anew, with the same loop or one of its own. */
TEST(watchdog_watches_the_child_of_a_fork) {
  uv_loop_t own;
  pid_t child;
  int status;
  int round;
  if (is_under_valgrind())
    SKIP("the stack of the parent's observer is lost in the child");
  watch_callbacks("20:told");
  CHECK(uv_default_loop() != NULL);
  for (round = 0; round < 2; round++) {
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      CHECK_EQ(truncate("told", 0), 0);
      if (round == 0) {
        CHECK_OK(uv_loop_fork(uv_default_loop()));
        run_one_that_holds(uv_default_loop());
      } else {
        CHECK_OK(uv_loop_init(&own));
        run_one_that_holds(&own);
        CHECK_OK(uv_loop_close(&own));
      }
      _exit(is_told ? 0 : 1);
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  finish_loop(uv_default_loop());
}

/* Lines come again for a loop that is made after uv_library_shutdown. */
TEST(watchdog_begins_again_after_a_shutdown) {
  watch_callbacks("20:told");
  run_one_that_holds(uv_default_loop());
  CHECK(is_told);
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
  CHECK_EQ(truncate("told", 0), 0);
  run_one_that_holds(uv_default_loop());
  CHECK(is_told);
  finish_loop(uv_default_loop());
}

static void spins_a_while(uv_timer_t* handle) {
  uint64_t end = uv_hrtime() + 200 * UINT64_C(1000000);
  while (uv_hrtime() < end)
    continue;
  uv_close((uv_handle_t*) handle, NULL);
}

/* Nothing is written where standard error was, nor does its lack matter. */
TEST(watchdog_leaves_what_took_the_place_of_stderr_alone) {
  int fds[2];
  int kept;
  char byte;
  watch_callbacks("20");
  CHECK(uv_default_loop() != NULL);
  kept = dup(2);
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(dup2(fds[1], 2), 2);
  close(fds[1]);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, spins_a_while, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(dup2(kept, 2), 2);
  close(kept);
  CHECK_EQ(read(fds[0], &byte, 1), 0);
  close(fds[0]);
  finish_loop(uv_default_loop());
}

/* A reader of standard error that is gone, or does not read, holds nobody. */
TEST(watchdog_waits_for_no_reader) {
  static char much[1 << 16];
  int fds[2];
  int kept = dup(2);
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
  while (write(fds[1], much, sizeof(much)) > 0 || write(fds[1], much, 1) > 0)
    continue;
  CHECK_EQ(fcntl(fds[1], F_SETFL, 0), 0);
  CHECK_EQ(dup2(fds[1], 2), 2);
  close(fds[1]);
  watch_callbacks("20");
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, spins_a_while, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  close(fds[0]);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, spins_a_while, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(dup2(kept, 2), 2);
  close(kept);
  finish_loop(uv_default_loop());
}

TEST(watchdog_is_off_for_a_wrong_value) {
  CHECK_EQ(setenv("UV_WATCHDOG", "soon:told", 1), 0);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(access("told", F_OK), -1);
  finish_loop(uv_default_loop());
}

/* A run of the loop inside of a callback: that one holds the loop, and those
 * inside of it do not, nor do they end it. */
static int inner_ticks;

static void ticks_inside(uv_timer_t* handle) {
  if (++inner_ticks == 20)
    uv_close((uv_handle_t*) handle, NULL);
}

static void runs_the_loop(uv_timer_t* handle) {
  static uv_timer_t inside;
  uv_close((uv_handle_t*) handle, NULL);
  is_told = comes_to_say("is blocked: runs_the_loop (a callback of timer)");
  CHECK_OK(uv_timer_init(handle->loop, &inside));
  CHECK_OK(uv_timer_start(&inside, ticks_inside, 5, 5));
  CHECK_OK(uv_run(handle->loop, UV_RUN_DEFAULT));
}

static int count(const char* text_, const char* part) {
  int parts = 0;
  while ((text_ = strstr(text_, part)) != NULL) {
    parts++;
    text_ += strlen(part);
  }
  return parts;
}

TEST(watchdog_tells_once_of_a_callback_that_runs_the_loop) {
  watch_callbacks("30:told");
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, runs_the_loop, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK(is_told);
  CHECK_EQ(inner_ticks, 20);
  CHECK(comes_to_say("goes on: runs_the_loop returned after"));
  CHECK_EQ(count(told(), "is blocked: runs_the_loop"), 1);
  CHECK_EQ(count(told(), "goes on: runs_the_loop"), 1);
  finish_loop(uv_default_loop());
}
