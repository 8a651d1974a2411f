/* Where a program is looked for, and the environment and user it runs with. */
#include "spawn.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static char* libraries_variable(void) {
  static char text[8192];
  static const char* const names[] = { "LD_LIBRARY_PATH", "LIBPATH",
                                       "DYLD_LIBRARY_PATH" };
  size_t i;
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (getenv(names[i]) != NULL) {
      snprintf(text, sizeof(text), "%s=%s", names[i], getenv(names[i]));
      return text;
    }
  return NULL;
}

/* The directory of this program; *name is its name there. */
static const char* program_directory(const char** name) {
  static char directory[4096];
  char* slash;
  snprintf(directory, sizeof(directory), "%s", test_exepath());
  slash = strrchr(directory, '/');
  CHECK_NOT_NULL(slash);
  *slash = '\0';
  *name = slash + 1;
  return directory;
}

static void run_and_finish(void) {
  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

/* ---- The environment ---- */

TEST(spawn_preserve_env) {
  char variable[] = "ENV_TEST=testval";
  CHECK_EQ(putenv(variable), 0);
  prepare_child_with("child_prints_variable", "ENV_TEST");
  CHECK_NULL(child_options.env);
  stdio_ignore();
  spawn_and_expect("testval");
  unsetenv("ENV_TEST");
  finish_loop(uv_default_loop());
}

TEST(spawn_empty_env) {
  char* environment[] = { NULL };
  if (libraries_variable() != NULL)
    SKIP("the program might not start without %s", libraries_variable());
  prepare_child("child_has_no_environment");
  child_options.env = environment;
  run_and_finish();
}

/* ---- The program's path ---- */

/* Looks for `name` in a path that only the child has. */
static void spawn_with_path(const char* name, const char* path) {
  char variable[8192];
  char* environment[] = { variable, libraries_variable(), NULL };
  snprintf(variable, sizeof(variable), "PATH=%s", path);
  prepare_child("child_exits_1");
  child_options.file = name;
  child_options.args[0] = (char*) name;
  child_options.env = environment;
  run_and_finish();
}

TEST(spawn_reads_child_path) {
  const char* name;
  const char* directory = program_directory(&name);
  spawn_with_path(name, directory);
}

TEST(spawn_searches_all_of_the_path) {
  char path[8192];
  const char* name;
  const char* directory = program_directory(&name);
  /* One that is not there, one without the program, one that is a file. */
  snprintf(path, sizeof(path), "/no/such/directory:/:/dev/null:%s:/tmp",
           directory);
  spawn_with_path(name, path);
}

/* Where a semicolon does not divide the path, quotes have no meaning. */
TEST(spawn_quoted_path) {
  CHECK_EQ(mkdir("\"a;b\"", 0755), 0);
  CHECK_EQ(symlink(test_exepath(), "\"a;b\"/quoted-program"), 0);
  spawn_with_path("quoted-program", "/no/such/directory:\"a;b\"");
}

TEST(spawn_relative_path) {
  char file[256];
  const char* name;
  const char* directory = program_directory(&name);
  snprintf(file, sizeof(file), "./%s", name);
  prepare_child("child_exits_1");
  child_options.cwd = directory;
  child_options.file = file;
  child_options.args[0] = file;
  run_and_finish();
}

/* ---- The user ---- */

static void expect_eperm(void) {
  child_options.exit_cb = fail_on_exit;
  CHECK_ERR(UV_EPERM, uv_spawn(uv_default_loop(), &child, &child_options));
  run_dry();
  CHECK_EQ(closes, 0);
  finish_loop(uv_default_loop());
}

TEST(spawn_setuid_fails, UNPRIVILEGED) {
  prepare_child("child_exits_1");
  child_options.flags =
      UV_PROCESS_SETUID | UV_PROCESS_WINDOWS_HIDE |
      UV_PROCESS_WINDOWS_HIDE_CONSOLE | UV_PROCESS_WINDOWS_HIDE_GUI |
      UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS;
  child_options.uid = 0;
  expect_eperm();
}

TEST(spawn_setgid_fails, UNPRIVILEGED) {
  prepare_child("child_exits_1");
  child_options.flags = UV_PROCESS_SETGID;
  child_options.gid = 0;
  expect_eperm();
}

TEST(spawn_setuid_setgid) {
  const struct passwd* nobody = getpwnam("nobody");
  char ids[64];
  int status;
  if (getuid() != 0)
    SKIP("only root may choose the user");
  if (nobody == NULL)
    SKIP("there is no user nobody");

  snprintf(ids, sizeof(ids), "%u %u", nobody->pw_uid, nobody->pw_gid);
  prepare_child_with("child_checks_ids", ids);
  child_options.flags = UV_PROCESS_SETUID | UV_PROCESS_SETGID;
  child_options.uid = nobody->pw_uid;
  child_options.gid = nobody->pw_gid;
  status = uv_spawn(uv_default_loop(), &child, &child_options);
  if (status == UV_EACCES)
    SKIP("nobody may not run this program");
  CHECK_OK(status);
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}
