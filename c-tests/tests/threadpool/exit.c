/* The end of a process while its pool is at work. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static uv_sem_t started;

static void wait_for_ever(uv_work_t* req) {
  (void) req;
  uv_sem_post(&started);
  for (;;)
    pause();
}

static void exit_in_work(uv_work_t* req) {
  (void) req;
  exit(7);
}

static void never(uv_work_t* req, int status) {
  (void) req;
  (void) status;
  abort();
}

static void never_open(uv_fs_t* req) {
  (void) req;
  abort();
}

HELPER(child_exits_beside_blocked_work) {
  static uv_work_t req;
  CHECK_OK(uv_sem_init(&started, 0));
  CHECK_OK(uv_queue_work(uv_default_loop(), &req, wait_for_ever, never));
  uv_sem_wait(&started);
  exit(7);
}

HELPER(child_exits_beside_blocked_open) {
  static uv_fs_t req;
  CHECK_OK(mkfifo("fifo", 0600));
  CHECK_OK(uv_fs_open(uv_default_loop(), &req, "fifo", UV_FS_O_RDONLY, 0, never_open));
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  return 7;
}

/* All are blocked, and more work waits. */
HELPER(child_exits_beside_waiting_work) {
  static uv_work_t reqs[20];
  int i;
  CHECK_OK(setenv("UV_THREADPOOL_SIZE", "2", 1));
  CHECK_OK(uv_sem_init(&started, 0));
  for (i = 0; i < 20; i++)
    CHECK_OK(uv_queue_work(uv_default_loop(), &reqs[i], wait_for_ever, never));
  uv_sem_wait(&started);
  uv_sem_wait(&started);
  exit(7);
}

HELPER(child_exits_in_work) {
  static uv_work_t req;
  CHECK_OK(uv_queue_work(uv_default_loop(), &req, exit_in_work, never));
  for (;;)
    pause();
}

static int64_t exit_status = -1;

static void on_exit_of(uv_process_t* process, int64_t status, int term_signal) {
  CHECK_EQ(term_signal, 0);
  exit_status = status;
  uv_close((uv_handle_t*) process, NULL);
}

static void exits(const char* helper) {
  char* args[] = { (char*) test_exepath(), (char*) helper, NULL };
  uv_process_options_t options;
  uv_process_t process;
  memset(&options, 0, sizeof(options));
  options.file = args[0];
  options.args = args;
  options.exit_cb = on_exit_of;
  CHECK_OK(uv_spawn(uv_default_loop(), &process, &options));
  run_dry();
  CHECK_EQ(exit_status, 7);
  finish_loop(uv_default_loop());
}

TEST(exit_beside_blocked_work) { exits("child_exits_beside_blocked_work"); }
TEST(exit_beside_blocked_open) { exits("child_exits_beside_blocked_open"); }
TEST(exit_beside_waiting_work) { exits("child_exits_beside_waiting_work"); }
TEST(exit_in_work) { exits("child_exits_in_work"); }
