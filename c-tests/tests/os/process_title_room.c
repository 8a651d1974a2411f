/* The process title needs room for its NUL. */
#include "test.h"

TEST(process_title_with_exact_room, SETUP_ARGS) {
  char buffer[] = "........";
  CHECK_OK(uv_set_process_title("title"));
  CHECK_EQ(uv_get_process_title(buffer, 5), UV_ENOBUFS);
  CHECK_STR_EQ(buffer, "........");
  CHECK_OK(uv_get_process_title(buffer, 6));
  CHECK_MEM_EQ(buffer, "title\0..", 8);
  finish_loop(uv_default_loop());
}
