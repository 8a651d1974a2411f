/* uv_ext_on_blocked: who holds a loop, or keeps jobs from the workers, and that it ends. */
#include "ext_test.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What was told, as a callback counts it. */
struct told {
  struct counter loops;         /* loops that are blocked */
  struct counter pools;
  struct counter ended;
  struct counter pools_ended;
  uv_ext_blocked_t last;        /* of a loop */
  char names[4][64];            /* its loop, handle, function, kind */
  uv_ext_blocked_t last_pool;
  char pool_kind[64];
};

#define TOLD_INIT { COUNTER_INIT, COUNTER_INIT, COUNTER_INIT, COUNTER_INIT, { 0 }, { "" }, { 0 }, "" }

static void keep(char* to, const char* text) {
  CHECK_NOT_NULL(text);
  snprintf(to, 64, "%s", text);
}

static void on_blocked(const uv_ext_blocked_t* blocked, void* data) {
  struct told* told = data;
  CHECK_GE(blocked->size, sizeof(*blocked));
  CHECK_GE(blocked->duration_ns, 10 * 1000000);
  if (blocked->what == UV_EXT_BLOCKED_POOL) {
    told->last_pool = *blocked;
    keep(told->pool_kind, blocked->kind);
    counter_add(blocked->ended ? &told->pools_ended : &told->pools, 1);
    return;
  }
  CHECK_EQ(blocked->what, UV_EXT_BLOCKED_LOOP);
  told->last = *blocked;
  keep(told->names[0], blocked->loop_name);
  keep(told->names[1], blocked->handle_name);
  keep(told->names[2], blocked->function_name);
  keep(told->names[3], blocked->kind);
  counter_add(blocked->ended ? &told->ended : &told->loops, 1);
}

/* A callback that holds its loop until that is told. */
static void on_timer(uv_timer_t* timer) {
  struct told* told = timer->data;
  counter_wait(&told->loops, counter_get(&told->ended) + 1);
}

static void start(uv_loop_t* loop, uv_timer_t* timer, struct told* told) {
  CHECK_OK(uv_timer_init(loop, timer));
  CHECK_OK(uv_timer_start(timer, on_timer, 0, 0));
  timer->data = told;
}

static void check_told(struct told* told, uv_loop_t* loop, uv_timer_cb function, const char* handle, int ended) {
  CHECK_EQ(told->last.ended, ended);
  CHECK_PTR_EQ(told->last.loop, loop);
  CHECK_PTR_EQ(told->last.function, (void*) function);
  CHECK_EQ(told->last.handle_type, UV_TIMER);
  CHECK_EQ(told->last.thread, syscall(SYS_gettid));
  CHECK_EQ(told->last.queued, 0);
  CHECK_STR_EQ(told->names[0], "the loop");
  CHECK_STR_EQ(told->names[1], handle);
  CHECK_GT(strlen(told->names[2]), 0);
  CHECK_STR_EQ(told->names[3], "timer");
}

static void on_named_timer(uv_timer_t* timer) {
  on_timer(timer);
  check_told(timer->data, timer->loop, on_named_timer, "the timer", 0);
}

