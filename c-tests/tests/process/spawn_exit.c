/* How children end, and what the loop makes of it. */
#include "spawn.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static const char* const no_program = "program-that-does-not-exist-anywhere";

static void fail_to_spawn(uv_process_t* process) {
  int status;
  child_options.file = no_program;
  child_options.args[0] = (char*) no_program;
  child_options.exit_cb = fail_on_exit;
  status = uv_spawn(uv_default_loop(), process, &child_options);
  CHECK(status == UV_ENOENT || status == UV_EACCES);
  CHECK_EQ(uv_is_active((uv_handle_t*) process), 0);
}

TEST(spawn_exit_code) {
  prepare_child("child_exits_1");
  spawn_child();
  CHECK_EQ(exits, 0);
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

TEST(spawn_fails) {
  prepare_child("child_exits_1");
  fail_to_spawn(&child);
  uv_close((uv_handle_t*) &child, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}

TEST(spawn_fails_check_for_waitpid_cleanup) {
  int status;
  pid_t pid;
  prepare_child("child_exits_1");
  fail_to_spawn(&child);
  run_dry();

  CHECK_EQ(child.pid, 0); /* which stands for any child in our group */
  do
    pid = waitpid(child.pid, &status, 0);
  while (pid == -1 && errno == EINTR);
  CHECK_EQ(pid, -1);
  CHECK_EQ(errno, ECHILD);

  uv_close((uv_handle_t*) &child, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}

TEST(spawn_exercise_sigchld_issue) {
  enum { FAILURES = 100 };
  uv_process_t failures[FAILURES];
  int i;
  prepare_child("child_exits_1");
  spawn_child();
  for (i = 0; i < FAILURES; i++) {
    fail_to_spawn(&failures[i]);
    uv_close((uv_handle_t*) &failures[i], on_close);
  }
  run_to_exit(1);
  CHECK_EQ(closes, FAILURES + 1);
  finish_loop(uv_default_loop());
}

TEST(spawn_auto_unref) {
  prepare_child("child_exits_1");
  child_options.exit_cb = NULL;
  spawn_child();
  run_dry();
  CHECK_EQ(uv_is_closing((uv_handle_t*) &child), 0);
  uv_close((uv_handle_t*) &child, NULL);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &child), 1);
  run_dry();
  CHECK_EQ(uv_is_closing((uv_handle_t*) &child), 1);
  finish_loop(uv_default_loop());
}

TEST(process_ref) {
  prepare_child("child_sleeps");
  child_options.exit_cb = NULL;
  spawn_child();
  uv_unref((uv_handle_t*) &child);
  run_dry();
  CHECK_OK(uv_process_kill(&child, SIGTERM));
  uv_close((uv_handle_t*) &child, on_close);
  run_dry();
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

TEST(spawn_detached) {
  prepare_child("child_sleeps");
  child_options.flags |= UV_PROCESS_DETACHED;
  spawn_child();
  uv_unref((uv_handle_t*) &child);
  run_dry();
  CHECK_EQ(exits, 0);
  CHECK_EQ(uv_process_get_pid(&child), child.pid);
  CHECK_OK(uv_kill(child.pid, 0));
  CHECK_EQ(getsid(child.pid), child.pid);
  CHECK_OK(uv_kill(child.pid, SIGTERM));
  finish_loop(uv_default_loop());
}

/* ---- Signals that end a child ---- */

static void on_kill(uv_process_t* process, int64_t status, int signum) {
  uv_pid_t pid = process->pid;
  on_exit_close(process, status, signum);
  CHECK_ERR(UV_ESRCH, uv_kill(pid, 0)); /* reaped */
}

static void run_to_kill(void) {
  run_dry();
  CHECK_EQ(exits, 1);
  CHECK_EQ(exit_status, 0);
  CHECK_EQ(term_signal, SIGTERM);
}

TEST(kill) {
  sigset_t blocked;
  prepare_child("child_sleeps");
  child_options.exit_cb = on_kill;

  /* The child inherits neither. */
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, &blocked, NULL), 0);
  CHECK(signal(SIGTERM, SIG_IGN) != SIG_ERR);
  spawn_child();
  CHECK(signal(SIGTERM, SIG_DFL) != SIG_ERR);
  CHECK_EQ(pthread_sigmask(SIG_UNBLOCK, &blocked, NULL), 0);

  CHECK_OK(uv_kill(child.pid, 0));
  CHECK_OK(uv_kill(child.pid, SIGTERM));
  run_to_kill();
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

static uv_timer_t timer;

static void on_timer(uv_timer_t* handle) {
  CHECK_OK(uv_process_kill(&child, SIGTERM));
  uv_close((uv_handle_t*) handle, on_close);
}

static void kill_soon(void) {
  child_options.exit_cb = on_kill;
  spawn_child();
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 50, 0));
}

TEST(spawn_and_kill) {
  prepare_child("child_sleeps");
  kill_soon();
  run_to_kill();
  CHECK_EQ(closes, 2);
  finish_loop(uv_default_loop());
}

TEST(spawn_and_kill_with_std) {
  char data[80];
  uv_pipe_t in;
  uv_pipe_t out;
  uv_pipe_t err;
  memset(data, 'd', sizeof(data));
  prepare_child("child_sleeps");
  stdio_pipe(&in, UV_READABLE_PIPE);
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  stdio_pipe(&err, UV_WRITABLE_PIPE);
  kill_soon();
  write_and_close((uv_stream_t*) &in, data, sizeof(data));
  read_output((uv_stream_t*) &out);
  read_output((uv_stream_t*) &err);
  run_to_kill();
  CHECK_EQ(output_size, 0);
  CHECK_EQ(closes, 5);
  finish_loop(uv_default_loop());
}
