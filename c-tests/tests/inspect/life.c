/* UV_INSPECT, UV_TRACE and UV_WATCHDOG where things go wrong, and over the life of a process. */
#include "watched.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char* line) {
  printf("%s\n", line);
  fflush(stdout);
}

static void on_timer(uv_timer_t* timer) {
  (void) timer;
}

static void after_work(uv_work_t* request, int status) {
  (void) request;
  (void) status;
}

static void do_work(uv_work_t* request) {
  (void) request;
}

/* A bit of everything. */
static void use_a_loop(uv_loop_t* loop) {
  uv_timer_t timer;
  uv_work_t work;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 1, 0));
  CHECK_OK(uv_queue_work(loop, &work, do_work, after_work));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void wait_for_byte(void) {
  char byte;
  CHECK_GE(read(0, &byte, 1), 0);
}

HELPER(inspected_short) {
  use_a_loop(uv_default_loop());
  CHECK_OK(uv_loop_close(uv_default_loop()));
  return 0;
}

/* ---- Wrong values ---- */

/* The program runs as ever, and one line says what is wrong. */
static void check_refused(const char* variable, const char* name) {
  const char* variables[] = { variable, NULL };
  struct watched watched;
  unlink("stderr");
  watched = watch("inspected_short", NULL, variables);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK_EQ(count_parts(watched_errors(), "\n"), 1);
  CHECK_HAS(watched_errors(), name);
}

TEST(inspect_wrong_values_are_one_line) {
  check_refused("UV_INSPECT=/nonexistent/directory", "UV_INSPECT");
  check_refused("UV_INSPECT=/dev/null", "UV_INSPECT");
  check_refused("UV_WATCHDOG=soon", "UV_WATCHDOG");
  check_refused("UV_WATCHDOG=-5", "UV_WATCHDOG");
  check_refused("UV_WATCHDOG=99999999999999999999", "UV_WATCHDOG");
  check_refused("UV_WATCHDOG=100:/nonexistent/directory/file", "UV_WATCHDOG");
  check_refused("UV_TRACE=:1M", "UV_TRACE");
  check_refused("UV_TRACE=file:big", "UV_TRACE");
  check_refused("UV_TRACE=file:1", "UV_TRACE");
}

TEST(inspect_directory_that_may_not_be_written, UNPRIVILEGED) {
  CHECK_OK(mkdir("closed", 0500));
  check_refused("UV_INSPECT=closed", "UV_INSPECT");
}

/* What is missing is told or not, but the program ends as it would without. */
TEST(inspect_without_descriptors, TIMEOUT(60)) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace", "UV_WATCHDOG=10", NULL };
  struct rlimit most;
  char limit[16];
  int descriptors, refused = 0;
  CHECK_OK(getrlimit(RLIMIT_NOFILE, &most));
  if (most.rlim_max < 24)
    SKIP("there are no more for some of it");
  for (descriptors = 3; descriptors < 24; descriptors++) {
    struct watched watched;
    int status;
    snprintf(limit, sizeof(limit), "%d", descriptors);
    watched = watch("inspected_with_few_descriptors", limit, variables);
    status = watched_end(&watched);
    CHECK(status == 0 || status == 77);
    refused += status == 77;
  }
  CHECK_LT(refused, 21);
}

HELPER(inspected_with_few_descriptors) {
  struct rlimit limit;
  uv_loop_t loop;
  limit.rlim_cur = limit.rlim_max = (rlim_t) atoi(argv[2]);
  CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
  if (uv_loop_init(&loop) != 0)
    return 77; /* as without the variables */
  use_a_loop(&loop);
  CHECK_OK(uv_loop_close(&loop));
  return 0;
}

/* The program's standard error is another's file by then, or nothing. */
HELPER(inspected_without_stderr) {
  close(2);
  use_a_loop(uv_default_loop());
  return 0;
}

TEST(inspect_closed_stderr) {
  static const char* const variables[] = {
    "UV_INSPECT=/nonexistent", "UV_TRACE=/nonexistent/file", "UV_WATCHDOG=never", NULL
  };
  struct watched watched = watch("inspected_without_stderr", NULL, variables);
  CHECK_EQ(watched_end(&watched), 0);
}

/* A program that closes all descriptors it does not know, and has others by those numbers. */
HELPER(inspected_closes_all) {
  uv_loop_t loop;
  int fd, copies = 0;
  use_a_loop(uv_default_loop());
  say("ready");
  wait_for_byte();
  CHECK_OK(uv_loop_close(uv_default_loop()));
  for (fd = 3; fd < 1024; fd++)
    close(fd);
  fd = open("/dev/null", O_RDWR);
  while (dup(fd) >= 0 && copies++ < 1000) {}
  for (fd = 3; fd < 100; fd++)
    close(fd);
  CHECK_OK(uv_loop_init(&loop));
  use_a_loop(&loop);
  CHECK_OK(uv_loop_close(&loop));
  for (fd = 100; fd < 1000 && fd < 3 + copies; fd++)
    CHECK_GE(fcntl(fd, F_GETFD), 0); /* nobody else has closed them */
  return 0;
}

