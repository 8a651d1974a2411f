/* Files: reads and stats of what the caches hold, writes, and whole files as programs read them, one at a time
 * and 32 in flight; opening and closing; walking a folder. */
#include "bench.h"

#include <fcntl.h>

#define IN_FLIGHT 32

static char folder[256];
static char path[300];
static uv_file file;
static long left;

typedef struct {
  uv_fs_t request;
  uv_file opened;
  char bytes[4096];
} slot_t;

static slot_t slots[IN_FLIGHT];

static void make_file(void) {
  uv_fs_t request;
  static char page[65536];
  uv_buf_t buffer = uv_buf_init(page, sizeof(page));
  const char* base = getenv("BENCH_FOLDER");

  snprintf(folder, sizeof(folder), "%s/bench-XXXXXX", base != NULL ? base : ".");
  BENCH_OK(uv_fs_mkdtemp(NULL, &request, folder, NULL));
  snprintf(folder, sizeof(folder), "%s", request.path);
  uv_fs_req_cleanup(&request);
  snprintf(path, sizeof(path), "%s/file", folder);
  file = uv_fs_open(NULL, &request, path, O_RDWR | O_CREAT | O_TRUNC, 0600, NULL);
  BENCH_OK(file);
  uv_fs_req_cleanup(&request);
  BENCH_OK(uv_fs_write(NULL, &request, file, &buffer, 1, 0, NULL));
  uv_fs_req_cleanup(&request);
}

static void remove_file(void) {
  uv_fs_t request;
  uv_fs_close(NULL, &request, file, NULL);
  uv_fs_unlink(NULL, &request, path, NULL);
  uv_fs_req_cleanup(&request);
  uv_fs_rmdir(NULL, &request, folder, NULL);
  uv_fs_req_cleanup(&request);
}

static void start_read(slot_t* slot);

static void on_read(uv_fs_t* request) {
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  start_read((slot_t*) request);
}

static void start_read(slot_t* slot) {
  uv_buf_t buffer = uv_buf_init(slot->bytes, sizeof(slot->bytes));
  if (left-- > 0)
    BENCH_OK(uv_fs_read(uv_default_loop(), &slot->request, file, &buffer, 1, (left % 16) * 4096, on_read));
}

static void start_stat(slot_t* slot);

static void on_stat(uv_fs_t* request) {
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  start_stat((slot_t*) request);
}

static void start_stat(slot_t* slot) {
  if (left-- > 0)
    BENCH_OK(uv_fs_stat(uv_default_loop(), &slot->request, path, on_stat));
}

static void start_write(slot_t* slot);

static void on_write(uv_fs_t* request) {
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  start_write((slot_t*) request);
}

static void start_write(slot_t* slot) {
  uv_buf_t buffer = uv_buf_init(slot->bytes, sizeof(slot->bytes));
  if (left-- > 0)
    BENCH_OK(uv_fs_write(uv_default_loop(), &slot->request, file, &buffer, 1, (left % 16) * 4096, on_write));
}

/* Opens a file, asks for its size, reads it where it stands and closes it: each when the one before is done. */
static void start_whole(slot_t* slot);

static void on_whole_closed(uv_fs_t* request) {
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  start_whole((slot_t*) request);
}

static void on_whole_read(uv_fs_t* request) {
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  BENCH_OK(uv_fs_close(uv_default_loop(), request, ((slot_t*) request)->opened, on_whole_closed));
}

static void on_whole_stat(uv_fs_t* request) {
  slot_t* slot = (slot_t*) request;
  uv_buf_t buffer = uv_buf_init(slot->bytes, sizeof(slot->bytes));
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  BENCH_OK(uv_fs_read(uv_default_loop(), request, slot->opened, &buffer, 1, -1, on_whole_read));
}

static void on_whole_opened(uv_fs_t* request) {
  slot_t* slot = (slot_t*) request;
  BENCH_OK(request->result);
  slot->opened = (uv_file) request->result;
  uv_fs_req_cleanup(request);
  BENCH_OK(uv_fs_fstat(uv_default_loop(), request, slot->opened, on_whole_stat));
}

static void start_whole(slot_t* slot) {
  if (left-- > 0)
    BENCH_OK(uv_fs_open(uv_default_loop(), &slot->request, path, O_RDONLY, 0, on_whole_opened));
}

static void on_open(uv_fs_t* request) {
  uv_fs_t close;
  uv_file opened = (uv_file) request->result;
  BENCH_OK(request->result);
  uv_fs_req_cleanup(request);
  BENCH_OK(uv_fs_close(NULL, &close, opened, NULL));
  if (left-- > 0)
    BENCH_OK(uv_fs_open(uv_default_loop(), request, path, O_RDONLY, 0, on_open));
}

static void start_open(slot_t* slot) {
  left--;
  BENCH_OK(uv_fs_open(uv_default_loop(), &slot->request, path, O_RDONLY, 0, on_open));
}

static void drive(void (*start)(slot_t*), int in_flight, long full) {
  long count = bench_scale(full);
  int i;

  make_file();
  left = in_flight; /* the threads are there before the clock runs */
  for (i = 0; i < in_flight; i++)
    start(&slots[i]);
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  left = count;
  bench_start();
  for (i = 0; i < in_flight; i++)
    start(&slots[i]);
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  bench_report((double) count);
  remove_file();
}

BENCH(fs_read_1) {
  drive(start_read, 1, 100000);
}

BENCH(fs_read_32) {
  drive(start_read, IN_FLIGHT, 500000);
}

BENCH(fs_stat_1) {
  drive(start_stat, 1, 100000);
}

BENCH(fs_stat_32) {
  drive(start_stat, IN_FLIGHT, 500000);
}

BENCH(fs_write_32) {
  drive(start_write, IN_FLIGHT, 200000);
}

BENCH(fs_whole_1) {
  drive(start_whole, 1, 20000);
}

BENCH(fs_whole_32) {
  drive(start_whole, IN_FLIGHT, 100000);
}

BENCH(fs_open_close_1) {
  drive(start_open, 1, 50000);
}

static void on_scan(uv_fs_t* request) {
  uv_dirent_t entry;
  BENCH_OK(request->result);
  while (uv_fs_scandir_next(request, &entry) != UV_EOF)
    ;
  uv_fs_req_cleanup(request);
  if (left-- > 0)
    BENCH_OK(uv_fs_scandir(uv_default_loop(), request, "/usr/bin", 0, on_scan));
}

BENCH(fs_scandir) {
  uv_fs_t request;
  long count = bench_scale(300);

  left = count;
  bench_start();
  BENCH_OK(uv_fs_scandir(uv_default_loop(), &request, "/usr/bin", 0, on_scan));
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  bench_report((double) count);
}
