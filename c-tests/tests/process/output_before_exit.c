/* What a child wrote is told before its end, though both are known. */
#include "../refused/refuse.h"
#include "spawn.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

HELPER(child_writes_and_exits) {
  return write(STDOUT_FILENO, "last words", 10) == 10 ? 0 : 1;
}

static int reads;

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[64];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(memory, sizeof(memory));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  if (nread == UV_EOF) {
    uv_close((uv_handle_t*) stream, on_close);
    return;
  }
  CHECK_EQ(nread, 10);
  CHECK_MEM_EQ(buf->base, "last words", 10);
  CHECK_EQ(exits, 0);
  reads++;
}

static void end_before_run(void) {
  uv_pipe_t pipe;
  siginfo_t info;
  prepare_child("child_writes_and_exits");
  stdio_ignore();
  stdio_pipe(&pipe, UV_WRITABLE_PIPE);
  spawn_child();
  CHECK_OK(waitid(P_PID, (id_t) child.pid, &info, WEXITED | WNOWAIT));
  CHECK_OK(uv_read_start((uv_stream_t*) &pipe, on_alloc, on_read));
  run_to_exit(0);
  CHECK_EQ(reads, 1);
  CHECK_EQ(closes, 2);
  finish_loop(uv_default_loop());
}

TEST(spawn_output_comes_before_the_exit) { end_before_run(); }

/* The same where SIGCHLD tells of it. */
TEST(spawn_output_comes_before_the_exit_without_pidfd) {
  enum { CLONE_WITH_PIDFD = 0x1000, PIDFD_OPEN = 434 };
  refuse(SYS_clone, CLONE_WITH_PIDFD, EINVAL);
  refuse(PIDFD_OPEN, 0, ENOSYS);
  end_before_run();
}
