/* The same and more without callbacks. */
#include "../torture.h"

static uv_fs_t req;

static int64_t after(ssize_t result) {
  uv_fs_req_cleanup(&req);
  return result;
}

SCENARIO(fs_now) {
  uv_buf_t bufs[40];
  char space[40];
  int64_t fd;
  int i;
  for (i = 0; i < 40; i++)
    bufs[i] = uv_buf_init(&space[i], 1);
  fd = after(uv_fs_open(NULL, &req, "file", UV_FS_O_RDWR | UV_FS_O_CREAT, 0644,
                        NULL));
  if (bad(fd))
    return;
  (void) tolerable(after(uv_fs_write(NULL, &req, (uv_file) fd, bufs, 40, -1,
                                     NULL)));
  (void) tolerable(after(uv_fs_write(NULL, &req, (uv_file) fd, bufs, 3, 40,
                                     NULL)));
  (void) tolerable(after(uv_fs_read(NULL, &req, (uv_file) fd, bufs, 40, 0,
                                    NULL)));
  (void) tolerable(after(uv_fs_fsync(NULL, &req, (uv_file) fd, NULL)));
  (void) tolerable(after(uv_fs_fstat(NULL, &req, (uv_file) fd, NULL)));
  (void) tolerable(after(uv_fs_ftruncate(NULL, &req, (uv_file) fd, 7, NULL)));
  (void) tolerable(after(uv_fs_futime(NULL, &req, (uv_file) fd, 1, 2, NULL)));
  (void) tolerable(after(uv_fs_close(NULL, &req, (uv_file) fd, NULL)));
  (void) tolerable(after(uv_fs_stat(NULL, &req, "file", NULL)));
  (void) tolerable(after(uv_fs_lstat(NULL, &req, "file", NULL)));
  (void) tolerable(after(uv_fs_statfs(NULL, &req, "file", NULL)));
  (void) tolerable(after(uv_fs_access(NULL, &req, "file", R_OK, NULL)));
  (void) tolerable(after(uv_fs_chmod(NULL, &req, "file", 0600, NULL)));
  (void) tolerable(after(uv_fs_realpath(NULL, &req, "file", NULL)));
  (void) tolerable(after(uv_fs_utime(NULL, &req, "file", 1, 2, NULL)));
  (void) tolerable(after(uv_fs_link(NULL, &req, "file", "other", NULL)));
  (void) tolerable(after(uv_fs_unlink(NULL, &req, "file", NULL)));
}
