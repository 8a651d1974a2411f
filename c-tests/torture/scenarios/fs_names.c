/* Every operation on names, all under way at once. */
#include "../torture.h"

static uv_fs_t reqs[24];
static int used;

static void on_done(uv_fs_t* req) {
  told(req);
  (void) tolerable(req->result);
  if (req->result >= 0 && req->fs_type == UV_FS_MKSTEMP)
    close((int) req->result);
  uv_fs_req_cleanup(req);
}

#define ASK(call)                                                              \
  do {                                                                         \
    uv_fs_t* req = &reqs[used++];                                              \
    note_asked(__FILE__, __LINE__, req);                                       \
    if (tolerable(call))                                                       \
      told(req);                                                               \
  } while (0)

SCENARIO(fs_names) {
  make_file("a", "abc", 3);
  make_file("b", "abc", 3);
  make_file("c", "abc", 3);
  make_file("d", "abc", 3);
  must(symlink("a", "to-a") == 0);
  must(mkdir("empty", 0755) == 0);
  ASK(uv_fs_mkdir(loop, req, "new", 0755, on_done));
  ASK(uv_fs_rmdir(loop, req, "empty", on_done));
  ASK(uv_fs_link(loop, req, "a", "hard", on_done));
  ASK(uv_fs_symlink(loop, req, "a", "soft", 0, on_done));
  ASK(uv_fs_readlink(loop, req, "to-a", on_done));
  ASK(uv_fs_realpath(loop, req, "to-a", on_done));
  ASK(uv_fs_chmod(loop, req, "a", 0600, on_done));
  ASK(uv_fs_chown(loop, req, "a", getuid(), getgid(), on_done));
  ASK(uv_fs_lchown(loop, req, "to-a", getuid(), getgid(), on_done));
  ASK(uv_fs_access(loop, req, "a", R_OK, on_done));
  ASK(uv_fs_utime(loop, req, "a", 1, 2, on_done));
  ASK(uv_fs_lutime(loop, req, "to-a", 1, 2, on_done));
  ASK(uv_fs_mkdtemp(loop, req, "folder-XXXXXX", on_done));
  ASK(uv_fs_mkstemp(loop, req, "file-XXXXXX", on_done));
  ASK(uv_fs_statfs(loop, req, "a", on_done));
  ASK(uv_fs_stat(loop, req, "a", on_done));
  ASK(uv_fs_lstat(loop, req, "to-a", on_done));
  ASK(uv_fs_rename(loop, req, "b", "bb", on_done));
  ASK(uv_fs_unlink(loop, req, "c", on_done));
  run();
}
