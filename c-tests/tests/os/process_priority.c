#include "test.h"

TEST(process_priority) {
  int value;
  int priority;

  CHECK_EQ(UV_PRIORITY_HIGHEST, -20);
  CHECK_EQ(UV_PRIORITY_LOW, 19);
  CHECK_ERR(UV_EINVAL, uv_os_getpriority(0, NULL));

  for (value = UV_PRIORITY_HIGHEST; value <= UV_PRIORITY_LOW; value++) {
    int status = uv_os_setpriority(0, value);
    if (status == UV_EACCES)
      continue; /* only root may become less nice */
    CHECK_OK(status);
    priority = 1000;
    CHECK_OK(uv_os_getpriority(0, &priority));
    CHECK_EQ(priority, value);
    priority = 1000;
    CHECK_OK(uv_os_getpriority(uv_os_getpid(), &priority));
    CHECK_EQ(priority, value);
  }

  CHECK_ERR(UV_EINVAL, uv_os_setpriority(0, UV_PRIORITY_HIGHEST - 1));
  CHECK_ERR(UV_EINVAL, uv_os_setpriority(0, UV_PRIORITY_LOW + 1));
}
