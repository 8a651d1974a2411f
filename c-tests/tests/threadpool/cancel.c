/* uv_cancel on work, look-ups and random bytes. */
#include "blocked_pool.h"
#include "test.h"

enum { MOST = 16 };

/* The requests that a timer cancels before it lets the pool go on. */
static uv_req_t* to_cancel[MOST];
static int cancel_count;
static uv_timer_t timer;
static int timer_calls, done;

static void cancel_all(uv_timer_t* handle) {
  int i;
  timer_calls++;
  uv_close((uv_handle_t*) handle, NULL);
  for (i = 0; i < cancel_count; i++)
    CHECK_OK(uv_cancel(to_cancel[i]));
  CHECK_EQ(done, 0);
  unblock_pool();
}

static void run_and_cancel(uv_loop_t* loop) {
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, cancel_all, 10, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(done, cancel_count);
  forget_pool();
  finish_loop(loop);
}

static void will_cancel(void* req) {
  CHECK_LT(cancel_count, MOST);
  to_cancel[cancel_count++] = req;
}

static void never_work(uv_work_t* req) {
  FAIL("cancelled work %p ran", (void*) req);
}

static void work_cancelled(uv_work_t* req, int status) {
  CHECK_NOT_NULL(req);
  CHECK_ERR(UV_ECANCELED, status);
  done++;
}

TEST(threadpool_cancel_work) {
  uv_loop_t* loop = uv_default_loop();
  static uv_work_t reqs[MOST];
  int i;
  block_pool(loop);
  for (i = 0; i < MOST; i++) {
    CHECK_OK(uv_queue_work(loop, &reqs[i], never_work, work_cancelled));
    will_cancel(&reqs[i]);
  }
  run_and_cancel(loop);
}

static void addresses_cancelled(uv_getaddrinfo_t* req, int status,
                                struct addrinfo* addresses) {
  CHECK_NOT_NULL(req);
  CHECK_ERR(UV_EAI_CANCELED, status);
  CHECK_NULL(addresses);
  uv_freeaddrinfo(addresses);
  done++;
}

TEST(threadpool_cancel_getaddrinfo) {
  uv_loop_t* loop = uv_default_loop();
  static uv_getaddrinfo_t reqs[4];
  struct addrinfo hints;
  int i;
  block_pool(loop);
  memset(&hints, 0, sizeof(hints));
  CHECK_OK(uv_getaddrinfo(loop, &reqs[0], addresses_cancelled, "fail", NULL,
                          NULL));
  CHECK_OK(uv_getaddrinfo(loop, &reqs[1], addresses_cancelled, NULL, "fail",
                          NULL));
  CHECK_OK(uv_getaddrinfo(loop, &reqs[2], addresses_cancelled, "fail", "fail",
                          NULL));
  CHECK_OK(uv_getaddrinfo(loop, &reqs[3], addresses_cancelled, "fail", NULL,
                          &hints));
  for (i = 0; i < 4; i++)
    will_cancel(&reqs[i]);
  run_and_cancel(loop);
}

static void name_cancelled(uv_getnameinfo_t* req, int status,
                           const char* hostname, const char* service) {
  CHECK_NOT_NULL(req);
  CHECK_ERR(UV_EAI_CANCELED, status);
  CHECK_NULL(hostname);
  CHECK_NULL(service);
  done++;
}

TEST(threadpool_cancel_getnameinfo) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in addr = loopback4(80);
  static uv_getnameinfo_t reqs[4];
  int i;
  block_pool(loop);
  for (i = 0; i < 4; i++) {
    CHECK_OK(uv_getnameinfo(loop, &reqs[i], name_cancelled,
                            (struct sockaddr*) &addr, 0));
    will_cancel(&reqs[i]);
  }
  run_and_cancel(loop);
}

/* ---- One request, cancelled outside of the loop ---- */

static char byte;

static void random_cancelled(uv_random_t* req, int status, void* buf,
                             size_t size) {
  CHECK_NOT_NULL(req);
  CHECK_ERR(UV_ECANCELED, status);
  CHECK_PTR_EQ(buf, &byte);
  CHECK_EQ(size, 1);
  done++;
}

/* Cancels, lets the pool go on and runs the loop: one callback, and late. */
static void cancel_one(uv_loop_t* loop, void* req) {
  CHECK_OK(uv_cancel(req));
  CHECK_EQ(done, 0);
  unblock_pool();
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(done, 1);
  forget_pool();
  finish_loop(loop);
}

TEST(threadpool_cancel_random) {
  uv_loop_t* loop = uv_default_loop();
  uv_random_t req;
  block_pool(loop);
  CHECK_OK(uv_random(loop, &req, &byte, 1, 0, random_cancelled));
  cancel_one(loop, &req);
}

TEST(threadpool_cancel_single) {
  uv_loop_t* loop = uv_default_loop();
  uv_work_t req;
  block_pool(loop);
  CHECK_OK(uv_queue_work(loop, &req, never_work, work_cancelled));
  cancel_one(loop, &req);
}

static uv_sem_t busy, may_end;

static void stay_busy(uv_work_t* req) {
  (void) req;
  uv_sem_post(&busy);
  uv_sem_wait(&may_end);
}

static void work_ended(uv_work_t* req, int status) {
  CHECK_NOT_NULL(req);
  CHECK_OK(status);
  done++;
}

TEST(threadpool_cancel_when_busy) {
  uv_loop_t* loop = uv_default_loop();
  uv_work_t req;
  CHECK_OK(uv_sem_init(&busy, 0));
  CHECK_OK(uv_sem_init(&may_end, 0));
  CHECK_OK(uv_queue_work(loop, &req, stay_busy, work_ended));
  uv_sem_wait(&busy);
  CHECK_ERR(UV_EBUSY, uv_cancel((uv_req_t*) &req));
  CHECK_EQ(done, 0);
  uv_sem_post(&may_end);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(done, 1);
  uv_sem_destroy(&busy);
  uv_sem_destroy(&may_end);
  finish_loop(loop);
}
