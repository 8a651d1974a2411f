#include "test.h"

#include <grp.h>
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

/* Memory that is full of what was there before. */
static void* dirty_malloc(size_t size) {
  void* block = malloc(size);
  if (block != NULL)
    memset(block, 0xa5, size);
  return block;
}

/* A group with members, and one without. */
TEST(get_group_ends_the_list_of_members) {
  int with = 0;
  int without = 0;
  uv_gid_t gid;
  CHECK_OK(uv_replace_allocator(dirty_malloc, realloc, calloc, free));
  for (gid = 0; gid < 200; gid++) {
    uv_group_t group;
    struct group* known = getgrgid(gid);
    int count = 0;
    if (known == NULL)
      continue;
    CHECK_OK(uv_os_get_group(&group, gid));
    known = getgrgid(gid);
    CHECK_NOT_NULL(known);
    CHECK_STR_EQ(group.groupname, known->gr_name);
    for (; known->gr_mem[count] != NULL; count++) {
      CHECK_NOT_NULL(group.members[count]);
      CHECK_STR_EQ(group.members[count], known->gr_mem[count]);
    }
    CHECK_NULL(group.members[count]);
    *(count > 0 ? &with : &without) += 1;
    uv_os_free_group(&group);
  }
  CHECK_GT(with + without, 0);
}

TEST(get_user_that_does_not_exist) {
  uv_passwd_t user;
  uv_group_t group;
  CHECK_ERR(UV_ENOENT, uv_os_get_passwd2(&user, 987654321));
  CHECK_ERR(UV_ENOENT, uv_os_get_group(&group, 987654321));
}
