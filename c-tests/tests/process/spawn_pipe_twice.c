/* One pipe for two of the child's descriptors: there is no child, of which the
 * program could not know. */
#include "spawn.h"

TEST(spawn_with_one_pipe_twice) {
  uv_pipe_t out;
  if (is_other_libuv())
    SKIP("libuv starts the child, and says that it did not");
  prepare_child("child_says_hello");
  child_options.exit_cb = fail_on_exit;
  stdio_ignore();
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  child_stdio[2] = child_stdio[1];
  child_options.stdio_count = 3;
  CHECK_ERR(UV_EBUSY, uv_spawn(uv_default_loop(), &child, &child_options));
  memset(&child, 0xaa, sizeof(child)); /* the program's again */
  CHECK_EQ(uv_loop_alive(uv_default_loop()), 0);
  child_options.exit_cb = on_exit_close;
  child_options.stdio_count = 2;
  spawn_child();
  read_output((uv_stream_t*) &out);
  run_to_exit(1);
  CHECK_STR_EQ(output, "hello world\n");
  finish_loop(uv_default_loop());
}
