/* Environment variables, working, home and temporary directories. */
#include "test.h"

enum { BUFFER = 4096 };

static void expect_no_trailing_slash(const char* path, size_t size) {
  CHECK_GT(size, 0);
  CHECK_EQ(strlen(path), size);
  if (size > 1)
    CHECK_NE(path[size - 1], '/');
}

/* A getter such as uv_os_homedir. */
static void get_directory(int (*get)(char*, size_t*)) {
  char path[BUFFER];
  size_t needed = 1;
  size_t size = sizeof(path);
  memset(path, 'x', sizeof(path));
  CHECK_OK(get(path, &size));
  CHECK_EQ(path[size], '\0');
  expect_no_trailing_slash(path, size);

  CHECK_ERR(UV_ENOBUFS, get(path, &needed));
  CHECK_EQ(needed, size + 1);
  CHECK_GT(needed, 1);

  CHECK_ERR(UV_EINVAL, get(NULL, &size));
  CHECK_ERR(UV_EINVAL, get(path, NULL));
  size = 0;
  CHECK_ERR(UV_EINVAL, get(path, &size));
}

TEST(homedir) {
  get_directory(uv_os_homedir);
}

TEST(homedir_without_home) {
  unsetenv("HOME");
  get_directory(uv_os_homedir);
}

TEST(tmpdir) {
  get_directory(uv_os_tmpdir);
}

TEST(tmpdir_asks_four_variables) {
  static const char* const names[] = { "TMPDIR", "TMP", "TEMP", "TEMPDIR" };
  char path[BUFFER];
  size_t size;
  int i;
  for (i = 0; i < 4; i++)
    unsetenv(names[i]);
  size = sizeof(path);
  CHECK_OK(uv_os_tmpdir(path, &size));
  CHECK_STR_EQ(path, "/tmp");
  for (i = 3; i >= 0; i--) {
    char value[32];
    snprintf(value, sizeof(value), "/from-%s", names[i]);
    setenv(names[i], value, 1);
    size = sizeof(path);
    CHECK_OK(uv_os_tmpdir(path, &size));
    CHECK_STR_EQ(path, value);
  }
  setenv("TMPDIR", "/ends/in/a/slash/", 1);
  size = sizeof(path);
  CHECK_OK(uv_os_tmpdir(path, &size));
  CHECK_STR_EQ(path, "/ends/in/a/slash");
}

/* The slash is left out, but there must be room for it. */
TEST(tmpdir_asks_for_room_for_the_slash) {
  char path[BUFFER];
  size_t size;
  setenv("TMPDIR", "/tmp/", 1);
  for (size = 1; size < 6;) {
    size_t given = size;
    CHECK_ERR(UV_ENOBUFS, uv_os_tmpdir(path, &size));
    CHECK_EQ(size, 6);
    size = given + 1;
  }
  CHECK_OK(uv_os_tmpdir(path, &size));
  CHECK_STR_EQ(path, "/tmp");
  CHECK_EQ(size, 4);
  /* Only one is left out, and never the only one. */
  setenv("TMPDIR", "//", 1);
  size = 3;
  CHECK_OK(uv_os_tmpdir(path, &size));
  CHECK_STR_EQ(path, "/");
  setenv("TMPDIR", "/", 1);
  size = 2;
  CHECK_OK(uv_os_tmpdir(path, &size));
  CHECK_STR_EQ(path, "/");
  CHECK_EQ(size, 1);
}

TEST(cwd_and_chdir) {
  char first[BUFFER];
  char second[BUFFER];
  size_t needed = 1;
  size_t size = sizeof(first);
  size_t again = sizeof(second);

  CHECK_ERR(UV_ENOBUFS, uv_cwd(first, &needed));
  CHECK_GT(needed, 1);
  CHECK_OK(uv_cwd(first, &size));
  CHECK_GT(size, 0);
  CHECK_EQ(first[size], '\0');
  CHECK_EQ(needed, size + 1);
  expect_no_trailing_slash(first, size);

  CHECK_OK(uv_chdir(first));
  CHECK_OK(uv_cwd(second, &again));
  CHECK_EQ(again, size);
  CHECK_STR_EQ(second, first);
}

