/* The descriptors of a program that is looked into, and those of whoever looks: neither is in the other's way. */
#include "watched.h"

#include "uv/ext.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#undef SYS_close_range /* to it a number is one descriptor in all threads */
#endif
#endif

static const char* const all_variables[] = {
  "UV_INSPECT=.", "UV_TRACE=trace", "UV_WATCHDOG=20:told", NULL
};

static void say(const char* line) {
  printf("%s\n", line);
  fflush(stdout);
}

static void wait_for_byte(void) {
  char byte;
  CHECK_EQ(read(0, &byte, 1), 1);
}

static void on_timer(uv_timer_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
}

static void use_a_loop(uv_loop_t* loop) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 1, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

/* Whoever reads sees the end when the program has closed its end, and not when it ends itself. */
HELPER(inspected_closes_its_ends) {
  int plain[2], errors[2];
  char byte;
  CHECK_OK(pipe(plain));
  CHECK_OK(pipe(errors));
  CHECK_EQ(dup2(errors[1], 2), 2);
  close(errors[1]);
  use_a_loop(uv_default_loop());
  close(plain[1]);
  CHECK_EQ(read(plain[0], &byte, 1), 0);
  close(2);
  CHECK_EQ(read(errors[0], &byte, 1), 0);
  say("read");
  wait_for_byte();
  CHECK_OK(uv_loop_close(uv_default_loop()));
  return 0;
}

static void ends_are_seen(const char* const* variables) {
  struct watched watched = watch("inspected_closes_its_ends", NULL, variables);
  watched_says(&watched, "read");
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(inspect_lets_pipes_of_the_program_end) {
  static const char* const watchdog[] = { "UV_WATCHDOG=1000", NULL };
  static const char* const trace[] = { "UV_TRACE=trace", NULL };
  ends_are_seen(all_variables);
  ends_are_seen(watchdog);
  ends_are_seen(trace);
}

static int count_descriptors(void) {
  DIR* dir = opendir("/proc/self/fd");
  int count = 0;
  CHECK(dir != NULL);
  while (readdir(dir) != NULL)
    count++;
  closedir(dir);
  return count;
}

HELPER(inspected_counts_descriptors) {
  int before = count_descriptors();
  (void) argv;
  use_a_loop(uv_default_loop());
  CHECK_OK(uv_loop_close(uv_default_loop()));
  CHECK_LE(count_descriptors(), before + 2);
  uv_library_shutdown();
  CHECK_EQ(count_descriptors(), before);
  return 0;
}

/* Two pipes' ends are what there is in the program's table, and nothing after the library's end. */
TEST(inspect_takes_few_of_the_programs_descriptors) {
#ifdef SYS_close_range
  /* A range of nothing: whether the system can give a thread a table of its own. */
  if (syscall(SYS_close_range, 1u << 30, 1u << 30, 2u) == 0) {
    struct watched watched = watch("inspected_counts_descriptors", NULL, all_variables);
    CHECK_EQ(watched_end(&watched), 0);
    return;
  }
#endif
  SKIP("threads share their descriptors here");
}

/* ---- Not with what the program itself asks for ---- */

static void on_blocked(const uv_ext_blocked_t* blocked, void* data) {
  if (!blocked->ended)
    CHECK_EQ(write(*(int*) data, "b", 1), 1);
}

static void blocks_until_told(uv_timer_t* handle) {
  char byte;
  CHECK_EQ(read(*(int*) handle->data, &byte, 1), 1);
  CHECK_EQ(byte, 'b');
  while (access("told", R_OK) != 0 || strstr(whole_file("told"), "is blocked: blocks_until_told") == NULL)
    uv_sleep(1);
  uv_close((uv_handle_t*) handle, NULL);
}

HELPER(inspected_is_told_as_well) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  int fds[2];
  use_a_loop(loop);
  CHECK_OK(pipe(fds)); /* whoever looks was there before */
  CHECK_OK(uv_ext_on_blocked(20, on_blocked, &fds[1]));
  CHECK_OK(uv_timer_init(loop, &timer));
  timer.data = &fds[0];
  CHECK_OK(uv_timer_start(&timer, blocks_until_told, 0, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_ext_on_blocked(0, NULL, NULL));
  CHECK_OK(uv_loop_close(loop));
  return 0;
}

TEST(inspect_with_a_program_that_is_told_of_what_is_blocked, TIMEOUT(60)) {
  struct watched watched = watch("inspected_is_told_as_well", NULL, all_variables);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_HAS(whole_file("told"), "is blocked: blocks_until_told (a callback of timer)");
}

/* ---- The bell at which loops listen ---- */

static int is_readable(uv_loop_t* loop) {
  struct pollfd poll_fd = { uv_backend_fd(loop), POLLIN, 0 };
  return poll(&poll_fd, 1, 0);
}

static void on_async(uv_async_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
}

/* What an embedder does: it waits for the loop's descriptor, and runs the loop without waiting. */
HELPER(inspected_is_embedded) {
  uv_loop_t loops[2];
  uv_async_t asyncs[2];
  uv_metrics_t metrics;
  int i;
  CHECK_OK(uv_loop_init(&loops[0]));
  CHECK_OK(uv_async_init(&loops[0], &asyncs[0], on_async));
  say("ready");
  wait_for_byte();
  CHECK_OK(uv_loop_init(&loops[1])); /* when it has rung already */
  CHECK_OK(uv_async_init(&loops[1], &asyncs[1], on_async));
  for (i = 0; i < 2; i++) {
    uv_run(&loops[i], UV_RUN_NOWAIT);
    CHECK_EQ(is_readable(&loops[i]), 0);
    CHECK_OK(uv_async_send(&asyncs[i]));
    CHECK_EQ(is_readable(&loops[i]), 1);
    while (uv_run(&loops[i], UV_RUN_NOWAIT) != 0) {}
    CHECK_OK(uv_metrics_info(&loops[i], &metrics));
    CHECK_EQ(metrics.events, 1);
    CHECK_OK(uv_loop_close(&loops[i]));
  }
  return 0;
}

TEST(inspect_leaves_a_loop_that_is_embedded_quiet) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_is_embedded", NULL, variables);
  watched_says(&watched, "ready");
  check_json(inspect_ask(watched.socket, "handles\n"));
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}

