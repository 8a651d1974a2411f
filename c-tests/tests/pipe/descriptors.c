/* Descriptors given to pipes: the end of the input, copies that stay open
 * elsewhere, descriptors that come with a message. */
#include "pipes.h"
#include "../process/spawn.h"

static uv_pipe_t handle;
static int reads;

/* ---- close_fd ---- */

static void on_byte_then_eof(uv_stream_t* stream, ssize_t nread,
                             const uv_buf_t* buf) {
  (void) buf;
  reads++;
  if (reads == 1) {
    CHECK_EQ(nread, 1);
    CHECK_OK(uv_read_stop(stream));
    return;
  }
  CHECK_EQ(reads, 2);
  CHECK_ERR(UV_EOF, nread);
  uv_close((uv_handle_t*) stream, NULL);
}

TEST(close_fd) {
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, 0, 0));
  pipe_take(uv_default_loop(), &handle, fds[0]);
  write_now(fds[1], "x", 1);
  CHECK_EQ(close(fds[1]), 0);

  CHECK_OK(uv_read_start(STREAM(&handle), alloc_byte, on_byte_then_eof));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(reads, 1);
  CHECK_EQ(uv_is_active((uv_handle_t*) &handle), 0);

  CHECK_OK(uv_read_start(STREAM(&handle), alloc_byte, on_byte_then_eof));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(reads, 2);
  CHECK_NE(uv_is_closing((uv_handle_t*) &handle), 0);
  finish_loop(uv_default_loop());
}

/* ---- closed_fd_events ---- */

static size_t bytes_read;
static int timer_calls;

static void on_read_stop(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  CHECK_GE(nread, 0);
  bytes_read += (size_t) nread;
  CHECK_OK(uv_read_stop(stream));
}

static void on_timer(uv_timer_t* timer) {
  (void) timer;
  timer_calls++;
}

TEST(closed_fd_events) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_file fds[2];

  CHECK_OK(uv_pipe(fds, 0, 0));
  CHECK_GT(fds[0], 2);
  CHECK_GT(fds[1], 2);
  prepare_child("child_sleeps");
  child_options.exit_cb = NULL;
  stdio_fd(fds[0]);
  stdio_ignore();
  stdio_ignore();
  spawn_child();
  uv_unref((uv_handle_t*) &child);

  pipe_take(loop, &handle, fds[0]);
  CHECK_OK(uv_read_start(STREAM(&handle), alloc_shared, on_read_stop));
  write_now(fds[1], "x", 1);
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(bytes_read, 1);

  /* The child keeps the read end open, so the kernel would go on reporting. */
  uv_close((uv_handle_t*) &handle, NULL);
  write_now(fds[1], "x", 1);
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 10, 0));
  if (uv_run(loop, UV_RUN_ONCE) != 0)
    CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(bytes_read, 1);

  CHECK_OK(uv_process_kill(&child, SIGTERM));
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

/* ---- iouring_pollhup ---- */

static uv_idle_t idle;
static uv_pipe_t second;
static uv_file second_fds[2];
static int duplicate;
static int idle_calls;
static int second_reads;

static void on_second_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) buf;
  CHECK_NE(nread, 0);
  second_reads++;
  if (nread > 0)
    return;
  CHECK_ERR(UV_EOF, nread);
  CHECK_EQ(close(duplicate), 0);
  CLOSE(stream);
  CLOSE(&idle);
}

static void on_idle(uv_idle_t* watcher) {
  if (++idle_calls == 1) {
    CHECK_OK(uv_pipe(second_fds, 0, 0));
    pipe_take(watcher->loop, &second, second_fds[0]);
    CHECK_OK(uv_read_start(STREAM(&second), alloc_shared, on_second_read));
    return;
  }
  CHECK_OK(uv_idle_stop(watcher));
  CHECK_EQ(close(second_fds[1]), 0);
}

static void on_eof_start_idle(uv_stream_t* stream, ssize_t nread,
                              const uv_buf_t* buf) {
  (void) buf;
  CHECK_ERR(UV_EOF, nread);
  reads++;
  CLOSE(stream);
  CHECK_OK(uv_idle_start(&idle, on_idle));
}

TEST(iouring_pollhup) {
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, 0, 0));
  duplicate = dup(fds[0]);
  CHECK_GE(duplicate, 0);
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  pipe_take(uv_default_loop(), &handle, fds[0]);
  CHECK_OK(uv_read_start(STREAM(&handle), alloc_shared, on_eof_start_idle));
  CHECK_EQ(close(fds[1]), 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(reads, 1);
  CHECK_EQ(idle_calls, 2);
  CHECK_GE(second_reads, 1);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

/* ---- pipe_close_stdout_read_stdin ---- */

static void on_eof_close(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  reads++;
  CHECK_ERR(UV_EOF, nread);
  CLOSE(stream);
}

static void read_hung_up_stdin(const int* fds) {
  char byte;
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 0);
  CHECK_EQ(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
  CHECK_EQ(close(fds[0]), 0);
  pipe_take(uv_default_loop(), &handle, STDIN_FILENO);
  CHECK_OK(uv_read_start(STREAM(&handle), alloc_shared, on_eof_close));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_NOWAIT));
  CHECK_EQ(reads, 1);
  CHECK_EQ(close_calls, 1);
}

TEST(pipe_close_stdout_read_stdin) {
  int fds[2];
  int status;
  pid_t pid;
  CHECK_EQ(pipe(fds), 0);
  pid = fork();
  CHECK_GE(pid, 0);
  if (pid == 0) {
    read_hung_up_stdin(fds);
    finish_loop(uv_default_loop());
    fflush(NULL);
    _exit(0);
  }
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 0);
  finish_loop(uv_default_loop());
}

/* ---- pipe_sendmsg ---- */

enum { PASSED = 4 };

static uv_pipe_t passed[PASSED];
static int accepted;

static void on_passed(uv_stream_t* stream, ssize_t nread,
                      const uv_buf_t* buf) {
  uv_pipe_t* channel = (uv_pipe_t*) stream;
  int i;
  (void) buf;
  CHECK_GE(nread, 0);
  while (uv_pipe_pending_count(channel) != 0) {
    CHECK_LT(accepted, PASSED);
    CHECK_EQ(uv_pipe_pending_type(channel), UV_NAMED_PIPE);
    pipe_accept(stream, &passed[accepted++]);
  }
  if (accepted < PASSED)
    return;
  CHECK_OK(uv_read_stop(stream));
  for (i = 0; i < PASSED; i++)
    CLOSE(&passed[i]);
  CLOSE(stream);
}

TEST(pipe_sendmsg) {
  int channel[2];
  int fds[PASSED];
  int i;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, channel), 0);
  for (i = 0; i < PASSED; i += 2)
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds + i), 0);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &handle, 1));
  CHECK_OK(uv_pipe_open(&handle, channel[0]));
  CHECK_OK(uv_read_start(STREAM(&handle), alloc_byte, on_passed));
  send_fds(channel[1], uv_buf_init("X", 1), fds, PASSED);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(accepted, PASSED);
  CHECK_EQ(close_calls, PASSED + 1);
  for (i = 0; i < PASSED; i++)
    CHECK_EQ(close(fds[i]), 0);
  CHECK_EQ(close(channel[1]), 0);
  finish_loop(uv_default_loop());
}
