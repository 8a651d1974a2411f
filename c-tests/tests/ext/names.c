/* uv_ext_loop_set_name, uv_ext_handle_set_name: how long names last, and where they are shown. */
#include "../inspect/watched.h"
#include "ext_test.h"

#include <poll.h>

static void check_name(const uv_handle_t* handle, const char* expected) {
  char name[UV_EXT_NAME_SIZE];
  size_t size = sizeof(name);
  if (expected == NULL) {
    CHECK_ERR(UV_ENOENT, uv_ext_handle_get_name(handle, name, &size));
    return;
  }
  CHECK_OK(uv_ext_handle_get_name(handle, name, &size));
  CHECK_STR_EQ(name, expected);
  CHECK_EQ(size, strlen(expected));
}

TEST(ext_handle_names_are_kept) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timers[20];
  char expected[UV_EXT_NAME_SIZE];
  int i;
  NEEDS_EXT();
  for (i = 0; i < 20; i++) {
    uv_handle_t* handle = (uv_handle_t*) &timers[i * 7 % 20];
    CHECK_OK(uv_timer_init(loop, (uv_timer_t*) handle));
    check_name(handle, NULL);
    snprintf(expected, sizeof(expected), "timer %d", i * 7 % 20);
    CHECK_OK(uv_ext_handle_set_name(handle, expected));
  }
  for (i = 0; i < 20; i++) {
    snprintf(expected, sizeof(expected), "timer %d", i);
    check_name((uv_handle_t*) &timers[i], expected);
  }
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &timers[3], "another"));
  check_name((uv_handle_t*) &timers[3], "another");
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &timers[3], NULL));
  check_name((uv_handle_t*) &timers[3], NULL);
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &timers[3], NULL));
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &timers[4], ""));
  check_name((uv_handle_t*) &timers[4], NULL);
  check_name((uv_handle_t*) &timers[5], "timer 5");
  finish_loop(loop);
}

static void on_close(uv_handle_t* handle) {
  check_name(handle, NULL);
  handle->data = NULL;
}

TEST(ext_handle_names_end_with_the_handle) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_handle_t* handle = (uv_handle_t*) &timer;
  NEEDS_EXT();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_ext_handle_set_name(handle, "first"));
  timer.data = &timer;
  uv_close(handle, on_close);
  check_name(handle, "first");
  CHECK_ERR(UV_EINVAL, uv_ext_handle_set_name(handle, "second"));
  run_dry();
  CHECK_NULL(timer.data);
  /* Another handle in the same memory. */
  CHECK_OK(uv_timer_init(loop, &timer));
  check_name(handle, NULL);
  CHECK_OK(uv_ext_handle_set_name(handle, "third"));
  check_name(handle, "third");
  finish_loop(loop);
}

TEST(ext_names_that_cannot_be) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_handle_t* handle = (uv_handle_t*) &timer;
  char name[UV_EXT_NAME_SIZE];
  size_t size;
  NEEDS_EXT();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_ext_handle_set_name(handle, "0123456789012345678901234567890"));
  CHECK_ERR(UV_ENAMETOOLONG, uv_ext_handle_set_name(handle, "01234567890123456789012345678901"));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_set_name(handle, "two\nlines"));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_set_name(handle, "\033[1m"));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_set_name(handle, "\xff"));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_set_name(NULL, "name"));
  check_name(handle, "0123456789012345678901234567890");
  size = sizeof(name) - 1;
  CHECK_ERR(UV_ENOBUFS, uv_ext_handle_get_name(handle, name, &size));
  CHECK_EQ(size, sizeof(name));
  size = sizeof(name);
  CHECK_ERR(UV_EINVAL, uv_ext_handle_get_name(handle, NULL, &size));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_get_name(handle, name, NULL));
  CHECK_ERR(UV_EINVAL, uv_ext_handle_get_name(NULL, name, &size));
  finish_loop(loop);
}