TEST(ext_blocked_loop_is_told_of, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  uv_loop_t loop;
  uv_timer_t timer;
  NEEDS_EXT();
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_ext_loop_set_name(&loop, "the loop"));
  start(&loop, &timer, &told);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  counter_wait(&told.ended, 1);
  check_told(&told, &loop, on_timer, "", 1);
  CHECK_EQ(counter_get(&told.loops), 1);
  CHECK_EQ(counter_get(&told.ended), 1);
  /* Once more, by a handle with a name. */
  CHECK_OK(uv_ext_handle_set_name((uv_handle_t*) &timer, "the timer"));
  CHECK_OK(uv_timer_start(&timer, on_named_timer, 0, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  counter_wait(&told.ended, 2);
  CHECK_STR_EQ(told.names[1], "the timer");
  CHECK_EQ(counter_get(&told.loops), 2);
  CHECK_EQ(counter_get(&told.pools), 0);
  finish_loop(&loop);
}

/* The loop's end is no reason to leave it open. */
TEST(ext_blocked_loop_that_is_closed_at_once, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  uv_loop_t loop;
  uv_timer_t timer;
  int i;
  NEEDS_EXT();
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
  for (i = 1; i <= 3; i++) {
    CHECK_OK(uv_loop_init(&loop));
    start(&loop, &timer, &told);
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
    uv_close((uv_handle_t*) &timer, NULL);
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
    CHECK_OK(uv_loop_close(&loop));
    counter_wait(&told.ended, i);
    CHECK_EQ(counter_get(&told.loops), i);
  }
}

TEST(ext_blocked_loop_that_was_there_already, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  uv_loop_t loop;
  uv_timer_t timer;
  NEEDS_EXT();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
  CHECK_OK(uv_ext_loop_set_name(&loop, "the loop"));
  start(&loop, &timer, &told);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  counter_wait(&told.ended, 1);
  check_told(&told, &loop, on_timer, "", 1);
  finish_loop(&loop);
}

/* ---- The pool ---- */

static struct counter begun = COUNTER_INIT;
static struct counter may_end = COUNTER_INIT;

static void do_work(uv_work_t* request) {
  (void) request;
  counter_add(&begun, 1);
  counter_wait(&may_end, 1);
}

static void after_work(uv_work_t* request, int status) {
  (void) request;
  CHECK_OK(status);
}

TEST(ext_pool_that_is_short_of_workers, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  static uv_work_t requests[5];
  uv_loop_t* loop;
  int i;
  NEEDS_EXT();
  CHECK_OK(setenv("UV_THREADPOOL_SIZE", "2", 1));
  CHECK_OK(uv_ext_measure(1));
  loop = uv_default_loop();
  for (i = 0; i < 5; i++) {
    /* What is told is that both workers are at work, also where they begin late. */
    if (i == 2) {
      counter_wait(&begun, 2);
      CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
    }
    CHECK_OK(uv_queue_work(loop, &requests[i], do_work, after_work));
  }
  counter_wait(&told.pools, 1);
  CHECK_EQ(told.last_pool.ended, 0);
  CHECK_NULL(told.last_pool.loop);
  CHECK_GE(told.last_pool.queued, 1);
  CHECK_LE(told.last_pool.queued, 3);
  CHECK_PTR_EQ(told.last_pool.function, (void*) do_work);
  CHECK_GT(told.last_pool.thread, 0);
  CHECK_EQ(told.last_pool.handle_type, UV_UNKNOWN_HANDLE);
  CHECK_STR_EQ(told.pool_kind, "work");
  counter_add(&may_end, 1);
  counter_wait(&told.pools_ended, 1);
  CHECK_EQ(told.last_pool.ended, 1);
  CHECK_EQ(told.last_pool.queued, 0);
  CHECK_NULL(told.last_pool.function);
  run_dry();
  CHECK_EQ(counter_get(&told.pools), 1);
  finish_loop(loop);
}

/* ---- Who is told ---- */

TEST(ext_blocked_callback_is_taken_back, TIMEOUT(60)) {
  static struct told first = TOLD_INIT;
  static struct told second = TOLD_INIT;
  uv_loop_t loop;
  uv_timer_t timer;
  NEEDS_EXT();
  CHECK_OK(uv_ext_on_blocked(0, NULL, NULL));
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &first));
  CHECK_OK(uv_ext_on_blocked(10, NULL, NULL));
  CHECK_OK(uv_ext_on_blocked(10, NULL, NULL));
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &first));
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &second));
  CHECK_OK(uv_loop_init(&loop));
  start(&loop, &timer, &second);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  counter_wait(&second.ended, 1);
  CHECK_EQ(counter_get(&first.loops), 0);
  CHECK_EQ(counter_get(&first.ended), 0);
  finish_loop(&loop);
}

/* It is another's while it lasts: the first one does not hear of its end. */
static struct told before = TOLD_INIT;
static struct told after = TOLD_INIT;

static void on_timer_that_changes(uv_timer_t* timer) {
  (void) timer;
  counter_wait(&before.loops, 1);
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &after));
  counter_wait(&after.loops, 1);
}

TEST(ext_blocked_callback_is_changed_meanwhile, TIMEOUT(60)) {
  uv_loop_t loop;
  uv_timer_t timer;
  NEEDS_EXT();
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &before));
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_that_changes, 0, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  counter_wait(&after.ended, 1);
  CHECK_EQ(counter_get(&before.ended), 0);
  finish_loop(&loop);
}

TEST(ext_blocked_thresholds_that_cannot_be) {
  NEEDS_EXT();
  CHECK_ERR(UV_EINVAL, uv_ext_on_blocked(0, on_blocked, NULL));
  CHECK_ERR(UV_EINVAL, uv_ext_on_blocked(86400001, on_blocked, NULL));
  CHECK_ERR(UV_EINVAL, uv_ext_on_blocked(UINT64_MAX, on_blocked, NULL));
}

static uv_async_t async;
static struct counter sent = COUNTER_INIT;
static int woken;

