/* Asynchronous reads of what is in the page cache, of what is not, and of what
 * has none: the same results whoever does the reading. */
#include "cached.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 1024 * 1024, HALF = SIZE / 2 };

static char* content;
static char* target;
static int calls;

static void on_read(uv_fs_t* req) {
  CHECK_EQ(req->fs_type, UV_FS_READ);
  calls++;
}

/* Reads `size` bytes into `target` and returns the result. */
static ssize_t read_at(uv_file file, size_t size, int64_t offset) {
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buf = uv_buf_init(target, (unsigned int) size);
  uv_fs_t req;
  ssize_t result;

  memset(target, 0xee, SIZE);
  calls = 0;
  CHECK_OK(uv_fs_read(loop, &req, file, &buf, 1, offset, on_read));
  CHECK_EQ(calls, 0);
  CHECK_EQ(uv_loop_alive(loop), 1);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  result = req.result;
  uv_fs_req_cleanup(&req);
  CHECK_EQ(req.result, result);
  return result;
}

static uv_file make_file(void) {
  uv_file file;
  size_t i;

  content = malloc(SIZE);
  target = malloc(SIZE);
  CHECK_NOT_NULL(content);
  CHECK_NOT_NULL(target);
  for (i = 0; i < SIZE; i++)
    content[i] = (char) (i * 7 + i / 4096);
  write_file("file", content, SIZE);
  file = open("file", O_RDWR);
  CHECK_GE(file, 0);
  return file;
}

static void finish(uv_file file) {
  CHECK_OK(close(file));
  free(content);
  free(target);
  finish_loop(uv_default_loop());
}

TEST_BOTH_WAYS(fs_read_cached) {
  static const size_t sizes[] = {1, 512, 4096, 5000, 65535, 65536, 65537, SIZE};
  uv_file file = make_file();
  int64_t position = 0;
  size_t i;

  for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    CHECK_EQ(read_at(file, sizes[i], 0), sizes[i]);
    CHECK_MEM_EQ(target, content, sizes[i]);
    CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
  }
  for (i = 0; i + 1 < sizeof(sizes) / sizeof(sizes[0]); i++) {
    CHECK_EQ(read_at(file, sizes[i], -1), sizes[i]);
    CHECK_MEM_EQ(target, content + position, sizes[i]);
    position += sizes[i];
    CHECK_EQ(lseek(file, 0, SEEK_CUR), position);
  }
  finish(file);
}

TEST_BOTH_WAYS(fs_read_cached_end) {
  uv_file file = make_file();

  CHECK_EQ(read_at(file, 4096, SIZE - 100), 100);
  CHECK_MEM_EQ(target, content + SIZE - 100, 100);
  CHECK_EQ((unsigned char) target[100], 0xee);
  CHECK_EQ(read_at(file, 4096, SIZE), 0);
  CHECK_EQ(read_at(file, 4096, SIZE + 5), 0);
  CHECK_EQ(lseek(file, SIZE - 100, SEEK_SET), SIZE - 100);
  CHECK_EQ(read_at(file, 4096, -1), 100);
  CHECK_MEM_EQ(target, content + SIZE - 100, 100);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), SIZE);
  CHECK_EQ(read_at(file, 4096, -1), 0);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), SIZE);
  CHECK_OK(ftruncate(file, 0));
  CHECK_EQ(read_at(file, 4096, 0), 0);
  finish(file);
}

/* Only the first half of the file is in the cache: all is dropped, and that half
 * is read without reading ahead. */
static void drop_second_half(uv_file file) {
  CHECK_OK(fsync(file));
  CHECK_OK(posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM));
  CHECK_OK(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
  CHECK_EQ(pread(file, target, HALF, 0), HALF);
}

TEST_BOTH_WAYS(fs_read_partly_cached) {
  uv_file file = make_file();
  int64_t start = HALF - 1000;

  drop_second_half(file);
  CHECK_EQ(read_at(file, 60000, start), 60000);
  CHECK_MEM_EQ(target, content + start, 60000);
  drop_second_half(file);
  CHECK_EQ(lseek(file, start, SEEK_SET), start);
  CHECK_EQ(read_at(file, 60000, -1), 60000);
  CHECK_MEM_EQ(target, content + start, 60000);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), start + 60000);
  drop_second_half(file);
  CHECK_EQ(read_at(file, 4096, SIZE - 4096), 4096);
  CHECK_MEM_EQ(target, content + SIZE - 4096, 4096);
  finish(file);
}

/* Two that read on from the same position, one of them on a loop: each byte is for one of them. */
enum { PIECE = 4096, PIECES = SIZE / PIECE };

static int deliveries[PIECES];

static void deliver(const char* bytes, ssize_t size) {
  ssize_t at;
  CHECK_EQ(size % PIECE, 0);
  for (at = 0; at < size; at += PIECE) {
    int piece;
    memcpy(&piece, bytes + at, sizeof(piece));
    __atomic_fetch_add(&deliveries[piece], 1, __ATOMIC_RELAXED);
  }
}

