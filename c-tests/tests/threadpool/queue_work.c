/* uv_queue_work, the names of the threads, and pools shared by loops. */
#include "test.h"

static uv_work_t work;
static char payload;
static int work_calls, after_calls;

static void on_work(uv_work_t* req) {
  CHECK_PTR_EQ(req, &work);
  CHECK_PTR_EQ(req->data, &payload);
  work_calls++;
}

static void after_work(uv_work_t* req, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(req, &work);
  CHECK_PTR_EQ(req->data, &payload);
  CHECK_EQ(work_calls, 1);
  after_calls++;
}

TEST(threadpool_queue_work_simple) {
  uv_loop_t* loop = uv_default_loop();
  work.data = &payload;
  CHECK_OK(uv_queue_work(loop, &work, on_work, after_work));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(work_calls, 1);
  CHECK_EQ(after_calls, 1);
  finish_loop(loop);
}

TEST(threadpool_queue_work_einval) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_ERR(UV_EINVAL, uv_queue_work(loop, &work, NULL, after_work));
  CHECK_EQ(uv_loop_alive(loop), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(work_calls, 0);
  CHECK_EQ(after_calls, 0);
  finish_loop(loop);
}

/* ---- Every thread of the pool has its turn, and its name ---- */

enum { DEFAULT_THREADS = 4 };

static uv_thread_t workers[DEFAULT_THREADS];
static int workers_seen;

static void note_worker(uv_work_t* req) {
  char name[32] = "";
  uv_thread_t self = uv_thread_self();
  int i;
  (void) req;
  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_STR_EQ(name, "libuv-worker");
  for (i = 0; i < workers_seen; i++)
    if (uv_thread_equal(&workers[i], &self))
      return;
  CHECK_LT(workers_seen, DEFAULT_THREADS);
  workers[workers_seen++] = self;
}

static void queue_again(uv_work_t* req, int status) {
  CHECK_OK(status);
  if (workers_seen < DEFAULT_THREADS)
    CHECK_OK(uv_queue_work(req->loop, req, note_worker, queue_again));
}

TEST(thread_name_threadpool) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_queue_work(loop, &work, note_worker, queue_again));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(workers_seen, DEFAULT_THREADS);
  finish_loop(loop);
}

/* ---- Loops in several threads ---- */

enum { LOOPS = 8, CHAINS = 4, LINKS = 4 };

struct chain {
  union {
    uv_fs_t fs;
    uv_getaddrinfo_t getaddrinfo;
  } req;
  int links;
};

static void on_stat(uv_fs_t* req) {
  struct chain* chain = (struct chain*) req;
  uv_loop_t* loop = req->loop;
  CHECK_EQ(req->result, 0);
  uv_fs_req_cleanup(req);
  if (++chain->links < LINKS)
    CHECK_OK(uv_fs_stat(loop, req, ".", on_stat));
}

static void on_address(uv_getaddrinfo_t* req, int status,
                       struct addrinfo* addresses) {
  struct chain* chain = (struct chain*) req;
  CHECK_OK(status);
  CHECK_NOT_NULL(addresses);
  uv_freeaddrinfo(addresses);
  if (++chain->links < LINKS)
    CHECK_OK(uv_getaddrinfo(req->loop, req, on_address, known_host(), NULL,
                            NULL));
}

static void run_chains(void* arg) {
  struct chain stats[CHAINS];
  struct chain addresses[CHAINS];
  uv_loop_t loop;
  int i;
  (void) arg;
  memset(stats, 0, sizeof(stats));
  memset(addresses, 0, sizeof(addresses));
  CHECK_OK(uv_loop_init(&loop));
  for (i = 0; i < CHAINS; i++) {
    CHECK_OK(uv_getaddrinfo(&loop, &addresses[i].req.getaddrinfo, on_address,
                            known_host(), NULL, NULL));
    CHECK_OK(uv_fs_stat(&loop, &stats[i].req.fs, ".", on_stat));
  }
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&loop));
  for (i = 0; i < CHAINS; i++) {
    CHECK_EQ(stats[i].links, LINKS);
    CHECK_EQ(addresses[i].links, LINKS);
  }
}

TEST(threadpool_multiple_event_loops, TIMEOUT(60)) {
  uv_thread_t threads[LOOPS];
  int i;
  for (i = 0; i < LOOPS; i++)
    CHECK_OK(uv_thread_create(&threads[i], run_chains, NULL));
  for (i = 0; i < LOOPS; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  finish_loop(uv_default_loop());
}
