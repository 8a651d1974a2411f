/* How the first child of a process is told apart from the others leaves no trace, and how the child of another
 * user is made none but the one that libuv leaves. */
#include "spawn.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The errno of a child that cannot run its program goes to the library, and to no descriptor that the child was
 * given. */
TEST(spawn_failure_writes_to_nobody) {
  enum { COUNT = 16 };
  uv_stdio_container_t stdio[COUNT];
  struct stat stat;
  int file, i;
  need_descriptors(64);
  file = open("output", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  CHECK_GE(file, 0);
  for (i = 0; i < COUNT; i++) {
    stdio[i].flags = UV_INHERIT_FD;
    stdio[i].data.fd = file;
  }
  prepare_child("child_says_hello");
  child_options.file = "/nonexistent";
  child_options.stdio = stdio;
  child_options.stdio_count = COUNT;
  child_options.exit_cb = fail_on_exit;
  CHECK_ERR(UV_ENOENT, uv_spawn(uv_default_loop(), &child, &child_options));
  child_options.flags = UV_PROCESS_SETUID;
  child_options.uid = getuid();
  CHECK_ERR(UV_ENOENT, uv_spawn(uv_default_loop(), &child, &child_options));
  CHECK_EQ(fstat(file, &stat), 0);
  CHECK_EQ(stat.st_size, 0);
  CHECK_OK(close(file));
  finish_loop(uv_default_loop());
}

static void write_script(const char* name) {
  const char text[] = "echo \"$0\" \"$#\" \"$1\"\n"; /* without saying whose script it is */
  write_file(name, text, sizeof(text) - 1);
  CHECK_EQ(chmod(name, 0755), 0);
}

#ifdef __GLIBC__
/* With a user the C library's search runs the program; glibc's has a shell run such scripts. */
static void run_script(const char* file, const char* expected) {
  char* args[] = { (char*) "name", (char*) "argument", NULL };
  uv_pipe_t out;
  write_script("script");
  prepare_child("none");
  child_options.file = file;
  child_options.args = args;
  child_options.flags = UV_PROCESS_SETUID | UV_PROCESS_SETGID;
  child_options.uid = getuid();
  child_options.gid = getgid();
  stdio_ignore();
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  spawn_child();
  read_output((uv_stream_t*) &out);
  run_to_exit(0);
  CHECK_STR_EQ(output, expected);
  finish_loop(uv_default_loop());
}

TEST(spawn_script_for_a_user) {
  run_script("./script", "./script 1 argument\n");
}

TEST(spawn_script_for_a_user_from_the_search_path) {
  CHECK_OK(setenv("PATH", ".:/usr/bin:/bin", 1));
  run_script("script", "./script 1 argument\n");
}

#endif

TEST(spawn_script_for_no_user) {
  char* args[] = { (char*) "script", NULL };
  write_script("script");
  prepare_child("none");
  child_options.file = "./script";
  child_options.args = args;
  child_options.exit_cb = fail_on_exit;
  CHECK_ERR(UV_ENOEXEC, uv_spawn(uv_default_loop(), &child, &child_options));
  finish_loop(uv_default_loop());
}
