/* A child and the channel to its standard input, which passes handles. Each
 * test is a process of its own, so the variables belong to one test. */
#ifndef UV_TESTS_CHANNEL_H
#define UV_TESTS_CHANNEL_H

#include "../stream/streams.h"

/* A handle of a kind that is known later. */
union passed {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_pipe_t pipe;
  uv_tcp_t tcp;
};

static uv_process_t child;
static uv_pipe_t channel;       /* of this process, parent or child */
static int exits;

static inline void on_child_exit(uv_process_t* process, int64_t status,
                                 int term_signal) {
  CHECK_PTR_EQ(process, &child);
  CHECK_EQ(status, 0);
  CHECK_EQ(term_signal, 0);
  exits++;
  uv_close((uv_handle_t*) process, NULL);
}

/* Starts the helper. Its standard input is the other end of the channel. */
static inline void start_child(const char* helper, const char* argument) {
  char* args[] = { (char*) test_exepath(), (char*) helper, (char*) argument,
                   NULL };
  uv_process_options_t options;
  uv_stdio_container_t stdio[3];
  int fd;
  signal(SIGPIPE, SIG_IGN);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &channel, 1));
  memset(stdio, 0, sizeof(stdio));
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE;
  stdio[0].data.stream = STREAM(&channel);
  for (fd = 1; fd < 3; fd++) {
    stdio[fd].flags = UV_INHERIT_FD;
    stdio[fd].data.fd = fd;
  }
  memset(&options, 0, sizeof(options));
  options.file = args[0];
  options.args = args;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = on_child_exit;
  CHECK_OK(uv_spawn(uv_default_loop(), &child, &options));
}

/* Runs the default loop dry; the child has ended well. */
static inline void run_to_exit(void) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(exits, 1);
}

/* In the child: takes the standard input as the channel. */
static inline void open_channel(int ipc) {
  signal(SIGPIPE, SIG_IGN);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &channel, ipc));
  CHECK_OK(uv_pipe_open(&channel, STDIN_FILENO));
  CHECK_EQ(uv_is_readable(STREAM(&channel)), 1);
  CHECK_EQ(uv_is_writable(STREAM(&channel)), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &channel), 0);
}

/* The end of a child that closed everything: its exit status. */
static inline int end_child(void) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
  return 0;
}

static inline int send_handle(uv_write_t* req, uv_pipe_t* to,
                              const char* text, void* handle,
                              uv_write_cb cb) {
  uv_buf_t buf = uv_buf_init((char*) text, (unsigned) strlen(text));
  return uv_write2(req, STREAM(to), &buf, 1, STREAM(handle), cb);
}

/* What was read is this text. */
static inline void check_text(ssize_t nread, const uv_buf_t* buf,
                              const char* text) {
  CHECK_EQ(nread, strlen(text));
  CHECK_MEM_EQ(buf->base, text, strlen(text));
}

/* A new handle of the kind that is pending, which must be this one. */
static inline void accept_pending(uv_pipe_t* from, union passed* to,
                                  uv_handle_type kind) {
  CHECK_EQ(uv_pipe_pending_type(from), kind);
  if (kind == UV_TCP)
    CHECK_OK(uv_tcp_init(from->loop, &to->tcp));
  else
    CHECK_OK(uv_pipe_init(from->loop, &to->pipe, 0));
  CHECK_OK(uv_accept(STREAM(from), &to->stream));
}

#endif
