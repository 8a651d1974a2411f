/* A stream that another one's callback stops and starts again in each turn
 * is read all the same. */
#include "../pipe/pipes.h"

enum { TURNS = 200 };

static uv_pipe_t busy;
static uv_pipe_t paused;
static int busy_reads;
static int paused_reads;

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[2][16];
  (void) size;
  *buf = uv_buf_init(memory[(void*) handle == (void*) &paused], 16);
}

static void on_paused_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) buf;
  CHECK_PTR_EQ(stream, STREAM(&paused));
  if (nread > 0)
    paused_reads++;
}

static void on_busy_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  if (nread <= 0)
    return;
  if (++busy_reads == TURNS || paused_reads > 0) {
    CLOSE(stream);
    CLOSE(&paused);
    return;
  }
  CHECK_OK(uv_read_stop(STREAM(&paused)));
  CHECK_OK(uv_read_start(STREAM(&paused), on_alloc, on_paused_read));
}

TEST(stream_paused_in_each_turn_is_read) {
  static char bytes[16 * TURNS];
  int fds[2];
  uv_file fifo[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_OK(uv_pipe(fifo, 0, 0));
  pipe_take(uv_default_loop(), &busy, fds[0]);
  pipe_take(uv_default_loop(), &paused, fifo[0]);
  CHECK_OK(uv_read_start(STREAM(&busy), on_alloc, on_busy_read));
  CHECK_OK(uv_read_start(STREAM(&paused), on_alloc, on_paused_read));
  CHECK_EQ(send(fds[1], bytes, sizeof(bytes), 0), sizeof(bytes));
  write_now(fifo[1], "hello", 5);
  run_dry();
  CHECK_EQ(paused_reads, 1);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(close(fifo[1]), 0);
  finish_loop(uv_default_loop());
}
