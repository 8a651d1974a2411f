/* A thousand messages to somebody who sends each of them back. */
#ifndef UV_TESTS_PINGER_H
#define UV_TESTS_PINGER_H

#include "streams.h"

enum { ROUNDS = 1000, LINE = 5 };

static const char ping[] = "PING\n";

struct pinger {
  uv_stream_t* in;
  uv_stream_t* out;        /* may be the same */
  const char* expected;    /* what comes back */
  int vectored;            /* a buffer for each byte */
  int received;            /* bytes */
  uv_connect_t connect_req;
  uv_write_t write_req;
};

static int in_connect;       /* while connecting: on_connect must not run then */
static int writes_pending;
static int completed;

static inline void on_pinger_close(uv_handle_t* handle) {
  struct pinger* pinger = handle->data;
  CHECK_EQ(pinger->received, ROUNDS * LINE);
  completed++;
}

static inline void on_ping_written(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  writes_pending--;
}

static inline void send_ping(struct pinger* pinger) {
  uv_buf_t bufs[LINE];
  int i;
  for (i = 0; i < LINE; i++)
    bufs[i] = uv_buf_init((char*) ping + i, 1);
  bufs[0].len = pinger->vectored ? 1 : LINE;
  CHECK_EQ(writes_pending, 0);
  writes_pending++;
  CHECK_OK(uv_write(&pinger->write_req, pinger->out, bufs,
                    pinger->vectored ? LINE : 1, on_ping_written));
}

static inline void on_pinger_read(uv_stream_t* stream, ssize_t nread,
                                  const uv_buf_t* buf) {
  struct pinger* pinger = stream->data;
  ssize_t i;
  CHECK_GE(nread, 0);
  for (i = 0; i < nread; i++) {
    CHECK_EQ(buf->base[i], pinger->expected[pinger->received % LINE]);
    if (++pinger->received % LINE != 0)
      continue;
    if (pinger->received < ROUNDS * LINE) {
      send_ping(pinger);
      continue;
    }
    uv_close((uv_handle_t*) stream, on_pinger_close);
    if (pinger->out != stream)
      uv_close((uv_handle_t*) pinger->out, NULL);
  }
}

static inline void start_pinging(struct pinger* pinger) {
  pinger->in->data = pinger;
  CHECK_OK(uv_read_start(pinger->in, alloc_shared, on_pinger_read));
  send_ping(pinger);
}

/* A connect callback; the request is the pinger's. */
static inline void on_pinger_connect(uv_connect_t* req, int status) {
  struct pinger* pinger = req->data;
  CHECK_PTR_EQ(req->handle, pinger->in);
  CHECK_EQ(in_connect, 0);
  CHECK_OK(status);
  CHECK_EQ(uv_is_readable(req->handle), 1);
  CHECK_EQ(uv_is_writable(req->handle), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) req->handle), 0);
  start_pinging(pinger);
}

/* Runs the default loop, with one pinger on it, to the end. */
static inline void run_pinger(void) {
  completed = 0;
  run_dry();
  CHECK_EQ(completed, 1);
  CHECK_EQ(writes_pending, 0);
}

#endif
