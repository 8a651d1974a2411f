/* uv_run inside the callback of a poller that has closed itself: what the
 * library goes on using stays until the callback has returned. */
#include "test.h"

#include <sys/stat.h>

static uv_fs_poll_t poller;
static int depth, closed, told;

static void on_close(uv_handle_t* handle) {
  CHECK_EQ(depth, 0); /* its memory may go now: nobody may be inside */
  memset(handle, 0xd5, sizeof(uv_fs_poll_t));
  closed = 1;
}

static void never_told(uv_fs_poll_t* handle, int status,
                       const uv_stat_t* before, const uv_stat_t* now) {
  (void) handle, (void) before, (void) now;
  FAIL("told of status %d", status);
}

static void close_and_run(uv_fs_poll_t* handle, int status,
                          const uv_stat_t* before, const uv_stat_t* now) {
  uv_stat_t was_before = *before, was_now = *now;
  CHECK_EQ(status, UV_ENOENT);
  told++;
  depth++;
  if (handle->data != NULL) { /* another watch of the same handle meanwhile */
    CHECK_OK(uv_fs_poll_stop(handle));
    CHECK_OK(uv_fs_poll_start(handle, never_told, ".", 1000));
    uv_run(handle->loop, UV_RUN_NOWAIT);
  }
  uv_close((uv_handle_t*) handle, on_close);
  /* With a stat of the other watch under way it ends in here. */
  CHECK_EQ(uv_run(handle->loop, UV_RUN_DEFAULT), 0);
  CHECK_EQ(closed, 0);
  CHECK_MEM_EQ(before, &was_before, sizeof(was_before));
  CHECK_MEM_EQ(now, &was_now, sizeof(was_now));
  depth--;
}

static void check(void* data) {
  CHECK_OK(uv_fs_poll_init(uv_default_loop(), &poller));
  poller.data = data;
  CHECK_OK(uv_fs_poll_start(&poller, close_and_run, "missing", 5));
  run_dry();
  CHECK_EQ(told, 1);
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

TEST(fs_poll_nested_run_does_not_give_back_the_handle_that_is_told) {
  check(NULL);
}

TEST(fs_poll_nested_run_after_another_start) {
  check(&poller);
}
