/* UV_INSPECT: what a process tells of itself while it is idle, busy and blocked. */
#include "watched.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* const here[] = { "UV_INSPECT=.", NULL };

static void say(const char* line) {
  printf("%s\n", line);
  fflush(stdout);
}

/* ---- The process ---- */

static uv_pipe_t input;
static char input_byte;

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  (void) size;
  *buf = uv_buf_init(&input_byte, 1);
}

void inspect_on_input(uv_stream_t* stream, ssize_t n, const uv_buf_t* buf) {
  (void) buf;
  if (n < 0)
    uv_stop(stream->loop);
}

/* Runs the default loop until standard input ends. */
static int run_to_end_of_input(void) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_pipe_init(loop, &input, 0));
  CHECK_OK(uv_pipe_open(&input, 0));
  CHECK_OK(uv_read_start((uv_stream_t*) &input, on_alloc, inspect_on_input));
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}

static void on_ready(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
  say("ready");
}

static uv_timer_t ready;

/* Says so from inside of the loop. */
static void say_ready_in_loop(void) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &ready));
  CHECK_OK(uv_timer_start(&ready, on_ready, 0, 0));
}

HELPER(inspected_idle) {
  say_ready_in_loop();
  return run_to_end_of_input();
}

static uv_idle_t idle;

void inspect_on_idle(uv_idle_t* handle) {
  (void) handle;
}

HELPER(inspected_busy) {
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  CHECK_OK(uv_idle_start(&idle, inspect_on_idle));
  say_ready_in_loop();
  return run_to_end_of_input();
}

/* Waits in a callback for a byte. */
void inspect_blocking_callback(uv_timer_t* timer) {
  char byte;
  uv_close((uv_handle_t*) timer, NULL);
  say("blocked");
  CHECK_EQ(read(0, &byte, 1), 1);
}

HELPER(inspected_blocked) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &ready));
  CHECK_OK(uv_timer_start(&ready, inspect_blocking_callback, 0, 0));
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  say_ready_in_loop();
  return run_to_end_of_input();
}

static struct counter jobs = COUNTER_INIT;

void inspect_blocking_work(uv_work_t* request) {
  (void) request;
  counter_add(&jobs, 1);
  pause();
}

HELPER(inspected_pool) {
  static uv_work_t requests[10];
  size_t i;
  for (i = 0; i < 10; i++)
    CHECK_OK(uv_queue_work(uv_default_loop(), &requests[i], inspect_blocking_work, NULL));
  counter_wait(&jobs, 2);
  say_ready_in_loop();
  run_to_end_of_input();
  _exit(0); /* the jobs never end */
}

/* ---- Idle, busy, blocked ---- */

TEST(inspect_json_of_idle_loop) {
  struct watched watched = watch("inspected_idle", NULL, here);
  const char* answer;
  watched_says(&watched, "ready");
  do
    answer = inspect_ask(watched.socket, "json\n");
  while (strstr(answer, "\"state\":\"waiting\"") == NULL); /* it is about to */
  check_json(answer);
  CHECK_EQ(json_number(answer, "version"), 1);
  CHECK_EQ(json_number(answer, "pid"), watched.pid);
  CHECK_GE(json_number(answer, "uptime_ms"), 0);
  CHECK_HAS(answer, "\"library\":\"1.53.0\"");
  CHECK_HAS(answer, "\"watchdog_ms\":null");
  CHECK_HAS(answer, "\"now\":null");
  CHECK_HAS(answer, "\"kind\":\"timer\",\"count\":1,");
  CHECK_HAS(answer, "\"pool\":{");
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_STR_EQ(watched_errors(), "");
}

