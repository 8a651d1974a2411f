/* UV_TRACE: the file that is there when the program has ended. */
#include "watched.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int rounds;
static int most;

void trace_do_work(uv_work_t* request) {
  (void) request;
}

void trace_after_work(uv_work_t* request, int status);

void trace_on_timer(uv_timer_t* timer) {
  static uv_work_t work;
  CHECK_OK(uv_queue_work(timer->loop, &work, trace_do_work, trace_after_work));
}

static uv_timer_t timer;

void trace_after_work(uv_work_t* request, int status) {
  (void) request;
  CHECK_OK(status);
  if (++rounds < most)
    CHECK_OK(uv_timer_start(&timer, trace_on_timer, 0, 0));
}

/* Rounds of a timer, a job and its end. */
static void rounds_of_work(int count) {
  most = count;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, trace_on_timer, 0, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}

HELPER(traced) {
  rounds_of_work(atoi(argv[2]));
  return 0;
}

HELPER(traced_to_shutdown) {
  rounds_of_work(3);
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
  CHECK_OK(access("trace.json", F_OK));
  _exit(0);
}

HELPER(traced_and_killed) {
  rounds_of_work(3);
  raise(SIGKILL);
  return 0;
}

TEST(trace_shows_callbacks_and_jobs) {
  static const char* const variables[] = { "UV_TRACE=trace.json", NULL };
  struct watched watched = watch("traced", "5", variables);
  const char* trace;
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_STR_EQ(watched_errors(), "");
  trace = whole_file("trace.json");
  check_json(trace);
  CHECK_HAS(trace, "\"traceEvents\":[");
  CHECK_HAS(trace, "\"name\":\"process_name\"");
  CHECK_GE(count_parts(trace, "\"name\":\"thread_name\""), 2);
  CHECK_EQ(count_parts(trace, "\"name\":\"trace_on_timer\""), 5);
  CHECK_EQ(count_parts(trace, "\"name\":\"trace_do_work\""), 5);
  CHECK_EQ(count_parts(trace, "\"name\":\"trace_after_work\""), 5);
  CHECK_EQ(count_parts(trace, "\"ph\":\"s\""), 5);
  CHECK_EQ(count_parts(trace, "\"ph\":\"t\""), 5);
  CHECK_EQ(count_parts(trace, "\"ph\":\"f\""), 5);
  CHECK_HAS(trace, "\"name\":\"wait\"");
  CHECK_HAS(trace, "\"name\":\"iteration\"");
  CHECK_HAS(trace, "\"lost\":0");
}

TEST(trace_is_bounded) {
  static const char* const variables[] = { "UV_TRACE=trace.json:128K", NULL };
  struct watched watched = watch("traced", "3000", variables);
  struct stat found;
  const char* trace;
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_OK(stat("trace.json", &found));
  CHECK_LE(found.st_size, 128 * 1024);
  CHECK_GT(found.st_size, 48 * 1024);
  trace = whole_file("trace.json");
  check_json(trace);
  CHECK_EQ(count_parts(trace, "\"lost\":0"), 0);
}

TEST(trace_is_written_at_shutdown) {
  static const char* const variables[] = { "UV_TRACE=trace.json", NULL };
  struct watched watched = watch("traced_to_shutdown", NULL, variables);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

TEST(trace_of_killed_program_is_lost) {
  static const char* const variables[] = { "UV_TRACE=trace.json", NULL };
  struct watched watched = watch("traced_and_killed", NULL, variables);
  int status;
  CHECK_EQ(waitpid(watched.pid, &status, 0), watched.pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(trace_on_request) {
  static const char* const variables[] = { "UV_TRACE=trace.json", "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_blocked", NULL, variables);
  const char* trace;
  watched_says(&watched, "blocked");
  trace = inspect_ask(watched.socket, "trace\n");
  check_json(trace);
  CHECK_HAS(trace, "\"name\":\"inspect_blocking_callback\""); /* which is under way */
  watched_go_on(&watched);
  watched_says(&watched, "ready");
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

TEST(trace_that_is_not_kept_is_told_so) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_idle", NULL, variables);
  watched_says(&watched, "ready");
  CHECK_HAS(inspect_ask(watched.socket, "trace\n"), "UV_TRACE");
  CHECK_HAS(inspect_ask(watched.socket, "GET /trace HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 ");
  CHECK_EQ(watched_end(&watched), 0);
}

/* A full disk costs the file and nothing else. */
TEST(trace_to_a_full_device) {
  static const char* const variables[] = { "UV_TRACE=/dev/full", NULL };
  struct watched watched;
  if (access("/dev/full", W_OK) != 0)
    SKIP("there is no /dev/full");
  watched = watch("traced", "5", variables);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_LE(count_parts(watched_errors(), "\n"), 1);
}
