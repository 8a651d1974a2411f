/* A program that closes the loop's own descriptor is told so. */
#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_async(uv_async_t* handle) {
  (void) handle;
}

/* Runs a loop whose descriptor is gone, with standard error in a file. */
static int run_broken(const char* said) {
  uv_async_t async;
  int status;
  pid_t pid = fork();
  CHECK_GE(pid, 0);
  if (pid == 0) {
    uv_loop_t loop;
    if (freopen(said, "w", stderr) == NULL)
      _exit(1);
    CHECK_OK(uv_loop_init(&loop));
    CHECK_OK(uv_async_init(&loop, &async, on_async));
    close(uv_backend_fd(&loop));
    uv_run(&loop, UV_RUN_DEFAULT);
    _exit(2);
  }
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

TEST(loop_with_a_broken_poller_ends_the_program) {
  int status = run_broken("said");
  char* said = read_file("said", NULL);
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGABRT);
  CHECK_GT(strlen(said), 0);
  free(said);
}
