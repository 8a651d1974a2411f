/* Many reads and stats at once, of cached files, and some of them cancelled:
 * done here or by the pool. */
#include "../torture.h"

enum { BURST = 60 };

static uv_fs_t reqs[BURST];
static char space[BURST][128];
static int came;

static void on_done(uv_fs_t* req) {
  int index = (int) (req - reqs);
  told(req);
  came++;
  if (req->result != UV_ECANCELED && !tolerable(req->result)) {
    if (req->fs_type == UV_FS_READ)
      must(req->result == 100 && space[index][99] == 'r');
    else
      must(req->statbuf.st_size == 5000);
  }
  uv_fs_req_cleanup(req);
}

SCENARIO(fs_burst) {
  static char data[5000];
  int fd;
  int i;
  memset(data, 'r', sizeof(data));
  make_file("cached", data, sizeof(data));
  fd = open("cached", O_RDONLY | O_CLOEXEC);
  must(fd >= 0);
  for (i = 0; i < BURST; i++) {
    uv_buf_t buf = uv_buf_init(space[i], 100);
    int failed;
    if (i % 3 == 0)
      failed = asked(&reqs[i], uv_fs_stat(loop, &reqs[i], "cached", on_done));
    else
      failed = asked(&reqs[i], uv_fs_read(loop, &reqs[i], fd, &buf, 1, i * 10,
                                          on_done));
    if (failed)
      break;
    if (i % 7 == 0)
      (void) uv_cancel((uv_req_t*) &reqs[i]);
    if (i % 20 == 19)
      (void) uv_run(loop, UV_RUN_NOWAIT);
  }
  run();
  usually(came == BURST);
  close(fd);
}
