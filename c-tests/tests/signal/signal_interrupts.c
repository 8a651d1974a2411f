/* Sending signals, and what they do to system calls. */
#include "test.h"

#include <signal.h>
#include <unistd.h>

static const char message[] = "after-signal";
static int pipe_fds[2];
static int calls;

TEST(kill_invalid_signum) {
  CHECK_ERR(UV_EINVAL, uv_kill(uv_os_getpid(), -1));
  CHECK_ERR(UV_EINVAL, uv_kill(uv_os_getpid(), 4096));
  finish_loop(uv_default_loop());
}

static void on_signal(uv_signal_t* handle, int signum) {
  CHECK_EQ(signum, SIGUSR1);
  calls++;
  CHECK_OK(uv_signal_stop(handle));
}

#ifdef __linux__
/* Whether the thread is asleep in a system call. */
static int is_asleep(int pid) {
  char path[64];
  char state = '?';
  FILE* file;
  snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, pid);
  file = fopen(path, "r");
  CHECK_NOT_NULL(file);
  CHECK_EQ(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
  fclose(file);
  return state == 'S';
}
#endif

static void signal_then_write(void* arg) {
  (void) arg;
#ifdef __linux__
  while (!is_asleep((int) getpid()))
    uv_sleep(1);
#else
  uv_sleep(20);
#endif
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  CHECK_EQ(write(pipe_fds[1], message, sizeof(message)), sizeof(message));
}

TEST(eintr_handling) {
  char data[32];
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_thread_t thread;
  uv_signal_t watcher;
  uv_fs_t req;

  CHECK_EQ(sizeof(message), 13);
  CHECK_OK(uv_signal_init(uv_default_loop(), &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal, SIGUSR1));
  CHECK_EQ(pipe(pipe_fds), 0);
  CHECK_OK(uv_thread_create(&thread, signal_then_write, NULL));

  CHECK_EQ(uv_fs_read(uv_default_loop(), &req, pipe_fds[0], &buf, 1, -1, NULL),
           13);
  CHECK_EQ(req.result, 13);
  CHECK_MEM_EQ(data, message, sizeof(message));
  uv_fs_req_cleanup(&req);

  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(close(pipe_fds[0]), 0);
  CHECK_EQ(close(pipe_fds[1]), 0);
  finish_loop(uv_default_loop());
}
