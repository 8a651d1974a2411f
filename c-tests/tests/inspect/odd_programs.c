/* Programs that go their own ways while they are looked into. */
#include "watched.h"

#include <sched.h>
#include <signal.h>
#include <setjmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char* line) {
  printf("%s\n", line);
  fflush(stdout);
}

static void wait_for_byte(void) {
  char byte;
  CHECK_GE(read(0, &byte, 1), 0);
}

/* ---- Several threads make the first loops at once ---- */

enum { THREADS = 4 };
static uv_barrier_t at_once;
static uv_loop_t loops[THREADS];

static void make_loop(void* loop) {
  uv_barrier_wait(&at_once);
  CHECK_OK(uv_loop_init(loop));
}

HELPER(inspected_makes_loops_at_once) {
  uv_thread_t threads[THREADS];
  int i;
  CHECK_OK(uv_barrier_init(&at_once, THREADS));
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_create(&threads[i], make_loop, &loops[i]));
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  say("ready");
  wait_for_byte();
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_loop_close(&loops[i]));
  return 0;
}

TEST(inspect_loops_made_at_once_are_all_seen) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_makes_loops_at_once", NULL, variables);
  watched_says(&watched, "ready");
  CHECK_EQ(count_parts(inspect_ask(watched.socket, "json\n"), "\"iteration_ns\""), THREADS);
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- A question is no event ---- */

static uv_timer_t timer;
static int fired;

static void on_timer(uv_timer_t* handle) {
  (void) handle;
  fired++;
}

static void on_byte(uv_poll_t* handle, int status, int events) {
  (void) status;
  (void) events;
  uv_close((uv_handle_t*) handle, NULL);
  fired++;
}

HELPER(inspected_waits_once) {
  uv_loop_t* loop = uv_default_loop();
  uv_metrics_t metrics;
  uv_poll_t input;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_poll_init(loop, &input, 0));
  CHECK_OK(uv_poll_start(&input, UV_READABLE, on_byte));
  say("ready");
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(fired, 1);
  CHECK_OK(uv_metrics_info(loop, &metrics));
  CHECK_EQ(metrics.events, 1);
  CHECK_EQ(metrics.loop_count, 1);
  return 0;
}

TEST(inspect_questions_are_no_events_to_a_loop) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_waits_once", NULL, variables);
  watched_says(&watched, "ready");
  /* Until it is in its run it says so. */
  while (count_parts(inspect_ask(watched.socket, "handles\n"), "\"answered\"") == 0)
    ;
  CHECK_HAS(inspect_ask(watched.socket, "handles\n"), "\"answered\"");
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- Children ---- */

HELPER(inspected_forks_into_two_loops) {
  uv_loop_t mine;
  int status;
  pid_t child;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    CHECK_OK(uv_loop_init(&mine));
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    printf("%d\n", (int) getpid());
    fflush(stdout);
    wait_for_byte();
    _exit(0);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int is_readable(int fd) {
  struct timeval patience = { 20, 0 };
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  return select(fd + 1, &set, NULL, NULL, &patience) == 1;
}

TEST(inspect_each_loop_of_a_forks_child_has_its_own_place) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_forks_into_two_loops", NULL, variables);
  char line[32] = "";
  char socket[64];
  size_t len = 0;
  while (len < sizeof(line) - 1 && strchr(line, '\n') == NULL && is_readable(watched.out))
    if (read(watched.out, line + len++, 1) != 1)
      break;
  snprintf(socket, sizeof(socket), "./libuv-%d.sock", atoi(line));
  CHECK_EQ(count_parts(inspect_ask(socket, "json\n"), "\"iteration_ns\""), 2);
  CHECK_EQ(watched_end(&watched), 0);
}

/* As some containers' tools do: the C library does not know of this child. */
HELPER(inspected_has_a_child_of_its_own_making) {
  int status;
  long child;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
#if defined(__s390__)  /* there the stack comes first */
  child = syscall(SYS_clone, NULL, SIGCHLD, NULL, NULL, NULL);
#else
  child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
#endif
  CHECK_GE(child, 0);
  if (child == 0)
    exit(7);
  CHECK_EQ(waitpid((pid_t) child, &status, 0), child);
  CHECK(WIFEXITED(status));
  return WEXITSTATUS(status);
}

TEST(inspect_child_without_the_c_library_ends) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_WATCHDOG=1000", NULL };
  struct watched watched = watch("inspected_has_a_child_of_its_own_making", NULL, variables);
  CHECK_EQ(watched_end(&watched), 7);
}

/* ---- Descriptors and files ---- */