TEST(inspect_descriptors_that_the_program_closes) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_closes_all", NULL, variables);
  watched_says(&watched, "ready");
  check_json(inspect_ask(watched.socket, "json\n"));
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
}

/* ---- Fork and exec ---- */

static int exists(const char* directory, pid_t pid) {
  char path[512];
  snprintf(path, sizeof(path), "%s/libuv-%d.sock", directory, (int) pid);
  return access(path, F_OK) == 0;
}

HELPER(inspected_forks) {
  uv_loop_t* loop = uv_default_loop();
  pid_t child;
  int status;
  use_a_loop(loop);
  say("ready");
  wait_for_byte();
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    CHECK(!exists(".", getpid()));
    CHECK_OK(uv_loop_fork(loop));
    use_a_loop(loop);
    say("child");
    wait_for_byte();
    exit(0);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
  CHECK(!exists(".", child));
  CHECK(exists(".", getpid()));
  say("parent");
  wait_for_byte();
  return 0;
}

TEST(inspect_child_of_a_fork_has_its_own) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace.json", NULL };
  struct watched watched = watch("inspected_forks", NULL, variables);
  const char* answer;
  char path[64];
  int pid;
  watched_says(&watched, "ready");
  check_json(inspect_ask(watched.socket, "json\n"));
  watched_go_on(&watched);
  watched_says(&watched, "child");
  answer = inspect_ask(watched.socket, "json\n");
  CHECK_EQ(json_number(answer, "pid"), watched.pid);
  for (pid = watched.pid + 1; pid < watched.pid + 1000 && !exists(".", pid); pid++) {}
  snprintf(path, sizeof(path), "libuv-%d.sock", pid);
  CHECK_EQ(json_number(inspect_ask(path, "json\n"), "pid"), pid);
  watched_go_on(&watched);
  watched_says(&watched, "parent");
  CHECK_EQ(json_number(inspect_ask(watched.socket, "json\n"), "pid"), watched.pid);
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

/* A child that does not use the library leaves all of it alone. */
HELPER(inspected_forks_for_something_else) {
  struct stat trace;
  pid_t child;
  int status;
  use_a_loop(uv_default_loop());
  say("ready");
  wait_for_byte();
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0)
    exit(0); /* with all that runs at exit */
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
  CHECK_OK(stat("trace.json", &trace));
  CHECK_EQ(trace.st_size, 0); /* it is written when the parent ends */
  say("waited");
  wait_for_byte();
  return 0;
}

TEST(inspect_child_that_only_ends) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace.json", "UV_WATCHDOG=1000", NULL };
  struct watched watched = watch("inspected_forks_for_something_else", NULL, variables);
  watched_says(&watched, "ready");
  check_json(inspect_ask(watched.socket, "json\n"));
  watched_go_on(&watched);
  watched_says(&watched, "waited");
  check_json(inspect_ask(watched.socket, "json\n"));
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

HELPER(inspected_execs) {
  char* next[] = { (char*) test_exepath(), (char*) "inspected_after_exec", NULL };
  use_a_loop(uv_default_loop());
  say("ready");
  wait_for_byte();
  execv(next[0], next);
  return 1;
}

HELPER(inspected_after_exec) {
  int fd;
  for (fd = 3; fd < 2000; fd++)
    CHECK_EQ(fcntl(fd, F_GETFD), -1);
  use_a_loop(uv_default_loop());
  say("again");
  wait_for_byte();
  return 0;
}

TEST(inspect_after_exec_listens_again) {
  static const char* const variables[] = { "UV_INSPECT=.", NULL };
  struct watched watched = watch("inspected_execs", NULL, variables);
  watched_says(&watched, "ready");
  check_json(inspect_ask(watched.socket, "json\n"));
  watched_go_on(&watched);
  watched_says(&watched, "again");
  CHECK_EQ(json_number(inspect_ask(watched.socket, "json\n"), "pid"), watched.pid);
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  CHECK(!exists(".", watched.pid));
  CHECK_STR_EQ(watched_errors(), "");
}

/* ---- Rights of another ---- */

HELPER(inspected_with_rights) {
  if (getauxval(AT_SECURE) == 0)
    return 77;
  use_a_loop(uv_default_loop());
  return exists(".", getpid()) || access("trace.json", F_OK) == 0 ? 1 : 0;
}

