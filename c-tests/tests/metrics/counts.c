/* uv_metrics_info: turns and events. */
#include "test.h"

#include <fcntl.h>
#include <unistd.h>

static char data[] = "test-buffer\n";
static uv_fs_t fs_reqs[4];
static uint64_t events_at_open, events_at_write;
static int finished;

static uv_metrics_t metrics_now(void) {
  uv_metrics_t metrics;
  CHECK_OK(uv_metrics_info(uv_default_loop(), &metrics));
  return metrics;
}

static void on_closed(uv_fs_t* req) {
  uv_metrics_t metrics = metrics_now();
  CHECK_EQ(metrics.loop_count, 3);
  CHECK_GT(metrics.events, events_at_write);
  CHECK_EQ(req->result, 0);
  uv_fs_req_cleanup(req);
  finished = 1;
}

static void on_written(uv_fs_t* req) {
  uv_metrics_t metrics = metrics_now();
  CHECK_EQ(metrics.loop_count, 2);
  CHECK_GT(metrics.events, events_at_open);
  events_at_write = metrics.events;
  CHECK_EQ(req->result, sizeof(data));
  uv_fs_req_cleanup(req);
  CHECK_OK(uv_fs_close(req->loop, &fs_reqs[2], (uv_file) fs_reqs[0].result,
                       on_closed));
}

static void on_opened(uv_fs_t* req) {
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_metrics_t metrics = metrics_now();
  CHECK_EQ(metrics.loop_count, 1);
  events_at_open = metrics.events;
  CHECK_GE(req->result, 0);
  uv_fs_req_cleanup(req);
  CHECK_OK(uv_fs_write(req->loop, &fs_reqs[1], (uv_file) req->result, &buf, 1,
                       0, on_written));
}

static void before_anything(uv_prepare_t* prepare) {
  uv_metrics_t metrics = metrics_now();
  CHECK_OK(uv_prepare_stop(prepare));
  CHECK_EQ(metrics.loop_count, 0);
  CHECK_EQ(metrics.events, 0);
  CHECK_OK(uv_fs_open(prepare->loop, &fs_reqs[0], "file",
                      O_WRONLY | O_CREAT | O_TRUNC, 0644, on_opened));
}

TEST(metrics_info_check) {
  uv_loop_t* loop = uv_default_loop();
  uv_prepare_t prepare;
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, before_anything));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(finished, 1);
  finish_loop(loop);
}

/* ---- Completions of the thread pool that wait for the loop ---- */

enum { COMPLETIONS = 7 };

static uv_work_t work_reqs[2];
static int completed;

static void nothing(uv_work_t* req) {
  (void) req;
}

static void on_worked(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  completed++;
}

static void on_pool_write(uv_fs_t* req) {
  int i;
  CHECK_EQ(req->result, sizeof(data));
  uv_fs_req_cleanup(req);
  completed++;
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_queue_work(req->loop, &work_reqs[i], nothing, on_worked));
}

static void on_stat(uv_fs_t* req) {
  CHECK_EQ(req->result, 0);
  uv_fs_req_cleanup(req);
  completed++;
}

static void on_random(uv_random_t* req, int status, void* buf, size_t size) {
  (void) req;
  (void) buf;
  CHECK_OK(status);
  CHECK_EQ(size, 1);
  completed++;
}

static void on_addresses(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* addresses) {
  (void) req;
  (void) status; /* the name does not exist, or there is no resolver */
  uv_freeaddrinfo(addresses);
  completed++;
}

static void compare_counts(uv_prepare_t* prepare) {
  uv_metrics_t metrics = metrics_now();
  if (completed == 1)
    CHECK_EQ(metrics.events, metrics.events_waiting);
  if (completed == COMPLETIONS)
    CHECK_OK(uv_prepare_stop(prepare));
}

