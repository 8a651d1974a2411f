/* Random bytes where getrandom is refused. */
#include "refuse.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

/* Twice: what was learned at the first call must hold for the second. */
static void random_where_refused(int error) {
  static const char zeros[64];
  char bytes[sizeof(zeros)];
  int i;
  refuse(SYS_getrandom, 0, error);
  for (i = 0; i < 2; i++) {
    memset(bytes, 0, sizeof(bytes));
    CHECK_OK(uv_random(NULL, NULL, bytes, sizeof(bytes), 0, NULL));
    CHECK_NE(memcmp(bytes, zeros, sizeof(bytes)), 0);
  }
}

TEST(random_without_getrandom_enosys) { random_where_refused(ENOSYS); }
TEST(random_without_getrandom_eperm) { random_where_refused(EPERM); }
TEST(random_without_getrandom_eacces) { random_where_refused(EACCES); }
TEST(random_without_getrandom_einval) { random_where_refused(EINVAL); }
TEST(random_without_getrandom_eopnotsupp) { random_where_refused(EOPNOTSUPP); }