static void read_beside(void* arg) {
  static char bytes[PIECE];
  ssize_t size;
  while ((size = read(*(int*) arg, bytes, sizeof(bytes))) > 0)
    deliver(bytes, size);
  CHECK_EQ(size, 0);
}

TEST_BOTH_WAYS(fs_read_at_a_position_that_is_shared) {
  uv_file file = make_file();
  uv_thread_t thread;
  ssize_t size;
  int round, i;
  for (i = 0; i < PIECES; i++)
    memcpy(content + i * PIECE, &i, sizeof(i));
  CHECK_EQ(pwrite(file, content, SIZE, 0), SIZE);
  for (round = 0; round < 10; round++) {
    CHECK_OK(fsync(file));
    CHECK_OK(posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM));
    CHECK_OK(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    for (i = 0; i < PIECES; i++) /* most pieces are in the cache */
      if (i % 5 != 0)
        CHECK_EQ(pread(file, target, PIECE, (off_t) i * PIECE), PIECE);
    memset(deliveries, 0, sizeof(deliveries));
    CHECK_EQ(lseek(file, 0, SEEK_SET), 0);
    CHECK_OK(uv_thread_create(&thread, read_beside, &file));
    while ((size = read_at(file, 8 * PIECE, -1)) > 0)
      deliver(target, size);
    CHECK_EQ(size, 0);
    CHECK_OK(uv_thread_join(&thread));
    for (i = 0; i < PIECES; i++)
      if (deliveries[i] != 1)
        FAIL("piece %d was delivered %d times", i, deliveries[i]);
  }
  finish(file);
}

/* What is read cannot be taken back any more. */
TEST(fs_read_partly_cached_is_not_cancelled) {
  uv_loop_t* loop = uv_default_loop();
  int64_t start = HALF - 4096;
  uv_file file = make_file();
  uv_buf_t bufs[3];
  uv_fs_t req;
  int cancelled;
  CHECK_EQ(read_at(file, 4096, 0), 4096); /* the library learns that reads are quick */
  drop_second_half(file);
  CHECK_EQ(lseek(file, start, SEEK_SET), start);
  bufs[0] = uv_buf_init(target, 3000);
  bufs[1] = uv_buf_init(target + 3000, 3000);
  bufs[2] = uv_buf_init(target + 6000, 3000);
  CHECK_OK(uv_fs_read(loop, &req, file, bufs, 3, -1, on_read));
  cancelled = uv_cancel((uv_req_t*) &req);
  run_dry();
  if (cancelled == 0) { /* nothing was read */
    CHECK_EQ(req.result, UV_ECANCELED);
    CHECK_EQ(lseek(file, 0, SEEK_CUR), start);
  } else {
    CHECK_EQ(cancelled, UV_EBUSY);
    CHECK_EQ(req.result, 9000);
    CHECK_MEM_EQ(target, content + start, 9000);
    CHECK_EQ(lseek(file, 0, SEEK_CUR), start + 9000);
  }
  uv_fs_req_cleanup(&req);
  finish(file);
}

TEST_BOTH_WAYS(fs_read_many_buffers) {
  enum { COUNT = 20 };
  uv_file file = make_file();
  uv_buf_t bufs[COUNT];
  uv_fs_t req;
  int i;

  memset(target, 0xee, SIZE);
  for (i = 0; i < COUNT; i++)
    bufs[i] = uv_buf_init(target + i * 1000, i == 3 ? 0 : 1000);
  calls = 0;
  CHECK_OK(uv_fs_read(uv_default_loop(), &req, file, bufs, COUNT, 10, on_read));
  memset(bufs, 0, sizeof(bufs));  /* the list is the request's own by now */
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_EQ(req.result, (COUNT - 1) * 1000);
  uv_fs_req_cleanup(&req);
  CHECK_MEM_EQ(target, content + 10, 3000);
  CHECK_EQ((unsigned char) target[3000], 0xee);
  CHECK_MEM_EQ(target + 4000, content + 3010, 16000);
  finish(file);
}

/* Page by page, in as many buffers: what lies behind them stays as it is. */
TEST_BOTH_WAYS(fs_read_pages) {
  enum { MOST = 8, PAGE = 4096 };
  uv_file file = make_file();
  uv_buf_t bufs[MOST];
  uv_fs_t req;
  size_t count;
  size_t i;

  for (count = 1; count <= MOST; count++) {
    memset(target, 0xee, SIZE);
    for (i = 0; i < count; i++)
      bufs[i] = uv_buf_init(target + i * PAGE, PAGE);
    calls = 0;
    CHECK_OK(uv_fs_read(uv_default_loop(), &req, file, bufs, (unsigned int) count, 2 * PAGE, on_read));
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
    CHECK_EQ(calls, 1);
    CHECK_EQ(req.result, count * PAGE);
    uv_fs_req_cleanup(&req);
    CHECK_MEM_EQ(target, content + 2 * PAGE, count * PAGE);
    CHECK_EQ((unsigned char) target[count * PAGE], 0xee);
  }
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
  finish(file);
}

