/* A folder read in pieces. */
#include "../torture.h"

enum { FILES = 25, PIECE = 10 };

static uv_fs_t req;
static uv_dir_t* dir;
static uv_dirent_t entries[PIECE];
static int counted;

static void on_closed_dir(uv_fs_t* done) {
  told(done);
  (void) tolerable(done->result);
  uv_fs_req_cleanup(done);
}

static void close_now(void) {
  uv_fs_t last;
  (void) tolerable(uv_fs_closedir(NULL, &last, dir, NULL));
  uv_fs_req_cleanup(&last);
}

static void on_read(uv_fs_t* done) {
  ssize_t result = done->result;
  told(done);
  uv_fs_req_cleanup(done);
  if (bad(result)) {
    close_now();
  } else if (result == 0) {
    if (asked(&req, uv_fs_closedir(loop, &req, dir, on_closed_dir)))
      close_now();
  } else {
    counted += (int) result;
    if (asked(&req, uv_fs_readdir(loop, &req, dir, on_read)))
      close_now();
  }
}

static void on_open(uv_fs_t* done) {
  told(done);
  if (!bad(done->result)) {
    dir = done->ptr;
    dir->dirents = entries;
    dir->nentries = PIECE;
  }
  uv_fs_req_cleanup(done);
  if (dir != NULL && asked(&req, uv_fs_readdir(loop, &req, dir, on_read)))
    close_now();
}

SCENARIO(fs_readdir) {
  char name[] = "folder/00";
  int i;
  must(mkdir("folder", 0755) == 0);
  for (i = 0; i < FILES; i++) {
    name[7] = (char) ('0' + i / 10);
    name[8] = (char) ('0' + i % 10);
    make_file(name, "", 0);
  }
  if (asked(&req, uv_fs_opendir(loop, &req, "folder", on_open)))
    return;
  run();
  usually(counted == FILES);
}
