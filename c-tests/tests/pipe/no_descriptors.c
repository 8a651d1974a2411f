/* A process that has given up the right to descriptors: poll() refuses then
 * to look at a single one. */
#include "test.h"

#include <sys/resource.h>
#include <unistd.h>

static char space[4096];
static int turns;
static int is_over;
static size_t received;

static void alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  (void) size;
  *buf = uv_buf_init(space, sizeof(space));
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got > 0) {
    received += (size_t) got;
  } else if (got < 0) {
    CHECK_EQ(got, UV_EOF);
    is_over = 1;
    uv_close((uv_handle_t*) stream, NULL);
  }
}

/* One that turns without end is at work all the time. */
static void on_check(uv_check_t* handle) {
  if (is_over)
    uv_close((uv_handle_t*) handle, NULL);
  else
    CHECK_LT(++turns, 1000);
}

static void forbid_descriptors(void) {
  struct rlimit none = { 0, 0 };
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
}

TEST(pipe_is_read_to_its_end_without_a_right_to_descriptors) {
  uv_check_t check;
  uv_pipe_t reader;
  int fds[2];
  if (is_under_valgrind())
    SKIP("under valgrind");  /* it keeps some for itself */
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, on_check));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &reader, 0));
  CHECK_EQ(pipe(fds), 0);
  CHECK_OK(uv_pipe_open(&reader, fds[0]));
  CHECK_OK(uv_read_start((uv_stream_t*) &reader, alloc, on_read));
  CHECK_EQ(write(fds[1], space, 100), 100);
  forbid_descriptors();
  close(fds[1]);
  run_dry();
  CHECK_EQ(received, 100);
  CHECK_EQ(is_over, 1);
  CHECK_OK(uv_loop_close(uv_default_loop()));
}