TEST_BOTH_WAYS(fs_read_no_file) {
  uv_file file = make_file();
  int fds[2];

  CHECK_OK(pipe(fds));
  CHECK_EQ(write(fds[1], "abc", 3), 3);
  CHECK_EQ(read_at(fds[0], 4096, -1), 3);  /* waits for no more */
  CHECK_MEM_EQ(target, "abc", 3);
  CHECK_EQ(write(fds[1], "abc", 3), 3);
  CHECK_EQ(read_at(fds[0], 4096, 0), UV_ESPIPE);
  CHECK_EQ(read_at(fds[0], 2, -1), 2);
  CHECK_EQ(read_at(fds[1], 2, -1), UV_EBADF);
  CHECK_OK(close(fds[1]));
  CHECK_EQ(read_at(fds[0], 2, -1), 1);
  CHECK_EQ(read_at(fds[0], 2, -1), 0);
  CHECK_OK(close(fds[0]));
  CHECK_EQ(read_at(fds[0], 2, -1), UV_EBADF);
  fds[0] = open(".", O_RDONLY);
  CHECK_EQ(read_at(fds[0], 2, 0), UV_EISDIR);
  CHECK_OK(close(fds[0]));
  finish(file);
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

/* The disk is waited for by a worker, never by the loop. */
TEST_BOTH_WAYS(fs_read_direct) {
  uv_file file = make_file();
  uv_file direct;
  long before;

  CHECK_OK(fsync(file));
  direct = open("file", O_RDONLY | O_DIRECT);
  if (direct < 0)
    SKIP("the file system has no O_DIRECT");
  free(target);
  CHECK_OK(posix_memalign((void**) &target, 4096, SIZE));
  before = bytes_read();
  CHECK_EQ(read_at(direct, 8192, 4096), 8192);
  CHECK_MEM_EQ(target, content + 4096, 8192);
  CHECK_LT(bytes_read() - before, 8192);
  before = bytes_read();
  CHECK_EQ(read_at(direct, 65536, -1), 65536);
  CHECK_LT(bytes_read() - before, 65536);
  CHECK_MEM_EQ(target, content, 65536);
  CHECK_EQ(lseek(direct, 0, SEEK_CUR), 65536);
  CHECK_EQ(read_at(direct, 8192, SIZE - 4096), 4096);
  CHECK_OK(close(direct));
  finish(file);
}

static uv_timer_t timer;
static int timer_calls;
static int reads;

static void on_timer(uv_timer_t* handle) {
  timer_calls++;
  uv_close((uv_handle_t*) handle, NULL);
}

/* One read after another, each chain into a buffer of its own. */
enum { CHAINS = 4 };

static struct chain {
  uv_fs_t req;
  char bytes[16];
} chains[CHAINS];

static uv_file chained_file;

static void on_chained_read(uv_fs_t* req);

static void read_in_chain(struct chain* chain) {
  uv_buf_t buf = uv_buf_init(chain->bytes, sizeof chain->bytes);

  CHECK_OK(uv_fs_read(uv_default_loop(), &chain->req, chained_file, &buf, 1, 0, on_chained_read));
}

static void on_chained_read(uv_fs_t* req) {
  struct chain* chain = (struct chain*) req;

  CHECK_EQ(req->result, (int) sizeof chain->bytes);
  uv_fs_req_cleanup(req);
  reads++;
  if (timer_calls == 0)
    read_in_chain(chain);
}

TEST_BOTH_WAYS(fs_read_chain_starves_no_timer) {
  uv_loop_t* loop = uv_default_loop();
  int i;

  chained_file = make_file();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 5, 0));
  for (i = 0; i < CHAINS; i++)
    read_in_chain(&chains[i]);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(timer_calls, 1);
  CHECK_GE(reads, CHAINS);
  finish(chained_file);
}

/* So many that the workers take their share: every one brings its own page. */
enum { AT_ONCE = 64, ROUNDS = 20, PAGE_BYTES = 4096 };

static struct page {
  uv_fs_t req;
  int number;
  int rounds;
  char bytes[PAGE_BYTES];
} pages[AT_ONCE];

static uv_file pages_file;

static void on_page(uv_fs_t* req);

static void read_page(struct page* page) {
  uv_buf_t buf = uv_buf_init(page->bytes, PAGE_BYTES);

  memset(page->bytes, 0xee, PAGE_BYTES);
  CHECK_OK(uv_fs_read(uv_default_loop(), &page->req, pages_file, &buf, 1, page->number * PAGE_BYTES, on_page));
}

static void on_page(uv_fs_t* req) {
  struct page* page = (struct page*) req;

  CHECK_EQ(req->result, PAGE_BYTES);
  CHECK_MEM_EQ(page->bytes, content + page->number * PAGE_BYTES, PAGE_BYTES);
  uv_fs_req_cleanup(req);
  reads++;
  page->number = (page->number + 7) % (SIZE / PAGE_BYTES);
  if (++page->rounds < ROUNDS)
    read_page(page);
}

TEST_BOTH_WAYS(fs_read_many_at_once) {
  int i;

  pages_file = make_file();
  for (i = 0; i < AT_ONCE; i++) {
    pages[i].number = i;
    read_page(&pages[i]);
  }
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(reads, AT_ONCE * ROUNDS);
  finish(pages_file);
}
