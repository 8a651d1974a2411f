/* Calls without a request. */
#include "fs.h"

#define CHECK_REFUSED(function, ...)                                           \
  CHECK_ERR(UV_EINVAL, function(NULL, NULL, __VA_ARGS__, NULL))

TEST(fs_null_req) {
  CHECK_REFUSED(uv_fs_open, NULL, 0, 0);
  CHECK_REFUSED(uv_fs_close, 0);
  CHECK_REFUSED(uv_fs_read, 0, NULL, 0, -1);
  CHECK_REFUSED(uv_fs_write, 0, NULL, 0, -1);
  CHECK_REFUSED(uv_fs_unlink, NULL);
  CHECK_REFUSED(uv_fs_mkdir, NULL, 0);
  CHECK_REFUSED(uv_fs_mkdtemp, NULL);
  CHECK_REFUSED(uv_fs_mkstemp, NULL);
  CHECK_REFUSED(uv_fs_rmdir, NULL);
  CHECK_REFUSED(uv_fs_scandir, NULL, 0);
  CHECK_REFUSED(uv_fs_link, NULL, NULL);
  CHECK_REFUSED(uv_fs_symlink, NULL, NULL, 0);
  CHECK_REFUSED(uv_fs_readlink, NULL);
  CHECK_REFUSED(uv_fs_realpath, NULL);
  CHECK_REFUSED(uv_fs_chown, NULL, 0, 0);
  CHECK_REFUSED(uv_fs_fchown, 0, 0, 0);
  CHECK_REFUSED(uv_fs_stat, NULL);
  CHECK_REFUSED(uv_fs_lstat, NULL);
  CHECK_REFUSED(uv_fs_fstat, 0);
  CHECK_REFUSED(uv_fs_rename, NULL, NULL);
  CHECK_REFUSED(uv_fs_fsync, 0);
  CHECK_REFUSED(uv_fs_fdatasync, 0);
  CHECK_REFUSED(uv_fs_ftruncate, 0, 0);
  CHECK_REFUSED(uv_fs_copyfile, NULL, NULL, 0);
  CHECK_REFUSED(uv_fs_sendfile, 0, 0, 0, 0);
  CHECK_REFUSED(uv_fs_access, NULL, 0);
  CHECK_REFUSED(uv_fs_chmod, NULL, 0);
  CHECK_REFUSED(uv_fs_fchmod, 0, 0);
  CHECK_REFUSED(uv_fs_utime, NULL, 0.0, 0.0);
  CHECK_REFUSED(uv_fs_futime, 0, 0.0, 0.0);
  CHECK_REFUSED(uv_fs_statfs, NULL);
  uv_fs_req_cleanup(NULL);
  finish_loop(uv_default_loop());
}
