/* More buffers than the system takes at once, for files and for pipes. */
#include "fs.h"

#include <limits.h>
#include <signal.h>

/* Buffers of TEXT_SIZE bytes, one after the other. */
enum { BUFFERS = 54321, TOTAL = BUFFERS * TEXT_SIZE };

/* What one read fills. */
#define READABLE (TEXT_SIZE * (BUFFERS < IOV_MAX ? BUFFERS : IOV_MAX))

static uv_buf_t bufs[BUFFERS];

static void point_bufs_at(char* data) {
  int i;
  for (i = 0; i < BUFFERS; i++)
    bufs[i] = uv_buf_init(data + i * TEXT_SIZE, TEXT_SIZE);
}

/* No two buffers in reach of each other hold the same. */
static char* make_data(void) {
  char* data = malloc(TOTAL);
  int i;
  CHECK_NOT_NULL(data);
  for (i = 0; i < TOTAL; i++)
    data[i] = (char) ((unsigned) i * 2654435761u >> 24);
  return data;
}

/* ---- Files ---- */

static void write_and_read(int more_flags, int has_offset) {
  static char filler[] = "0123456789";
  enum { FILLER_SIZE = 10 };
  int start = has_offset ? FILLER_SIZE : 0;
  int64_t offset = has_offset ? start : -1;
  char* data = make_data();
  char* copy = calloc(1, TOTAL);
  uv_buf_t buf = uv_buf_init(filler, FILLER_SIZE);
  uv_file fd = open_file("file", O_RDWR | O_CREAT | O_TRUNC | more_flags, 0600);
  CHECK_NOT_NULL(copy);
  if (has_offset)
    CHECK_EQ(SYNC(uv_fs_write, fd, &buf, 1, -1), FILLER_SIZE);
  point_bufs_at(data);
  CHECK_EQ(SYNC(uv_fs_write, fd, bufs, BUFFERS, offset), TOTAL);

  if (!has_offset) {
    close_file(fd);
    fd = open_file("file", O_RDWR | more_flags, 0);
  }
  point_bufs_at(copy);
  CHECK_EQ(SYNC(uv_fs_read, fd, bufs, BUFFERS, offset), READABLE);
  CHECK_MEM_EQ(copy, data, READABLE);
  CHECK_EQ(stat_of("file").st_size, start + TOTAL);
  if (!has_offset)
    CHECK_EQ(lseek(fd, TOTAL, SEEK_SET), TOTAL);
  check_read(fd, has_offset ? start + TOTAL : -1, "", 0);
  close_file(fd);
  free(data);
  free(copy);
}

TEST(fs_write_alotof_bufs) {
  write_and_read(0, 0);
  write_and_read(UV_FS_O_FILEMAP, 0);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_write_alotof_bufs)

TEST(fs_write_alotof_bufs_with_offset) {
  write_and_read(0, 1);
  write_and_read(UV_FS_O_FILEMAP, 1);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_write_alotof_bufs_with_offset)

/* ---- Pipes, with a partner that interrupts after every piece ---- */

enum { PIECE = 1000, READ_END = 0, WRITE_END = 1 };

static int ends[2];
static char* pipe_data; /* what the partner writes or has read */
static pthread_t main_thread;
static uv_signal_t signal_handle;

static void on_signal(uv_signal_t* handle, int signum) {
  CHECK_EQ(signum, SIGUSR1);
  CHECK_OK(uv_signal_stop(handle));
}

static void write_pieces(void* arg) {
  int done;
  (void) arg;
  for (done = 0; done < TOTAL;) {
    int size = TOTAL - done < PIECE ? TOTAL - done : PIECE;
    CHECK_EQ(write(ends[WRITE_END], pipe_data + done, (size_t) size), size);
    CHECK_EQ(pthread_kill(main_thread, SIGUSR1), 0);
    done += size;
  }
}