TEST(inspect_json_of_busy_loop) {
  struct watched watched = watch("inspected_busy", NULL, here);
  int64_t before, after;
  watched_says(&watched, "ready");
  before = json_number(inspect_ask(watched.socket, "json\n"), "iterations");
  CHECK_GE(before, 0);
  do
    after = json_number(inspect_ask(watched.socket, "json\n"), "iterations");
  while (after == before);
  CHECK_GT(after, before);
  check_json(inspect_ask(watched.socket, "json\n"));
  CHECK_HAS(inspect_ask(watched.socket, "json\n"), "\"kind\":\"idle\"");
  CHECK_HAS(inspect_ask(watched.socket, "metrics\n"), "libuv_loop_iterations_total{loop=\"1\"} ");
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(inspect_json_of_blocked_loop) {
  struct watched watched = watch("inspected_blocked", NULL, here);
  const char* answer;
  watched_says(&watched, "blocked");
  answer = inspect_ask(watched.socket, "json\n");
  check_json(answer);
  CHECK_HAS(answer, "\"now\":{\"function\":\"inspect_blocking_callback\",");
  CHECK_HAS(answer, "\"kind\":\"timer\"");
  CHECK_HAS(inspect_ask(watched.socket, "metrics\n"), "# EOF\n");
  answer = inspect_ask(watched.socket, "handles\n");
  check_json(answer);
  CHECK_HAS(answer, "\"state\":\"blocked\"");
  watched_go_on(&watched);
  watched_says(&watched, "ready");
  do
    answer = inspect_ask(watched.socket, "json\n");
  while (strstr(answer, "\"state\":\"waiting\"") == NULL);
  CHECK_HAS(answer, "\"function\":\"inspect_blocking_callback\",");
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(inspect_handles_of_a_loop) {
  struct watched watched = watch("inspected_idle", NULL, here);
  const char* answer;
  watched_says(&watched, "ready");
  answer = inspect_ask(watched.socket, "handles\n");
  check_json(answer);
  CHECK_HAS(answer, "\"state\":\"answered\"");
  CHECK_HAS(answer, "\"kind\":\"pipe\"");
  CHECK_HAS(answer, "\"fd\":0");
  CHECK_HAS(answer, "\"callback\":\"inspect_on_input\"");
  CHECK_EQ(count_parts(answer, "\"active\":true,\"referenced\":true"), 1);
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(inspect_shows_what_workers_do) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_THREADPOOL_SIZE=2", NULL };
  struct watched watched = watch("inspected_pool", NULL, variables);
  const char* answer;
  watched_says(&watched, "ready");
  answer = inspect_ask(watched.socket, "json\n");
  check_json(answer);
  CHECK_HAS(answer, "\"pool\":{\"size\":2,\"busy\":2,\"queued\":8,");
  CHECK_EQ(count_parts(strstr(answer, "\"workers\""), "\"function\":\"inspect_blocking_work\""), 2);
  answer = inspect_ask(watched.socket, "metrics\n");
  CHECK_HAS(answer, "\nlibuv_pool_threads 2\n");
  CHECK_HAS(answer, "\nlibuv_pool_busy_threads 2\n");
  CHECK_HAS(answer, "\nlibuv_pool_queued 8\n");
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- Forms ---- */

TEST(inspect_metrics_are_whole_lines) {
  struct watched watched = watch("inspected_idle", NULL, here);
  char* line;
  char* text;
  int families = 0, samples = 0;
  watched_says(&watched, "ready");
  text = strdup(inspect_ask(watched.socket, "metrics\n"));
  CHECK_NOT_NULL(text);
  CHECK_GT(strlen(text), 6);
  CHECK_STR_EQ(text + strlen(text) - 6, "# EOF\n");
  for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    char* value = strrchr(line, ' ');
    char* end;
    if (line[0] == '#') {
      families += strncmp(line, "# TYPE libuv_", 13) == 0;
      continue;
    }
    CHECK_EQ(strncmp(line, "libuv_", 6), 0);
    CHECK_NOT_NULL(value);
    strtod(value + 1, &end);
    CHECK(end > value + 1 && *end == '\0');
    samples++;
  }
  CHECK_GT(families, 10);
  CHECK_GT(samples, families);
  free(text);
  CHECK_EQ(watched_end(&watched), 0);
}

TEST(inspect_answers_http) {
  struct watched watched = watch("inspected_idle", NULL, here);
  const char* answer;
  watched_says(&watched, "ready");
  answer = inspect_ask(watched.socket, "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_EQ(strncmp(answer, "HTTP/1.1 200 OK\r\n", 17), 0);
  CHECK_HAS(answer, "\r\n\r\n{");
  check_json(strstr(answer, "\r\n\r\n"));
  answer = inspect_ask(watched.socket, "GET /metrics HTTP/1.1\r\n\r\n");
  CHECK_HAS(answer, "Content-Type: application/openmetrics-text; version=1.0.0");
  CHECK_HAS(inspect_ask(watched.socket, "GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 ");
  CHECK_HAS(inspect_ask(watched.socket, "POST /json HTTP/1.1\r\n\r\n"), "HTTP/1.1 405 ");
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- The socket ---- */

TEST(inspect_socket_is_private_and_goes) {
  struct watched watched = watch("inspected_idle", NULL, here);
  struct stat found;
  watched_says(&watched, "ready");
  CHECK_GE(close(inspect_connect(watched.socket)), 0);
  CHECK_OK(lstat(watched.socket, &found));
  CHECK(S_ISSOCK(found.st_mode));
  CHECK_EQ(found.st_mode & 0777, 0600);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_NE(lstat(watched.socket, &found), 0);
}

TEST(inspect_uses_the_runtime_directory) {
  char runtime[4096 + 32] = "XDG_RUNTIME_DIR=";
  char socket[4096 + 64];
  const char* variables[] = { "UV_INSPECT=1", runtime, NULL };
  struct watched watched;
  CHECK_NOT_NULL(getcwd(runtime + strlen(runtime), 4096));
  watched = watch("inspected_idle", NULL, variables);
  snprintf(socket, sizeof(socket), "libuv-%d.sock", (int) watched.pid);
  watched_says(&watched, "ready");
  check_json(inspect_ask(socket, "json\n"));
  CHECK_EQ(watched_end(&watched), 0);
}

/* Deeper than an address of a socket can say. */
TEST(inspect_in_a_deep_directory) {
  char name[151];
  struct watched watched;
  struct stat found;
  const char* variables[] = { "UV_INSPECT=deep", NULL };
  char deep[1024] = "UV_INSPECT=";
  int i;
  memset(name, 'd', sizeof(name) - 1);
  name[sizeof(name) - 1] = '\0';
  for (i = 0; i < 3; i++) {
    if (i > 0)
      strcat(deep, "/");
    strcat(deep, name);
    CHECK_OK(mkdir(deep + strlen("UV_INSPECT="), 0700));
  }
  variables[0] = deep;
  watched = watch("inspected_idle", NULL, variables);
  watched_says(&watched, "ready");
  /* It is reached from there. */
  CHECK_OK(chdir(deep + strlen("UV_INSPECT=")));
  snprintf(watched.socket, sizeof(watched.socket), "libuv-%d.sock", (int) watched.pid);
  {
    int fd = inspect_connect(watched.socket);
    CHECK_GE(fd, 0);
    CHECK_EQ(write(fd, "json\n", 5), 5);
    check_json(inspect_rest(fd));
  }
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_NE(lstat(watched.socket, &found), 0);
}