static void on_alloc(uv_handle_t* handle, size_t suggested_size, uv_buf_t* buf) {
  static char room[8];
  (void) handle;
  (void) suggested_size;
  *buf = uv_buf_init(room, sizeof(room));
}

static void on_byte(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_NE(nread, 0);
  uv_close((uv_handle_t*) stream, NULL);
}

HELPER(inspected_begins_again) {
  uv_loop_t older, newer;
  uv_pipe_t in;
  CHECK_OK(uv_loop_init(&older));
  CHECK_OK(uv_pipe_init(&older, &in, 0));
  CHECK_OK(uv_pipe_open(&in, 0));
  CHECK_OK(uv_read_start((uv_stream_t*) &in, on_alloc, on_byte));
  uv_library_shutdown();
  CHECK_OK(uv_loop_init(&newer));
  say("ready");
  CHECK_OK(uv_run(&older, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&older));
  CHECK_OK(uv_loop_close(&newer));
  return 0;
}

/* A loop that is older than the one that looks hears it, too. */
TEST(inspect_asks_loops_from_before_a_shutdown) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_begins_again", NULL, variables);
  watched_says(&watched, "ready");
  while (strstr(inspect_ask(watched.socket, "json\n"), "\"state\":\"waiting\"") == NULL)
    uv_sleep(1);
  CHECK_HAS(inspect_ask(watched.socket, "handles\n"), "\"kind\":\"pipe\"");
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}
