/* Terminals: what is one, which way it goes, its modes, its size. The tests
 * make their own, which works where nobody sits at one. */
#include "pty.h"

#include <errno.h>
#include <sys/ioctl.h>

static int open_tty(int flags) {
  int fd = open("/dev/tty", flags);
  CHECK_GE(fd, 0);
  return fd;
}

static void check_directions(uv_tty_t* tty, int readable, int writable) {
  CHECK_EQ(uv_is_readable((uv_stream_t*) tty), readable);
  CHECK_EQ(uv_is_writable((uv_stream_t*) tty), writable);
}

/* ---- tty ---- */

static void use_terminal(void) {
  uv_loop_t* loop = uv_default_loop();
  int in_fd = open_tty(O_RDONLY);
  int out_fd = open_tty(O_WRONLY);
  int width = 0;
  int height = 0;
  uv_tty_t in;
  uv_tty_t out;
  int i;

  CHECK_EQ(uv_guess_handle(-1), UV_UNKNOWN_HANDLE);
  CHECK_EQ(uv_guess_handle(in_fd), UV_TTY);
  CHECK_EQ(uv_guess_handle(out_fd), UV_TTY);
  CHECK_OK(uv_tty_init(loop, &in, in_fd, 1));
  check_directions(&in, 1, 0);
  CHECK_OK(uv_tty_init(loop, &out, out_fd, 0));
  check_directions(&out, 0, 1);

  CHECK_OK(uv_tty_get_winsize(&out, &width, &height));
  CHECK_EQ(width, PTY_WIDTH);
  CHECK_EQ(height, PTY_HEIGHT);

  CHECK_ERR(UV_EINVAL, uv_tty_set_mode(&in, (uv_tty_mode_t) -1));
  CHECK_OK(uv_tty_set_mode(&in, UV_TTY_MODE_RAW));
  CHECK_OK(uv_tty_set_mode(&in, UV_TTY_MODE_NORMAL));
  for (i = 0; i < 3; i++) {
    errno = 0;
    CHECK_OK(uv_tty_reset_mode());
    CHECK_EQ(errno, 0);
  }

  uv_close((uv_handle_t*) &in, NULL);
  uv_close((uv_handle_t*) &out, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(close(in_fd), 0);
  CHECK_EQ(close(out_fd), 0);
  finish_loop(loop);
}

TEST(tty) {
  run_with_terminal(use_terminal);
}

/* ---- tty_file ---- */

static void init_terminal_at(uv_loop_t* loop, int flags, int readable,
                             int writable) {
  uv_tty_t tty;
  int fd = open_tty(flags);
  CHECK_OK(uv_tty_init(loop, &tty, fd, !readable));
  CHECK_EQ(close(fd), 0);
  check_directions(&tty, readable, writable);
  uv_close((uv_handle_t*) &tty, NULL);
  check_directions(&tty, 0, 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void init_files_and_terminal(void) {
  static const char* paths[] = { "empty", "/dev/random", "/dev/zero" };
  uv_loop_t loop;
  uv_tty_t tty;
  size_t i;
  CHECK_OK(uv_loop_init(&loop));
  write_file("empty", "", 0);
  for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    int fd = open(paths[i], O_RDONLY);
    CHECK_GE(fd, 0);
    CHECK_ERR(UV_EINVAL, uv_tty_init(&loop, &tty, fd, 1));
    CHECK_EQ(close(fd), 0);
    CHECK_ERR(UV_EINVAL, uv_tty_init(&loop, &tty, fd, 1));
  }
  init_terminal_at(&loop, O_RDWR, 1, 1);
  init_terminal_at(&loop, O_RDONLY, 1, 0);
  init_terminal_at(&loop, O_WRONLY, 0, 1);
  finish_loop(&loop);
}

TEST(tty_file) {
  run_with_terminal(init_files_and_terminal);
}

/* ---- tty_pty ---- */

/* libuv's private flag of streams that write until all is written. */
enum { BLOCKING_WRITES = 0x00100000 };

TEST(tty_pty) {
  uv_loop_t loop;
  uv_tty_t master;
  uv_tty_t slave;
  uv_os_fd_t fd;
  struct pty pty = pty_open();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_tty_init(&loop, &slave, pty.slave, 0));
  CHECK_OK(uv_tty_init(&loop, &master, pty.master, 0));
  check_directions(&slave, 1, 1);
  check_directions(&master, 1, 1);
  CHECK_ERR(UV_EINVAL, uv_tty_set_mode(&slave, (uv_tty_mode_t) -1));

  /* Opened anew, so that others do not see it non-blocking. */
  CHECK_OK(uv_fileno((uv_handle_t*) &slave, &fd));
  CHECK_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(slave.flags & BLOCKING_WRITES, 0);
  CHECK_OK(uv_fileno((uv_handle_t*) &master, &fd));
  CHECK_EQ(fd, pty.master);
  CHECK_NE(master.flags & BLOCKING_WRITES, 0);

  CHECK_EQ(close(pty.slave), 0);
  uv_close((uv_handle_t*) &slave, NULL);
  CHECK_EQ(close(pty.master), 0);
  uv_close((uv_handle_t*) &master, NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  finish_loop(&loop);
}

/* ---- tty_pty_partial ---- */

enum { ROUNDS = 50, CHUNKS = 8, CHUNK = 8192, TOTAL = CHUNKS * CHUNK };

static size_t bytes_read;
static int ends;

static void* write_chunks(void* arg) {
  static char chunk[CHUNK];
  int fd = *(int*) arg;
  int i;
  memset(chunk, 'x', sizeof(chunk));
  for (i = 0; i < CHUNKS; i++) {
    size_t done = 0;
    while (done < CHUNK) {
      ssize_t step = write(fd, chunk + done, CHUNK - done);
      CHECK_GT(step, 0);
      done += (size_t) step;
    }
  }
  CHECK_EQ(close(fd), 0);
  return NULL;
}

static void alloc_all(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char data[64 * 1024];
  (void) handle, (void) size;
  *buf = uv_buf_init(data, sizeof(data));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(ends, 0);
  if (nread > 0) {
    bytes_read += (size_t) nread;
    return;
  }
  ends++;
  CHECK_EQ(bytes_read, TOTAL);
  uv_close((uv_handle_t*) stream, NULL);
}

TEST(tty_pty_partial) {
  uv_loop_t* loop = uv_default_loop();
  int round;
  for (round = 0; round < ROUNDS; round++) {
    struct pty pty = pty_open();
    pthread_t thread;
    uv_tty_t master;
    bytes_read = 0;
    ends = 0;
    CHECK_OK(uv_tty_init(loop, &master, pty.master, 0));
    check_directions(&master, 1, 1);
    CHECK_OK(uv_read_start((uv_stream_t*) &master, alloc_all, on_read));
    CHECK_EQ(pthread_create(&thread, NULL, write_chunks, &pty.slave), 0);
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    CHECK_EQ(ends, 1);
    CHECK_EQ(pthread_join(thread, NULL), 0);
  }
  finish_loop(loop);
}
