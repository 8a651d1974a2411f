/* Directories in pieces: uv_fs_opendir, uv_fs_readdir, uv_fs_closedir. */
#include "fs.h"

/* One open directory, and a request for each call on it. */
static uv_dir_t* dir;
static uv_dirent_t dirents[1];
static uv_fs_t open_req, read_req, close_req;
static int open_calls, read_calls, close_calls;
static int left; /* entries that are still to come */

static const struct {
  const char* name;
  uv_dirent_type_t type;
} expected[] = {
  { "one", UV_DIRENT_FILE },
  { "two", UV_DIRENT_FILE },
  { "sub", UV_DIRENT_DIR },
};

enum { ENTRIES = sizeof(expected) / sizeof(expected[0]) };

static int seen[ENTRIES];

static void check_entry(const uv_dirent_t* entry) {
  int i;
  for (i = 0; i < ENTRIES; i++)
    if (strcmp(entry->name, expected[i].name) == 0)
      break;
  CHECK_LT(i, ENTRIES);
  CHECK_EQ(seen[i]++, 0);
  CHECK_EQ(entry->type, expected[i].type);
}

static void check_opened(uv_fs_t* req) {
  CHECK_EQ(req->fs_type, UV_FS_OPENDIR);
  CHECK_OK(req->result);
  CHECK_NOT_NULL(req->ptr);
  dir = req->ptr;
  dir->dirents = dirents;
  dir->nentries = 1;
  fs_release(req);
}

static void read_synchronously(const char* path, int entries) {
  uv_loop_t* loop = uv_default_loop();
  memset(&open_req, 0xDB, sizeof(open_req));
  memset(&read_req, 0xDB, sizeof(read_req));
  memset(&close_req, 0xDB, sizeof(close_req));
  CHECK_OK(uv_fs_opendir(loop, &open_req, path, NULL));
  check_opened(&open_req);
  while (entries-- > 0) {
    CHECK_EQ(uv_fs_readdir(loop, &read_req, dir, NULL), 1);
    CHECK_EQ(read_req.result, 1);
    check_entry(&dirents[0]);
    uv_fs_req_cleanup(&read_req);
  }
  CHECK_EQ(uv_fs_readdir(loop, &read_req, dir, NULL), 0);
  CHECK_EQ(read_req.fs_type, UV_FS_READDIR);
  CHECK_EQ(read_req.result, 0);
  uv_fs_req_cleanup(&read_req);
  CHECK_OK(uv_fs_closedir(loop, &close_req, dir, NULL));
  CHECK_EQ(close_req.fs_type, UV_FS_CLOSEDIR);
  CHECK_OK(close_req.result);
  uv_fs_req_cleanup(&close_req);
}

static void on_closed(uv_fs_t* req) {
  CHECK_PTR_EQ(req, &close_req);
  CHECK_EQ(req->fs_type, UV_FS_CLOSEDIR);
  CHECK_OK(req->result);
  uv_fs_req_cleanup(req);
  close_calls++;
}

static void on_read(uv_fs_t* req) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_PTR_EQ(req, &read_req);
  CHECK_EQ(req->fs_type, UV_FS_READDIR);
  CHECK_PTR_EQ(req->ptr, dir);
  CHECK_PTR_EQ(dir->dirents, dirents);
  read_calls++;
  if (left > 0) {
    CHECK_EQ(req->result, 1);
    left--;
    check_entry(&dirents[0]);
    uv_fs_req_cleanup(req);
    CHECK_OK(uv_fs_readdir(loop, req, dir, on_read));
  } else {
    CHECK_EQ(req->result, 0);
    uv_fs_req_cleanup(req);
    CHECK_OK(uv_fs_closedir(loop, &close_req, dir, on_closed));
  }
}

static void on_opened(uv_fs_t* req) {
  CHECK_PTR_EQ(req, &open_req);
  check_opened(req);
  CHECK_OK(uv_fs_readdir(uv_default_loop(), &read_req, dir, on_read));
  open_calls++;
}

static void read_asynchronously(const char* path, int entries) {
  memset(&open_req, 0xDB, sizeof(open_req));
  memset(&read_req, 0xDB, sizeof(read_req));
  memset(&close_req, 0xDB, sizeof(close_req));
  left = entries;
  CHECK_OK(uv_fs_opendir(uv_default_loop(), &open_req, path, on_opened));
  CHECK_EQ(open_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(open_calls, 1);
  CHECK_EQ(read_calls, entries + 1);
  CHECK_EQ(close_calls, 1);
}

TEST(fs_readdir_empty_dir) {
  CHECK_OK(SYNC(uv_fs_mkdir, "empty", 0755));
  read_synchronously("empty/", 0);
  read_asynchronously("empty/", 0);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_readdir_empty_dir)

TEST(fs_readdir_non_empty_dir) {
  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0755));
  CHECK_OK(SYNC(uv_fs_mkdir, "dir/sub", 0755));
  create_text("dir/one");
  create_text("dir/two");
  read_synchronously("dir", ENTRIES);
  memset(seen, 0, sizeof(seen));
  read_asynchronously("dir", ENTRIES);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_readdir_non_empty_dir)

/* What is freed is what was read, whatever the program wants to read next. */
TEST(fs_readdir_fewer_wanted_next) {
  uv_dirent_t many[8];
  int i;

  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0755));
  CHECK_OK(SYNC(uv_fs_mkdir, "dir/sub", 0755));
  create_text("dir/one");
  create_text("dir/two");
  CHECK_OK(uv_fs_opendir(NULL, &open_req, "dir", NULL));
  check_opened(&open_req);
  memset(many, 0, sizeof(many));
  dir->dirents = many;
  dir->nentries = 8;
  CHECK_EQ(uv_fs_readdir(NULL, &read_req, dir, NULL), ENTRIES);
  dir->nentries = 1;
  uv_fs_req_cleanup(&read_req);
  for (i = 0; i < ENTRIES; i++)
    CHECK_NULL(many[i].name);
  CHECK_OK(uv_fs_closedir(NULL, &close_req, dir, NULL));
  uv_fs_req_cleanup(&close_req);
  fs_finish();
}

static void fail_to_open(const char* path, int error) {
  CHECK_ERR(error, SYNC_ON_LOOP(uv_fs_opendir, path));
  CHECK_EQ(fs_req.fs_type, UV_FS_OPENDIR);
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(error, ASYNC(UV_FS_OPENDIR, uv_fs_opendir, path));
  CHECK_NULL(fs_req.ptr);
}

TEST(fs_readdir_file) {
  write_file("file", "", 0);
  fail_to_open("file", UV_ENOTDIR);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_readdir_file)

TEST(fs_readdir_non_existing_dir) {
  fail_to_open("missing/", UV_ENOENT);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_readdir_non_existing_dir)
