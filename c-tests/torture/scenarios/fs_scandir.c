/* Folders listed at once, now and later; half of the list is taken. */
#include "../torture.h"

enum { FILES = 30 };

static uv_fs_t full, half, now;
static int counted;

static void on_full(uv_fs_t* req) {
  uv_dirent_t entry;
  told(req);
  if (!bad(req->result)) {
    must(req->result == FILES);
    while (uv_fs_scandir_next(req, &entry) == 0)
      counted++;
    must(counted == FILES);
  }
  uv_fs_req_cleanup(req);
}

static void on_half(uv_fs_t* req) {
  uv_dirent_t entry;
  told(req);
  if (!bad(req->result))
    must(uv_fs_scandir_next(req, &entry) == 0);
  uv_fs_req_cleanup(req);
}

SCENARIO(fs_scandir) {
  char name[] = "folder/00";
  int i;
  must(mkdir("folder", 0755) == 0);
  for (i = 0; i < FILES; i++) {
    name[7] = (char) ('0' + i / 10);
    name[8] = (char) ('0' + i % 10);
    make_file(name, "", 0);
  }
  if (asked(&full, uv_fs_scandir(loop, &full, "folder", 0, on_full)) ||
      asked(&half, uv_fs_scandir(loop, &half, "folder", 0, on_half)))
    return;
  (void) tolerable(uv_fs_scandir(NULL, &now, "folder", 0, NULL));
  uv_fs_req_cleanup(&now);
  run();
}
