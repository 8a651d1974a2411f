/* The name of a pipe goes with its handle. */
#include "pipes.h"

#include <sys/stat.h>

static void bind_again(const char* path) {
  struct stat info;
  uv_pipe_t pipe, other;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &other, 0));
  CHECK_OK(uv_pipe_bind(&pipe, path));
  CHECK_OK(stat(path, &info));
  CHECK(S_ISSOCK(info.st_mode));
  CHECK_EQ(uv_pipe_bind(&other, path), UV_EADDRINUSE);
  uv_close((uv_handle_t*) &pipe, NULL);
  CHECK_EQ(stat(path, &info), -1);
  CHECK_EQ(errno, ENOENT);
  CHECK_OK(uv_pipe_bind(&other, path)); /* before the close callback, too */
  close_handles(uv_default_loop());
  CHECK_EQ(stat(path, &info), -1);
}

TEST(pipe_close_removes_the_name) {
  const char* path = fresh_pipe_path();
  bind_again(path);
  bind_again(path);
  finish_loop(uv_default_loop());
}
