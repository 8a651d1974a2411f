/* Directories and files with names of the system's choice. */
#include "fs.h"

enum { RANDOM = 6 };

/* What replaced the XXXXXX of the template; the caller frees it. */
static char* chosen_name(const char* template) {
  size_t length = strlen(template);
  CHECK(fs_req.path != template);
  CHECK_EQ(strlen(fs_req.path), length);
  CHECK_MEM_EQ(fs_req.path, template, length - RANDOM);
  CHECK_NE(strcmp(fs_req.path + length - RANDOM, "XXXXXX"), 0);
  return strdup(fs_req.path);
}

static char* check_dir(const char* template) {
  char* path = chosen_name(template);
  CHECK_EQ(fs_req.fs_type, UV_FS_MKDTEMP);
  CHECK((stat_of(path).st_mode & S_IFMT) == S_IFDIR);
  CHECK_EQ(mode_of(path), 0700);
  return path;
}

TEST(fs_mkdtemp) {
  static const char template[] = "test_dir_XXXXXX";
  char* first;
  char* second;
  CHECK_OK(ASYNC(UV_FS_MKDTEMP, uv_fs_mkdtemp, template));
  first = check_dir(template);
  CHECK_OK(SYNC(uv_fs_mkdtemp, template));
  second = check_dir(template);
  CHECK_NE(strcmp(first, second), 0);
  CHECK_STR_EQ(template, "test_dir_XXXXXX");
  free(first);
  free(second);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_mkdtemp)

static char* check_temporary(const char* template) {
  char* path = chosen_name(template);
  CHECK_EQ(fs_req.fs_type, UV_FS_MKSTEMP);
  CHECK((stat_of(path).st_mode & S_IFMT) == S_IFREG);
  CHECK_EQ(mode_of(path), 0600);
  return path;
}

TEST(fs_mkstemp) {
  static const char template[] = "test_file_XXXXXX";
  char* first;
  char* second;
  uv_file first_fd;
  uv_file second_fd;
  first_fd = (uv_file) ASYNC(UV_FS_MKSTEMP, uv_fs_mkstemp, template);
  CHECK_GE(first_fd, 0);
  first = check_temporary(template);
  second_fd = (uv_file) SYNC(uv_fs_mkstemp, template);
  CHECK_GE(second_fd, 0);
  second = check_temporary(template);
  CHECK_NE(strcmp(first, second), 0);
  CHECK_STR_EQ(template, "test_file_XXXXXX");

  CHECK_ERR(UV_EINVAL, uv_fs_mkstemp(NULL, fs_fresh(), "no_such_end", NULL));
  CHECK_STR_EQ(fs_req.path, "");

  CHECK_EQ(write_text(first_fd, -1), TEXT_SIZE);
  close_file(first_fd);
  close_file(second_fd);
  check_file(first, O_RDONLY, TEXT, TEXT_SIZE);
  free(first);
  free(second);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_mkstemp)
