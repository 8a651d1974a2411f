/* uv_fs_scandir sorts, in whatever order the names were made. */
#include "fs.h"

static const char* const sorted[] = {
  ".hidden", "A", "B", "a", "aa", "ab", "b", "long-name-1", "long-name-10",
  "long-name-2",
};

enum { NAMES = sizeof(sorted) / sizeof(sorted[0]) };

static void make(const char* dir, const char* name) {
  char path[64];
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  write_file(path, "", 0);
}

static void check_order(void) {
  uv_dirent_t entry;
  int i;
  for (i = 0; i < NAMES; i++) {
    CHECK_OK(uv_fs_scandir_next(&fs_req, &entry));
    CHECK_STR_EQ(entry.name, sorted[i]);
  }
  CHECK_EQ(uv_fs_scandir_next(&fs_req, &entry), UV_EOF);
}

TEST(fs_scandir_sorts_by_name) {
  int i;
  CHECK_OK(mkdir("up", 0755));
  CHECK_OK(mkdir("down", 0755));
  for (i = 0; i < NAMES; i++) {
    make("up", sorted[i]);
    make("down", sorted[NAMES - 1 - i]);
  }
  CHECK_EQ(SYNC(uv_fs_scandir, "up", 0), NAMES);
  check_order();
  CHECK_EQ(SYNC(uv_fs_scandir, "down", 0), NAMES);
  check_order();
  CHECK_EQ(ASYNC(UV_FS_SCANDIR, uv_fs_scandir, "down", 0), NAMES);
  check_order();
  fs_finish();
}
