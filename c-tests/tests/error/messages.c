/* Error codes, their names and their messages. */
#include "test.h"

#include <errno.h>

TEST(error_message) {
  char text[32];
  CHECK_NULL(strstr(uv_strerror(UV_EINVAL), "Success"));
  CHECK_NULL(strstr(uv_strerror_r(UV_EINVAL, text, sizeof(text)), "Success"));
  CHECK_PTR_EQ(uv_strerror_r(1337, text, sizeof(text)), text);
  CHECK_STR_EQ(text, "Unknown system error 1337");
  CHECK_PTR_EQ(uv_strerror_r(-1337, text, sizeof(text)), text);
  CHECK_STR_EQ(text, "Unknown system error -1337");
}

/* Each has a name and a message, which the header spells out. */
TEST(error_names_match_the_header) {
  char text[128];
#define CHECK_ERROR(name, message)                                             \
  CHECK_STR_EQ(uv_err_name(UV_##name), #name);                                 \
  CHECK_STR_EQ(uv_strerror(UV_##name), message);                               \
  CHECK_STR_EQ(uv_err_name_r(UV_##name, text, sizeof(text)), #name);           \
  CHECK_STR_EQ(uv_strerror_r(UV_##name, text, sizeof(text)), message);
  UV_ERRNO_MAP(CHECK_ERROR)
#undef CHECK_ERROR
}

TEST(error_text_is_cut_to_the_buffer) {
  char text[8];
  memset(text, '#', sizeof(text));
  uv_strerror_r(UV_EINVAL, text, 5);
  CHECK_MEM_EQ(text, "inva\0###", 8);
  memset(text, '#', sizeof(text));
  uv_err_name_r(UV_EINVAL, text, 5);
  CHECK_MEM_EQ(text, "EINV\0###", 8);
}

TEST(sys_error) {
  CHECK_EQ(uv_translate_sys_error(EPERM), UV_EPERM);
  CHECK_EQ(uv_translate_sys_error(EPIPE), UV_EPIPE);
  CHECK_EQ(uv_translate_sys_error(EINVAL), UV_EINVAL);
  CHECK_EQ(uv_translate_sys_error(UV_EINVAL), UV_EINVAL);
  CHECK_EQ(uv_translate_sys_error(UV_ERANGE), UV_ERANGE);
  CHECK_EQ(uv_translate_sys_error(UV_EACCES), UV_EACCES);
  CHECK_EQ(uv_translate_sys_error(0), 0);
}
