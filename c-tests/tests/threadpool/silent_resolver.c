/* More look-ups than threads, of a resolver that does not answer: files and
 * work are served all the same, for look-ups hold at most half of the pool. */
#include "../dns/resolver.h"
#include "../fs/cached.h"

#include <fcntl.h>
#include <unistd.h>

enum { THREADS = 4, LOOK_UPS = 12, READS = 8 };

static struct counter asked = COUNTER_INIT;
static struct counter answers = COUNTER_INIT;
static struct counter waiting = COUNTER_INIT;
static int looked_up, worked, reads;

static int wait_for_answer(const char* node, const char* service,
                           const struct addrinfo* hints,
                           struct addrinfo** result) {
  (void) node, (void) service, (void) hints, (void) result;
  CHECK_LE(counter_add(&waiting, 1), THREADS / 2);
  counter_add(&asked, 1);
  counter_wait(&answers, 1);
  counter_add(&waiting, -1);
  return EAI_NONAME;
}

static void on_look_up(uv_getaddrinfo_t* req, int status,
                       struct addrinfo* result) {
  (void) req;
  CHECK_EQ(status, UV_EAI_NONAME);
  CHECK_NULL(result);
  looked_up++;
}

static void work(uv_work_t* req) { (void) req; }

static void on_work(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  worked++;
}

static void on_read(uv_fs_t* req) {
  CHECK_EQ(req->result, 5);
  uv_fs_req_cleanup(req);
  reads++;
}

TEST_BOTH_WAYS(silent_resolver_leaves_half_of_the_pool) {
  static uv_getaddrinfo_t look_ups[LOOK_UPS];
  static uv_work_t works[READS];
  static uv_fs_t reqs[READS];
  static char texts[READS][8];
  uv_loop_t* loop = uv_default_loop();
  int file;
  int i;

  CHECK_EQ(setenv("UV_THREADPOOL_SIZE", "4", 1), 0);
  write_file("file", "hello", 5);
  file = open("file", O_RDONLY | O_CLOEXEC);
  CHECK_GE(file, 0);
  resolver = wait_for_answer;
  for (i = 0; i < LOOK_UPS; i++)
    CHECK_OK(uv_getaddrinfo(loop, &look_ups[i], on_look_up, "example.com", NULL,
                            NULL));
  counter_wait(&asked, THREADS / 2);

  for (i = 0; i < READS; i++) {
    uv_buf_t buf = uv_buf_init(texts[i], sizeof(texts[i]));
    CHECK_OK(uv_fs_read(loop, &reqs[i], file, &buf, 1, 0, on_read));
    CHECK_OK(uv_queue_work(loop, &works[i], work, on_work));
  }
  run_until(loop, &reads, READS);
  run_until(loop, &worked, READS);
  for (i = 0; i < READS; i++)
    CHECK_STR_EQ(texts[i], "hello");
  CHECK_EQ(looked_up, 0);
  CHECK_EQ(counter_get(&asked), THREADS / 2);

  counter_add(&answers, 1);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(looked_up, LOOK_UPS);
  CHECK_EQ(counter_get(&asked), LOOK_UPS);
  CHECK_EQ(close(file), 0);
  finish_loop(loop);
}
