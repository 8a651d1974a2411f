/* Texts are cut to the buffer they go to, and always end with a NUL. */
#include "test.h"

TEST(strscpy) {
  char text[16];
  memset(text, 0, sizeof(text));
  uv_err_name_r(UV_EIO, text, 0);
  CHECK_EQ(text[0], '\0');
  CHECK_STR_EQ(uv_err_name_r(UV_EIO, text, sizeof(text)), "EIO");
  CHECK_MEM_EQ(text, "EIO\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(text));

  memset(text, '#', sizeof(text));
  uv_err_name_r(UV_EIO, text, 0);
  CHECK_EQ(text[0], '#');
  CHECK_STR_EQ(uv_err_name_r(UV_EIO, text, 1), "");
  CHECK_STR_EQ(uv_err_name_r(UV_EIO, text, 3), "EI");
  CHECK_STR_EQ(uv_err_name_r(UV_EIO, text, 4), "EIO");
  CHECK_EQ(text[4], '#');
  CHECK_STR_EQ(uv_err_name_r(UV_EINVAL, text, 4), "EIN");
  CHECK_EQ(text[4], '#');
  CHECK_STR_EQ(uv_strerror_r(UV_EINVAL, text, 4), "inv");
  CHECK_EQ(text[4], '#');
}
