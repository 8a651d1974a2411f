/* How the ends of FIFOs and of pseudo-terminals opened as pipes look. */
#include "../tty/pty.h"
#include "pipes.h"

static uv_pipe_t reader;
static char seen[64];
static size_t room = 4096;
static int slave = -1; /* a last text goes here once everything was read */

static void note(const char* what) {
  CHECK_LT(strlen(seen) + strlen(what), sizeof(seen));
  strcat(seen, what);
}

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[4096];
  CHECK_LE(room, sizeof(memory));
  (void) handle, (void) size;
  *buf = uv_buf_init(memory, (unsigned) room);
  note("a");
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  char text[16];
  (void) buf;
  if (nread < 0) {
    note(uv_err_name((int) nread));
    CLOSE(stream);
  } else {
    snprintf(text, sizeof(text), "%d ", (int) nread);
    note(text);
    if (slave != -1 && nread < (ssize_t) room) {
      write_now(slave, "late", 4);
      CHECK_EQ(close(slave), 0);
      slave = -1;
    }
  }
}

static void read_all(int from) {
  pipe_take(uv_default_loop(), &reader, from);
  CHECK_OK(uv_read_start(STREAM(&reader), on_alloc, on_read));
  run_dry();
  finish_loop(uv_default_loop());
}

TEST(pipe_end_of_fifo_asks_for_no_memory) {
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, 0, 0));
  write_now(fds[1], "hello", 5);
  CHECK_EQ(close(fds[1]), 0);
  read_all(fds[0]);
  CHECK_STR_EQ(seen, "a5 EOF");
}

TEST(pipe_end_of_pty_master_is_eof) {
  struct pty pty = pty_open();
  write_now(pty.slave, "hello", 5);
  CHECK_EQ(close(pty.slave), 0);
  read_all(pty.master);
  CHECK_STR_EQ(seen, "a5 EOF");
}

/* The read after one that has filled its buffer comes before the poller. */
TEST(pipe_end_of_pty_master_after_full_buffer_is_eof) {
  struct pty pty = pty_open();
  room = 4;
  write_now(pty.slave, "full", 4);
  CHECK_EQ(close(pty.slave), 0);
  read_all(pty.master);
  CHECK_STR_EQ(seen, "a4 aEOF");
}

TEST(pipe_end_of_pty_master_later_after_full_buffer_is_eof) {
  struct pty pty = pty_open();
  room = 4;
  slave = pty.slave;
  write_now(pty.slave, "hello", 5);
  read_all(pty.master);
  CHECK_STR_EQ(seen, "a4 a1 a4 aEOF");
}
