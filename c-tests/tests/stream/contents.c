/* The bytes of writes that the kernel takes piece by piece, and what is left
 * of those that it never took. */
#include "streams.h"

enum { LARGE = 4 * 1024 * 1024, WRITES = 300, PIECES = 3 };

static uv_pipe_t reader, writer;
static unsigned char* data;
static size_t received;
static int write_calls;

static unsigned char byte_at(size_t place) {
  return (unsigned char) (place * 31 + place / 251);
}

/* Two connected streams and as many bytes as are to be sent. */
static void prepare(size_t size) {
  uv_os_sock_t ends[2];
  size_t i;
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &reader, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &writer, 0));
  CHECK_OK(uv_pipe_open(&reader, ends[0]));
  CHECK_OK(uv_pipe_open(&writer, ends[1]));
  data = malloc(size);
  CHECK_NOT_NULL(data);
  for (i = 0; i < size; i++)
    data[i] = byte_at(i);
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  ssize_t i;
  if (nread == UV_EOF) {
    CLOSE(stream);
    return;
  }
  CHECK_GE(nread, 0);
  for (i = 0; i < nread; i++)
    if ((unsigned char) buf->base[i] != byte_at(received + (size_t) i))
      FAIL("byte %zu is wrong", received + (size_t) i);
  received += (size_t) nread;
}

static void count_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  CHECK_EQ((intptr_t) req->data, write_calls);
  write_calls++;
}

static void receive_all(size_t size) {
  CHECK_OK(uv_read_start(STREAM(&reader), alloc_shared, on_read));
  while (received < size)
    CHECK_NE(uv_run(uv_default_loop(), UV_RUN_ONCE), 0);
  CHECK_EQ(received, size);
  CHECK_EQ(uv_stream_get_write_queue_size(STREAM(&writer)), 0);
  CLOSE(&writer);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 2);
  free(data);
}

TEST(write_large_arrives_as_it_was) {
  uv_write_t req;
  uv_buf_t buf;
  prepare(LARGE);
  req.data = NULL;
  buf = uv_buf_init((char*) data, LARGE);
  CHECK_OK(uv_write(&req, STREAM(&writer), &buf, 1, count_write));
  CHECK_GT(uv_stream_get_write_queue_size(STREAM(&writer)), 0);
  receive_all(LARGE);
  CHECK_EQ(write_calls, 1);
  finish_loop(uv_default_loop());
}

TEST(writes_in_a_queue_arrive_as_they_were) {
  static const unsigned sizes[PIECES] = { 1, 5000, 7001 };
  static uv_write_t reqs[WRITES];
  uv_buf_t bufs[PIECES];
  size_t total = 0;
  int i;
  int k;
  prepare(WRITES * (1 + 5000 + 7001));
  for (i = 0; i < WRITES; i++) {
    for (k = 0; k < PIECES; k++) {
      bufs[k] = uv_buf_init((char*) data + total, sizes[k]);
      total += sizes[k];
    }
    reqs[i].data = (void*) (intptr_t) i;
    CHECK_OK(uv_write(&reqs[i], STREAM(&writer), bufs, PIECES, count_write));
  }
  receive_all(total);
  CHECK_EQ(write_calls, WRITES);
  finish_loop(uv_default_loop());
}

static void count_cancelled(uv_write_t* req, int status) {
  (void) req;
  CHECK_EQ(status, UV_ECANCELED);
  CHECK_EQ(close_calls, 0);
  write_calls++;
}

static void on_writer_closed(uv_handle_t* handle) {
  CHECK_EQ(write_calls, 3);
  CHECK_EQ(uv_stream_get_write_queue_size(STREAM(handle)), 0);
  close_calls++;
}

TEST(write_queue_is_empty_once_closed) {
  uv_write_t reqs[3];
  uv_buf_t buf;
  int i;
  prepare(LARGE);
  buf = uv_buf_init((char*) data, LARGE);
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_write(&reqs[i], STREAM(&writer), &buf, 1, count_cancelled));
  CHECK_GT(uv_stream_get_write_queue_size(STREAM(&writer)), 2 * LARGE);
  uv_close((uv_handle_t*) &writer, on_writer_closed);
  CHECK_EQ(write_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 1);
  free(data);
  finish_loop(uv_default_loop());
}

/* ---- A buffer without room ---- */

static void alloc_no_room(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char nothing;
  (void) handle;
  (void) size;
  *buf = uv_buf_init(&nothing, 0);
}

static void on_no_room(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  CHECK_EQ(nread, UV_ENOBUFS);
  CHECK_EQ(buf->len, 0);
  CHECK_OK(uv_read_stop(stream));
  CLOSE(stream);
}

TEST(read_without_room_is_enobufs) {
  uv_write_t req;
  prepare(1);
  req.data = NULL;
  CHECK_OK(write_text(&writer, &req, "bytes", count_write));
  CHECK_OK(uv_read_start(STREAM(&reader), alloc_no_room, on_no_room));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 1);
  free(data);
  finish_loop(uv_default_loop());
}
