/* Runs a program, writes to its standard input, reads its standard output, and learns how it ended. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

static uv_process_t child;
static uv_pipe_t to_child, from_child;
static uv_write_t request;
static uv_shutdown_t end;
static char bytes[4096];

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: callbacks */
static void on_ended(uv_process_t* process, int64_t status, int signal) {
  printf("it ended: status %d, signal %d\n", (int) status, signal);
  uv_close((uv_handle_t*) process, NULL);
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  (void) handle;
  (void) suggested;
  *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  if (nread > 0)
    printf("%.*s", (int) nread, buffer->base);
  else if (nread < 0) /* UV_EOF: nobody has the other end any more */
    uv_close((uv_handle_t*) stream, NULL);
}

static void on_shut_down(uv_shutdown_t* req, int status) {
  check(status, "shutdown");
  uv_close((uv_handle_t*) req->handle, NULL);
}

static void on_written(uv_write_t* req, int status) {
  check(status, "write");
  /* The end of its input is what sort waits for. */
  check(uv_shutdown(&end, req->handle, on_shut_down), "uv_shutdown");
}
/* ANCHOR_END: callbacks */

static void on_killed(uv_process_t* process, int64_t status, int signal) {
  printf("sleep ended: status %d, %s\n", (int) status, signal == SIGTERM ? "SIGTERM" : "another signal");
  uv_close((uv_handle_t*) process, NULL);
}

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t lines = uv_buf_init("pear\napple\nfig\n", 15);
  uv_process_t sleeper, nobody;
  int status;

  /* ANCHOR: spawn */
  char* arguments[] = {"sort", "-r", NULL};
  uv_stdio_container_t stdio[3];
  uv_process_options_t options;

  check(uv_pipe_init(loop, &to_child, 0), "uv_pipe_init");
  check(uv_pipe_init(loop, &from_child, 0), "uv_pipe_init");
  memset(&options, 0, sizeof(options));
  options.file = "sort"; /* found in PATH */
  options.args = arguments;
  options.exit_cb = on_ended;
  options.stdio = stdio;
  options.stdio_count = 3;
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE; /* the child reads it */
  stdio[0].data.stream = (uv_stream_t*) &to_child;
  stdio[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
  stdio[1].data.stream = (uv_stream_t*) &from_child;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  check(uv_spawn(loop, &child, &options), "uv_spawn");

  check(uv_read_start((uv_stream_t*) &from_child, on_alloc, on_read), "uv_read_start");
  check(uv_write(&request, (uv_stream_t*) &to_child, &lines, 1, on_written), "uv_write");
  uv_run(loop, UV_RUN_DEFAULT);
  /* ANCHOR_END: spawn */

  /* ANCHOR: kill */
  char* forever[] = {"sleep", "1000", NULL};
  memset(&options, 0, sizeof(options)); /* no stdio: /dev/null three times */
  options.file = "sleep";
  options.args = forever;
  options.exit_cb = on_killed;
  check(uv_spawn(loop, &sleeper, &options), "uv_spawn");
  check(uv_process_kill(&sleeper, SIGTERM), "uv_process_kill");
  uv_run(loop, UV_RUN_DEFAULT);
  /* ANCHOR_END: kill */

  /* ANCHOR: missing */
  options.file = "/no/such/program";
  status = uv_spawn(loop, &nobody, &options);
  printf("/no/such/program: %s\n", uv_strerror(status));
  uv_close((uv_handle_t*) &nobody, NULL); /* even so */
  uv_run(loop, UV_RUN_DEFAULT);
  /* ANCHOR_END: missing */
  check(uv_loop_close(loop), "uv_loop_close");
  return 0;
}