TEST(metrics_pool_events, TIMEOUT(60)) {
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_getaddrinfo_t addresses_req;
  uv_random_t random_req;
  uv_prepare_t prepare;
  uv_metrics_t metrics;
  uv_file file;
  char byte;

  CHECK_OK(uv_loop_configure(loop, UV_METRICS_IDLE_TIME));
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, compare_counts));
  file = uv_fs_open(loop, &fs_reqs[3], "file", O_WRONLY | O_CREAT, 0644, NULL);
  CHECK_GE(file, 0);
  uv_fs_req_cleanup(&fs_reqs[3]);

  CHECK_OK(uv_fs_write(loop, &fs_reqs[0], file, &buf, 1, 0, on_pool_write));
  CHECK_OK(uv_fs_stat(loop, &fs_reqs[1], "file", on_stat));
  CHECK_OK(uv_fs_stat(loop, &fs_reqs[2], "file", on_stat));
  CHECK_OK(uv_random(loop, &random_req, &byte, 1, 0, on_random));
  CHECK_OK(uv_getaddrinfo(loop, &addresses_req, on_addresses,
                          "example.invalid", NULL, NULL));
  uv_sleep((unsigned) scaled_ms(100)); /* they end while nobody looks */
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));

  CHECK_EQ(completed, COMPLETIONS);
  metrics = metrics_now();
  CHECK_GE(metrics.events, COMPLETIONS);
  CHECK_GE(metrics.events_waiting, 4);
  CHECK_OK(uv_fs_close(NULL, &fs_reqs[3], file, NULL));
  uv_fs_req_cleanup(&fs_reqs[3]);
  finish_loop(loop);
}

/* What was ready when the loop came to look is told apart only where idle time
 * is measured. */
static uint64_t events_of_works(uv_loop_t* loop, int count) {
  uv_work_t works[4];
  uint64_t before = metrics_now().events;
  int i;
  completed = 0;
  for (i = 0; i < count; i++)
    CHECK_OK(uv_queue_work(loop, &works[i], nothing, on_worked));
  uv_sleep((unsigned) scaled_ms(50)); /* they end while nobody looks */
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(completed, count);
  return metrics_now().events - before;
}

TEST(metrics_events_after_files_are_as_many_as_works) {
  uv_loop_t* loop = uv_default_loop();
  uint64_t before;
  int count;
  for (count = 1; count <= 4; count++) {
    before = metrics_now().events;
    completed = 0;
    CHECK_OK(uv_fs_stat(loop, &fs_reqs[1], ".", on_stat));
    uv_sleep((unsigned) scaled_ms(20));
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    CHECK_EQ(completed, 1);
    CHECK_EQ(metrics_now().events - before, 1);
    CHECK_EQ(events_of_works(loop, count), count);
  }
  CHECK_EQ(metrics_now().events_waiting, 0);
  finish_loop(loop);
}

/* ---- A wake-up beside another event ---- */

static uv_async_t async;
static uv_poll_t polled;
static uv_check_t check;
static int told;

static void on_async(uv_async_t* handle) {
  told++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void on_poll(uv_poll_t* handle, int status, int events) {
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  told++;
  uv_close((uv_handle_t*) handle, NULL);
}

static int ends[2];
static int turns;

/* The loop is awake when it is sent to. */
static void on_check(uv_check_t* handle) {
  if (++turns == 1) {
    CHECK_EQ(metrics_now().events, 0);
    CHECK_OK(uv_async_send(&async));
    CHECK_EQ(write(ends[1], "x", 1), 1);
    return;
  }
  CHECK_EQ(told, 2);
  CHECK_EQ(metrics_now().events, 2);
  uv_close((uv_handle_t*) handle, NULL);
}

static void never_stops(uv_idle_t* handle) {
  if (turns == 2)
    uv_close((uv_handle_t*) handle, NULL);
}

TEST(metrics_count_a_wake_up_beside_other_events) {
  uv_loop_t* loop = uv_default_loop();
  uv_idle_t idle;
  CHECK_EQ(pipe(ends), 0);
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_poll_init(loop, &polled, ends[0]));
  CHECK_OK(uv_poll_start(&polled, UV_READABLE, on_poll));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, on_check));
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, never_stops));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(close(ends[0]), 0);
  CHECK_EQ(close(ends[1]), 0);
  finish_loop(loop);
}
