/* uv_async_send from other threads. */
#include "test.h"

enum { WANTED = 3 };

static uv_thread_t thread;
static uv_mutex_t mutex;
static uv_async_t async;
static uv_prepare_t prepare;
static int async_calls, prepare_calls, closed;

static void on_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void keep_sending(void* arg) {
  int seen;
  (void) arg;
  do {
    uv_mutex_lock(&mutex);
    seen = async_calls;
    uv_mutex_unlock(&mutex);
    if (seen < WANTED)
      CHECK_OK(uv_async_send(&async));
    uv_sleep(0);
  } while (seen < WANTED);
}

static void on_async(uv_async_t* handle) {
  int calls;
  CHECK_PTR_EQ(handle, &async);
  uv_mutex_lock(&mutex);
  calls = ++async_calls;
  uv_mutex_unlock(&mutex);
  if (calls == WANTED) {
    uv_close((uv_handle_t*) &async, on_close);
    uv_close((uv_handle_t*) &prepare, on_close);
  }
}

static void start_thread(uv_prepare_t* handle) {
  CHECK_PTR_EQ(handle, &prepare);
  if (prepare_calls++ > 0)
    return;
  CHECK_OK(uv_thread_create(&thread, keep_sending, NULL));
  uv_mutex_unlock(&mutex);
}

TEST(async) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_mutex_init(&mutex));
  uv_mutex_lock(&mutex);
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, start_thread));
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_GT(prepare_calls, 0);
  CHECK_EQ(async_calls, WANTED);
  CHECK_EQ(closed, 2);
  CHECK_OK(uv_thread_join(&thread));
  uv_mutex_destroy(&mutex);
  finish_loop(loop);
}

static uv_check_t check;
static int check_calls;

static void send_once(void* arg) {
  (void) arg;
  CHECK_OK(uv_async_send(&async));
}

static void close_both(uv_check_t* handle) {
  check_calls++;
  uv_close((uv_handle_t*) handle, NULL);
  uv_close((uv_handle_t*) &async, NULL);
}

TEST(async_null_cb) {
  uv_loop_t* loop = uv_default_loop();
  memset(&async, 0xff, sizeof(async));
  CHECK_OK(uv_async_init(loop, &async, NULL));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, close_both));
  CHECK_OK(uv_thread_create(&thread, send_once, NULL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(check_calls, 1);
  finish_loop(loop);
}

static int many_calls[2];

static void count_many(uv_async_t* handle) {
  many_calls[*(int*) handle->data]++;
}

/* Sends before the loop looks make one call; handles do not mix. */
TEST(async_sends_coalesce) {
  static int numbers[2] = { 0, 1 };
  uv_loop_t* loop = uv_default_loop();
  uv_async_t handles[2];
  int i;
  for (i = 0; i < 2; i++) {
    CHECK_OK(uv_async_init(loop, &handles[i], count_many));
    handles[i].data = &numbers[i];
  }
  for (i = 0; i < 1000; i++)
    CHECK_OK(uv_async_send(&handles[1]));
  CHECK_NE(uv_run(loop, UV_RUN_ONCE), 0);
  CHECK_EQ(many_calls[0], 0);
  CHECK_EQ(many_calls[1], 1);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_EQ(many_calls[1], 1);
  CHECK_OK(uv_async_send(&handles[0]));
  CHECK_NE(uv_run(loop, UV_RUN_ONCE), 0);
  CHECK_EQ(many_calls[0], 1);
  CHECK_EQ(many_calls[1], 1);
  finish_loop(loop);
}