/* Sets a value of that many characters, reads it back and takes it away. */
static void set_long_value(const char* name, size_t length) {
  char* value = malloc(length + 1);
  char* result = malloc(length + 1);
  size_t size = length + 1;
  CHECK_NOT_NULL(value);
  CHECK_NOT_NULL(result);
  memset(value, 'x', length);
  value[length] = '\0';
  CHECK_OK(uv_os_setenv(name, value));
  CHECK_OK(uv_os_getenv(name, result, &size));
  CHECK_EQ(size, length);
  CHECK_MEM_EQ(result, value, length + 1);
  CHECK_OK(uv_os_unsetenv(name));
  free(result);
  free(value);
}

static void find_in_environ(const char* name, const char* other_name) {
  uv_env_item_t* items;
  int found = 0;
  int found_other = 0;
  int count;
  int i;
  CHECK_OK(uv_os_environ(&items, &count));
  CHECK_GT(count, 0);
  for (i = 0; i < count; i++) {
    CHECK_NOT_NULL(items[i].name);
    CHECK_NOT_NULL(items[i].value);
    if (strcmp(items[i].name, name) == 0) {
      CHECK_STR_EQ(items[i].value, "123456789");
      found++;
    } else if (strcmp(items[i].name, other_name) == 0) {
      CHECK_STR_EQ(items[i].value, "");
      found_other++;
    }
  }
  CHECK_EQ(found, 1);
  CHECK_EQ(found_other, 1);
  uv_os_free_environ(items, count);
}

TEST(env_vars) {
  const char* name = "UV_TESTS_VARIABLE";
  const char* other_name = "UV_TESTS_VARIABLE2";
  char value[BUFFER];
  size_t size;
  size_t length;

  CHECK_ERR(UV_EINVAL, uv_os_setenv(NULL, "value"));
  CHECK_ERR(UV_EINVAL, uv_os_setenv(name, NULL));
  CHECK_ERR(UV_EINVAL, uv_os_setenv(NULL, NULL));
  size = sizeof(value);
  CHECK_ERR(UV_EINVAL, uv_os_getenv(NULL, value, &size));
  CHECK_ERR(UV_EINVAL, uv_os_getenv(name, NULL, &size));
  CHECK_ERR(UV_EINVAL, uv_os_getenv(name, value, NULL));
  size = 0;
  CHECK_ERR(UV_EINVAL, uv_os_getenv(name, value, &size));
  CHECK_ERR(UV_EINVAL, uv_os_unsetenv(NULL));

  CHECK_OK(uv_os_setenv(name, "123456789"));
  size = 10;
  CHECK_OK(uv_os_getenv(name, value, &size));
  CHECK_STR_EQ(value, "123456789");
  CHECK_EQ(size, 9);
  size = 9;
  CHECK_ERR(UV_ENOBUFS, uv_os_getenv(name, value, &size));
  CHECK_EQ(size, 10);

  CHECK_OK(uv_os_unsetenv(name));
  size = sizeof(value);
  CHECK_ERR(UV_ENOENT, uv_os_getenv(name, value, &size));
  CHECK_OK(uv_os_unsetenv(name));

  CHECK_OK(uv_os_setenv(name, ""));
  size = sizeof(value);
  memset(value, 'x', sizeof(value));
  CHECK_OK(uv_os_getenv(name, value, &size));
  CHECK_EQ(size, 0);
  CHECK_STR_EQ(value, "");

  CHECK_OK(uv_os_setenv(name, "123456789"));
  CHECK_OK(uv_os_setenv(other_name, ""));
  find_in_environ(name, other_name);

  for (length = 32768; length <= 4 * 32768; length += 32768)
    set_long_value(name, length);
}
