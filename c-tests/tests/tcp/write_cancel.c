/* uv_cancel on writes at the end of a queue that does not move. */
#include "../stream/streams.h"

enum { WRITES = 100, CANCELS = 5, SIZE = 16 * 1024 };

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_connect_t connect_req;
static uv_write_t reqs[WRITES];
static char data[SIZE];
static int accepted;
static int canceled;
static int in_cancel;

static void on_write(uv_write_t* req, int status) {
  CHECK_EQ(in_cancel, 0);
  /* The rest of the queue is cancelled by the close. */
  if (status != UV_ECANCELED || canceled == CANCELS)
    return;
  CHECK_GE(req - reqs, WRITES - CANCELS);
  CHECK_GT(uv_stream_get_write_queue_size(req->handle), 0);
  CHECK_EQ(uv_is_closing((uv_handle_t*) req->handle), 0);
  if (++canceled < CANCELS)
    return;
  CLOSE(&client);
  CLOSE(&server);
  if (accepted)
    CLOSE(&peer);
}

static void on_connect(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init(data, SIZE);
  int i;
  CHECK_OK(status);
  for (i = 0; i < WRITES; i++)
    CHECK_OK(uv_write(&reqs[i], req->handle, &buf, 1, on_write));
  in_cancel = 1;
  for (i = WRITES - CANCELS; i < WRITES; i++)
    CHECK_OK(uv_cancel((uv_req_t*) &reqs[i]));
  in_cancel = 0;
}

static void on_connection(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  tcp_accept(listener, &peer);
  accepted++;
}

TEST(tcp_write_cancel) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection);
  int size = SIZE;
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect);
  CHECK_OK(uv_send_buffer_size((uv_handle_t*) &client, &size));
  CHECK_OK(uv_recv_buffer_size((uv_handle_t*) &client, &size));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(canceled, CANCELS);
  CHECK_LE(accepted, 1);
  CHECK_EQ(close_calls, 2 + accepted);
  finish_loop(uv_default_loop());
}
