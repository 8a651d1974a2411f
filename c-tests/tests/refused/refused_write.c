/* Writes to pipes where the way to write without SIGPIPE is refused. */
#include "refuse.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static int writes;
static int last_status;

static void on_write(uv_write_t* request, int status) {
  (void) request;
  writes++;
  last_status = status;
}

static void write_to(uv_pipe_t* pipe) {
  uv_buf_t text = uv_buf_init((char*) "text", 4);
  uv_write_t request;
  writes = 0;
  CHECK_OK(uv_write(&request, (uv_stream_t*) pipe, &text, 1, on_write));
  run_until(uv_default_loop(), &writes, 1);
}

static void write_where_refused(int error) {
  uv_pipe_t writer;
  char bytes[9];
  int ends[2];
  int i;
  CHECK_EQ(pipe(ends), 0);
  CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  refuse(SYS_pwritev2, 0, error);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &writer, 0));
  CHECK_OK(uv_pipe_open(&writer, ends[1]));
  for (i = 0; i < 2; i++) {
    write_to(&writer);
    CHECK_OK(last_status);
  }
  CHECK_EQ(read(ends[0], bytes, sizeof(bytes)), 8);
  CHECK_MEM_EQ(bytes, "texttext", 8);

  CHECK_EQ(close(ends[0]), 0);
  write_to(&writer);
  CHECK_ERR(UV_EPIPE, last_status);
  uv_close((uv_handle_t*) &writer, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}

TEST(pipe_write_without_pwritev2_einval) { write_where_refused(EINVAL); }
TEST(pipe_write_without_pwritev2_enosys) { write_where_refused(ENOSYS); }
TEST(pipe_write_without_pwritev2_eperm) { write_where_refused(EPERM); }
TEST(pipe_write_without_pwritev2_eacces) { write_where_refused(EACCES); }
TEST(pipe_write_without_pwritev2_eopnotsupp) { write_where_refused(EOPNOTSUPP); }
