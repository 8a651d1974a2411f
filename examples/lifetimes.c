/* Whose memory a handle is, and when; and what becomes of requests that are under way when it is closed. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

/* ANCHOR: session */
/* One allocation for all that belongs together: the handles, the request, and how many handles are open. */
typedef struct {
  uv_pipe_t near_end, far_end;
  uv_timer_t deadline;
  uv_write_t write;
  uv_buf_t buffer;
  int handles;
} session_t;

static void on_closed(uv_handle_t* handle) {
  session_t* session = handle->data;
  if (--session->handles > 0)
    return;
  puts("the last handle is closed: the memory is ours");
  free(session->buffer.base);
  free(session);
}

/* May be called at any time, and twice. */
static void end_session(session_t* session) {
  if (uv_is_closing((uv_handle_t*) &session->deadline))
    return;
  uv_close((uv_handle_t*) &session->deadline, on_closed);
  uv_close((uv_handle_t*) &session->near_end, on_closed);
  uv_close((uv_handle_t*) &session->far_end, on_closed);
}
/* ANCHOR_END: session */

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: callbacks */
static void on_written(uv_write_t* request, int status) {
  session_t* session = request->data;
  printf("the write: %s\n", status < 0 ? uv_err_name(status) : "done");
  end_session(session);
}

static void on_deadline(uv_timer_t* timer) {
  puts("nobody reads: time is up");
  end_session(timer->data);
}
/* ANCHOR_END: callbacks */

static void start_session(uv_loop_t* loop) {
  session_t* session = calloc(1, sizeof(*session));
  size_t size = 8 << 20; /* more than the system keeps for a reader */
  uv_file ends[2];

  if (session == NULL || (session->buffer.base = calloc(1, size)) == NULL)
    exit(1);
  session->buffer.len = size;
  session->handles = 3;
  session->near_end.data = session->far_end.data = session->deadline.data = session->write.data = session;
  check(uv_pipe(ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE), "uv_pipe");
  check(uv_pipe_init(loop, &session->far_end, 0), "uv_pipe_init");
  check(uv_pipe_open(&session->far_end, ends[0]), "uv_pipe_open");
  check(uv_pipe_init(loop, &session->near_end, 0), "uv_pipe_init");
  check(uv_pipe_open(&session->near_end, ends[1]), "uv_pipe_open");
  check(uv_timer_init(loop, &session->deadline), "uv_timer_init");
  check(uv_timer_start(&session->deadline, on_deadline, 20, 0), "uv_timer_start");
  check(uv_write(&session->write, (uv_stream_t*) &session->near_end, &session->buffer, 1, on_written), "uv_write");
}

/* ANCHOR: walk */
static void on_walk(uv_handle_t* handle, void* arg) {
  (void) arg;
  printf("still open: %s\n", uv_handle_type_name(handle->type));
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

static void close_loop(uv_loop_t* loop) {
  int status = uv_loop_close(loop);
  if (status == UV_EBUSY) {
    uv_walk(loop, on_walk, NULL);
    uv_run(loop, UV_RUN_DEFAULT); /* for the close callbacks */
    status = uv_loop_close(loop);
  }
  check(status, "uv_loop_close");
}
/* ANCHOR_END: walk */

int main(void) {
  uv_loop_t loop;
  uv_idle_t forgotten;

  check(uv_loop_init(&loop), "uv_loop_init");
  check(uv_idle_init(&loop, &forgotten), "uv_idle_init");
  start_session(&loop);
  uv_run(&loop, UV_RUN_DEFAULT);
  close_loop(&loop);

  /* ANCHOR: errors */
  char name[32], message[80];
  int code = uv_translate_sys_error(13); /* EACCES */
  printf("%s: %s\n", uv_err_name_r(code, name, sizeof(name)), uv_strerror_r(code, message, sizeof(message)));
  /* ANCHOR_END: errors */
  return 0;
}
