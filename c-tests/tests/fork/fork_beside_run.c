/* A fork while another thread runs the loop, or is about to tell it something: the child has the loop for
 * itself. */
#include "fork_child.h"

#include <sys/syscall.h>

static uv_loop_t loop;
static uv_async_t async;
static int sent;
static int worked;

static void on_async(uv_async_t* handle) {
  (void) handle;
  sent++;
}

static void run_loop(void* arg) {
  (void) arg;
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
}

static void no_work(uv_work_t* req) {
  (void) req;
}

static void after_work(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  worked++;
}

static void send_async(void* arg) {
  CHECK_OK(uv_async_send(arg));
}

static void close_async(uv_async_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
}

static void in_child(void) {
  uv_thread_t thread;
  uv_work_t work;
  CHECK_OK(uv_loop_fork(&loop));
  CHECK_OK(uv_queue_work(&loop, &work, no_work, after_work));
  run_until(&loop, &worked, 1);
  CHECK_OK(uv_thread_create(&thread, send_async, &async));
  run_until(&loop, &sent, 1);
  CHECK_OK(uv_thread_join(&thread));
  uv_close((uv_handle_t*) &async, NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&loop));
  end_child();
}

/* The thread sleeps once the system says so: then it is in the poller. */
static void wait_until_asleep(int tid) {
  char path[64], stat[256];
  const char* end;
  snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
  for (;;) {
    FILE* file = fopen(path, "re");
    CHECK_NOT_NULL(file);
    CHECK_NOT_NULL(fgets(stat, sizeof(stat), file));
    fclose(file);
    end = strrchr(stat, ')');
    CHECK_NOT_NULL(end);
    if (end[2] == 'S')
      return;
    uv_sleep(1);
  }
}

static struct counter tid = COUNTER_INIT;
static uv_prepare_t prepare;

static void on_prepare(uv_prepare_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
  counter_add(&tid, (int) syscall(SYS_gettid));
}

TEST(fork_while_another_thread_runs_the_loop) {
  uv_thread_t thread;
  pid_t pid;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_async_init(&loop, &async, on_async));
  CHECK_OK(uv_prepare_init(&loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, on_prepare));
  CHECK_OK(uv_thread_create(&thread, run_loop, NULL));
  counter_wait(&tid, 1);
  wait_until_asleep(counter_get(&tid));
  pid = start_child();
  if (pid == 0)
    in_child();
  wait_for_child(pid);
  async.async_cb = close_async;
  CHECK_OK(uv_async_send(&async));
  CHECK_OK(uv_thread_join(&thread));
  CHECK_OK(uv_loop_close(&loop));
}

/* In a callback, on the loop's thread, at the time of the fork. */
static struct counter held = COUNTER_INIT;
static struct counter forked = COUNTER_INIT;

static void hold(uv_async_t* handle) {
  counter_add(&held, 1);
  counter_wait(&forked, 1);
  close_async(handle);
}

TEST(fork_while_another_thread_is_in_a_callback) {
  uv_thread_t thread;
  pid_t pid;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_async_init(&loop, &async, hold));
  CHECK_OK(uv_async_send(&async));
  CHECK_OK(uv_thread_create(&thread, run_loop, NULL));
  counter_wait(&held, 1);
  pid = start_child();
  if (pid == 0) {
    async.async_cb = on_async;
    in_child();
  }
  wait_for_child(pid);
  counter_add(&forked, 1);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_OK(uv_loop_close(&loop));
}

/* With a second write that is through: the child is told of it. */
static uv_pipe_t pipe_handle;
static uv_write_t writes[2];
static int written;

static void on_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  if (req == &writes[0]) {
    counter_add(&held, 1);
    counter_wait(&forked, 1);
    uv_close((uv_handle_t*) &async, NULL);
    uv_close((uv_handle_t*) &pipe_handle, NULL);
  }
  written++;
}

TEST(fork_while_another_thread_is_in_a_write_callback) {
  uv_buf_t buf = uv_buf_init((char*) "x", 1);
  uv_os_sock_t sockets[2];
  uv_thread_t thread;
  pid_t pid;
  int i;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_async_init(&loop, &async, on_async));
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, sockets, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  CHECK_OK(uv_pipe_init(&loop, &pipe_handle, 0));
  CHECK_OK(uv_pipe_open(&pipe_handle, sockets[0]));
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_write(&writes[i], (uv_stream_t*) &pipe_handle, &buf, 1, on_write));
  CHECK_OK(uv_thread_create(&thread, run_loop, NULL));
  counter_wait(&held, 1);
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(&loop));
    run_until(&loop, &written, 1); /* the second one: the first was being told */
    end_child();
  }
  wait_for_child(pid);
  counter_add(&forked, 1);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(written, 2);
  CHECK_OK(uv_loop_close(&loop));
  CHECK_OK(close(sockets[1]));
}

/* ---- Jobs that waited in the parent ---- */

enum { BUSY = 4, WAITING = 3 };

static struct counter begun = COUNTER_INIT;
static struct counter freed = COUNTER_INIT;
static int cancelled;

static void hold_worker(uv_work_t* req) {
  (void) req;
  counter_add(&begun, 1);
  counter_wait(&freed, 1);
}

static void after_cancel(uv_work_t* req, int status) {
  (void) req;
  if (status == UV_ECANCELED)
    cancelled++;
}

/* They wait in the parent's pool, which the child does not have; whether it has one of its own or not. */
static void cancel_in_child(int has_pool) {
  static uv_work_t busy[BUSY], waiting[WAITING], own;
  pid_t pid;
  int i;
  memset(waiting, 0xff, sizeof(waiting)); /* as memory may be */
  CHECK_OK(uv_loop_init(&loop));
  for (i = 0; i < BUSY; i++)
    CHECK_OK(uv_queue_work(&loop, &busy[i], hold_worker, after_cancel));
  counter_wait(&begun, BUSY);
  for (i = 0; i < WAITING; i++)
    CHECK_OK(uv_queue_work(&loop, &waiting[i], no_work, after_cancel));
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(&loop));
    if (has_pool) {
      CHECK_OK(uv_queue_work(&loop, &own, no_work, after_work));
      run_until(&loop, &worked, 1);
    }
    for (i = WAITING - 1; i >= 0; i--)
      CHECK_OK(uv_cancel((uv_req_t*) &waiting[i]));
    run_until(&loop, &cancelled, WAITING);
    CHECK_ERR(UV_EBUSY, uv_cancel((uv_req_t*) &busy[0])); /* nobody ends it */
    worked = 0;
    CHECK_OK(uv_queue_work(&loop, &own, no_work, after_work));
    run_until(&loop, &worked, 1);
    end_child();
  }
  wait_for_child(pid);
  counter_add(&freed, 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(cancelled, 0);
  CHECK_OK(uv_loop_close(&loop));
}

TEST(fork_cancels_the_parents_jobs) { cancel_in_child(1); }
TEST(fork_cancels_the_parents_jobs_without_a_pool) { cancel_in_child(0); }
