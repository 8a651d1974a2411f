/* Operations on files are not overtaken by later ones that could be answered
 * at once. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 4096 };

static char target[SIZE];
static int order[8];
static int told;

static void on_done(uv_fs_t* req) {
  CHECK_GE(req->result, 0);
  order[told++] = (int) (intptr_t) req->data;
  uv_fs_req_cleanup(req);
}

static void read_start(uv_fs_t* req, uv_file file, int number) {
  uv_buf_t buf = uv_buf_init(target, 100);
  req->data = (void*) (intptr_t) number;
  CHECK_OK(uv_fs_read(uv_default_loop(), req, file, &buf, 1, 0, on_done));
}

static uv_file make_file(void) {
  uv_file file;
  write_file("file", target, SIZE);
  file = open("file", O_RDWR);
  CHECK_GE(file, 0);
  return file;
}

/* Reads twice: what is cached may be read in the call from then on. */
static void warm_up(uv_file file) {
  uv_fs_t req;
  int i;
  for (i = 0; i < 2; i++) {
    read_start(&req, file, 0);
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  }
  told = 0;
}

/* How many bytes this thread has read, or -1 where the system does not count. */
static long bytes_read(void) {
  FILE* counts = fopen("/proc/thread-self/io", "r");
  long bytes = -1;

  if (counts == NULL)
    return -1;
  if (fscanf(counts, "rchar: %ld", &bytes) != 1)
    bytes = -1;
  CHECK_OK(fclose(counts));
  return bytes;
}

/* A worker waits for the other end of a FIFO; what comes after is not done
 * before it in the call. */
TEST(fs_read_waits_its_turn) {
  uv_file file = make_file();
  uv_fs_t waits;
  uv_fs_t req;
  long before;
  int end;

  warm_up(file);
  CHECK_OK(mkfifo("fifo", 0600));
  waits.data = (void*) (intptr_t) 1;
  CHECK_OK(uv_fs_open(uv_default_loop(), &waits, "fifo", O_RDONLY, 0, on_done));
  before = bytes_read();
  if (before < 0)
    SKIP("the system does not count what a thread reads");
  before = bytes_read() - before;  /* of the counts themselves */
  {
    long start = bytes_read();
    read_start(&req, file, 2);
    CHECK_LT(bytes_read() - start, before + 100);
  }
  end = open("fifo", O_WRONLY);
  CHECK_GE(end, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(told, 2);
  CHECK_OK(close((int) waits.result));
  CHECK_OK(close(end));
  CHECK_OK(close(file));
  finish_loop(uv_default_loop());
}

/* The order is anybody's where there are several workers, but a read is not
 * ahead of a write as a rule. */
TEST(fs_read_after_queued_write) {
  enum { ROUNDS = 300 };
  uv_loop_t* loop = uv_default_loop();
  uv_file file = make_file();
  uv_fs_t write;
  uv_fs_t read;
  uv_fs_t stat;
  int fresh = 0;
  int grown = 0;
  int i;

  warm_up(file);
  for (i = 0; i < ROUNDS; i++) {
    char text[16];
    uv_buf_t buf = uv_buf_init(text, 8);
    told = 0;
    snprintf(text, sizeof(text), "%08d", i);
    CHECK_EQ(pwrite(file, "old.....", 8, 0), 8);
    CHECK_OK(ftruncate(file, 100));
    CHECK_OK(uv_fs_write(loop, &write, file, &buf, 1, 0, on_done));
    read_start(&read, file, 0);
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    fresh += memcmp(target, text, 8) == 0;
    CHECK_OK(uv_fs_write(loop, &write, file, &buf, 1, 100, on_done));
    CHECK_OK(uv_fs_fstat(loop, &stat, file, on_done));
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    grown += stat.statbuf.st_size == 108;
    usleep(30);  /* the workers are asleep when the next write comes */
  }
  CHECK_GE(fresh, ROUNDS * 3 / 4);
  CHECK_GE(grown, ROUNDS * 3 / 4);
  CHECK_OK(close(file));
  finish_loop(loop);
}

static void on_work(uv_work_t* req) { (void) req; }

static void on_worked(uv_work_t* req, int status) {
  CHECK_OK(status);
  order[told++] = (int) (intptr_t) req->data;
}

/* One worker does one thing after the other, and so they are told. */
TEST(fs_order_with_one_worker) {
  enum { ROUNDS = 300 };
  uv_loop_t* loop = uv_default_loop();
  uv_file file;
  int i;

  CHECK_OK(setenv("UV_THREADPOOL_SIZE", "1", 1));
  file = make_file();
  warm_up(file);
  for (i = 0; i < ROUNDS; i++) {
    uv_work_t work;
    uv_fs_t reqs[4];
    uv_buf_t buf = uv_buf_init("new data", 8);
    int k;
    told = 0;
    read_start(&reqs[0], file, 0);
    work.data = (void*) (intptr_t) 1;
    CHECK_OK(uv_queue_work(loop, &work, on_work, on_worked));
    for (k = i % 50; k > 0; k--)
      sched_yield();  /* the work may be done by now, and is not told */
    read_start(&reqs[1], file, 2);
    reqs[2].data = (void*) (intptr_t) 3;
    CHECK_OK(uv_fs_write(loop, &reqs[2], file, &buf, 1, 0, on_done));
    read_start(&reqs[3], file, 4);
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    CHECK_EQ(told, 5);
    for (k = 0; k < 5; k++)
      CHECK_EQ(order[k], k);
    CHECK_MEM_EQ(target, "new data", 8);
  }
  CHECK_OK(close(file));
  finish_loop(loop);
}
