/* A write that a signal ends in the middle of a buffer goes on from there. */
#include "fs.h"

#include <signal.h>
#include <sys/ioctl.h>

enum { PIECES = 4, SIZE = 50021 };

static int ends[2];
static pthread_t writer;
static char written[PIECES * SIZE], received[PIECES * SIZE];

static void ignore(int signum) {
  (void) signum;
}

/* Interrupts the writer once it cannot go on; then reads all of it. */
static void interrupt_and_read(void* arg) {
  size_t done = 0;
  int waiting = 0;
  int room = fcntl(ends[1], F_GETPIPE_SZ);
  uint64_t deadline = now_ms() + scaled_ms(20000);
  (void) arg;
  CHECK_GT(room, 0);
  CHECK_LT(room, (int) sizeof(written));
  while (waiting < room) {
    CHECK_LT(now_ms(), deadline);
    CHECK_OK(ioctl(ends[0], FIONREAD, &waiting));
  }
  CHECK_OK(pthread_kill(writer, SIGUSR1));
  while (done < sizeof(received)) {
    ssize_t count = read(ends[0], received + done, sizeof(received) - done);
    CHECK_GT(count, 0);
    done += (size_t) count;
  }
}

TEST(fs_write_goes_on_after_a_signal) {
  struct sigaction action;
  uv_thread_t reader;
  uv_buf_t bufs[PIECES];
  char more;
  size_t i;
  memset(&action, 0, sizeof(action));
  action.sa_handler = ignore;
  CHECK_OK(sigaction(SIGUSR1, &action, NULL));
  for (i = 0; i < sizeof(written); i++)
    written[i] = (char) (i * 31 + i / 251);
  for (i = 0; i < PIECES; i++)
    bufs[i] = uv_buf_init(written + i * SIZE, SIZE);
  CHECK_OK(pipe(ends));
  writer = pthread_self();
  CHECK_OK(uv_thread_create(&reader, interrupt_and_read, NULL));
  CHECK_EQ(SYNC(uv_fs_write, ends[1], bufs, PIECES, -1), sizeof(written));
  CHECK_OK(uv_thread_join(&reader));
  CHECK_MEM_EQ(received, written, sizeof(written));
  CHECK_OK(close(ends[1]));
  CHECK_EQ(read(ends[0], &more, 1), 0);
  CHECK_OK(close(ends[0]));
  fs_finish();
}
