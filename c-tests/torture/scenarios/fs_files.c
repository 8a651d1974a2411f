/* The life of a file, each step a request of the loop's. */
#include "../torture.h"

static uv_fs_t req;
static uv_file fd = -1;
static int step;
static char space[64];

static void next(uv_fs_t* done);

static int ask(void) {
  uv_buf_t bufs[2];
  switch (step++) {
    case 0: return uv_fs_open(loop, &req, "file",
                              UV_FS_O_RDWR | UV_FS_O_CREAT, 0644, next);
    case 1: bufs[0] = uv_buf_init("hello ", 6);
            bufs[1] = uv_buf_init("world", 5);
            return uv_fs_write(loop, &req, fd, bufs, 2, -1, next);
    case 2: bufs[0] = uv_buf_init("H", 1);
            return uv_fs_write(loop, &req, fd, bufs, 1, 0, next);
    case 3: return uv_fs_fsync(loop, &req, fd, next);
    case 4: return uv_fs_fdatasync(loop, &req, fd, next);
    case 5: bufs[0] = uv_buf_init(space, 3);
            bufs[1] = uv_buf_init(space + 3, 60);
            return uv_fs_read(loop, &req, fd, bufs, 2, 0, next);
    case 6: return uv_fs_ftruncate(loop, &req, fd, 5, next);
    case 7: return uv_fs_fstat(loop, &req, fd, next);
    case 8: return uv_fs_fchmod(loop, &req, fd, 0600, next);
    case 9: return uv_fs_futime(loop, &req, fd, 400000000, 500000000, next);
    case 10: return uv_fs_fchown(loop, &req, fd, getuid(), getgid(), next);
    case 11: bufs[0] = uv_buf_init(space, 60);
             return uv_fs_read(loop, &req, fd, bufs, 1, -1, next);
    case 12: return uv_fs_close(loop, &req, fd, next);
    case 13: return uv_fs_rename(loop, &req, "file", "renamed", next);
    case 14: return uv_fs_unlink(loop, &req, "renamed", next);
    default: return 0;
  }
}

static void go_on(void) {
  if (step < 15)
    (void) asked(&req, ask());
}

static void next(uv_fs_t* done) {
  ssize_t result = done->result;
  told(done);
  if (!bad(result)) {
    switch (step - 1) {
      case 0: fd = (uv_file) result; break;
      case 1: must(result == 11); break;
      case 5: must(result == 11 && memcmp(space, "Hello world", 11) == 0); break;
      case 7: must(done->statbuf.st_size == 5); break;
      case 12: fd = -1; break;
    }
  } else if (step - 1 == 12) {
    fd = -1; /* whatever close answers, it is gone */
  }
  uv_fs_req_cleanup(done);
  if (!given_up())
    go_on();
}

SCENARIO(fs_files) {
  go_on();
  run();
  usually(step == 15);
  if (fd >= 0)
    close(fd);
}