HELPER(inspected_closes_everything) {
  int fd;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  say("ready");
  wait_for_byte();
  for (fd = 3; fd < 4096; fd++)
    close(fd);
  return 0;
}

TEST(inspect_socket_of_a_program_that_closes_everything_goes) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace", NULL };
  struct watched watched = watch("inspected_closes_everything", NULL, variables);
  struct stat status;
  watched_says(&watched, "ready");
  CHECK_OK(lstat(watched.socket, &status));
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_EQ(lstat(watched.socket, &status), -1);
  check_json(whole_file("trace"));
}

HELPER(inspected_starts_another) {
  char path[1024];
  size_t size = sizeof(path);
  int status;
  pid_t child;
  CHECK_OK(uv_exepath(path, &size));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 0, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  child = vfork();
  if (child == 0) {
    execl(path, path, "inspected_is_started", (char*) NULL);
    _exit(127);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  printf("%d\n", (int) child);
  fflush(stdout);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void on_childs_timer(uv_timer_t* handle) {
  (void) handle;
}

HELPER(inspected_is_started) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_childs_timer, 0, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  return 0;
}

TEST(inspect_program_started_meanwhile_has_a_trace_of_its_own) {
  static const char* const variables[] = { "UV_TRACE=trace", NULL };
  struct watched watched = watch("inspected_starts_another", NULL, variables);
  char line[32] = "";
  char file[64];
  CHECK(is_readable(watched.out));
  CHECK_GT(read(watched.out, line, sizeof(line) - 1), 1);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace"));
  CHECK_HAS(whole_file("trace"), "\"on_timer\"");
  CHECK_EQ(count_parts(whole_file("trace"), "on_childs_timer"), 0);
  snprintf(file, sizeof(file), "trace.%d", atoi(line));
  CHECK_HAS(whole_file(file), "on_childs_timer");
}

/* ---- Callbacks that never return ---- */

static jmp_buf way_out;
static int jumps;

static void jumps_out(uv_timer_t* handle) {
  (void) handle;
  if (jumps++ == 0)
    longjmp(way_out, 1);
}

HELPER(inspected_jumps_out_of_a_callback) {
  uv_loop_t* loop = uv_default_loop();
  uv_poll_t input;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, jumps_out, 1, 0));
  if (setjmp(way_out) == 0)
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(jumps, 1);
  CHECK_OK(uv_timer_start(&timer, jumps_out, 1, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(jumps, 2);
  CHECK_OK(uv_poll_init(loop, &input, 0));
  CHECK_OK(uv_poll_start(&input, UV_READABLE, on_byte));
  say("ready");
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  return 0;
}

TEST(inspect_callback_that_was_left_by_a_jump_is_over) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_jumps_out_of_a_callback", NULL, variables);
  const char* answer;
  watched_says(&watched, "ready");
  inspect_ask(watched.socket, "handles\n"); /* the loop has come by since */
  answer = inspect_ask(watched.socket, "json\n");
  CHECK_HAS(answer, "\"state\":\"waiting\"");
  CHECK_HAS(answer, "\"now\":null");
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- What is counted ---- */

static uv_async_t async;
static uv_poll_t input;

static void on_async(uv_async_t* handle) {
  (void) handle;
  uv_sleep(30);
  if (++fired < 3) {
    CHECK_OK(uv_async_send(&async));
    return;
  }
  uv_close((uv_handle_t*) &async, NULL);
  CHECK_OK(uv_poll_start(&input, UV_READABLE, on_byte));
  say("ready");
}

HELPER(inspected_sleeps_in_asyncs) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_poll_init(loop, &input, 0));
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_async_send(&async));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  return 0;
}

TEST(inspect_counts_callbacks_once_and_waits_as_they_last) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  uint64_t start = uv_hrtime();
  struct watched watched = watch("inspected_sleeps_in_asyncs", NULL, variables);
  const char* answer;
  int64_t idle;
  watched_says(&watched, "ready");
  while (count_parts(inspect_ask(watched.socket, "handles\n"), "\"answered\"") == 0)
    ;
  answer = inspect_ask(watched.socket, "json\n");
  CHECK_EQ(count_parts(answer, "\"kind\":\"poll\""), 0);
  CHECK_GE(json_number(answer, "calling_ns"), 90000000);
  /* "uptime_ms" may begin later than the first callback: with a thread of its own. */
  CHECK_LE(json_number(answer, "calling_ns"), (int64_t) (uv_hrtime() - start));
  idle = json_number(answer, "idle_ns");
  CHECK_GT(json_number(inspect_ask(watched.socket, "json\n"), "idle_ns"), idle);
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}
