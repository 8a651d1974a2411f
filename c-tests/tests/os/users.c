#include "test.h"

#include <unistd.h>

static void expect_text(const char* text) {
  CHECK_NOT_NULL(text);
  CHECK_GT(strlen(text), 0);
}

TEST(get_passwd) {
  uv_passwd_t user;
  size_t length;

  CHECK_OK(uv_os_get_passwd(&user));
  expect_text(user.username);
  expect_text(user.shell);
  expect_text(user.homedir);
  length = strlen(user.homedir);
  if (length > 1)
    CHECK_NE(user.homedir[length - 1], '/');
  CHECK_NE((unsigned) user.uid, (unsigned) -1);
  CHECK_NE((unsigned) user.gid, (unsigned) -1);
  CHECK_EQ(user.uid, geteuid());
  if (user.uid != 0 && user.gid != getgid())
    CHECK_EQ(user.gid, getegid());

  uv_os_free_passwd(&user);
  CHECK_NULL(user.username);
  CHECK_NULL(user.shell);
  CHECK_NULL(user.homedir);
  uv_os_free_passwd(&user);
  CHECK_NULL(user.username);
  CHECK_NULL(user.shell);
  CHECK_NULL(user.homedir);

  CHECK_ERR(UV_EINVAL, uv_os_get_passwd(NULL));
}

TEST(get_passwd2) {
  uv_passwd_t user;
  uv_passwd_t same;
  uv_passwd_t root;

  CHECK_OK(uv_os_get_passwd(&user));
  CHECK_OK(uv_os_get_passwd2(&same, user.uid));
  CHECK_EQ(same.uid, user.uid);
  CHECK_STR_EQ(same.username, user.username);
  CHECK_STR_EQ(same.shell, user.shell);
  CHECK_STR_EQ(same.homedir, user.homedir);
  uv_os_free_passwd(&same);
  uv_os_free_passwd(&user);

  CHECK_OK(uv_os_get_passwd2(&root, 0));
  CHECK_STR_EQ(root.username, "root");
  expect_text(root.homedir);
  expect_text(root.shell);
  uv_os_free_passwd(&root);

  CHECK_ERR(UV_EINVAL, uv_os_get_passwd2(NULL, 0));
}

TEST(get_group) {
  uv_passwd_t user;
  uv_group_t group;

  CHECK_OK(uv_os_get_passwd(&user));
  CHECK_ERR(UV_EINVAL, uv_os_get_group(NULL, user.gid));
  CHECK_OK(uv_os_get_group(&group, user.gid));
  CHECK_EQ(group.gid, user.gid);
  expect_text(group.groupname);
  uv_os_free_group(&group);
  uv_os_free_passwd(&user);
}

TEST(get_user_that_does_not_exist) {
  uv_passwd_t user;
  uv_group_t group;
  CHECK_ERR(UV_ENOENT, uv_os_get_passwd2(&user, 987654321));
  CHECK_ERR(UV_ENOENT, uv_os_get_group(&group, 987654321));
}