static void read_pieces(void* arg) {
  int done;
  (void) arg;
  for (done = 0; done < TOTAL;) {
    size_t size = TOTAL - done < PIECE ? (size_t) (TOTAL - done) : PIECE;
    ssize_t count = read(ends[READ_END], pipe_data + done, size);
    CHECK_GT(count, 0);
    CHECK_EQ(pthread_kill(main_thread, SIGUSR1), 0);
    done += (int) count;
  }
}

static void start_partner(uv_thread_t* partner, uv_thread_cb run) {
  CHECK_EQ(pipe(ends), 0);
  main_thread = pthread_self();
  CHECK_OK(uv_signal_init(uv_default_loop(), &signal_handle));
  CHECK_OK(uv_signal_start(&signal_handle, on_signal, SIGUSR1));
  CHECK_OK(uv_thread_create(partner, run, NULL));
}

static void end_with_partner(uv_thread_t* partner) {
  char byte;
  uv_buf_t buf = uv_buf_init(&byte, 1);
  CHECK_OK(uv_thread_join(partner));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(ends[WRITE_END]), 0);
  CHECK_EQ(SYNC_ON_LOOP(uv_fs_read, ends[READ_END], &buf, 1, -1), 0);
  CHECK_EQ(close(ends[READ_END]), 0);
}

TEST(fs_partial_read) {
  uv_thread_t partner;
  char* copy = calloc(1, TOTAL);
  uv_buf_t* next = bufs;
  int left = TOTAL;
  CHECK_NOT_NULL(copy);
  pipe_data = make_data();
  point_bufs_at(copy);
  start_partner(&partner, write_pieces);
  while (left > 0) {
    size_t count;
    ssize_t result = SYNC_ON_LOOP(uv_fs_read, ends[READ_END], next,
                                  (unsigned) (bufs + BUFFERS - next), -1);
    if (result == UV_EINTR)
      continue;
    CHECK_GT(result, 0);
    left -= (int) result;
    for (count = (size_t) result; count > 0 && count >= next->len; next++)
      count -= next->len;
    if (count > 0) {
      next->base += count;
      next->len -= count;
    }
  }
  CHECK_EQ(left, 0);
  CHECK_MEM_EQ(copy, pipe_data, TOTAL);
  end_with_partner(&partner);
  free(copy);
  free(pipe_data);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_partial_read)

TEST(fs_partial_write) {
  uv_thread_t partner;
  char* data = make_data();
  pipe_data = calloc(1, TOTAL);
  CHECK_NOT_NULL(pipe_data);
  point_bufs_at(data);
  start_partner(&partner, read_pieces);
  CHECK_EQ(SYNC_ON_LOOP(uv_fs_write, ends[WRITE_END], bufs, BUFFERS, -1),
           TOTAL);
  end_with_partner(&partner);
  CHECK_MEM_EQ(data, pipe_data, TOTAL);
  free(data);
  free(pipe_data);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_partial_write)

/* A buffer of no bytes needs no memory. */
TEST(fs_buffers_without_memory) {
  char text[4];
  uv_buf_t bufs[3];
  uv_file file = open_file("file", O_RDWR | O_CREAT, 0600);
  bufs[0] = uv_buf_init(NULL, 0);
  bufs[1] = uv_buf_init("text", 4);
  bufs[2] = uv_buf_init(NULL, 0);
  CHECK_EQ(SYNC(uv_fs_write, file, bufs, 1, 0), 0);
  CHECK_EQ(ASYNC(UV_FS_WRITE, uv_fs_write, file, bufs, 1, -1), 0);
  CHECK_EQ(SYNC(uv_fs_write, file, bufs, 3, 0), 4);
  bufs[1] = uv_buf_init(text, 4);
  CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, file, bufs, 1, 0), 0);
  CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, file, bufs, 3, 0), 4);
  CHECK_MEM_EQ(text, "text", 4);
  close_file(file);
  fs_finish();
}
