/* Very many descriptors passed to another process, and each of them accounted
 * for: what the child writes into it arrives, and then nobody has it. */
#include "channel.h"

enum {
  USUAL = 1000,
  FULL = 10000,
  WINDOW = 32               /* on the way at most */
};

/* ---- The child: takes a pipe's write end, writes one message, closes ---- */

struct delivery {
  union passed to;
  uv_write_t req;
  int number;
};

static int child_taken;

static void on_delivered(uv_write_t* req, int status) {
  struct delivery* delivery = req->data;
  CHECK_OK(status);
  uv_close(&delivery->to.handle, (uv_close_cb) free);
}

static void deliver(uv_pipe_t* from) {
  struct delivery* delivery = malloc(sizeof(*delivery));
  uv_buf_t buf;
  CHECK_NOT_NULL(delivery);
  accept_pending(from, &delivery->to, UV_NAMED_PIPE);
  delivery->number = child_taken++;
  delivery->req.data = delivery;
  buf = uv_buf_init((char*) &delivery->number, sizeof(delivery->number));
  CHECK_OK(uv_write(&delivery->req, &delivery->to.stream, &buf, 1,
                    on_delivered));
}

static void on_child_read(uv_stream_t* stream, ssize_t nread,
                          const uv_buf_t* buf) {
  (void) buf;
  while (uv_pipe_pending_count((uv_pipe_t*) stream) > 0)
    deliver((uv_pipe_t*) stream);
  if (nread < 0) {
    CHECK_ERR(UV_EOF, nread);
    CLOSE(stream);
  }
}

/* The argument is the number of descriptors to take. */
HELPER(ipc_takes_descriptors) {
  int before = count_open_fds();
  int status;
  open_channel(1);
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared, on_child_read));
  status = end_child();
  CHECK_EQ(child_taken, atoi(argv[2]));
  /* The channel is the standard input, which is never closed. */
  CHECK_EQ(count_open_fds(), before);
  return status;
}

/* ---- The parent: passes the write ends, reads what comes through ---- */

struct parcel {
  uv_pipe_t read_end;
  uv_pipe_t write_end;      /* closed once it is sent */
  uv_write_t req;
  int number;
  int messages;
  int in_use;               /* handles open */
};

static struct parcel parcels[WINDOW];
static int total;
static int sent;
static int acknowledged;

static void pass_more(void);

static void on_end_closed(uv_handle_t* handle) {
  struct parcel* parcel = handle->data;
  if (--parcel->in_use > 0)
    return;
  acknowledged++;
  if (acknowledged == total)
    CLOSE(&channel);
  else
    pass_more();
}

/* One message, and then the end: the child has closed its copy too. */
static void on_message(uv_stream_t* stream, ssize_t nread,
                       const uv_buf_t* buf) {
  struct parcel* parcel = stream->data;
  if (nread == 0)
    return;
  if (nread == UV_EOF) {
    CHECK_EQ(parcel->messages, 1);
    uv_close((uv_handle_t*) stream, on_end_closed);
    return;
  }
  CHECK_EQ(nread, sizeof(parcel->number));
  CHECK_MEM_EQ(buf->base, &parcel->number, sizeof(parcel->number));
  parcel->messages++;
}

static void on_passed(uv_write_t* req, int status) {
  struct parcel* parcel = req->data;
  CHECK_OK(status);
  uv_close((uv_handle_t*) &parcel->write_end, on_end_closed);
}

static void pass_one(struct parcel* parcel) {
  uv_loop_t* loop = uv_default_loop();
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  CHECK_OK(uv_pipe_init(loop, &parcel->read_end, 0));
  CHECK_OK(uv_pipe_open(&parcel->read_end, fds[0]));
  CHECK_OK(uv_pipe_init(loop, &parcel->write_end, 0));
  CHECK_OK(uv_pipe_open(&parcel->write_end, fds[1]));
  parcel->read_end.data = parcel;
  parcel->write_end.data = parcel;
  parcel->req.data = parcel;
  parcel->in_use = 2;
  parcel->messages = 0;
  parcel->number = sent++;
  CHECK_OK(uv_read_start(STREAM(&parcel->read_end), alloc_shared,
                         on_message));
  CHECK_OK(send_handle(&parcel->req, &channel, "x", &parcel->write_end,
                       on_passed));
}

static void pass_more(void) {
  int i;
  for (i = 0; i < WINDOW && sent < total; i++)
    if (parcels[i].in_use == 0)
      pass_one(&parcels[i]);
}

TEST(ipc_descriptors_soak, TIMEOUT(120)) {
  char text[16];
  int before = count_open_fds();
  total = soak_size(USUAL, FULL);
  snprintf(text, sizeof(text), "%d", total);
  start_child("ipc_takes_descriptors", text);
  pass_more();
  run_to_exit();
  CHECK_EQ(sent, total);
  CHECK_EQ(acknowledged, total);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
  CHECK_EQ(count_open_fds(), before);
}
