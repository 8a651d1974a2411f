/* Looking for the program in PATH: which error is told. */
#include "spawn.h"

#include <sys/stat.h>

static void fail_with_path(const char* path, int error) {
  char variable[256];
  char* environment[] = { variable, NULL };
  char* args[] = { (char*) "program", NULL };
  snprintf(variable, sizeof(variable), "PATH=%s", path);
  prepare_child("child_exits_1");
  child_options.file = "program";
  child_options.args = args;
  child_options.env = environment;
  child_options.exit_cb = fail_on_exit;
  CHECK_EQ(uv_spawn(uv_default_loop(), &child, &child_options), error);
  uv_close((uv_handle_t*) &child, NULL);
  run_dry();
}

TEST(spawn_finds_a_file_that_is_no_program) {
  CHECK_OK(mkdir("bin", 0755));
  CHECK_OK(mkdir("empty", 0755));
  write_file("bin/program", "", 0);
  CHECK_OK(chmod("bin/program", 0644));
  fail_with_path("bin:empty", UV_EACCES);
  fail_with_path("empty:bin", UV_EACCES);
  fail_with_path("empty:nowhere", UV_ENOENT);
  finish_loop(uv_default_loop());
}
