/* Facts about the machine. */
#include "test.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

TEST(get_loadavg) {
  double averages[3] = { -1, -1, -1 };
  int i;
  uv_loadavg(averages);
  for (i = 0; i < 3; i++)
    CHECK(averages[i] >= 0);
}

TEST(get_memory) {
  uint64_t total = uv_get_total_memory();
  uint64_t available = uv_get_available_memory();
  uint64_t constrained = uv_get_constrained_memory();
  uint64_t unused = uv_get_free_memory();

  printf("free %ju, total %ju, constrained %ju, available %ju\n",
         (uintmax_t) unused, (uintmax_t) total, (uintmax_t) constrained,
         (uintmax_t) available);
  CHECK_GT(unused, 0);
  CHECK_GT(total, 0);
  CHECK_GT(total, unused);
  CHECK_LE(available, total);
}

TEST(gethostname) {
  char name[UV_MAXHOSTNAMESIZE];
  size_t needed = 1;
  size_t size = sizeof(name);

  CHECK_ERR(UV_EINVAL, uv_os_gethostname(NULL, &size));
  CHECK_ERR(UV_EINVAL, uv_os_gethostname(name, NULL));
  size = 0;
  CHECK_ERR(UV_EINVAL, uv_os_gethostname(name, &size));

  name[0] = '\0';
  CHECK_ERR(UV_ENOBUFS, uv_os_gethostname(name, &needed));
  CHECK_EQ(name[0], '\0');
  CHECK_GT(needed, 1);

  size = sizeof(name);
  CHECK_OK(uv_os_gethostname(name, &size));
  CHECK_GT(size, 0);
  CHECK_EQ(size, strlen(name));
  CHECK_EQ(size + 1, needed);
}

/* As long as the system allows them. */
TEST(gethostname_longest) {
  char longest[UV_MAXHOSTNAMESIZE];
  char name[UV_MAXHOSTNAMESIZE];
  size_t size = sizeof(name);

  if (unshare(CLONE_NEWUTS) != 0)
    SKIP("the host's name cannot be set");
  memset(longest, 'a', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  CHECK_OK(sethostname(longest, sizeof(longest) - 1));
  CHECK_OK(uv_os_gethostname(name, &size));
  CHECK_STR_EQ(name, longest);
  CHECK_EQ(size, sizeof(name) - 1);
  size = sizeof(name) - 1;
  CHECK_ERR(UV_ENOBUFS, uv_os_gethostname(name, &size));
  CHECK_EQ(size, sizeof(name));
}

TEST(uname) {
  struct utsname expected;
  uv_utsname_t info;

  CHECK_ERR(UV_EINVAL, uv_os_uname(NULL));
  CHECK_OK(uv_os_uname(&info));
  CHECK_EQ(uname(&expected), 0);
  CHECK_STR_EQ(info.sysname, expected.sysname);
  CHECK_STR_EQ(info.version, expected.version);
  CHECK_STR_EQ(info.release, expected.release);
  CHECK_STR_EQ(info.machine, expected.machine);
}