/* On the library's thread: what may be done there, and what may not. */
static void on_blocked_that_calls(const uv_ext_blocked_t* blocked, void* data) {
  if (blocked->ended || counter_get(&sent) > 0)
    return;
  CHECK_ERR(UV_EBUSY, uv_ext_on_blocked(10, NULL, NULL));
  CHECK_ERR(UV_EBUSY, uv_ext_on_blocked(10, on_blocked_that_calls, data));
  CHECK_OK(uv_async_send(data));
  counter_add(&sent, 1);
}

static void on_async(uv_async_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
  woken = 1;
}

static void on_timer_until_sent(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
  counter_wait(&sent, 1);
}

TEST(ext_blocked_callback_wakes_a_loop, TIMEOUT(60)) {
  uv_loop_t loop;
  uv_timer_t timer;
  NEEDS_EXT();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_async_init(&loop, &async, on_async));
  CHECK_OK(uv_ext_on_blocked(10, on_blocked_that_calls, &async));
  CHECK_OK(uv_ext_loop_set_name(&loop, "seen from now on"));
  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_until_sent, 0, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(woken, 1);
  CHECK_OK(uv_ext_on_blocked(10, NULL, NULL));
  finish_loop(&loop);
}

/* ---- Forks, and the end of the library ---- */

/* Whether a blocked loop is told of. */
static void check_works(uv_loop_t* loop, struct told* told) {
  uv_timer_t timer;
  int ended = counter_get(&told->ended);
  start(loop, &timer, told);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  counter_wait(&told->ended, ended + 1);
}

TEST(ext_blocked_in_fork_child, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  uv_loop_t loop;
  pid_t child;
  int status;
  NEEDS_EXT();
  CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
  CHECK_OK(uv_loop_init(&loop));
  check_works(&loop, &told);
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
    CHECK_OK(uv_loop_fork(&loop));
    check_works(&loop, &told);
    CHECK_OK(uv_loop_close(&loop));
    uv_library_shutdown();
    _exit(42);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 42);
  check_works(&loop, &told);
  finish_loop(&loop);
}

TEST(ext_blocked_after_library_shutdown, TIMEOUT(60)) {
  static struct told told = TOLD_INIT;
  uv_loop_t loop;
  int i;
  NEEDS_EXT();
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_ext_on_blocked(10, on_blocked, &told));
    CHECK_OK(uv_loop_init(&loop));
    check_works(&loop, &told);
    CHECK_OK(uv_loop_close(&loop));
    uv_library_shutdown();
  }
  CHECK_EQ(counter_get(&told.loops), 3);
}

/* ---- The end of the process does not wait for the program's function ---- */

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static struct counter is_told = COUNTER_INIT;

static void log_blocked(const uv_ext_blocked_t* blocked, void* data) {
  (void) blocked;
  (void) data;
  counter_add(&is_told, 1);
  pthread_mutex_lock(&log_lock); /* for ever */
}

static void die_with_lock(uv_timer_t* timer) {
  (void) timer;
  pthread_mutex_lock(&log_lock);
  counter_wait(&is_told, 1);
  exit(7);
}

/* One callback that holds the loop, of which this function is told. */
static int hold_loop(uv_timer_cb cb, uv_ext_blocked_cb on_held) {
  uv_timer_t timer;
  CHECK_OK(uv_ext_on_blocked(10, on_held, NULL));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, cb, 0, 0));
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  return 1;
}

HELPER(child_exits_while_it_is_told) {
  return hold_loop(die_with_lock, log_blocked);
}

static void exit_as_told(const uv_ext_blocked_t* blocked, void* data) {
  (void) blocked;
  (void) data;
  exit(7);
}

static void block(uv_timer_t* timer) {
  (void) timer;
  uv_sleep(10000);
}

HELPER(child_exits_as_it_is_told) {
  return hold_loop(block, exit_as_told);
}

static void end_child_by_itself(const char* helper) {
  char* args[] = { (char*) test_exepath(), (char*) helper, NULL };
  int status;
  pid_t pid;
  fflush(NULL);
  pid = fork();
  CHECK_GE(pid, 0);
  if (pid == 0) {
    execv(args[0], args);
    _exit(127);
  }
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 7);
}

TEST(ext_blocked_exit_with_a_lock) {
  NEEDS_EXT();
  end_child_by_itself("child_exits_while_it_is_told");
}

TEST(ext_blocked_exit_in_the_function) {
  NEEDS_EXT();
  end_child_by_itself("child_exits_as_it_is_told");
}
