/* Sends to a loop that is awake keep nobody else from being told. */
#include "../stream/streams.h"

static uv_pipe_t reader;
static uv_async_t async;
static int sends;
static int reads;

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nread, 1);
  reads++;
  CLOSE(stream);
}

static void on_async(uv_async_t* handle) {
  (void) handle;
  sends++;
}

static void on_async_send_again(uv_async_t* handle) {
  CHECK_LE(++sends, 3);
  if (reads == 0)
    CHECK_OK(uv_async_send(handle));
  else
    CLOSE(handle);
}

static int ends[2];

/* A loop in which a byte waits, and a send. */
static void prepare(uv_async_cb cb) {
  CHECK_EQ(pipe(ends), 0);
  CHECK_OK(uv_async_init(uv_default_loop(), &async, cb));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &reader, 0));
  CHECK_OK(uv_pipe_open(&reader, ends[0]));
  CHECK_OK(uv_read_start(STREAM(&reader), alloc_shared, on_read));
}

static void finish(void) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(ends[1]), 0);
  finish_loop(uv_default_loop());
}

static void send_and_write(uv_timer_t* timer) {
  CHECK_OK(uv_async_send(&async));
  CHECK_EQ(write(ends[1], "x", 1), 1);
  CLOSE(timer);
}

TEST(async_that_sends_to_itself_starves_nobody) {
  uv_timer_t timer;
  prepare(on_async_send_again);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, send_and_write, 1, 0));
  finish();
  CHECK_EQ(reads, 1);
}

static void on_check(uv_check_t* check) {
  CHECK_OK(uv_async_send(&async));
  CHECK_EQ(write(ends[1], "x", 1), 1);
  CLOSE(check);
}

/* One run tells of all that is there. */
static void both_in_one(uv_run_mode mode) {
  uv_check_t check;
  prepare(on_async);
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, on_check));
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  uv_run(uv_default_loop(), mode);
  CHECK_EQ(reads, 1);
  CHECK_EQ(sends, 1);
  CLOSE(&async);
  finish();
}

TEST(async_and_read_in_one_run_once) {
  both_in_one(UV_RUN_ONCE);
}

TEST(async_and_read_in_one_run_nowait) {
  both_in_one(UV_RUN_NOWAIT);
}