TEST(inspect_is_off_with_rights_of_another) {
  static const char* const variables[] = {
    "UV_INSPECT=.", "UV_TRACE=trace.json", "UV_WATCHDOG=1:lines", NULL
  };
  char command[PATH_MAX + 64];
  char directory[PATH_MAX];
  pid_t child;
  int status;
  if (geteuid() != 0)
    SKIP("only the superuser can make such a program");
  snprintf(command, sizeof(command), "cp '%s' program", test_exepath());
  CHECK_EQ(system(command), 0);
  CHECK_OK(chown("program", 65534, 65534));
  CHECK_OK(chmod("program", 04755));
  CHECK_OK(chmod(".", 0777));
  CHECK_NOT_NULL(getcwd(directory, sizeof(directory)));
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    size_t i;
    for (i = 0; variables[i] != NULL; i++)
      putenv((char*) variables[i]);
    execl("program", "program", "inspected_with_rights", NULL);
    _exit(126);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  if (status == 77 << 8 || status == 126 << 8 || status == 127 << 8)
    SKIP("such a program does not run here");
  CHECK_EQ(status, 0);
  CHECK_NE(access("trace.json", F_OK), 0);
  CHECK_NE(access("lines", F_OK), 0);
}

/* ---- Many loops, and short lives ---- */

HELPER(inspected_has_many_loops) {
  static uv_loop_t loops[100];
  size_t i;
  for (i = 0; i < 100; i++) {
    CHECK_OK(uv_loop_init(&loops[i]));
    use_a_loop(&loops[i]);
  }
  say("ready");
  wait_for_byte();
  for (i = 0; i < 100; i++)
    CHECK_OK(uv_loop_close(&loops[i]));
  say("closed");
  wait_for_byte();
  return 0;
}

TEST(inspect_hundred_loops) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace.json:1M", "UV_WATCHDOG=1000", NULL };
  struct watched watched = watch("inspected_has_many_loops", NULL, variables);
  const char* answer;
  watched_says(&watched, "ready");
  answer = inspect_ask(watched.socket, "json\n");
  check_json(answer);
  CHECK_EQ(count_parts(answer, "\"lag_ns\":"), 100);
  CHECK_EQ(count_parts(inspect_ask(watched.socket, "metrics\n"), "\nlibuv_loop_iterations_total{"), 100);
  answer = inspect_ask(watched.socket, "handles\n");
  check_json(answer);
  CHECK_EQ(count_parts(answer, "\"state\":\"not running\""), 100);
  check_json(inspect_ask(watched.socket, "trace\n"));
  watched_go_on(&watched);
  watched_says(&watched, "closed");
  CHECK_HAS(inspect_ask(watched.socket, "json\n"), "\"loops\":[]");
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

static int is_over;

static void short_lives(void* argument) {
  (void) argument;
  while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
    uv_loop_t loop;
    CHECK_OK(uv_loop_init(&loop));
    use_a_loop(&loop);
    CHECK_OK(uv_loop_close(&loop));
  }
}

HELPER(inspected_loops_come_and_go) {
  uv_thread_t threads[3];
  size_t i;
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_thread_create(&threads[i], short_lives, NULL));
  say("ready");
  wait_for_byte();
  __atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  return 0;
}

TEST(inspect_loops_that_die_while_watched) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace.json:1M", "UV_WATCHDOG=1", NULL };
  static const char* const requests[] = { "json\n", "handles\n", "metrics\n", "trace\n" };
  struct watched watched = watch("inspected_loops_come_and_go", NULL, variables);
  int i;
  watched_says(&watched, "ready");
  for (i = 0; i < 100; i++) {
    const char* answer = inspect_ask(watched.socket, requests[i % 4]);
    if (i % 4 == 2)
      CHECK_HAS(answer, "# EOF\n");
    else
      check_json(answer);
  }
  watched_go_on(&watched);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
}

/* A descriptor more or less than without would be the program's to see. */
HELPER(inspected_shuts_down) {
  use_a_loop(uv_default_loop());
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
  CHECK(!exists(".", getpid()));
  CHECK_EQ(count_open_fds(), 3);
  return 0;
}

TEST(inspect_ends_with_the_library) {
  static const char* const variables[] = { "UV_INSPECT=.", "UV_TRACE=trace.json", "UV_WATCHDOG=100:lines", NULL };
  struct watched watched = watch("inspected_shuts_down", NULL, variables);
  CHECK_EQ(watched_end(&watched), 0);
  check_json(whole_file("trace.json"));
  CHECK_STR_EQ(watched_errors(), "");
}
