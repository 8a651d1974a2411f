/* uv_metrics_info where the kernel reports the loop's own descriptor, and there
 * is nothing to be done: that is no event, and takes none away. */
#include "test.h"

#include <unistd.h>

/* As many as make the loop fetch a second time. */
enum { MANY = 20 };

static uv_poll_t handles[MANY];
static int calls;

static void on_readable(uv_poll_t* handle, int status, int events) {
  (void) handle;
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  calls++;
}

/* The loop's eventfd, or -1. */
static int find_waker(void) {
  char link[64];
  char path[64];
  int fd;
  for (fd = 0; fd < 100; fd++) {
    ssize_t size;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    size = readlink(path, link, sizeof(link) - 1);
    link[size < 0 ? 0 : size] = '\0';
    if (strstr(link, "[eventfd]") != NULL)
      return fd;
  }
  return -1;
}

static void wake(int waker) {
  uint64_t one = 1;
  CHECK_EQ(write(waker, &one, sizeof(one)), sizeof(one));
}

static void follow_many(int fd) {
  int i;
  for (i = 0; i < MANY; i++) {
    int copy = dup(fd);
    CHECK_GE(copy, 0);
    CHECK_OK(uv_poll_init(uv_default_loop(), &handles[i], copy));
    CHECK_OK(uv_poll_start(&handles[i], UV_READABLE, on_readable));
  }
}

static void count_with_needless_wakes(int before, int after) {
  uv_loop_t* loop = uv_default_loop();
  int waker = find_waker();
  uv_metrics_t metrics;
  int fds[2];
  int i;
  if (is_other_libuv())
    SKIP("libuv counts them");
  if (waker < 0)
    SKIP("the loop's descriptor cannot be told from others here");
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  if (before)
    wake(waker);
  follow_many(fds[0]);
  if (after)
    wake(waker);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_EQ(calls, MANY);
  CHECK_OK(uv_metrics_info(loop, &metrics));
  CHECK_EQ(metrics.events, MANY);
  for (i = 0; i < MANY; i++) {
    uv_os_fd_t fd;
    CHECK_OK(uv_fileno((uv_handle_t*) &handles[i], &fd));
    uv_close((uv_handle_t*) &handles[i], NULL);
    CHECK_EQ(close(fd), 0);
  }
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

TEST(metrics_events_without_needless_wakes) {
  count_with_needless_wakes(0, 0);
}

/* In what is fetched first. */
TEST(metrics_events_with_a_needless_wake_before) {
  count_with_needless_wakes(1, 0);
}

/* Behind it. */
TEST(metrics_events_with_a_needless_wake_behind) {
  count_with_needless_wakes(0, 1);
}