TEST(ext_loop_names) {
  uv_loop_t loop;
  char name[UV_EXT_NAME_SIZE];
  size_t size = sizeof(name);
  NEEDS_EXT();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_ERR(UV_ENOENT, uv_ext_loop_get_name(&loop, name, &size));
  CHECK_OK(uv_ext_loop_set_name(&loop, "first"));
  CHECK_OK(uv_ext_loop_set_name(&loop, "second"));
  CHECK_OK(uv_ext_loop_get_name(&loop, name, &size));
  CHECK_STR_EQ(name, "second");
  CHECK_EQ(size, 6);
  CHECK_ERR(UV_ENOBUFS, uv_ext_loop_get_name(&loop, name, &size));
  CHECK_EQ(size, 7);
  CHECK_ERR(UV_ENAMETOOLONG, uv_ext_loop_set_name(&loop, "01234567890123456789012345678901"));
  CHECK_OK(uv_ext_loop_set_name(&loop, NULL));
  CHECK_ERR(UV_ENOENT, uv_ext_loop_get_name(&loop, name, &size));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_get_name(&loop, name, NULL));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_set_name(NULL, "name"));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_get_name(NULL, name, &size));
  CHECK_OK(uv_loop_close(&loop));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_set_name(&loop, "name"));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_get_name(&loop, name, &size));
}

/* ---- Where they are shown ---- */

static char input_byte;

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  (void) size;
  *buf = uv_buf_init(&input_byte, 1);
}

/* Holds the loop until there is another byte, or the end. */
static void on_input(uv_stream_t* stream, ssize_t n, const uv_buf_t* buf) {
  struct pollfd more = { 0, POLLIN, 0 };
  (void) buf;
  if (n < 0)
    return uv_stop(stream->loop);
  printf("held\n");
  fflush(stdout);
  CHECK_EQ(poll(&more, 1, -1), 1);
}

static void on_ready(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
  printf("ready\n");
  fflush(stdout);
}

HELPER(ext_named) {
  uv_loop_t* loop = uv_default_loop();
  uv_pipe_t input;
  uv_timer_t ready, idle;
  CHECK_OK(uv_ext_loop_set_name(loop, "front"));
  CHECK_OK(uv_pipe_init(loop, &input, 0));
  CHECK_OK(uv_pipe_open(&input, 0));
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &input, "commands"));
  CHECK_OK(uv_read_start((uv_stream_t*) &input, on_alloc, on_input));
  CHECK_OK(uv_timer_init(loop, &idle));
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &idle, "gone"));
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &idle, NULL));
  CHECK_OK(uv_timer_init(loop, &ready));
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &ready, "closed"));
  CHECK_OK(uv_timer_start(&ready, on_ready, 0, 0));
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}

TEST(ext_names_in_answers) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("ext_named", NULL, variables);
  const char* answer;
  watched_says(&watched, "ready");
  answer = inspect_ask(watched.socket, "json\n");
  check_json(answer);
  CHECK_HAS(answer, "\"name\":\"front\"");
  CHECK_HAS(inspect_ask(watched.socket, "metrics\n"), "name=\"front\"");
  answer = inspect_ask(watched.socket, "handles\n");
  check_json(answer);
  CHECK_HAS(answer, "\"kind\":\"pipe\",\"name\":\"commands\"");
  CHECK_HAS(answer, "\"kind\":\"timer\",\"name\":null");
  CHECK_EQ(count_parts(answer, "\"name\":\""), 1);
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(ext_names_in_lines_of_the_watchdog, TIMEOUT(60)) {
  static const char* const variables[] = { "UV_WATCHDOG=20", NULL };
  struct watched watched = watch("ext_named", NULL, variables);
  uint64_t end = now_ms() + scaled_ms(20000);
  watched_says(&watched, "ready");
  watched_go_on(&watched);
  watched_says(&watched, "held");
  while (strstr(watched_errors(), "(a callback of read \"commands\", descriptor 0") == NULL)
    CHECK_LT(now_ms(), end);
  CHECK_HAS(watched_errors(), ": loop 1 \"front\" (thread ");
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(ext_names_in_timelines) {
  static const char* const variables[] = { "UV_TRACE=trace", NULL };
  struct watched watched = watch("ext_named", NULL, variables);
  watched_says(&watched, "ready");
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_HAS(whole_file("trace"), "\"front\"");
}
